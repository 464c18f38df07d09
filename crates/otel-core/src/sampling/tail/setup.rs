//! What an application says about tail sampling.

use std::fmt;
use std::time::Duration;

use super::facts::{self, Worth};

/// What an application wants of its tail sampling: what is worth keeping, how much of it, and how long it may take.
///
/// ```
/// use otel_core::sampling::TailSampling;
///
/// let tail = TailSampling::new()
///     .spans_per_second(5_000.0)
///     // A trace of a large order is worth more, and one of many spans costs more than it says.
///     .worth(|trace| trace.value / f64::from(trace.spans));
/// assert_eq!(tail.check(), Ok(()));
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing is sampled until a pipeline is installed with it"]
pub struct TailSampling {
    pub(crate) look_at: f64,
    pub(super) memory: usize,
    pub(super) grace: Duration,
    pub(super) idle: Duration,
    pub(super) epoch: Duration,
    pub(super) spans_per_second: f64,
    pub(super) bytes_per_second: f64,
    pub(super) notable_share: f64,
    pub(super) reservoir: u32,
    pub(super) uniform: f64,
    pub(super) error_boost: f64,
    pub(super) slow_boost: f64,
    pub(super) slow: Duration,
    pub(super) rare_boost: f64,
    pub(super) rare_share: f64,
    pub(super) precious: f64,
    pub(super) worth: Worth,
    pub(super) seed: u64,
}

