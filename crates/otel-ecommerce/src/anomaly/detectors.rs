//! All detectors in one, without telemetry: what one lock is for.

use std::time::Duration;

use otel_core::Timestamp;

use super::amount::Amounts;
use super::feedback::Feedback;
use super::findings::{Decisions, Findings};
use super::refusal::PaymentError;
use super::settings::{AnomalySettings, FutureTolerance};
use crate::labels::{EntityType, FraudLabel};
use crate::payment::Payment;

/// Every detector of payments, and the time they are at: pure logic, which is told the time by payments.
#[derive(Debug)]
pub(super) struct Detectors {
    amounts: Amounts,
    feedback: Feedback,
    decisions: Decisions,
    tolerance: Duration,
    newest: Option<Timestamp>,
    told: [Remembered; EntityType::ALL.len()],
}

/// How many entities are remembered, and how many were forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Remembered {
    pub(super) entities: i64,
    pub(super) evicted: u64,
}

impl Detectors {
    pub(super) fn new(settings: AnomalySettings) -> Self {
        let AnomalySettings { amount, feedback, decisions, future: FutureTolerance(tolerance) } = settings;
        let (amounts, feedback) = (Amounts::new(amount), Feedback::new(feedback));
        let told = [Remembered::default(); EntityType::ALL.len()];
        Self { amounts, feedback, decisions, tolerance, newest: None, told }
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

    /// Judges a payment that was checked, once.
    pub(super) fn judge(&mut self, payment: &Payment<'_>) -> Findings {
        self.newest = self.newest.max(Some(payment.at));
        let mut findings = Findings::NONE;
        findings.add(self.amounts.judge_limit(payment));
        findings.add(self.amounts.judge_labelled(payment));
        findings.add(self.amounts.judge(payment));
        findings.add(self.feedback.judge(payment));
        // Each further detector has its line here: velocity, travel, card testing.
        findings.decided(&self.decisions)
    }

    /// Takes in what a payment that was checked turned out to be.
    pub(super) fn label(&mut self, payment: &Payment<'_>, label: FraudLabel, findings: Option<&Findings>) {
        self.feedback.label(payment, label);
        self.amounts.label(payment, label, findings.is_some_and(is_of_amount));
    }

    /// What changed since this was asked before: how many entities more or less, and how many were forgotten.
    pub(super) fn news(&mut self) -> [(EntityType, Remembered); EntityType::ALL.len()] {
        let now =
            [EntityType::User, EntityType::Card, EntityType::Device, EntityType::Terminal].map(|entity| {
                let (entities, evicted) = match entity {
                    EntityType::User => (self.amounts.users(), self.amounts.evicted()),
                    other => (self.feedback.len(other), self.feedback.evicted(other)),
                };
                (entity, Remembered { entities: i64::try_from(entities).unwrap_or(i64::MAX), evicted })
            });
        let mut news = now;
        for ((news, told), (_, now)) in news.iter_mut().zip(&mut self.told).zip(now) {
            news.1.entities -= told.entities;
            news.1.evicted -= told.evicted;
            *told = now;
        }
        news
    }

    /// The bytes that everything remembered takes.
    pub(super) fn bytes(&self) -> usize {
        self.amounts.bytes() + self.feedback.bytes()
    }
}

/// Whether a payment was found because of its amount, and so not taken for a habit.
fn is_of_amount(findings: &Findings) -> bool {
    findings.iter().any(|finding| finding.rule.name.is_of_amount())
}
