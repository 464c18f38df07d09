//! When a rule is breached.

use std::time::Duration;

use super::series::Series;

/// Which side of a limit is the wrong one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Breach {
    /// More than the limit.
    Above,
    /// Less than the limit.
    Below,
}

/// A limit that is breached on one side, and kept again from somewhere on the other.
///
/// A value that wavers around one limit would fire and resolve all the time; with a limit of its own for the way back
/// it does not.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Limit {
    /// Which side is wrong.
    pub breach: Breach,
    /// Beyond this, an instance becomes breached.
    pub at: f64,
    /// An instance that fires stays breached while it is beyond this; the same as `at` unless said otherwise.
    pub clear_at: f64,
}

impl Limit {
    /// Breached by more than `at`.
    pub const fn above(at: f64) -> Self {
        Self { breach: Breach::Above, at, clear_at: at }
    }

    /// Breached by less than `at`.
    pub const fn below(at: f64) -> Self {
        Self { breach: Breach::Below, at, clear_at: at }
    }

    /// The same limit, but what fires goes on until the value is back at `clear_at`.
    ///
    /// # Panics
    ///
    /// At compile time, when `clear_at` is on the wrong side of the limit.
    #[must_use]
    pub const fn until(mut self, clear_at: f64) -> Self {
        let sound = match self.breach {
            Breach::Above => clear_at <= self.at,
            Breach::Below => clear_at >= self.at,
        };
        assert!(sound, "a limit is kept again on its good side");
        self.clear_at = clear_at;
        self
    }

    /// Whether a value breaches the limit, for an instance that fires or does not. What is not a number does not.
    pub fn is_breached_by(&self, value: f64, fires: bool) -> bool {
        let limit = if fires { self.clear_at } else { self.at };
        match self.breach {
            Breach::Above => value > limit,
            Breach::Below => value < limit,
        }
    }

    /// Whether the way back has a limit of its own.
    pub fn has_hysteresis(&self) -> bool {
        self.at.to_bits() != self.clear_at.to_bits()
    }
}

/// How fast an error budget burns: which pair of windows a burn rate is taken over.
///
/// The windows and factors are those of the workbook on site reliability engineering, for objectives over 30 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Burn {
    /// Worth waking somebody up: 2 % of the budget in an hour, or 5 % in six.
    Fast,
    /// Worth a ticket: 10 % of the budget in a day, or in three.
    Slow,
}

impl Burn {
    /// The two pairs of windows, long and short, and the factor that both must exceed.
    pub const fn windows(self) -> [(Duration, Duration, f64); 2] {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        const DAY: u64 = 24 * HOUR;
        let [fast, slow] = match self {
            Self::Fast => [(HOUR, 5 * MINUTE, 14.4), (6 * HOUR, 30 * MINUTE, 6.0)],
            Self::Slow => [(DAY, 2 * HOUR, 3.0), (3 * DAY, 6 * HOUR, 1.0)],
        };
        [
            (Duration::from_secs(fast.0), Duration::from_secs(fast.1), fast.2),
            (Duration::from_secs(slow.0), Duration::from_secs(slow.1), slow.2),
        ]
    }
}

