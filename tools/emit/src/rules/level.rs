//! How good or bad things are at a step of a test, and the numbers that stand for it.

use otel_core::{Breach, Limit};

/// How things are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Far on the good side of the limit.
    Good,
    /// Far on the bad side.
    Bad,
    /// Beyond the limit of the way back, and not beyond the limit.
    Between,
    /// Just on the good side of the limit.
    Within,
    /// Just on the bad side.
    Beyond,
    /// Just on the good side of the limit of the way back.
    Cleared,
    /// Nothing happens.
    Nothing,
    /// As few events as do not count, all of them bad.
    Few,
    /// One more than that.
    Enough,
    /// What is usual, from below.
    Low,
    /// What is usual, from above.
    High,
    /// The series are not there.
    Gone,
}

/// What numbers a value can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// From 0 to 1.
    Share,
    /// Any.
    Free,
}

/// What is far from a limit is this share of the way to where values end, or of the limit.
const FAR: f64 = 0.5;

/// What is near a limit is this far from it, in shares of the limit or of the way back.
const NEAR: f64 = 0.05;

/// The value that is as good or bad as this level says.
///
/// `None` when there is no such value: nothing is between equal limits, and no share is below nothing.
pub(super) fn value(limit: &Limit, level: Level, range: Range) -> Option<f64> {
    let Limit { at, clear_at, .. } = *limit;
    let above = limit.breach == Breach::Above;
    let found = match (level, above) {
        // Nearer to the way back than to the limit.
        (Level::Between, _) if limit.has_hysteresis() => clear_at + (at - clear_at) * NEAR,
        (Level::Cleared, true) => clear_at - (at - clear_at) * NEAR,
        (Level::Cleared, false) => clear_at + (clear_at - at) * NEAR,
        (Level::Bad, true) => more(at, range),
        (Level::Bad, false) => less(at),
        (Level::Beyond, true) | (Level::Within, false) => at + near(at, range),
        // Nothing is less than no share, and nothing itself is not beyond it.
        (Level::Within, true) if at == 0.0 => 0.0,
        (Level::Beyond, false) | (Level::Within, true) => at - near(at, range),
        // All is good at the very limit.
        (Level::Good, true) if clear_at == 0.0 => 0.0,
        (Level::Good, true) => less(clear_at),
        (Level::Good, false) if range == Range::Share && clear_at >= 1.0 => 1.0,
        (Level::Good, false) => more(clear_at, range),
        _ => return None,
    };
    is(limit, level, found).then_some(found)
}

/// Whether a value is as good or bad as this level says.
pub(super) fn is(limit: &Limit, level: Level, value: f64) -> bool {
    let (fires, goes_on) = (limit.is_breached_by(value, false), limit.is_breached_by(value, true));
    match level {
        Level::Bad => fires && goes_on,
        Level::Good | Level::Cleared => !fires && !goes_on,
        Level::Between => !fires && goes_on,
        Level::Within => !fires,
        Level::Beyond => fires,
        _ => false,
    }
}

/// How far from its limit a value is that is near it.
pub(super) fn near(limit: f64, range: Range) -> f64 {
    match range {
        Range::Share if limit > 0.0 && limit < 1.0 => NEAR * limit.min(1.0 - limit),
        _ if limit == 0.0 => NEAR,
        _ => NEAR * limit.abs(),
    }
}

fn more(than: f64, range: Range) -> f64 {
    match range {
        Range::Share if than < 1.0 => than + (1.0 - than) * FAR,
        _ if than == 0.0 => 2.0 * FAR,
        _ => than + 2.0 * FAR * than.abs(),
    }
}

fn less(than: f64) -> f64 {
    if than == 0.0 { -2.0 * FAR } else { than - FAR * than.abs() }
}
