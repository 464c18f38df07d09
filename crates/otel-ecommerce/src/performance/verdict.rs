//! What the figures of a class say: pure logic.

use std::time::Duration;

use otel_core::{Burn, Timestamp};

use super::hours::Tally;
use super::ring::{Cell, Ring, STEP};
use super::settings::RouteLimits;
use crate::conventions::performance::FAST_SHARE;
use crate::labels::IssueKind;

/// The requests of the last minutes, and what they are held against.
#[derive(Debug)]
pub(super) struct Figures<'a> {
    short: Cell,
    long: Cell,
    ring: &'a Ring,
    limits: &'a RouteLimits,
    now: Timestamp,
}

/// What is said of one kind of issue.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verdict {
    Wrong(Measured),
    /// It is better, or nobody asks any more.
    Over(Measured),
    /// Neither is sure.
    Unsure,
}

/// The figures that say so.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    pub(super) value: f64,
    pub(super) limit: f64,
    pub(super) requests: u64,
    pub(super) window: Duration,
}

/// The short window, in cells: a minute.
const SHORT: u64 = 6;
/// The long window, in cells: five minutes, for classes with few requests, and for what exceeds a limit by little.
const LONG: u64 = 30;
/// The fewest requests that say something.
const FEWEST: u32 = 30;
/// The fewest of the long window that hold the limit itself against it, as the rules of the alert machine do.
const ENOUGH: u32 = 100;
/// The same for the slowest of a hundred: of fewer, two that are slow by chance would be nearly one in a hundred.
const ENOUGH_OF_SLOW: u32 = 300;
/// What is wrong ends at this share of its limit.
const CLEAR: f64 = 0.8;
/// How many standard deviations of a count rule out that it is by chance.
const SIGMAS: f64 = 3.0;
/// The fewest requests of hours, as the rule of the alert machine has it.
const ENOUGH_OF_HOURS: u32 = 1_000;

impl<'a> Figures<'a> {
    pub(super) fn new(ring: &'a Ring, limits: &'a RouteLimits, now: Timestamp) -> Self {
        Self { short: ring.last(SHORT, now), long: ring.last(LONG, now), ring, limits, now }
    }

    /// Whether the long window alone exceeds the limit, and the short one does not say that it is over.
    pub(super) fn is_beyond_limit(&self, kind: IssueKind) -> bool {
        let enough = if kind == IssueKind::SlowTail { ENOUGH_OF_SLOW } else { ENOUGH };
        self.long.requests() >= enough && self.exceeds(kind, &self.long, 1.0) && !self.is_well(kind)
    }

    /// What is said of a kind of which there was none: it begins.
    pub(super) fn begins(&self, kind: IssueKind, has_lasted: bool) -> Verdict {
        if kind == IssueKind::ErrorBudget {
            return self.burning(1.0).map_or(Verdict::Unsure, Verdict::Wrong);
        }
        if self.is_beyond_chance(kind, &self.short) {
            return Verdict::Wrong(self.measured(kind, SHORT));
        }
        // Long enough to be sure, and not over yet.
        let is_sure = self.is_beyond_chance(kind, &self.long) && self.exceeds(kind, &self.short, 1.0);
        if is_sure || has_lasted { Verdict::Wrong(self.measured(kind, LONG)) } else { Verdict::Unsure }
    }

    /// What is said of a kind that there is: it goes on, or it is over.
    pub(super) fn goes_on(&self, kind: IssueKind) -> Verdict {
        if kind == IssueKind::ErrorBudget {
            return self.burning(CLEAR).map_or_else(|| Verdict::Over(self.burns(PAIRS[0])), Verdict::Wrong);
        }
        let tells = self.short.requests() >= FEWEST;
        let long_is_well = !self.exceeds(kind, &self.long, CLEAR);
        let short_shows_it = tells && self.exceeds(kind, &self.short, CLEAR);
        if self.is_well(kind) || (long_is_well && !short_shows_it) {
            return Verdict::Over(self.measured(kind, if tells { SHORT } else { LONG }));
        }
        Verdict::Wrong(self.measured(kind, if short_shows_it { SHORT } else { LONG }))
    }

