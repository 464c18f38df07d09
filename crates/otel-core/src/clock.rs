//! The clock: one cheap monotonic reading, tied to the wall clock.

mod stopwatch;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use crate::time::Timestamp;
pub use stopwatch::Stopwatch;

/// A monotonic reading of a [`Clock`], in the clock's own ticks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading(u64);

/// Where time comes from. Time is injected: nothing else in the crate reads a clock for what it records.
#[derive(Debug)]
pub(crate) enum Clock {
    System(SystemClock),
    /// Moved and set by a test.
    #[cfg_attr(not(feature = "testing"), expect(dead_code, reason = "only tests move the clock"))]
    Manual(Arc<ManualClock>),
}

/// A clock that a test moves, and a wall clock beside it that a test sets.
#[derive(Debug)]
pub(crate) struct ManualClock {
    ticks: AtomicU64,
    /// Unix nanoseconds where the ticks are zero.
    start_unix_nanos: AtomicI64,
}

#[cfg_attr(not(feature = "testing"), expect(dead_code, reason = "only tests move the clock"))]
impl ManualClock {
    pub(crate) const fn new(now: Timestamp) -> Self {
        Self { ticks: AtomicU64::new(now.unix_nanos()), start_unix_nanos: AtomicI64::new(0) }
    }

    pub(crate) fn advance(&self, by: Duration) {
        let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        self.ticks.fetch_add(nanos, Ordering::Relaxed);
    }

    /// Sets the wall clock, as NTP does.
    pub(crate) fn set(&self, to: Timestamp) {
        let ticks = self.ticks.load(Ordering::Relaxed);
        self.start_unix_nanos
            .store(to.unix_nanos().cast_signed().wrapping_sub(ticks.cast_signed()), Ordering::Relaxed);
    }

    fn timestamp(&self, ticks: u64) -> Timestamp {
        let start = self.start_unix_nanos.load(Ordering::Relaxed);
        Timestamp::from_unix_nanos(ticks.saturating_add_signed(start))
    }

    #[cfg(feature = "pipeline")]
    fn now(&self) -> Timestamp {
        self.timestamp(self.ticks.load(Ordering::Relaxed))
    }
}

/// The time-stamp counter where the CPU has a stable one (about 10 ns a reading, where the wall clock takes 40),
/// else the operating system's monotonic clock.
#[derive(Debug)]
pub(crate) struct SystemClock {
    ticks: quanta::Clock,
    start: u64,
    /// Unix nanoseconds at `start`, corrected from time to time by [`Clock::align`].
    start_unix_nanos: AtomicI64,
}

impl Clock {
    pub(crate) fn system() -> Self {
        let ticks = quanta::Clock::new();
        let start = ticks.raw();
        let clock = Self::System(SystemClock { ticks, start, start_unix_nanos: AtomicI64::new(0) });
        clock.align();
        clock
    }

    #[inline]
    pub(crate) fn read(&self) -> Reading {
        match self {
            Self::System(clock) => Reading(clock.ticks.raw()),
            Self::Manual(clock) => Reading(clock.ticks.load(Ordering::Relaxed)),
        }
    }

    /// The time between two readings; zero when they are out of order.
    #[inline]
    pub(crate) fn between(&self, earlier: Reading, later: Reading) -> Duration {
        match self {
            Self::System(clock) => Duration::from_nanos(clock.ticks.delta_as_nanos(earlier.0, later.0)),
            Self::Manual(_) => Duration::from_nanos(later.0.saturating_sub(earlier.0)),
        }
    }

    /// The wall-clock time of a reading.
    #[inline]
    pub(crate) fn timestamp(&self, reading: Reading) -> Timestamp {
        match self {
            Self::System(clock) => {
                let since_start = clock.ticks.delta_as_nanos(clock.start, reading.0);
                let start = clock.start_unix_nanos.load(Ordering::Relaxed);
                Timestamp::from_unix_nanos(since_start.saturating_add_signed(start))
            }
            Self::Manual(clock) => clock.timestamp(reading.0),
        }
    }

    #[inline]
    pub(crate) fn now(&self) -> Timestamp {
        self.timestamp(self.read())
    }

    /// The wall clock behind this one, for what is seldom asked.
    #[cfg(feature = "pipeline")]
    pub(crate) fn wall(&self) -> Wall {
        match self {
            Self::System(_) => Wall::System,
            Self::Manual(clock) => Wall::Manual(Arc::clone(clock)),
        }
    }

    /// Follows the wall clock: NTP may have stepped or slewed it since the last time.
    ///
    /// Durations are differences of readings, so no running span notices.
    pub(crate) fn align(&self) {
        if let Self::System(clock) = self {
            clock.start_unix_nanos.store(clock.measure_start(), Ordering::Relaxed);
        }
    }
}

/// What time it is, to whoever can wait for the operating system to say it.
#[cfg(feature = "pipeline")]
#[derive(Clone, Debug)]
pub(crate) enum Wall {
    System,
    /// Moved and set by a test.
    Manual(Arc<ManualClock>),
}

#[cfg(feature = "pipeline")]
impl Wall {
    pub(crate) fn now(&self) -> Timestamp {
        match self {
            Self::System => SystemTime::now().into(),
            Self::Manual(clock) => clock.now(),
        }
    }
}

/// How often the two clocks are compared to find a moment when nothing came between.
const COMPARISONS: usize = 5;

impl SystemClock {
    /// Compares the two clocks: the wall-clock time at `start`.
    ///
    /// The wall clock is read between two readings of the counter. The comparison with the shortest time between
    /// the two is the one in which the thread was least likely to be interrupted.
    fn measure_start(&self) -> i64 {
        let comparisons = (0..COMPARISONS).map(|_| {
            let before = self.ticks.raw();
            let wall = Timestamp::from(SystemTime::now()).unix_nanos();
            let after = self.ticks.raw();
            let width = self.ticks.delta_as_nanos(before, after);
            let since_start = self.ticks.delta_as_nanos(self.start, before) + width / 2;
            (width, wall.cast_signed().saturating_sub(since_start.cast_signed()))
        });
        comparisons.min_by_key(|(width, _)| *width).map_or(0, |(_, start)| start)
    }
}
