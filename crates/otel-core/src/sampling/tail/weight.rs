//! How heavy a trace is: how much more likely it is kept than another.

use std::time::Duration;

use super::facts::{TraceFacts, Worth};
use super::setup::TailSampling;
use crate::sampling::Randomness;

/// Weights are kept in here, so that every priority has a shelf.
const LIGHTEST: f64 = 1.0 / 1024.0;
const HEAVIEST: f64 = (1_u64 << 40) as f64;

/// What is heavier than all others: the first traces of a key, for which there is a place in any case. It takes a
/// buffer full of them until one of them gives way.
const GUARANTEED: f64 = (1_u64 << 16) as f64;

/// A worth above this counts as this, so that sums stay finite.
const MOST_WORTH: f64 = 1e30;

/// The share of what was learnt before that an epoch leaves.
const RETENTION: f64 = 0.5;

/// All thresholds are of 2⁵⁶.
const VALUES: f64 = (1_u64 << 56) as f64;

/// How many of 2⁵⁶ traces a bar leaves out when a trace is this heavy: it keeps the share `weight / bar`.
///
/// It is rounded up: a threshold may be a little higher than what a trace had to pass, but never lower.
pub(super) fn rejected(weight: f64, bar: f64) -> u64 {
    // The cast rounds down, and saturates where the bar is zero.
    (1 << 56) - ((weight / bar).min(1.0) * VALUES) as u64
}

/// The share of traces that is left when so many of 2⁵⁶ are left out.
pub(super) fn share(rejected: u64) -> f64 {
    ((1_u64 << 56).saturating_sub(rejected)).max(1) as f64 / VALUES
}

/// The priority of a trace: it is above a bar exactly when the trace's rank is among the share the bar keeps.
pub(super) fn priority(weight: f64, guaranteed: bool, randomness: Randomness) -> f64 {
    for_a_place(weight, guaranteed) / randomness.rank()
}

/// What a trace weighs when it comes to a place in memory.
pub(super) fn for_a_place(weight: f64, guaranteed: bool) -> f64 {
    if guaranteed { weight * GUARANTEED } else { weight }
}

/// A floor that has fallen: none at all when every trace is above it anyway.
pub(super) fn lowered(floor: f64) -> f64 {
    if floor < LIGHTEST { 0.0 } else { floor }
}

/// What makes a trace heavy.
#[derive(Debug)]
pub(super) struct Scale {
    worth: Worth,
    uniform: f64,
    error_boost: f64,
    slow: Duration,
    slow_boost: f64,
    rare_boost: f64,
    precious: f64,
    /// The mean worth of a trace, as it was when the epoch began; zero while it is not known.
    mean: f64,
    worths: f64,
    traces: f64,
}

impl Scale {
    pub(super) const fn new(setup: &TailSampling) -> Self {
        Self {
            worth: setup.worth,
            uniform: setup.uniform,
            error_boost: setup.error_boost,
            slow: setup.slow,
            slow_boost: setup.slow_boost,
            rare_boost: setup.rare_boost,
            precious: setup.precious,
            mean: 0.0,
            worths: 0.0,
            traces: 0.0,
        }
    }

    /// How heavy a trace is.
    pub(super) fn weigh(&self, facts: &TraceFacts, rare: bool) -> f64 {
        // Where nothing is worth anything, all are worth the same.
        let relative = if self.mean > 0.0 { self.worth(facts) / self.mean } else { 1.0 };
        let mut weight = (1.0 - self.uniform) * relative + self.uniform;
        if facts.error {
            weight *= self.error_boost;
        }
        if facts.duration >= self.slow {
            weight *= self.slow_boost;
        }
        if rare {
            weight *= self.rare_boost;
        }
        weight.clamp(LIGHTEST, HEAVIEST)
    }

    /// Whether a trace is one of those that are all kept for as long as the budget for them lasts.
    pub(super) fn is_notable(&self, facts: &TraceFacts) -> bool {
        facts.error || facts.duration >= self.slow || self.worth(facts) >= self.precious
    }

    /// Learns what a trace was worth that speaks for `count` traces.
    pub(super) fn learn(&mut self, facts: &TraceFacts, count: f64) {
        self.worths += self.worth(facts) * count;
        self.traces += count;
    }

    fn worth(&self, facts: &TraceFacts) -> f64 {
        let worth = (self.worth)(facts);
        // Neither is a negative number a worth, nor what is not a number.
        if worth > 0.0 { worth.min(MOST_WORTH) } else { 0.0 }
    }

    /// Another epoch begins. Only then does the mean change: within one, a weight is a function of the trace alone.
    pub(super) fn turn(&mut self) {
        if self.traces > 0.0 {
            self.mean = self.worths / self.traces;
        }
        self.worths *= RETENTION;
        self.traces *= RETENTION;
    }
}
