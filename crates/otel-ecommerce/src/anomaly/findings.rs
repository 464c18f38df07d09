//! What was found about one payment.

use otel_core::{AlertLevel, Label};

use super::finding::Finding;
use crate::labels::{FraudDecision, RuleName};

/// What was found about one payment, and what is to be done with it: at most [`Findings::CAP`] findings, in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Findings {
    found: [Option<Finding>; Self::CAP],
    decision: FraudDecision,
}

impl Findings {
    /// The most findings there can be: no detector finds more than two things about a payment.
    pub const CAP: usize = 8;

    /// Nothing was found.
    pub(super) const NONE: Self = Self { found: [None; Self::CAP], decision: FraudDecision::Allow };

    /// The findings, in the order of the detectors.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.found.iter().flatten()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The worst; the first one of equally bad ones.
    pub fn worst(&self) -> Option<&Finding> {
        // `max_by_key` prefers the last of equals.
        self.found.iter().rev().flatten().max_by_key(|finding| finding.rule.level)
    }

    /// Whether this rule was met.
    pub fn met(&self, rule: RuleName) -> bool {
        self.iter().any(|finding| finding.rule.name == rule)
    }

    /// What is to be done with the payment.
    pub const fn decision(&self) -> FraudDecision {
        self.decision
    }

    pub(super) fn add(&mut self, finding: Option<Finding>) {
        let free = self.found.iter_mut().find(|place| place.is_none());
        if let (Some(finding), Some(free)) = (finding, free) {
            *free = Some(finding);
        }
    }

    /// The same, with the strictest of what is to be done about each of them.
    pub(super) fn decided(mut self, decisions: &Decisions) -> Self {
        let each = self.iter().map(|finding| decisions.of(finding));
        self.decision = each.max_by_key(|decision| decision.index()).unwrap_or(FraudDecision::Allow);
        self
    }
}

/// What is to be done about findings, by how bad they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decisions {
    /// About what nobody notices yet. Default: let it pass.
    pub low: FraudDecision,
    /// About what costs some work. Default: let the payer prove who they are.
    pub medium: FraudDecision,
    /// About what puts money at risk. Default: let a person look at it, for no rule alone is good enough to turn
    /// customers away.
    pub high: FraudDecision,
    /// About what loses money now. Default: stop it.
    pub critical: FraudDecision,
    /// About a payment that has nothing but its terminal in common with guessed cards, whatever their level. Default: let
    /// the payer prove who they are, which who guesses cannot, and who happens to shop there can.
    pub bystander: FraudDecision,
}

impl Default for Decisions {
    fn default() -> Self {
        Self {
            low: FraudDecision::Allow,
            medium: FraudDecision::Challenge,
            high: FraudDecision::Review,
            critical: FraudDecision::Block,
            bystander: FraudDecision::Challenge,
        }
    }
}

impl Decisions {
    const fn of(&self, finding: &Finding) -> FraudDecision {
        if finding.is_of_others() {
            return self.bystander;
        }
        match finding.rule.level {
            AlertLevel::Low => self.low,
            AlertLevel::Medium => self.medium,
            AlertLevel::High => self.high,
            // A level that is new here is not one to be taken lightly.
            _ => self.critical,
        }
    }
}
