//! The requests of the last minutes, by their own time.

use std::time::Duration;

use otel_core::Timestamp;

use super::hours::Hours;
use crate::conventions::performance::BOUNDS;
use crate::labels::{RequestOutcome, Unjudged};

/// What one cell is long.
pub(super) const STEP: Duration = Duration::from_secs(10);
/// Six minutes: the longest window, and one more for those that are late.
const CELLS: usize = 36;

/// A request as it is judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    pub(super) outcome: RequestOutcome,
    pub(super) took: Duration,
    /// It took longer than 99 of 100 should.
    pub(super) is_slow: bool,
    pub(super) at: Timestamp,
}

/// The requests of the last six minutes, in cells of ten seconds, and how many failed in the last six hours.
///
/// Time goes by the clock of the pipeline. Where there is none, it goes by the requests, and by whoever looks at them: a
/// request that is far ahead of both is not believed either.
#[derive(Debug)]
pub(super) struct Ring {
    cells: [Cell; CELLS],
    hours: Hours,
    /// The newest that was taken in.
    newest: u64,
    /// When somebody looked last.
    looked: u64,
    ahead: Duration,
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
    pub(super) fn new(ahead: Duration) -> Self {
        Self { cells: [Cell::default(); CELLS], hours: Hours::new(), newest: 0, looked: 0, ahead }
    }

    /// Takes a request in, unless its time is wrong. `now` is what the clock of the pipeline says, if there is one.
    pub(super) fn take_in(&mut self, request: &Request, now: Option<Timestamp>) -> Result<(), Unjudged> {
        let step = self.step_of(request.at, now)?;
        self.newest = self.newest.max(step);
        let cells = CELLS as u64;
        if self.newest - step >= cells {
            return Err(Unjudged::Late);
        }
        if let Some(cell) = self.cells.get_mut((step % cells) as usize) {
            // What is there is of another round: older, or from before the clock was set back.
            if cell.step != step {
                *cell = Cell { step, ..Cell::default() };
            }
            cell.take_in(request);
        }
        self.hours.take_in(Timestamp::from_unix_nanos(step * NANOS), request.outcome);
        Ok(())
    }

    /// In which ten seconds a request was.
    fn step_of(&mut self, at: Timestamp, now: Option<Timestamp>) -> Result<u64, Unjudged> {
        if let Some(now) = now {
            if at > now.after(self.ahead) {
                return Err(Unjudged::Future);
            }
            // A clock that was set back is right, and what was taken in before is not newer than now.
            self.newest = self.newest.min(step(now));
            return Ok(step(at.min(now)));
        }
        let latest = self.newest.max(self.looked);
        if latest > 0 && step(at) > latest + self.steps_ahead() {
            return Err(Unjudged::Future);
        }
        Ok(step(at))
    }

    /// Somebody looks, who knows what time it is where no clock does: what is further ahead cannot be.
    pub(super) fn looked_at(&mut self, now: Timestamp) {
        self.looked = step(now);
        if self.newest > self.looked + self.steps_ahead() {
            self.newest = self.looked;
        }
    }

    fn steps_ahead(&self) -> u64 {
        self.ahead.as_secs().div_ceil(STEP.as_secs())
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

    /// What was seen in hours.
    pub(super) fn hours(&self) -> &Hours {
        &self.hours
    }
}

impl Cell {
    fn take_in(&mut self, request: &Request) {
        let seconds = request.took.as_secs_f64();
        let micros = u64::try_from(request.took.as_micros()).unwrap_or(u64::MAX);
        self.micros = self.micros.saturating_add(micros);
        self.requests = self.requests.saturating_add(1);
        self.failed = self.failed.saturating_add((request.outcome == RequestOutcome::Failed).into());
        self.slow = self.slow.saturating_add(request.is_slow.into());
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

const NANOS: u64 = STEP.as_nanos() as u64;

const fn step(at: Timestamp) -> u64 {
    at.unix_nanos() / NANOS
}
