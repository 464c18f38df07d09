//! Whether the requests of one class are what they should be.

use std::time::Duration;

use otel_core::{AlertLevel, Timestamp};

use super::issue::PerformanceIssue;
use super::ring::{Cell, Ring, STEP};
use crate::conventions::performance::{ERRORS, FAST_SHARE, SLOW_MEAN, SLOW_TAIL};
use crate::labels::{IssueKind, RequestOutcome, RouteClass};

/// The requests of one class, and what is wrong with them.
#[derive(Debug)]
pub(super) struct Watch {
    route: RouteClass,
    ring: Ring,
    open: [Option<PerformanceIssue>; IssueKind::ALL.len()],
}

/// What became of an issue.
#[derive(Debug)]
pub(super) enum Change {
    /// It was not there before.
    Began(PerformanceIssue),
    /// It is not there any more: the figures it ended with.
    Ended(PerformanceIssue),
}

/// The short window, in cells: a minute.
const SHORT: u64 = 6;
/// The long window, in cells: five minutes, for classes with few requests.
const LONG: u64 = 30;
/// The fewest requests that say something.
const FEWEST: u32 = 30;
/// What is wrong ends at this share of its limit.
const CLEAR: f64 = 0.8;

impl Watch {
    pub(super) fn new(route: RouteClass) -> Self {
        Self { route, ring: Ring::new(), open: [None; IssueKind::ALL.len()] }
    }

    pub(super) fn take_in(&mut self, outcome: RequestOutcome, took: Duration, at: Timestamp) -> bool {
        self.ring.take_in(outcome, took, at)
    }

    /// What is wrong, as far as it was last judged.
    pub(super) fn issues(&self) -> impl Iterator<Item = PerformanceIssue> {
        self.open.iter().flatten().copied()
    }

    /// Looks at what was seen up to now, and says what changed.
    pub(super) fn judge(&mut self, now: Timestamp) -> [Option<Change>; IssueKind::ALL.len()] {
        let (short, long) = (self.ring.last(SHORT, now), self.ring.last(LONG, now));
        let mut changes = [const { None }; IssueKind::ALL.len()];
        for ((kind, open), change) in IssueKind::ALL.iter().zip(&mut self.open).zip(&mut changes) {
            let of = |cells, seen: &Cell, since| issue(*kind, self.route, cells, seen, since);
            match open {
                Some(issue) if is_over(*kind, &short, &long) => {
                    *change = Some(Change::Ended(of(SHORT, &short, issue.since)));
                    *open = None;
                }
                // Too few to say something new: it is as it was.
                Some(issue) if short.requests() >= FEWEST => *issue = of(SHORT, &short, issue.since),
                Some(_) => {}
                None => {
                    let began = if is_beyond_chance(*kind, &short) {
                        Some(of(SHORT, &short, now))
                    } else if is_beyond_chance(*kind, &long) && exceeds(*kind, &short, 1.0) {
                        // Long enough to be sure, and not over yet.
                        Some(of(LONG, &long, now))
                    } else {
                        None
                    };
                    *change = began.map(Change::Began);
                    *open = began;
                }
            }
        }
        changes
    }
}

/// Whether what was wrong is better, or nobody asks any more.
fn is_over(kind: IssueKind, short: &Cell, long: &Cell) -> bool {
    long.requests() == 0 || (short.requests() >= FEWEST && !exceeds(kind, short, CLEAR))
}

/// Whether the limit is exceeded, were it so much of itself.
fn exceeds(kind: IssueKind, seen: &Cell, factor: f64) -> bool {
    let requests = f64::from(seen.requests());
    match share(kind, seen) {
        Some((count, limit)) => count > factor * limit * requests,
        None => seen.mean() > factor * SLOW_MEAN,
    }
}

/// Whether the limit is exceeded by enough requests to rule out that it is by chance: by three standard deviations of a
/// count whose mean is the limit.
fn is_beyond_chance(kind: IssueKind, seen: &Cell) -> bool {
    let requests = f64::from(seen.requests());
    let exceeds = match share(kind, seen) {
        Some((count, limit)) => {
            let expected = limit * requests;
            count > expected + 3.0 * (expected * (1.0 - limit)).sqrt()
        }
        None => seen.mean() > SLOW_MEAN,
    };
    exceeds && seen.requests() >= FEWEST
}

/// How many requests are what they should not be, and the share that may be; `None`, when it is not about shares.
fn share(kind: IssueKind, seen: &Cell) -> Option<(f64, f64)> {
    match kind {
        IssueKind::SlowMean => None,
        IssueKind::SlowTail => Some((seen.slow().into(), 1.0 - FAST_SHARE)),
        IssueKind::Errors => Some((seen.failed().into(), ERRORS)),
    }
}

fn issue(kind: IssueKind, route: RouteClass, cells: u64, seen: &Cell, since: Timestamp) -> PerformanceIssue {
    let requests = u64::from(seen.requests());
    let (value, limit) = match kind {
        IssueKind::SlowMean => (seen.mean(), SLOW_MEAN),
        IssueKind::SlowTail => (seen.tail(), SLOW_TAIL),
        IssueKind::Errors => (f64::from(seen.failed()) / requests.max(1) as f64, ERRORS),
    };
    let level = if kind == IssueKind::Errors { AlertLevel::Critical } else { AlertLevel::High };
    let window = STEP.saturating_mul(u32::try_from(cells).unwrap_or(u32::MAX));
    PerformanceIssue { kind, route, level, value, limit, requests, window, since }
}
