//! How a shop is followed.

use std::fmt;
use std::time::Duration;

/// How a shop is followed, and how much is remembered of it.
///
/// Memory is taken as it fills, and bounded: 60 bytes for each session, 60 for each booking and 108 for each cart, index
/// and timers included; half as much again while a table grows; and 64 KiB for each funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KpiSettings {
    pub(super) ahead: Duration,
    pub(super) sessions: usize,
    pub(super) window: Duration,
    pub(super) bookings: usize,
    pub(super) bookings_horizon: Duration,
    pub(super) rates_hold: Duration,
    pub(super) carts: usize,
    pub(super) cart_silence: Duration,
    pub(super) abandoned_for: Duration,
}

/// Why something is no setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsError {
    /// A cap of nothing, or of more than 2³² − 2.
    Cap,
    /// A time of less than it takes: a second, and a minute for a window.
    TooShort,
    /// A time of more than a day that facts may be ahead.
    TooFarAhead,
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Default for KpiSettings {
    fn default() -> Self {
        Self {
            ahead: MINUTE * 5,
            sessions: 1 << 18,
            window: DAY,
            bookings: 1 << 20,
            bookings_horizon: DAY * 3,
            rates_hold: DAY * 5,
            carts: 1 << 18,
            cart_silence: MINUTE * 30,
            abandoned_for: DAY * 7,
        }
    }
}

impl KpiSettings {
    /// The same, but a fact may be so far ahead of the pipeline's clock. 5 minutes unless said otherwise.
    ///
    /// # Errors
    ///
    /// It is more than a day.
    pub fn ahead(self, ahead: Duration) -> Result<Self, SettingsError> {
        if ahead > DAY { Err(SettingsError::TooFarAhead) } else { Ok(Self { ahead, ..self }) }
    }

    /// The same, but of each funnel the step of at most so many sessions is remembered. 262,144 unless said otherwise.
    ///
    /// # Errors
    ///
    /// It is none, or more than 2³² − 2.
    pub fn sessions(self, cap: usize) -> Result<Self, SettingsError> {
        Ok(Self { sessions: checked(cap)?, ..self })
    }

    /// The same, but distinct sessions are counted within windows of this length, which begin at whole multiples of it
    /// since 1970, in UTC. A day unless said otherwise.
    ///
    /// # Errors
    ///
    /// It is less than a minute: every window would be over with the next fact.
    pub fn window(self, window: Duration) -> Result<Self, SettingsError> {
        Ok(Self { window: at_least(MINUTE, window)?, ..self })
    }

    /// The same, but at most so many sales and refunds are remembered, so that none is counted twice. 1,048,576 unless
    /// said otherwise.
    ///
    /// # Errors
    ///
    /// It is none, or more than 2³² − 2.
    pub fn bookings(self, cap: usize) -> Result<Self, SettingsError> {
        Ok(Self { bookings: checked(cap)?, ..self })
    }

    /// The same, but a sale or a refund is remembered for so long, by event time. 3 days unless said otherwise: for so
    /// long Stripe repeats webhooks that were not answered.
    ///
    /// # Errors
    ///
    /// It is less than a second.
    pub fn bookings_horizon(self, horizon: Duration) -> Result<Self, SettingsError> {
        Ok(Self { bookings_horizon: at_least(SECOND, horizon)?, ..self })
    }

    /// The same, but exchange rates hold for so long. 5 days unless said otherwise: the European Central Bank publishes
    /// none from Maundy Thursday to Easter Tuesday.
    #[must_use]
    pub const fn rates_hold(self, rates_hold: Duration) -> Self {
        Self { rates_hold, ..self }
    }

    /// The same, but at most so many carts are remembered, those that were abandoned or have ended among them. 262,144
    /// unless said otherwise.
    ///
    /// # Errors
    ///
    /// It is none, or more than 2³² − 2.
    pub fn carts(self, cap: usize) -> Result<Self, SettingsError> {
        Ok(Self { carts: checked(cap)?, ..self })
    }

    /// The same, but a cart is abandoned after such a silence. 30 minutes unless said otherwise: after so long, analytics
    /// end a visit too.
    ///
    /// # Errors
    ///
    /// It is less than a second.
    pub fn cart_silence(self, silence: Duration) -> Result<Self, SettingsError> {
        Ok(Self { cart_silence: at_least(SECOND, silence)?, ..self })
    }

    /// The same, but a cart is remembered for so long after it was heard of last, and for a silence at least: so long an
    /// abandoned one can be revived, and so long late news of one that has ended is known to be late. 7 days unless said
    /// otherwise.
    ///
    /// # Errors
    ///
    /// It is less than a second.
    pub fn abandoned_for(self, time: Duration) -> Result<Self, SettingsError> {
        Ok(Self { abandoned_for: at_least(SECOND, time)?, ..self })
    }
}

fn checked(cap: usize) -> Result<usize, SettingsError> {
    // The last number stands for no entry.
    let fits = u32::try_from(cap).is_ok_and(|cap| cap > 0 && cap < u32::MAX);
    if fits { Ok(cap) } else { Err(SettingsError::Cap) }
}

fn at_least(least: Duration, time: Duration) -> Result<Duration, SettingsError> {
    if time < least { Err(SettingsError::TooShort) } else { Ok(time) }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cap => "a cap is a number from 1 to 2³² − 2",
            Self::TooShort => "a window lasts a minute at least, and any other time a second",
            Self::TooFarAhead => "a fact is a day ahead at most",
        })
    }
}

impl std::error::Error for SettingsError {}
