//! So many a second, and no more.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The longest time that a rate saves up for, unless it takes longer for a single one.
const SAVED: u64 = 1_000_000_000;

/// A limit on how often something happens: the generic cell rate algorithm, which is a token bucket whose whole state
/// is one moment.
#[derive(Debug)]
pub(super) struct Rate {
    /// Nanoseconds that one takes; `None` when nothing may happen at all.
    interval: Option<u64>,
    /// The age of the sampler, in nanoseconds, up to which the rate is spent.
    spent: AtomicU64,
}

impl Rate {
    /// This many a second.
    pub(super) fn per_second(rate: f64) -> Self {
        // The cast saturates: what happens once in centuries need not happen.
        let interval = (rate > 0.0).then(|| ((1e9 / rate) as u64).clamp(1, u64::MAX / 4));
        Self { interval, spent: AtomicU64::new(0) }
    }

    /// Whether one more may happen at this age; then it counts as happened.
    pub(super) fn allows(&self, age: Duration) -> bool {
        let Some(interval) = self.interval else { return false };
        // A sampler begins with what it would have saved up.
        let room = SAVED.max(interval);
        let now = u64::try_from(age.as_nanos()).unwrap_or(u64::MAX / 4).min(u64::MAX / 4) + room;
        let spend = |spent: u64| {
            let after = spent.max(now - room) + interval;
            (after <= now).then_some(after)
        };
        self.spent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend).is_ok()
    }
}

/// A copy has spent what the first has.
impl Clone for Rate {
    fn clone(&self) -> Self {
        Self { interval: self.interval, spent: AtomicU64::new(self.spent.load(Ordering::Relaxed)) }
    }
}
