//! All detectors in one, without telemetry: what one lock is for.

use std::time::Duration;

use otel_core::Timestamp;

use super::amount::Amounts;
use super::card_testing::CardTesting;
use super::feedback::Feedback;
use super::finding::Finding;
use super::findings::{Decisions, Findings};
use super::movements::Movements;
use super::refusal::PaymentError;
use super::settings::{AnomalySettings, FutureTolerance};
use super::velocity::Paces;
use crate::labels::{EntityType, FraudLabel};
use crate::payment::{Payment, PaymentOutcome};

/// Every detector of payments, and the time they are at: pure logic, which is told the time by payments.
#[derive(Debug)]
pub(super) struct Detectors {
    amounts: Amounts,
    feedback: Feedback,
    movements: Movements,
    paces: Paces,
    card_testing: CardTesting,
    decisions: Decisions,
    tolerance: Duration,
    newest: Option<Timestamp>,
    told: [Remembered; EntityType::ALL.len()],
    told_late: u64,
}

/// What changed in what is remembered.
#[derive(Clone, Copy, Debug)]
pub(super) struct News {
    /// Of each kind of entity.
    pub(super) entities: [(EntityType, Remembered); EntityType::ALL.len()],
    /// What came too late to be counted.
    pub(super) late: u64,
}

/// How many entities are remembered, and how many were forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Remembered {
    pub(super) entities: i64,
    pub(super) evicted: u64,
}

impl Detectors {
    pub(super) fn new(settings: AnomalySettings) -> Self {
        let FutureTolerance(tolerance) = settings.future;
        Self {
            amounts: Amounts::remembering(settings.amount, settings.users),
            feedback: Feedback::new(settings.feedback),
            movements: Movements::new(settings.travel, settings.users),
            paces: Paces::new(&settings.velocity),
            card_testing: CardTesting::new(settings.card_testing),
            decisions: settings.decisions,
            tolerance,
            newest: None,
            told: [Remembered::default(); EntityType::ALL.len()],
            told_late: 0,
        }
    }

    /// Whether a payment can be judged, at a moment of the pipeline's clock; without telemetry, there is none.
    pub(super) fn check(&self, payment: &Payment<'_>, now: Option<Timestamp>) -> Result<(), PaymentError> {
        PaymentError::check(payment)?;
        let latest = self.newest.max(now).map(|latest| latest.after(self.tolerance));
        match latest.filter(|latest| payment.at > *latest) {
            Some(latest) => Err(PaymentError::Future { beyond: payment.at.since(latest) }),
            None => Ok(()),
        }
    }

    /// Judges a payment that was checked, by what is known before anybody is asked for the money.
    pub(super) fn judge(&mut self, payment: &Payment<'_>) -> Findings {
        self.newest = self.newest.max(Some(payment.at));
        let mut findings = Findings::NONE;
        findings.add(self.amounts.judge_limit(payment));
        findings.add(self.amounts.judge_labelled(payment));
        findings.add(self.amounts.judge(payment));
        findings.add(self.feedback.judge(payment));
        for moved in self.movements.judge(payment, &mut self.paces) {
            findings.add(moved);
        }
        findings.add(self.card_testing.judge_attempt(payment));
        findings.decided(&self.decisions)
    }

    /// Judges what became of a payment that was checked, but for what was found before.
    pub(super) fn judge_answer(
        &mut self,
        payment: &Payment<'_>,
        outcome: PaymentOutcome,
        before: Option<&Findings>,
    ) -> Findings {
        self.newest = self.newest.max(Some(payment.at));
        let is_news = |found: &Finding| before.is_none_or(|before| !before.met(found.rule.name));
        let mut findings = Findings::NONE;
        findings.add(self.card_testing.judge(payment, outcome).filter(is_news));
        findings.decided(&self.decisions)
    }

    /// Takes in what a payment that was checked turned out to be.
    pub(super) fn label(&mut self, payment: &Payment<'_>, label: FraudLabel, findings: Option<&Findings>) {
        self.feedback.label(payment, label);
        self.amounts.label(payment, label, findings.is_some_and(is_of_amount));
    }

    /// What changed since this was asked before.
    pub(super) fn news(&mut self) -> News {
        let mut entities = [EntityType::User, EntityType::Card, EntityType::Device, EntityType::Terminal]
            .map(|entity| (entity, self.remembered(entity)));
        for ((_, news), told) in entities.iter_mut().zip(&mut self.told) {
            let now = *news;
            news.entities -= told.entities;
            news.evicted -= told.evicted;
            *told = now;
        }
        let late = self.paces.late() + self.card_testing.late();
        let news = News { entities, late: late - self.told_late };
        self.told_late = late;
        news
    }

    /// What all detectors remember of a kind of entity.
    fn remembered(&self, entity: EntityType) -> Remembered {
        let (users, gone) = match entity {
            EntityType::User => {
                let (amounts, movements) = (&self.amounts, &self.movements);
                (amounts.users() + movements.users(), amounts.evicted() + movements.evicted())
            }
            _ => (self.feedback.len(entity), self.feedback.evicted(entity)),
        };
        let entities = users + self.paces.known(entity) + self.card_testing.known(entity);
        let evicted = gone + self.paces.evicted(entity) + self.card_testing.evicted(entity);
        Remembered { entities: i64::try_from(entities).unwrap_or(i64::MAX), evicted }
    }

    /// The bytes that everything remembered takes.
    pub(super) fn bytes(&self) -> usize {
        let motion = self.movements.bytes() + self.paces.bytes() + self.card_testing.bytes();
        self.amounts.bytes() + self.feedback.bytes() + motion
    }
}

/// Whether a payment was found because of its amount, and so not taken for a habit.
fn is_of_amount(findings: &Findings) -> bool {
    findings.iter().any(|finding| finding.rule.name.is_of_amount())
}
