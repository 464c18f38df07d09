//! All detectors in one, without telemetry: what one lock is for.

use otel_core::Timestamp;

use super::amount::Amounts;
use super::card_testing::CardTesting;
use super::feedback::Feedback;
use super::finding::Finding;
use super::findings::{Decisions, Findings};
use super::movements::Movements;
use super::present::Present;
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
    future: FutureTolerance,
    present: Present,
    told: [Remembered; EntityType::ALL.len()],
    told_late: u64,
    told_unlearned: u64,
}

/// What changed in what is remembered.
#[derive(Clone, Copy, Debug)]
pub(super) struct News {
    /// Of each kind of entity.
    pub(super) entities: [(EntityType, Remembered); EntityType::ALL.len()],
    /// What came too late to be counted.
    pub(super) late: u64,
    /// What is in currencies of which nothing is learned.
    pub(super) unlearned: u64,
}

/// How many entities are remembered, and how many were forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Remembered {
    pub(super) entities: i64,
    pub(super) evicted: u64,
}

impl Detectors {
    pub(super) fn new(settings: AnomalySettings) -> Self {
        Self {
            amounts: Amounts::remembering(settings.amount, settings.users),
            feedback: Feedback::new(settings.feedback),
            movements: Movements::new(settings.travel, settings.users),
            paces: Paces::new(&settings.velocity),
            card_testing: CardTesting::new(settings.card_testing),
            decisions: settings.decisions,
            future: settings.future,
            present: Present::default(),
            told: [Remembered::default(); EntityType::ALL.len()],
            told_late: 0,
            told_unlearned: 0,
        }
    }

    /// Whether a payment that is made now can be judged, at a moment of the pipeline's clock; without telemetry, there
    /// is none.
    pub(super) fn admit(
        &mut self,
        payment: &Payment<'_>,
        now: Option<Timestamp>,
    ) -> Result<(), PaymentError> {
        let checked = self.check(payment, now);
        if now.is_none() && matches!(checked, Ok(()) | Err(PaymentError::Future { .. })) {
            self.present.hear(payment.user, payment.at);
        }
        checked
    }

    /// Whether a payment can be judged, or could be when it was made.
    pub(super) fn check(&self, payment: &Payment<'_>, now: Option<Timestamp>) -> Result<(), PaymentError> {
        PaymentError::check(payment)?;
        // Payments do not say how late it is where a clock does: else one of them could take all others for late.
        let latest = match now {
            Some(now) => Some(now.after(self.future.ahead)),
            None => self.present.now().map(|now| now.after(self.future.silence)),
        };
        match latest.filter(|latest| payment.at > *latest) {
            Some(latest) => Err(PaymentError::Future { beyond: payment.at.since(latest) }),
            None => Ok(()),
        }
    }

    /// Judges a payment that was checked, by what is known before anybody is asked for the money.
    pub(super) fn judge(&mut self, payment: &Payment<'_>) -> Findings {
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
        let unlearned = self.amounts.unlearned();
        let news = News { entities, late: late - self.told_late, unlearned: unlearned - self.told_unlearned };
        (self.told_late, self.told_unlearned) = (late, unlearned);
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
