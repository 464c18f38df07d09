//! The kinds of rules, and the times that suit them.

use std::fmt;
use std::time::Duration;

use fastrand::Rng;

use super::chance::pick;

/// A kind of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Value,
    Rate,
    Ratio,
    Mean,
    FastBurn,
    SlowBurn,
    Absence,
    Deviation,
}

impl Kind {
    /// Those that take longest come first.
    pub(super) const ALL: [Self; 8] = [
        Self::SlowBurn,
        Self::FastBurn,
        Self::Deviation,
        Self::Value,
        Self::Rate,
        Self::Ratio,
        Self::Mean,
        Self::Absence,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Rate => "rate",
            Self::Ratio => "ratio",
            Self::Mean => "mean",
            Self::FastBurn => "fast burn",
            Self::SlowBurn => "slow burn",
            Self::Absence => "absence",
            Self::Deviation => "deviation",
        }
    }

    /// How many suites there are of it; those with long windows take long.
    pub(super) const fn suites(self) -> u64 {
        match self {
            Self::FastBurn | Self::SlowBurn => 2,
            _ => 4,
        }
    }

    /// How often is collected and evaluated, and how many times; long enough for the windows of a burn rate.
    pub(super) fn timing(self, rng: &mut Rng) -> Timing {
        let (interval, evaluation, evaluations) = match self {
            Self::FastBurn => (60, 120, 240),
            Self::SlowBurn => (300, 300, 400),
            _ => {
                let interval = pick(rng, &[10, 15, 30, 60]);
                (interval, pick(rng, &[interval, interval * 2, interval / 2]), 150)
            }
        };
        Timing {
            interval: Duration::from_secs(interval),
            evaluation: Duration::from_secs(evaluation),
            evaluations,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// When series are collected and rules evaluated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timing {
    pub(super) interval: Duration,
    pub(super) evaluation: Duration,
    pub(super) evaluations: u32,
}

impl Timing {
    /// How many points a series has.
    pub(super) fn points(&self) -> usize {
        let points = (self.evaluation * self.evaluations).as_secs() / self.interval.as_secs();
        usize::try_from(points).unwrap_or_default() + 1
    }
}
