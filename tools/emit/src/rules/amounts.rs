//! The numbers that stand for good and bad, from those of the rule.

use std::time::Duration;

use otel_core::{AlertRule, Breach, Burn, Condition, Limit, NoData};

use super::level::{self, Level, Range};
use crate::problem::Problem;

/// What happens in a step, for each level.
#[derive(Clone, Copy, Debug)]
pub(super) enum Amounts {
    /// The first number is judged itself.
    Value { limit: Limit, range: Range },
    /// The first number adds up, and its growth in a second is judged.
    Rate { limit: Limit, seconds: f64 },
    /// The first number is a part of the second.
    Share { limit: Limit, whole: f64, few: Few },
    /// The first number is the sum of as many values as the second says.
    Mean { limit: Limit, count: f64, few: Few },
    /// The first number counts signs of life.
    Beat,
    /// The first number, or what it adds up to in a step, moves around a mean.
    Deviation { usual: f64, around: f64, far: f64 },
}

/// Events that are too few to count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Few {
    events: f64,
    /// They come again after so many steps, so that every window has them and none has more.
    every: u32,
}

impl Few {
    /// How many events a step has.
    fn at(self, level: Level, nth: u32) -> f64 {
        match level {
            _ if !nth.is_multiple_of(self.every) => 0.0,
            Level::Enough => self.events + 1.0,
            _ => self.events,
        }
    }
}

/// Good and bad shares are looked for in up to so many events a step.
const MAX_EVENTS: u64 = 100_000_000;

impl Amounts {
    pub(super) fn of(rule: &AlertRule, step: Duration) -> Result<Self, Problem> {
        let untestable = |why: &str| Problem::Untestable { rule: rule.name, why: why.to_owned() };
        let steps = |window: Duration| (window.as_secs_f64() / step.as_secs_f64()).max(1.0);
        // What is held without data must not end before that, because there are too few events in the last step.
        let enough_in = |window| if rule.no_data == NoData::Hold { 1.0 } else { steps(window) };
        let least = |events: u64, window| (2.0 * events as f64 / enough_in(window)).ceil().max(10.0);
        // The longer window of a burn rate would add them up, were they to come again.
        let once = |events: u64| Few { events: events.saturating_sub(1) as f64, every: u32::MAX };
        let few = |events: u64, window| Few { every: steps(window) as u32, ..once(events) };
        let amounts = match &rule.condition {
            Condition::Value { limit, series } => {
                let range = if series.metric.unit.code() == "1" { Range::Share } else { Range::Free };
                Self::Value { limit: *limit, range }
            }
            Condition::Rate { limit, .. } => Self::Rate { limit: *limit, seconds: step.as_secs_f64() },
            Condition::Ratio { window, limit, min_events, .. } => {
                Self::share(*limit, least(*min_events, *window), few(*min_events, *window))
                    .ok_or_else(|| untestable("no number of events is on either side of its limit"))?
            }
            Condition::BurnRate { objective, burn, min_events, .. } => {
                let (factor, long) = match burn {
                    Burn::Fast => (6.0, Duration::from_secs(60 * 60)),
                    Burn::Slow => (1.0, Duration::from_secs(24 * 60 * 60)),
                    _ => return Err(Problem::Unknown("a burn rate")),
                };
                let limit = Limit::above(factor * (1.0 - objective));
                Self::share(limit, least(*min_events, long), once(*min_events))
                    .ok_or_else(|| untestable("no number of events is on either side of its objective"))?
            }
            Condition::Mean { window, limit, min_events, .. } => {
                let count = least(*min_events, *window);
                Self::Mean { limit: *limit, count, few: few(*min_events, *window) }
            }
            Condition::Absence { .. } => Self::Beat,
            Condition::Deviation { series, sigmas, min_change, .. } => {
                let scale = if series.is_cumulative() { step.as_secs_f64() } else { 1.0 };
                let around = if *min_change > 0.0 { min_change / (2.0 * sigmas.max(1.0)) } else { 1.0 };
                // The rare bad value is part of the baseline of those after it, so it is far beyond.
                let far = 10.0 * (min_change.max(sigmas * around));
                Self::Deviation { usual: 10.0 * around * scale, around: around * scale, far: far * scale }
            }
            Condition::Observed { .. } => Self::Value { limit: Limit::above(0.0), range: Range::Free },
            _ => return Err(Problem::Unknown("a condition")),
        };
        let testable = amounts.at(Level::Bad, 0).is_some() && amounts.at(Level::Good, 0).is_some();
        testable.then_some(amounts).ok_or_else(|| untestable("no value is on either side of its limit"))
    }

