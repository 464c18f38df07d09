//! Records stamped by a clock that is not good enough.

use std::time::Duration;

use super::evidence::Evidence;
use super::fact::MarketFact;
use super::flag::Flag;
use crate::conventions::flags as rules;

/// How good a business clock has to be, by what it is used for: the tables in the annex of Reg. (EU) 2017/574.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClockTier {
    /// A venue whose gateway-to-gateway latency is more than a millisecond (table 1).
    SlowVenue,
    /// A venue whose gateway-to-gateway latency is a millisecond or less (table 1).
    FastVenue,
    /// A member's activity with a high-frequency algorithmic trading technique (table 2).
    HighFrequency,
    /// A member's activity by voice, by requests for quotes that a person answers, or by negotiation (table 2).
    Manual,
    /// Any other activity of a member (table 2).
    Other,
}

impl ClockTier {
    /// The furthest it may be from UTC.
    pub const fn max_divergence(self) -> Duration {
        match self {
            Self::FastVenue | Self::HighFrequency => Duration::from_micros(100),
            Self::SlowVenue | Self::Other => Duration::from_millis(1),
            Self::Manual => Duration::from_secs(1),
        }
    }

    /// The largest step between two stamps.
    pub const fn max_granularity(self) -> Duration {
        match self {
            Self::FastVenue | Self::HighFrequency => Duration::from_micros(1),
            Self::SlowVenue | Self::Other => Duration::from_millis(1),
            Self::Manual => Duration::from_secs(1),
        }
    }
}

/// Flags every record whose clock may have been too far from UTC, or whose steps are too large.
#[derive(Clone, Copy, Debug)]
pub struct ClockDivergence {
    tier: ClockTier,
    unbounded: u64,
}

impl ClockDivergence {
    /// A detector for this activity.
    pub const fn new(tier: ClockTier) -> Self {
        Self { tier, unbounded: 0 }
    }

    /// The records so far that did not say how good their clock was.
    pub const fn unbounded(&self) -> u64 {
        self.unbounded
    }

    /// Looks at one fact. The divergence is what was measured and what that measurement may be wrong by, together.
    pub fn observe(&mut self, fact: &MarketFact) -> Option<Flag> {
        if fact.clock.is_none() {
            self.unbounded += 1;
        }
        judge(self.tier, fact)
    }

    pub(super) const fn tier(&self) -> ClockTier {
        self.tier
    }
}

/// Whether the clock of one fact was good enough for a tier.
pub(super) fn judge(tier: ClockTier, fact: &MarketFact) -> Option<Flag> {
    let reading = fact.clock?;
    let divergence = reading.offset.saturating_add(reading.error_bound);
    let (max_divergence, max_granularity) = (tier.max_divergence(), tier.max_granularity());
    let granularity = reading.granularity;
    if divergence <= max_divergence && granularity <= max_granularity {
        return None;
    }
    let evidence = Evidence::ClockDivergence { divergence, max_divergence, granularity, max_granularity };
    Some(Flag::new(&rules::CLOCK_DIVERGENCE, fact, fact.at, evidence))
}