/// Why tail sampling cannot be done as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unfit {
    /// The memory is less than [`TailSampling::LEAST_MEMORY`] or more than [`TailSampling::MOST_MEMORY`].
    Memory(usize),
    /// This is not a share: a number from 0 to 1, and for the uniform share one above 0.
    Share(&'static str),
    /// This is not a positive number.
    NotPositive(&'static str),
    /// This takes no time or more than a day.
    Time(&'static str),
}

/// A name for what a setting is.
type Named<T> = (&'static str, T);

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl TailSampling {
    /// The least memory that is worth having, in bytes.
    pub const LEAST_MEMORY: usize = 256 * 1024;

    /// The most memory that can be asked for, in bytes.
    pub const MOST_MEMORY: usize = 16 * 1024 * 1024 * 1024;

    /// Tail sampling with the defaults, which each method names.
    pub fn new() -> Self {
        Self {
            look_at: 0.0,
            memory: 32 * 1024 * 1024,
            grace: Duration::from_millis(200),
            idle: Duration::from_secs(30),
            epoch: Duration::from_secs(1),
            spans_per_second: 1_000.0,
            bytes_per_second: 1024.0 * 1024.0,
            notable_share: 0.5,
            reservoir: 1,
            uniform: 0.1,
            error_boost: 50.0,
            slow_boost: 10.0,
            slow: Duration::from_secs(1),
            rare_boost: 20.0,
            rare_share: 0.001,
            precious: f64::INFINITY,
            worth: facts::value,
            seed: 0,
        }
    }

    /// Which share of all traces is recorded here although the head did not sample them, so that those that turn out to
    /// be worth it are kept; none. Other services will not have recorded their part: all spans of such a trace say so,
    /// with `otel_core.sampling.promoted`. Under pressure, less is looked at.
    pub const fn look_at(mut self, share: f64) -> Self {
        self.look_at = share;
        self
    }

    /// The memory for traces that are not decided on, in bytes, everything included; 32 MiB.
    pub const fn memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// How long to wait for further spans once the trace's root in this process has ended; 200 ms.
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// How long a trace whose root does not end may be silent; 30 s.
    pub const fn idle(mut self, idle: Duration) -> Self {
        self.idle = idle;
        self
    }

    /// How long a budget lasts until the next begins; 1 s.
    pub const fn epoch(mut self, epoch: Duration) -> Self {
        self.epoch = epoch;
        self
    }

    /// How many spans to export in a second; 1,000.
    pub const fn spans_per_second(mut self, spans: f64) -> Self {
        self.spans_per_second = spans;
        self
    }

    /// How many bytes to export in a second, before compression; 1 MiB.
    pub const fn bytes_per_second(mut self, bytes: f64) -> Self {
        self.bytes_per_second = bytes;
        self
    }

    /// The share of the budget out of which all failed, slow and precious traces are kept; a half. Those beyond it are
    /// sampled by their weight.
    pub const fn notable_share(mut self, share: f64) -> Self {
        self.notable_share = share;
        self
    }

    /// How many traces of each key are kept in each epoch, whatever they are worth; 1.
    pub const fn reservoir(mut self, traces: u32) -> Self {
        self.reservoir = traces;
        self
    }

    /// The part of a trace's weight that does not depend on its worth; 0.1. More of it makes counts more exact, less
    /// of it keeps more of what is worth most.
    pub const fn uniform_share(mut self, share: f64) -> Self {
        self.uniform = share;
        self
    }

    /// How much heavier a failed trace is; 50 times.
    pub const fn error_boost(mut self, boost: f64) -> Self {
        self.error_boost = boost;
        self
    }

    /// From which duration on a trace is slow, and how much heavier that makes it; 1 s, 10 times.
    pub const fn slow(mut self, from: Duration, boost: f64) -> Self {
        self.slow = from;
        self.slow_boost = boost;
        self
    }

    /// Below which share of all traces a key is rare, and how much heavier that makes its traces; 0.001, 20 times.
    pub const fn rare(mut self, share: f64, boost: f64) -> Self {
        self.rare_share = share;
        self.rare_boost = boost;
        self
    }

    /// From which worth on a trace is treated as one that failed; none is, unless said.
    pub const fn precious(mut self, worth: f64) -> Self {
        self.precious = worth;
        self
    }

    /// What a trace is worth; the highest worth of its spans.
    pub const fn worth(mut self, worth: Worth) -> Self {
        self.worth = worth;
        self
    }

    /// A secret number, so that nobody outside can choose identifiers that are slow to find.
    pub(crate) const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Whether it can be done.
    ///
    /// # Errors
    ///
    /// Names the first thing that does not fit.
    pub fn check(&self) -> Result<(), Unfit> {
        if !(Self::LEAST_MEMORY..=Self::MOST_MEMORY).contains(&self.memory) {
            return Err(Unfit::Memory(self.memory));
        }
        let shares: [Named<f64>; 4] = [
            ("share to look at", self.look_at),
            ("uniform_share", self.uniform),
            ("notable_share", self.notable_share),
            ("rare share", self.rare_share),
        ];
        // Without a uniform share, what is worth nothing would have no chance, and nothing would speak for it.
        let share = |&(name, share): &Named<f64>| {
            !(0.0..=1.0).contains(&share) || (name == "uniform_share" && share == 0.0)
        };
        if let Some((name, _)) = shares.iter().find(|it| share(it)) {
            return Err(Unfit::Share(name));
        }
        let positive: [Named<f64>; 6] = [
            ("spans_per_second", self.spans_per_second),
            ("bytes_per_second", self.bytes_per_second),
            ("error_boost", self.error_boost),
            ("slow boost", self.slow_boost),
            ("rare boost", self.rare_boost),
            ("precious", self.precious),
        ];
        if let Some((name, _)) = positive.iter().find(|(_, number)| number.is_nan() || *number <= 0.0) {
            return Err(Unfit::NotPositive(name));
        }
        let times: [Named<Duration>; 3] = [("grace", self.grace), ("idle", self.idle), ("epoch", self.epoch)];
        match times.iter().find(|(_, time)| time.is_zero() || *time > DAY) {
            Some((name, _)) => Err(Unfit::Time(name)),
            None => Ok(()),
        }
    }
}

impl Default for TailSampling {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows the budgets and the memory.
impl fmt::Display for TailSampling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { spans_per_second, bytes_per_second, memory, .. } = self;
        write!(f, "{spans_per_second} spans/s, {bytes_per_second} bytes/s, {memory} bytes of memory")
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory(bytes) => {
                let (least, most) = (TailSampling::LEAST_MEMORY, TailSampling::MOST_MEMORY);
                write!(f, "tail sampling takes {least} to {most} bytes of memory, not {bytes}")
            }
            Self::Share(name) => write!(f, "the {name} of tail sampling is no share of a whole"),
            Self::NotPositive(name) => write!(f, "the {name} of tail sampling is not positive"),
            Self::Time(name) => write!(f, "the {name} of tail sampling is nothing, or longer than a day"),
        }
    }
}

impl std::error::Error for Unfit {}
