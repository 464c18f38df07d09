//! A flag, and the rule it was raised by.

use otel_core::{AlertLevel, Timestamp};

use super::evidence::Evidence;
use super::fact::{Listing, MarketFact, Party};
use super::keys::OrderKey;
use crate::labels::FlagKind;

/// A surveillance rule, as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlagRule {
    /// What it is called.
    pub kind: FlagKind,
    /// It changes when the same facts could get another answer: `security_rule.version`.
    pub version: u32,
    /// How bad what it finds is.
    pub level: AlertLevel,
    /// Where it comes from: the provision that describes the practice or sets the limit.
    pub reference: &'static str,
    /// What it looks for.
    pub description: &'static str,
}

impl FlagRule {
    /// A rule, in its first version.
    pub const fn new(
        kind: FlagKind,
        level: AlertLevel,
        reference: &'static str,
        description: &'static str,
    ) -> Self {
        Self { kind, version: 1, level, reference, description }
    }
}

/// A reason to look at what somebody did.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Flag {
    /// The rule that was met.
    pub rule: &'static FlagRule,
    /// How bad it is: the level of the rule, or less when it could not be determined.
    pub level: AlertLevel,
    /// When what was seen began.
    pub since: Timestamp,
    /// When the fact happened that completed it.
    pub at: Timestamp,
    /// What was traded, and where.
    pub listing: Listing,
    /// Who did it.
    pub party: Party,
    /// The order of the fact that completed it.
    pub order: OrderKey,
    /// What was seen.
    pub evidence: Evidence,
}

impl Flag {
    pub(in crate::compliance) const fn new(
        rule: &'static FlagRule,
        fact: &MarketFact,
        since: Timestamp,
        evidence: Evidence,
    ) -> Self {
        Self {
            rule,
            level: rule.level,
            since,
            at: fact.at,
            listing: fact.listing,
            party: fact.party,
            order: fact.order,
            evidence,
        }
    }

    pub(super) const fn at_level(self, level: AlertLevel) -> Self {
        Self { level, ..self }
    }
}
