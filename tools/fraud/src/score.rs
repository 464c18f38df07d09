//! How well a world was judged, by rule.

use otel_ecommerce::anomaly::Findings;
use otel_ecommerce::labels::RuleName;

use crate::world::{Scenario, Transaction};

/// What is scored: a rule, or several of which one is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judge {
    /// What the table calls it.
    pub name: &'static str,
    /// The rules.
    pub rules: &'static [RuleName],
}

/// Everything that is scored, in the order of the table.
pub const JUDGES: [Judge; 11] = [
    Judge { name: "amount over limit", rules: &[RuleName::AmountOverLimit] },
    Judge { name: "amount unusual", rules: &[RuleName::AmountUnusual] },
    Judge { name: "amount of frauds", rules: &[RuleName::AmountOfFrauds] },
    Judge { name: "all amount rules", rules: AMOUNT_RULES },
    Judge { name: "labelled fraud", rules: &[RuleName::LabelledFraud] },
    Judge { name: "payment velocity", rules: &[RuleName::PaymentVelocity] },
    Judge { name: "impossible travel", rules: &[RuleName::ImpossibleTravel] },
    Judge { name: "card testing", rules: &[RuleName::CardTesting] },
    Judge { name: "card enumeration", rules: &[RuleName::CardEnumeration] },
    Judge { name: "excessive declines", rules: &[RuleName::ExcessiveDeclines] },
    Judge { name: "all", rules: RuleName::ALL },
];

const AMOUNT_RULES: &[RuleName] =
    &[RuleName::AmountOverLimit, RuleName::AmountUnusual, RuleName::AmountOfFrauds];

/// What was counted of a world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scores {
    total: Tally,
    by_judge: [Tally; JUDGES.len()],
}

/// Payments, by what they were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Frauds by amount.
    pub amount: u64,
    /// Frauds at compromised terminals.
    pub terminal: u64,
    /// Frauds of compromised customers.
    pub customer: u64,
    /// What was no fraud.
    pub genuine: u64,
}

impl Scores {
    pub(crate) fn take(&mut self, transaction: &Transaction, findings: &Findings) {
        self.total.count(transaction);
        for (judge, tally) in JUDGES.iter().zip(&mut self.by_judge) {
            if judge.rules.iter().any(|rule| findings.met(*rule)) {
                tally.count(transaction);
            }
        }
    }

    /// All payments that were scored.
    pub const fn total(&self) -> &Tally {
        &self.total
    }

    /// What each judge found.
    pub fn found(&self) -> impl Iterator<Item = (&'static Judge, Found)> {
        JUDGES
            .iter()
            .zip(&self.by_judge)
            .map(|(judge, found)| (judge, Found { found: *found, of: self.total }))
    }

    /// What the judge of this name found.
    pub fn of(&self, name: &str) -> Option<Found> {
        self.found().find(|(judge, _)| judge.name == name).map(|(_, found)| found)
    }
}

impl Tally {
    fn count(&mut self, transaction: &Transaction) {
        *match transaction.fraud {
            Some(Scenario::Amount) => &mut self.amount,
            Some(Scenario::Terminal) => &mut self.terminal,
            Some(Scenario::Customer) => &mut self.customer,
            None => &mut self.genuine,
        } += 1;
    }

    /// All of them.
    pub const fn payments(&self) -> u64 {
        self.frauds() + self.genuine
    }

    /// All frauds.
    pub const fn frauds(&self) -> u64 {
        self.amount + self.terminal + self.customer
    }
}

/// What was found, of what there was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// What was found.
    pub found: Tally,
    /// What there was.
    pub of: Tally,
}

impl Found {
    /// The share of what was found that was fraud of any kind.
    pub fn precision(&self) -> f64 {
        share(self.found.frauds(), self.found.payments())
    }

    /// The share of all frauds that was found.
    pub fn recall(&self) -> f64 {
        share(self.found.frauds(), self.of.frauds())
    }

    /// The share of frauds by amount that was found.
    pub fn recall_amount(&self) -> f64 {
        share(self.found.amount, self.of.amount)
    }

    /// The share of frauds at compromised terminals that was found.
    pub fn recall_terminal(&self) -> f64 {
        share(self.found.terminal, self.of.terminal)
    }

    /// The share of frauds of compromised customers that was found.
    pub fn recall_customer(&self) -> f64 {
        share(self.found.customer, self.of.customer)
    }

    /// The share of frauds that amounts can show: those by amount, and those of compromised customers.
    pub fn recall_of_amounts(&self) -> f64 {
        share(self.found.amount + self.found.customer, self.of.amount + self.of.customer)
    }

    /// The false alarms in 10,000 payments.
    pub fn false_alarms(&self) -> f64 {
        share(self.found.genuine, self.of.payments()) * 10_000.0
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