    /// Whether the short window alone says that nothing is wrong: a mean that is clearly less, or a share that is less by
    /// more than chance. What wavers around its limit is for the long window to say.
    fn is_well(&self, kind: IssueKind) -> bool {
        let requests = f64::from(self.short.requests());
        let is_less = match self.share(kind, &self.short) {
            Some((count, limit)) => {
                let expected = limit * requests;
                count < expected - SIGMAS * (expected * (1.0 - limit)).sqrt()
            }
            None => !self.exceeds(kind, &self.short, CLEAR),
        };
        is_less && self.short.requests() >= FEWEST
    }

    /// Whether the limit is exceeded, were it so much of itself.
    fn exceeds(&self, kind: IssueKind, seen: &Cell, factor: f64) -> bool {
        match self.share(kind, seen) {
            Some((count, limit)) => count > factor * limit * f64::from(seen.requests()),
            None => seen.mean() > factor * self.limits.mean,
        }
    }

    /// Whether the limit is exceeded by enough requests to rule out that it is by chance: by three standard deviations of
    /// a count whose mean is the limit.
    fn is_beyond_chance(&self, kind: IssueKind, seen: &Cell) -> bool {
        let exceeds = match self.share(kind, seen) {
            Some((count, limit)) => {
                let expected = limit * f64::from(seen.requests());
                count > expected + SIGMAS * (expected * (1.0 - limit)).sqrt()
            }
            None => seen.mean() > self.limits.mean,
        };
        exceeds && seen.requests() >= FEWEST
    }

    /// How many requests are what they should not be, and the share that may be; `None`, when it is not about shares.
    fn share(&self, kind: IssueKind, seen: &Cell) -> Option<(f64, f64)> {
        match kind {
            IssueKind::SlowMean => None,
            IssueKind::SlowTail => Some((seen.slow().into(), 1.0 - FAST_SHARE)),
            IssueKind::Errors | IssueKind::ErrorBudget => Some((seen.failed().into(), self.limits.errors)),
        }
    }

    fn measured(&self, kind: IssueKind, cells: u64) -> Measured {
        let seen = if cells == SHORT { &self.short } else { &self.long };
        let (value, limit) = match kind {
            IssueKind::SlowMean => (seen.mean(), self.limits.mean),
            IssueKind::SlowTail => (seen.tail(), self.limits.tail),
            IssueKind::Errors | IssueKind::ErrorBudget => {
                (f64::from(seen.failed()) / f64::from(seen.requests().max(1)), self.limits.errors)
            }
        };
        let window = STEP.saturating_mul(u32::try_from(cells).unwrap_or(u32::MAX));
        Measured { value, limit, requests: seen.requests().into(), window }
    }

    /// The budget that burns faster than so much of a factor, in both windows of a pair.
    fn burning(&self, share: f64) -> Option<Measured> {
        let pair = PAIRS.into_iter().find(|(long, short, factor)| {
            let is_too_fast = |seen: Tally| self.rate(seen) > share * factor;
            let long = self.seen_in(*long);
            long.requests >= ENOUGH_OF_HOURS && is_too_fast(long) && is_too_fast(self.seen_in(*short))
        })?;
        Some(self.burns(pair))
    }

    fn burns(&self, (long, _, factor): (Duration, Duration, f64)) -> Measured {
        let seen = self.seen_in(long);
        Measured { value: self.rate(seen), limit: factor, requests: seen.requests.into(), window: long }
    }

    /// How many times as fast as allowed requests fail.
    fn rate(&self, seen: Tally) -> f64 {
        seen.failures() / (1.0 - self.limits.objective)
    }

    fn seen_in(&self, window: Duration) -> Tally {
        self.ring.hours().last(window, self.now)
    }
}

/// 2 % of the budget of 30 days in an hour, or 5 % in six: the pairs of windows of the workbook on site reliability
/// engineering, by which the rule of the alert machine goes too.
const PAIRS: [(Duration, Duration, f64); 2] = Burn::Fast.windows();
