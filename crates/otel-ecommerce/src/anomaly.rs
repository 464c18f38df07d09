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
mod movements;
mod present;
mod refusal;
mod settings;
mod travel;
mod velocity;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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
pub use settings::{
    AmountSettings, AnomalySettings, FeedbackSettings, FutureTolerance, SettingsError, UserCap,
};
pub use travel::{Travel, TravelSettings, great_circle_km};
pub use velocity::{Velocity, VelocityLimits, VelocitySettings};

/// Judges payments: by amounts, by how often, where and with how many cards somebody pays, and by what earlier ones
/// turned out to be; and says what is wrong with the shop itself. Clones are cheap and share everything.
///
/// What is remembered of users, cards, devices and terminals is bounded by the settings, and what is forgotten to keep
/// it so is counted in `ecommerce.fraud.entity.evictions`. A user takes at most 194 bytes, however many there are of
/// the [`UserCap`] from a thousand on, and whoever comes and goes; and up to 8 for each payment of a week when there are
/// more than four. What everybody pays takes 28 KiB for each currency. Who tried out cards takes 58 more; as these are
/// 100,000 at most, a million users take less than 200 MB in all. One lock is held while a payment is judged.
///
/// It is kept nowhere: a detector knows what it was told since it was made, and one that is made anew knows nobody.
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
        let performance = PerformanceMonitor::new(&telemetry, settings.performance);
        let detectors = Mutex::new(Detectors::new(settings));
        Self { parts: Arc::new(Parts { telemetry, instruments, detectors, performance }) }
    }

    /// Holds a payment against all rules, before anybody is asked for the money, and remembers it: span `evaluate_fraud`.
    /// It is not idempotent: each call is a payment, and the same one told five times is five payments in a minute.
    ///
    /// It is judged by what is known then: how much it is, how often, where and with how many cards somebody pays, what
    /// earlier payments turned out to be, and what issuers said to earlier attempts. What its own issuer says, is for
    /// [`detect_card_testing`](Self::detect_card_testing); a payment that is never asked for, or never answered, is
    /// only not among the answers.
    ///
    /// For each rule that was met there is an event `ecommerce.fraud.flagged` with the evidence, in the span. Who tries out
    /// or guesses cards is told to the alert machine at once; the alerts of the other rules are on how many of all
    /// payments meet them.
    ///
    /// # Errors
    ///
    /// When it cannot be judged; then nothing is counted or told, and nothing remembered but, without a clock, the time.
    pub fn detect_payment_anomalies(&self, payment: &Payment<'_>) -> Result<Findings, PaymentError> {
        let (findings, took) = self.evaluate(payment, |detectors| detectors.judge(payment))?;
        self.parts.instruments.judged(&findings, took);
        Ok(findings)
    }

    /// Takes in what became of a payment, and holds it against the rules that need to know: cards that are tried out
    /// without success, guessed, or declined too often. It is told as
    /// [`detect_payment_anomalies`](Self::detect_payment_anomalies) does.
    ///
    /// A rule that is among what was found `before` is not met again. It is for who asks the issuer to keep that, as
    /// they keep the payment: so it is exact whatever else happens in the meantime, and costs nothing where no answer
    /// comes.
    ///
    /// # Errors
    ///
    /// When the payment could not have been judged.
    pub fn detect_card_testing(
        &self,
        payment: &Payment<'_>,
        outcome: PaymentOutcome,
        before: Option<&Findings>,
    ) -> Result<Findings, PaymentError> {
        let judge = |detectors: &mut Detectors| detectors.judge_answer(payment, outcome, before);
        let (findings, took) = self.evaluate(payment, judge)?;
        // Most answers meet no rule, and would make every share of payments that do look half as large.
        if !findings.is_empty() {
            self.parts.instruments.judged(&findings, took);
        }
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

    /// The bytes that what is remembered takes. They are counted where they change, so it takes no time to ask.
    pub fn bytes(&self) -> usize {
        self.detectors().bytes()
    }

    fn evaluate(
        &self,
        payment: &Payment<'_>,
        judge: impl FnOnce(&mut Detectors) -> Findings,
    ) -> Result<(Findings, Duration), PaymentError> {
        let Parts { telemetry, instruments, .. } = &*self.parts;
        let (started, watch) = (telemetry.now(), telemetry.stopwatch());
        let (findings, news) = {
            let mut detectors = self.detectors();
            detectors.admit(payment, telemetry.is_on().then_some(started))?;
            (judge(&mut detectors), detectors.news())
        };
        let mut span = telemetry.span(&said::EVALUATE);
        span.started_at(started);
        self.tell(&mut span, payment, &findings);
        span.finish(Outcome::Ok);
        instruments.remembers(&news);
        Ok((findings, watch.elapsed()))
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
            // Who it was is in the event: an alert for each of them would be as many as there are frauds. The span is
            // current meanwhile, so the alert leads to the event.
            let _inside = span.enter();
            self.parts.telemetry.alerts().observe(alert, &[], 1.0);
        }
        let event = span
            .event(&said::FLAGGED)
            .at(payment.at)
            .set(&said::RULE, rule.name)
            .set(&said::RULE_VERSION, rule.version)
            .set(&said::RULE_REFERENCE, rule.reference)
            .set(&said::RULE_DESCRIPTION, rule.description)
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
