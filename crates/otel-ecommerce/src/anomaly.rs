//! Payments that are not like others: what finds them, what they are held against, and what is told of them.
//!
//! Each detector is plain logic that is told the time by the payments it judges. The [`AnomalyDetector`] runs all of
//! them, decides, and tells.

mod amount;
mod detectors;
mod entities;
mod feedback;
mod finding;
mod findings;
mod instruments;
mod refusal;
mod settings;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use otel_core::{Outcome, Span, Telemetry};

use self::detectors::Detectors;
use self::instruments::Instruments;
use crate::alerts::fraud::alert_of;
use crate::conventions::{self, fraud as said};
use crate::labels::{FraudDecision, FraudLabel};
use crate::payment::Payment;

pub use amount::Amounts;
pub use feedback::Feedback;
pub use finding::{Basis, Evidence, Finding, FraudRule};
pub use findings::{Decisions, Findings};
pub use refusal::PaymentError;
pub use settings::{AmountSettings, AnomalySettings, FeedbackSettings, FutureTolerance, SettingsError};

/// Judges payments: amounts, and what earlier ones turned out to be. Clones are cheap and share everything.
///
/// What is remembered of users, cards, devices and terminals is bounded by the settings, and what is forgotten to keep
/// it so is counted in `ecommerce.fraud.entity.evictions`. One lock is held while a payment is judged, for about a
/// microsecond.
#[derive(Clone, Debug)]
#[doc(alias = "ECommerceAnomalyDetector")]
pub struct AnomalyDetector {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    telemetry: Telemetry,
    instruments: Instruments,
    detectors: Mutex<Detectors>,
}

impl AnomalyDetector {
    /// A detector that knows nobody.
    pub fn new(telemetry: &Telemetry, settings: AnomalySettings) -> Self {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        let instruments = Instruments::new(&telemetry);
        let detectors = Mutex::new(Detectors::new(settings));
        Self { parts: Arc::new(Parts { telemetry, instruments, detectors }) }
    }

    /// Holds a payment against all rules, once, and remembers it: span `evaluate_fraud`.
    ///
    /// For each rule that was met there is an event `ecommerce.fraud.flagged` with the evidence, and the alert of the rule.
    ///
    /// # Errors
    ///
    /// When it cannot be judged; then nothing is remembered, counted or told.
    pub fn detect_payment_anomalies(&self, payment: &Payment<'_>) -> Result<Findings, PaymentError> {
        let Parts { telemetry, instruments, .. } = &*self.parts;
        let started = telemetry.now();
        let (findings, news) = {
            let mut detectors = self.detectors();
            detectors.check(payment, telemetry.is_on().then_some(started))?;
            (detectors.judge(payment), detectors.news())
        };
        let mut span = telemetry.span(&said::EVALUATE);
        span.started_at(started);
        self.tell(&mut span, payment, &findings);
        span.finish(Outcome::Ok);
        instruments.remembers(&news);
        instruments.judged(&findings, telemetry.now().since(started));
        Ok(findings)
    }

    /// Takes in what a payment turned out to be, with what was found about it at the time, as far as that was kept.
    ///
    /// A payment is labelled once: frauds when they become known, and what proved genuine once nobody can object any
    /// more. Where nothing is ever said to be genuine, every fraud weighs as if it were one of few payments.
    ///
    /// # Errors
    ///
    /// When the payment could not have been judged.
    pub fn label(
        &self,
        payment: &Payment<'_>,
        label: FraudLabel,
        findings: Option<&Findings>,
    ) -> Result<(), PaymentError> {
        let Parts { telemetry, instruments, .. } = &*self.parts;
        let news = {
            let mut detectors = self.detectors();
            detectors.check(payment, telemetry.is_on().then(|| telemetry.now()))?;
            detectors.label(payment, label, findings);
            detectors.news()
        };
        instruments.remembers(&news);
        instruments.labelled(label);
        Ok(())
    }

    /// The bytes that what is remembered takes.
    pub fn bytes(&self) -> usize {
        self.detectors().bytes()
    }

    fn tell(&self, span: &mut Span, payment: &Payment<'_>, findings: &Findings) {
        span.set(&conventions::payment::TRANSACTION_ID, payment.id.0)
            .set(&said::DECISION, findings.decision());
        if findings.is_empty() {
            return;
        }
        let mut names = [""; Findings::CAP];
        for (name, finding) in names.iter_mut().zip(findings.iter()) {
            *name = finding.rule.name.as_str();
            self.flag(span, payment, finding, findings.decision());
        }
        span.set(&said::REASONS, names.get(..findings.len()).unwrap_or_default());
    }

    fn flag(&self, span: &Span, payment: &Payment<'_>, finding: &Finding, decision: FraudDecision) {
        let rule = finding.rule;
        if let Some(alert) = alert_of(rule.name) {
            // Who it was is in the event: an alert for each of them would be as many as there are frauds.
            self.parts.telemetry.alerts().observe(alert, &[], 1.0);
        }
        let event = span
            .event(&said::FLAGGED)
            .at(payment.at)
            .set(&said::RULE, rule.name)
            .set(&said::RULE_VERSION, u64::from(rule.version))
            .set(&said::RULE_REFERENCE, rule.reference)
            .set(&said::LEVEL, rule.level.as_str())
            .set(&said::DECISION, decision)
            .set(&said::EVIDENCE, &finding.evidence.to_string())
            .set(&conventions::payment::TRANSACTION_ID, payment.id.0)
            .set(&conventions::payment::AMOUNT, payment.amount)
            .set(&conventions::CURRENCY, payment.amount.currency())
            .set(&conventions::USER, payment.user);
        match payment.order {
            Some(order) => event.set(&conventions::ORDER_ID, order.0).emit(),
            None => event.emit(),
        }
    }

    fn detectors(&self) -> MutexGuard<'_, Detectors> {
        // A detector that was interrupted may have missed a payment; that is no reason to judge none from then on.
        self.parts.detectors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
