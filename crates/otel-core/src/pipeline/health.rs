//! Health as progress: a stage that has work and gets nowhere is not well, however alive it looks.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How a pipeline is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// The pipeline's thread runs: it gave a sign of life within the last two seconds.
    pub live: bool,
    /// The pipeline is installed and has not been shut down.
    pub ready: bool,
    /// Every stage that has work makes progress.
    pub flowing: bool,
    /// The stages that have work and make none.
    pub stuck: Vec<Stage>,
}

/// A part of the pipeline that records pass through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// The pipeline's thread itself.
    Drain,
    /// From the threads that record into batches.
    Queue,
    /// From batches to a destination, for one of them at least.
    Delivery,
    /// From memory to the spool.
    Spool,
    /// The collection of metrics.
    Metrics,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 5] = [Self::Drain, Self::Queue, Self::Delivery, Self::Spool, Self::Metrics];

    /// The stage's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Drain => "drain",
            Self::Queue => "queue",
            Self::Delivery => "delivery",
            Self::Spool => "spool",
            Self::Metrics => "metrics",
        }
    }
}

impl Health {
    /// The health of what is not there: telemetry that is off needs no pipeline.
    pub(super) const fn of_nothing() -> Self {
        Self { live: true, ready: true, flowing: true, stuck: Vec::new() }
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |is: bool, word: &'static str, not: &'static str| if is { word } else { not };
        let (live, ready) = (word(self.live, "live", "not live"), word(self.ready, "ready", "not ready"));
        write!(f, "{live}, {ready}, {}", word(self.flowing, "flowing", "stuck"))?;
        for (at, stage) in self.stuck.iter().enumerate() {
            write!(f, "{}{}", if at == 0 { ": " } else { ", " }, stage.as_str())?;
        }
        Ok(())
    }
}

/// Signs of life longer ago than this are none. The drain gives one at least every 20 ms.
const SILENCE: Duration = Duration::from_secs(2);

/// What the pipeline's thread says of itself, for whoever asks from another thread.
#[derive(Debug)]
pub(crate) struct Pulse {
    began: Instant,
    /// Milliseconds from the beginning to the last sign of life.
    beat: AtomicU64,
    /// The stages that were stuck then, one bit each.
    stuck: AtomicU64,
}

impl Pulse {
    pub(crate) fn new() -> Self {
        Self { began: Instant::now(), beat: AtomicU64::new(0), stuck: AtomicU64::new(0) }
    }

    /// A sign of life.
    pub(super) fn beat(&self) {
        self.beat.store(self.age(), Ordering::Relaxed);
    }

    fn age(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Notes whether a stage is stuck.
    pub(super) fn note(&self, stage: Stage, stuck: bool) {
        let bit = 1 << stage as u64;
        if stuck {
            self.stuck.fetch_or(bit, Ordering::Relaxed);
        } else {
            self.stuck.fetch_and(!bit, Ordering::Relaxed);
        }
    }

    /// Each stage but the drain, which cannot say of itself that it is stuck, and whether it is.
    pub(super) fn stages(&self) -> Vec<(Stage, bool)> {
        let stuck = self.stuck.load(Ordering::Relaxed);
        let stages = Stage::ALL.into_iter().filter(|stage| *stage != Stage::Drain);
        stages.map(|stage| (stage, stuck & (1 << stage as u64) != 0)).collect()
    }

    /// How the pipeline is doing, as far as one can tell from outside.
    pub(super) fn health(&self, ready: bool) -> Health {
        let silence = self.age().saturating_sub(self.beat.load(Ordering::Relaxed));
        let live = ready && u128::from(silence) < SILENCE.as_millis();
        let noted = self.stages().into_iter().filter(|(_, stuck)| *stuck).map(|(stage, _)| stage);
        // What has ended is not stuck.
        let noted = noted.filter(|_| ready);
        let stuck: Vec<_> = (ready && !live).then_some(Stage::Drain).into_iter().chain(noted).collect();
        Health { live, ready, flowing: ready && stuck.is_empty(), stuck }
    }
}