    /// Enough events for shares of them to be on either side of the limit, and near it.
    fn share(limit: Limit, least: f64, few: Few) -> Option<Self> {
        let near = level::near(limit.at, Range::Share);
        let mut whole = 10_u64;
        while whole < MAX_EVENTS {
            let amounts = Self::Share { limit, whole: whole as f64, few };
            let way_back = [Level::Between, Level::Cleared].into_iter().filter(|_| limit.has_hysteresis());
            let levels = [Level::Good, Level::Bad, Level::Within, Level::Beyond].into_iter().chain(way_back);
            let tells = |level| {
                let share = amounts.at(level, 0).map(|[part, whole]| part / whole);
                let meant = level::value(&limit, level, Range::Share);
                let pair = share.zip(meant);
                pair.is_some_and(|(share, meant)| {
                    level::is(&limit, level, share) && (share - meant).abs() <= near / 2.0
                })
            };
            if whole as f64 >= least && levels.into_iter().all(tells) {
                return Some(amounts);
            }
            whole *= 10;
        }
        None
    }

    /// The two numbers of a step; nothing where the rule has no such level. `nth` counts the steps of the level.
    pub(super) fn at(&self, level: Level, nth: u32) -> Option<[f64; 2]> {
        Some(match (*self, level) {
            (Self::Value { limit, range }, level) => [level::value(&limit, level, range)?, 0.0],
            (Self::Rate { limit, seconds }, level) => {
                [level::value(&limit, level, Range::Free)? * seconds, 0.0]
            }
            (Self::Share { .. } | Self::Mean { .. }, Level::Nothing) => [0.0, 0.0],
            (Self::Share { limit, few, .. }, Level::Few | Level::Enough) => {
                let events = few.at(level, nth);
                // All of them are bad, or more where a share can be more than everything.
                let bad = level::value(&limit, Level::Bad, Range::Share)?.max(1.0);
                [if limit.breach == Breach::Below { 0.0 } else { bad * events }, events]
            }
            (Self::Share { limit, whole, .. }, level) => {
                [(level::value(&limit, level, Range::Share)? * whole).round(), whole]
            }
            (Self::Mean { limit, few, .. }, Level::Few | Level::Enough) => {
                let events = few.at(level, nth);
                [level::value(&limit, Level::Bad, Range::Free)? * events, events]
            }
            (Self::Mean { limit, count, .. }, level) => {
                [level::value(&limit, level, Range::Free)? * count, count]
            }
            (Self::Beat, Level::Good) => [1.0, 0.0],
            (Self::Beat, Level::Bad) => [0.0, 0.0],
            (Self::Deviation { usual, .. }, Level::Good) => [usual, 0.0],
            (Self::Deviation { usual, around, .. }, Level::Low) => [usual - around, 0.0],
            (Self::Deviation { usual, around, .. }, Level::High) => [usual + around, 0.0],
            (Self::Deviation { usual, far, .. }, Level::Bad) => [usual + far, 0.0],
            _ => return None,
        })
    }

    /// Something that would be noticed if it were counted.
    pub(super) fn decoy(&self) -> f64 {
        match *self {
            Self::Value { limit, .. } => 10.0 * limit.at.abs() + 10.0,
            Self::Rate { limit, seconds } => (10.0 * limit.at.abs() + 10.0) * seconds,
            Self::Share { whole, .. } => 10.0 * whole,
            Self::Mean { count, .. } => 10.0 * count,
            Self::Beat => 1.0,
            Self::Deviation { far, .. } => 10.0 * far,
        }
    }
}
