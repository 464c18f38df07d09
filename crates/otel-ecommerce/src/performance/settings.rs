//! What requests are held against.

use std::fmt;
use std::time::Duration;

use otel_core::Label;

use crate::conventions::performance::{ERRORS, OBJECTIVE, SLOW_MEAN, SLOW_TAIL, SLOW_TAIL_OF_PAYMENTS};
use crate::labels::RouteClass;

/// How a [`PerformanceMonitor`](crate::PerformanceMonitor) judges requests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PerformanceSettings {
    limits: [RouteLimits; RouteClass::ALL.len()],
    pub(super) ahead: Duration,
}

/// What requests of one class are held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RouteLimits {
    /// In seconds, as the next.
    pub(super) mean: f64,
    pub(super) tail: f64,
    pub(super) errors: f64,
    pub(super) objective: f64,
}

/// Why something is no setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsError {
    /// A duration that is not between a millisecond and an hour.
    Duration,
    /// A share of failures that is not above 0 and below 1.
    Share,
    /// An objective that is not from 0.95 on and below 1.
    Objective,
    /// A time of more than a day that requests may be ahead.
    TooFarAhead,
}

impl PerformanceSettings {
    /// How far ahead of the clock a request may be unless said otherwise.
    pub const AHEAD: Duration = Duration::from_secs(5 * 60);

    /// The same with other limits for a class.
    #[must_use]
    pub fn limits(mut self, route: RouteClass, limits: RouteLimits) -> Self {
        if let Some(place) = self.limits.get_mut(route.index()) {
            *place = limits;
        }
        self
    }

    /// The limits of a class.
    pub fn limits_of(&self, route: RouteClass) -> RouteLimits {
        self.limits.get(route.index()).copied().unwrap_or_default()
    }

    /// The same, but a request may be so far ahead of the clock: then it counts as of now.
    ///
    /// # Errors
    ///
    /// It is more than a day.
    pub fn ahead(self, ahead: Duration) -> Result<Self, SettingsError> {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        if ahead > DAY { Err(SettingsError::TooFarAhead) } else { Ok(Self { ahead, ..self }) }
    }
}

impl Default for PerformanceSettings {
    /// The same limits for all classes, but for the slowest payments: they wait for card networks, and may take 3 s.
    fn default() -> Self {
        let settings = Self { limits: [RouteLimits::default(); RouteClass::ALL.len()], ahead: Self::AHEAD };
        let payments = RouteLimits { tail: SLOW_TAIL_OF_PAYMENTS, ..RouteLimits::default() };
        settings.limits(RouteClass::Payment, payments)
    }
}

impl RouteLimits {
    /// The same, but requests may take so long on average.
    ///
    /// # Errors
    ///
    /// It is not between a millisecond and an hour.
    pub fn mean(self, mean: Duration) -> Result<Self, SettingsError> {
        Ok(Self { mean: seconds(mean)?, ..self })
    }

    /// The same, but 99 of 100 requests have to take so long at most.
    ///
    /// # Errors
    ///
    /// It is not between a millisecond and an hour.
    pub fn tail(self, tail: Duration) -> Result<Self, SettingsError> {
        Ok(Self { tail: seconds(tail)?, ..self })
    }

    /// The same, but this share of requests may fail, within minutes.
    ///
    /// # Errors
    ///
    /// It is not above 0 and below 1.
    pub fn errors(self, share: f64) -> Result<Self, SettingsError> {
        if share > 0.0 && share < 1.0 {
            Ok(Self { errors: share, ..self })
        } else {
            Err(SettingsError::Share)
        }
    }

    /// The same, but this share of requests has to go well over 30 days.
    ///
    /// # Errors
    ///
    /// It is not from 0.95 on and below 1: of a larger budget nobody can use up 14.4 times what is allowed.
    pub fn objective(self, objective: f64) -> Result<Self, SettingsError> {
        if (0.95..1.0).contains(&objective) {
            Ok(Self { objective, ..self })
        } else {
            Err(SettingsError::Objective)
        }
    }
}

impl Default for RouteLimits {
    /// 2 seconds on average, 1 second for 99 of 100, 5 % failures, and 99.9 % that go well over 30 days.
    fn default() -> Self {
        Self { mean: SLOW_MEAN, tail: SLOW_TAIL, errors: ERRORS, objective: OBJECTIVE }
    }
}

fn seconds(time: Duration) -> Result<f64, SettingsError> {
    const SHORTEST: Duration = Duration::from_millis(1);
    const LONGEST: Duration = Duration::from_secs(60 * 60);
    if (SHORTEST..=LONGEST).contains(&time) { Ok(time.as_secs_f64()) } else { Err(SettingsError::Duration) }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Duration => "a duration is between a millisecond and an hour",
            Self::Share => "a share of failures is above 0 and below 1",
            Self::Objective => "an objective is from 0.95 on and below 1",
            Self::TooFarAhead => "a request is a day ahead at most",
        })
    }
}

impl std::error::Error for SettingsError {}
