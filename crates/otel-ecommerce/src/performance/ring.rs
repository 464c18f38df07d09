//! The requests of the last minutes, by their own time.

use std::time::Duration;

use otel_core::Timestamp;

use crate::conventions::performance::{BOUNDS, SLOW_TAIL};
use crate::labels::RequestOutcome;

/// What one cell is long.
pub(super) const STEP: Duration = Duration::from_secs(10);
/// Six minutes: the longest window, and one more for those that are late.
const CELLS: usize = 36;

/// The requests of the last six minutes, in cells of ten seconds.
#[derive(Debug)]
pub(super) struct Ring {
    cells: [Cell; CELLS],
    newest: u64,
}

/// What was seen in some time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cell {
    /// The number of its ten seconds since the Unix epoch.
    step: u64,
    micros: u64,
    requests: u32,
    failed: u32,
    slow: u32,
    /// How many took no longer than each bound, and longer than the one before.
    up_to: [u32; BOUNDS.len()],
}

impl Ring {
    pub(super) fn new() -> Self {
        Self { cells: [Cell::default(); CELLS], newest: 0 }
    }

    /// Takes a request in; whether it was in time.
    pub(super) fn take_in(&mut self, outcome: RequestOutcome, took: Duration, at: Timestamp) -> bool {
        let step = step(at);
        let cells = CELLS as u64;
        self.newest = self.newest.max(step);
        if self.newest - step >= cells {
            return false;
        }
        if let Some(cell) = self.cells.get_mut((step % cells) as usize) {
            if cell.step != step {
                *cell = Cell { step, ..Cell::default() };
            }
            cell.take_in(outcome, took);
        }
        true
    }

    /// What was seen in so many cells up to now, of which the last one is not full yet.
    pub(super) fn last(&self, cells: u64, now: Timestamp) -> Cell {
        let now = step(now);
        let mut sum = Cell { step: now, ..Cell::default() };
        for cell in self.cells.iter().filter(|cell| cell.step <= now && now - cell.step < cells) {
            sum.add(cell);
        }
        sum
    }
}

impl Cell {
    fn take_in(&mut self, outcome: RequestOutcome, took: Duration) {
        let seconds = took.as_secs_f64();
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.micros = self.micros.saturating_add(micros);
        self.requests = self.requests.saturating_add(1);
        self.failed = self.failed.saturating_add((outcome == RequestOutcome::Failed).into());
        self.slow = self.slow.saturating_add((seconds > SLOW_TAIL).into());
        let bound = BOUNDS.partition_point(|bound| seconds > *bound);
        if let Some(count) = self.up_to.get_mut(bound) {
            *count = count.saturating_add(1);
        }
    }

    fn add(&mut self, other: &Self) {
        self.micros = self.micros.saturating_add(other.micros);
        self.requests = self.requests.saturating_add(other.requests);
        self.failed = self.failed.saturating_add(other.failed);
        self.slow = self.slow.saturating_add(other.slow);
        for (sum, count) in self.up_to.iter_mut().zip(other.up_to) {
            *sum = sum.saturating_add(count);
        }
    }

    pub(super) fn requests(&self) -> u32 {
        self.requests
    }

    pub(super) fn failed(&self) -> u32 {
        self.failed
    }

    /// The requests that took longer than 99 of 100 should.
    pub(super) fn slow(&self) -> u32 {
        self.slow
    }

    /// The mean duration in seconds; zero without requests.
    pub(super) fn mean(&self) -> f64 {
        self.micros as f64 / 1e6 / f64::from(self.requests.max(1))
    }

    /// The bound that 99 of 100 requests kept; the last one, when they took longer still.
    pub(super) fn tail(&self) -> f64 {
        let wanted = (u64::from(self.requests) * 99).div_ceil(100);
        let mut kept = 0;
        let bound = self.up_to.iter().zip(BOUNDS).find(|(count, _)| {
            kept += u64::from(**count);
            kept >= wanted
        });
        bound.map_or(LAST_BOUND, |(_, bound)| bound)
    }
}

const LAST_BOUND: f64 = BOUNDS[BOUNDS.len() - 1];

const fn step(at: Timestamp) -> u64 {
    at.unix_nanos() / STEP.as_nanos() as u64
}
