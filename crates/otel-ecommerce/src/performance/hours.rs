//! How many requests failed in the last hours, by their own time.

use std::time::Duration;

use otel_core::Timestamp;

use crate::labels::RequestOutcome;

/// What one cell is long.
const STEP: Duration = Duration::from_secs(5 * 60);
/// Six hours: the longest window of a budget that burns.
const CELLS: usize = 72;

/// How many requests there were and how many failed, in cells of five minutes.
#[derive(Debug)]
pub(super) struct Hours {
    cells: [Tally; CELLS],
    /// The first that was seen.
    first: u64,
}

/// Requests, and those of them that failed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// The number of its five minutes since the Unix epoch.
    step: u64,
    pub(super) requests: u32,
    pub(super) failed: u32,
    /// Which part of the time there has been anybody to see something.
    covered: f64,
}

impl Hours {
    pub(super) fn new() -> Self {
        Self { cells: [Tally::default(); CELLS], first: u64::MAX }
    }

    pub(super) fn take_in(&mut self, at: Timestamp, outcome: RequestOutcome) {
        let step = step(at);
        self.first = self.first.min(step);
        let Some(cell) = self.cells.get_mut((step % CELLS as u64) as usize) else { return };
        if cell.step != step {
            *cell = Tally { step, ..Tally::default() };
        }
        cell.requests = cell.requests.saturating_add(1);
        cell.failed = cell.failed.saturating_add((outcome == RequestOutcome::Failed).into());
    }

    /// What was seen in a time up to now that is a multiple of five minutes, of which the last are not over yet.
    pub(super) fn last(&self, window: Duration, now: Timestamp) -> Tally {
        let now = step(now);
        let cells = window.as_secs().div_ceil(STEP.as_secs());
        let known = now.saturating_sub(self.first).saturating_add(1).min(cells);
        let covered = known as f64 / cells.max(1) as f64;
        let mut sum = Tally { step: now, covered, ..Tally::default() };
        for cell in self.cells.iter().filter(|cell| cell.step <= now && now - cell.step < cells) {
            sum.requests = sum.requests.saturating_add(cell.requests);
            sum.failed = sum.failed.saturating_add(cell.failed);
        }
        sum
    }
}

impl Tally {
    /// The share that failed, as if all had gone well before anybody saw something; none without requests. A process that
    /// began a minute ago has not used up what is allowed in hours.
    pub(super) fn failures(&self) -> f64 {
        self.covered * f64::from(self.failed) / f64::from(self.requests.max(1))
    }
}

const fn step(at: Timestamp) -> u64 {
    at.unix_nanos() / STEP.as_nanos() as u64
}