/// When a rule is breached.
///
/// What is said of "the value" is said of each instance of the rule: the sum over all matching series whose labels
/// [`AlertRule::by`](crate::AlertRule::by) keeps.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Condition {
    /// The value is beyond a limit.
    Value {
        /// Gauges, or a sum that can shrink.
        series: Series,
        /// In the metric's unit.
        limit: Limit,
    },
    /// What a counter counts in a second, or how much a gauge changes in a second, is beyond a limit.
    Rate {
        /// Counters, counts of histograms, or gauges.
        series: Series,
        /// What the rate is taken over.
        window: Duration,
        /// In the metric's unit per second.
        limit: Limit,
    },
    /// The share of `part` in `whole` is beyond a limit, where `whole` is enough to tell: one failure in two requests at
    /// night is not an outage.
    Ratio {
        /// What should be rare, or frequent.
        part: Series,
        /// Everything.
        whole: Series,
        /// What both are counted over.
        window: Duration,
        /// From 0 to 1.
        limit: Limit,
        /// The least increase of `whole` over `window` for the share to mean anything.
        min_events: u64,
    },
    /// The mean of a histogram's values is beyond a limit, where there are enough of them to tell.
    Mean {
        /// A histogram.
        series: Series,
        /// What the mean is taken over.
        window: Duration,
        /// In the metric's unit.
        limit: Limit,
        /// The fewest values for the mean to mean anything.
        min_events: u64,
    },
    /// The error budget of an objective burns too fast: by both windows of a pair, long and short.
    BurnRate {
        /// What went wrong.
        bad: Series,
        /// Everything.
        total: Series,
        /// The share that must go well over 30 days, such as 0.999.
        objective: f64,
        /// Which windows.
        burn: Burn,
        /// The least increase of `total` over the long window for the share to mean anything.
        min_events: u64,
    },
    /// Nothing was counted for `window`: a heartbeat that stopped.
    Absence {
        /// A counter, or the count of a histogram.
        series: Series,
        /// How long there was nothing.
        window: Duration,
    },
    /// The value is far from what it has been: its distance from the mean over `baseline` is more than `sigmas`
    /// standard deviations.
    ///
    /// The baseline is taken at every whole multiple of `window`, and ends a window ago, so that what is judged is not
    /// part of what it is judged by. With fewer than ten values in it, nothing is judged.
    Deviation {
        /// A gauge, or a counter, whose rate over `window` is the value.
        series: Series,
        /// What the rate of a counter is taken over, and how far apart the values of the baseline are.
        window: Duration,
        /// How far back the baseline reaches; at least ten windows.
        baseline: Duration,
        /// How many standard deviations are too many.
        sigmas: f64,
        /// A smaller distance than this is none: a value that never changes has no standard deviation.
        min_change: f64,
    },
    /// What a detector observes is beyond a limit: see [`Alerts::observe`](crate::Alerts::observe).
    Observed {
        /// In whatever the detector observes.
        limit: Limit,
        /// How long an observation holds; without another one, the instance has no data.
        holds_for: Duration,
    },
}

impl Condition {
    /// The series the condition looks at; none for what a detector observes.
    pub fn series(&self) -> impl Iterator<Item = &Series> {
        let (first, second) = match self {
            Self::Value { series, .. }
            | Self::Rate { series, .. }
            | Self::Mean { series, .. }
            | Self::Absence { series, .. }
            | Self::Deviation { series, .. } => (Some(series), None),
            Self::Ratio { part, whole, .. } => (Some(part), Some(whole)),
            Self::BurnRate { bad, total, .. } => (Some(bad), Some(total)),
            Self::Observed { .. } => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// How far back the condition looks.
    pub fn reach(&self) -> Duration {
        match *self {
            Self::Value { .. } | Self::Observed { .. } => Duration::ZERO,
            Self::Rate { window, .. }
            | Self::Ratio { window, .. }
            | Self::Mean { window, .. }
            | Self::Absence { window, .. } => window,
            Self::BurnRate { burn, .. } => {
                burn.windows().into_iter().map(|(long, ..)| long).max().unwrap_or_default()
            }
            // The oldest value of the baseline is a rate itself.
            Self::Deviation { window, baseline, .. } => baseline.saturating_add(window * 2),
        }
    }

    /// Panics, at compile time, when the condition asks for what its metrics cannot say.
    pub(super) const fn check(&self) {
        match self {
            Self::Rate { window, .. }
            | Self::Ratio { window, .. }
            | Self::Mean { window, .. }
            | Self::Absence { window, .. }
            | Self::Deviation { window, .. } => {
                assert!(!window.is_zero(), "a window is not empty");
                assert!(window.subsec_nanos() % 1_000_000 == 0, "a window has whole milliseconds");
            }
            Self::Value { .. } | Self::BurnRate { .. } | Self::Observed { .. } => {}
        }
        match self {
            Self::Ratio { part, whole, .. } => {
                assert!(part.is_cumulative() && whole.is_cumulative(), "a ratio is one of counters");
            }
            Self::BurnRate { bad, total, objective, .. } => {
                assert!(bad.is_cumulative() && total.is_cumulative(), "a burn rate is one of counters");
                assert!(*objective > 0.0 && *objective < 1.0, "an objective is a share, and not everything");
            }
            Self::Absence { series, .. } => assert!(series.is_cumulative(), "only counting can be absent"),
            Self::Mean { series, .. } => {
                let histogram = matches!(series.metric.instrument, crate::metric::Instrument::Histogram);
                assert!(histogram, "a mean is one of a histogram's values");
            }
            Self::Deviation { window, baseline, .. } => {
                assert!(baseline.as_nanos() >= 10 * window.as_nanos(), "a baseline has at least ten values");
                let most = 11_000 * window.as_nanos();
                assert!(
                    baseline.as_nanos() <= most,
                    "a baseline has at most 11,000 values, as in Prometheus"
                );
            }
            Self::Value { .. } | Self::Rate { .. } | Self::Observed { .. } => {}
        }
    }
}
