//! Token buckets: how often something may happen.

use std::time::Duration;

/// How often something may happen: so many times at once, and again as time passes.
///
/// It is a bucket of tokens that begins full: no stretch of time, however it is laid, sees more than `most` and what
/// was refilled in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    most: u32,
    per: Duration,
}

impl Rate {
    /// `most` times at once, and refilled evenly within `per`.
    ///
    /// # Panics
    ///
    /// At compile time, when it would never happen, or is not limited at all.
    pub const fn new(most: u32, per: Duration) -> Self {
        assert!(most > 0, "what may never happen needs no rate");
        assert!(per.as_nanos() >= most as u128, "a rate is over some time");
        Self { most, per }
    }

    /// The time in which one token comes back; rounded up, so that none comes back early.
    const fn refill(self) -> Duration {
        let nanos = self.per.as_nanos().div_ceil(self.most as u128);
        Duration::from_nanos(if nanos > u64::MAX as u128 { u64::MAX } else { nanos as u64 })
    }
}

/// How full a bucket is: all that has to be remembered is when it would be full again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    full_at: Duration,
}

impl Pace {
    /// Whether there is a token.
    pub(super) fn allows(self, rate: Rate, now: Duration) -> bool {
        let missing = self.full_at.saturating_sub(now);
        missing.saturating_add(rate.refill()) <= rate.refill().saturating_mul(rate.most)
    }

    /// Takes a token.
    pub(super) fn take(&mut self, rate: Rate, now: Duration) {
        self.full_at = self.full_at.max(now).saturating_add(rate.refill());
    }
}
