//! Payments that are not like others: what finds them, what they are held against, and what is told of them.
//!
//! Each detector is plain logic that is told the time by the payments it judges. The [`AnomalyDetector`] runs all of
//! them, decides, and tells.

mod amount;
mod card_testing;
mod detectors;
mod entities;
mod feedback;
mod finding;
mod findings;
mod instruments;
mod moments;
mod refusal;
mod settings;
mod travel;
mod velocity;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use otel_core::{Outcome, Span, Telemetry, Timestamp};

use self::detectors::Detectors;
use self::instruments::Instruments;
use crate::alerts::fraud::alert_of;
use crate::conventions::{self, fraud as said};
use crate::labels::{FraudDecision, FraudLabel};
use crate::payment::{Payment, PaymentOutcome};
use crate::performance::{PerformanceIssue, PerformanceMonitor};

pub use amount::Amounts;
pub use card_testing::{CardTesting, CardTestingSettings};
pub use feedback::Feedback;
pub use finding::{Basis, Evidence, Finding, FraudRule};
pub use findings::{Decisions, Findings};
pub use refusal::PaymentError;
pub use settings::{AmountSettings, AnomalySettings, FeedbackSettings, FutureTolerance, SettingsError};
pub use travel::{Travel, TravelSettings, great_circle_km};
pub use velocity::{Velocity, VelocityLimits, VelocitySettings};

/// Judges payments: by amounts, by how often, where and with how many cards somebody pays, and by what earlier ones
/// turned out to be; and says what is wrong with the shop itself. Clones are cheap and share everything.
///
/// What is remembered of users, cards, devices and terminals is bounded by the settings, and what is forgotten to keep
/// it so is counted in `ecommerce.fraud.entity.evictions`. A user takes less than 232 bytes in all, once there are as
/// many as may be remembered; and 4 for each payment of a week from the fifth on. One lock is held while a payment is
/// judged.
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
    performance: PerformanceMonitor,
}

impl AnomalyDetector {
    /// A detector that knows nobody.
    pub fn new(telemetry: &Telemetry, settings: AnomalySettings) -> Self {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        let instruments = Instruments::new(&telemetry);
        let detectors = Mutex::new(Detectors::new(settings));
        let performance = PerformanceMonitor::new(&telemetry);
        Self { parts: Arc::new(Parts { telemetry, instruments, detectors, performance }) }
    }

    /// Holds a payment and what became of it against all rules, once, and remembers it: span `evaluate_fraud`.
    ///
    /// For each rule that was met there is an event `ecommerce.fraud.flagged` with the evidence, and the alert of the rule.
    ///
    /// # Errors
    ///
    /// When it cannot be judged; then nothing is remembered, counted or told.
    pub fn detect_payment_anomalies(
        &self,
        payment: &Payment<'_>,
        outcome: PaymentOutcome,
    ) -> Result<Findings, PaymentError> {
        let Parts { telemetry, instruments, .. } = &*self.parts;
        let started = telemetry.now();
        let (findings, news) = {
            let mut detectors = self.detectors();
            detectors.check(payment, telemetry.is_on().then_some(started))?;
            (detectors.judge(payment, outcome), detectors.news())
        };
        let mut span = telemetry.span(&said::EVALUATE);
        span.started_at(started);
        self.tell(&mut span, payment, &findings);
        span.finish(Outcome::Ok);
        instruments.remembers(&news);
        instruments.judged(&findings, telemetry.now().since(started));
        Ok(findings)
    }

    /// Where requests are reported to, for [`detect_system_performance_issues`](Self::detect_system_performance_issues).
    pub fn performance(&self) -> &PerformanceMonitor {
        &self.parts.performance
    }

    /// What is wrong with the shop now: which classes of requests take too long or fail too often.
    ///
    /// It is what [`PerformanceMonitor::detect_system_performance_issues`] says of the requests that were reported to
    /// [`performance`](Self::performance). Call it about every ten seconds.
    pub fn detect_system_performance_issues(&self, now: Timestamp) -> Vec<PerformanceIssue> {
        self.parts.performance.detect_system_performance_issues(now)
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
