//! What wakes somebody up: a surge, or an attack, and not the one finding that there always is.

use std::time::Duration;

use otel_core::alerting::{AlertState, Alerting, conventions as names};
use otel_core::testing::{AlertRehearsal, TestTelemetry};
use otel_core::{AlertRule, MetricFacts, Series, Timestamp};
use otel_ecommerce::anomaly::{AmountSettings, AnomalySettings};
use otel_ecommerce::conventions::{fraud as said, fraud_rules};
use otel_ecommerce::labels::{PaymentFailure, RuleName};
use otel_ecommerce::payment::{Payment, PaymentOutcome};
use otel_ecommerce::{ALERTS, AnomalyDetector, CATALOGUE};

use super::{ask, dollars, payment, whose};

/// A counter that goes up by so much each minute.
type Flow<'a> = (MetricFacts, &'a [(&'a str, &'a str)], f64);

/// The rules of which one finding is enough.
const AT_ONCE: [RuleName; 2] = [RuleName::CardTesting, RuleName::CardEnumeration];

#[test]
fn every_rule_but_none_has_an_alert_of_its_level() {
    let names = fraud_rules::FRAUD_RULES.iter().map(|rule| rule.name);
    assert!(names.eq(RuleName::ALL.iter().copied().filter(|name| *name != RuleName::NoRule)));
    for rule in fraud_rules::FRAUD_RULES {
        assert_eq!(alert_of(rule.name).level, rule.level, "{:?}", rule.name);
    }
}

#[test]
fn the_findings_of_every_day_wake_nobody_and_a_surge_does() {
    for rule in RuleName::ALL.iter().filter(|rule| **rule != RuleName::NoRule && !AT_ONCE.contains(rule)) {
        let labels = [("ecommerce.fraud.decision", "review"), ("security_rule.name", rule.as_str())];
        let state = |found: f64, all: f64| {
            let rest = [("ecommerce.fraud.decision", "allow"), ("security_rule.name", "none")];
            let flows = [(&labels, found), (&rest, all - found)]
                .map(|(labels, flow)| (said::EVALUATIONS.facts(), labels.as_slice(), flow));
            after_two_hours(alert_of(*rule), &flows)
        };
        // In a minute, of a hundred.
        assert_eq!(state(0.5, 100.0), AlertState::Inactive, "{rule:?}");
        assert_eq!(state(3.0, 100.0), AlertState::Firing, "{rule:?}");
        assert_eq!(state(3.0, 8.0), AlertState::Inactive, "{rule:?}: too few to tell");
    }
}

#[test]
fn payments_that_come_too_late_are_told_when_they_are_many() {
    let rule = rule("ecommerce_fraud_payments_late");
    let state = |late| {
        let passed = [("ecommerce.fraud.decision", "allow"), ("security_rule.name", "none")];
        let all = (said::EVALUATIONS.facts(), passed.as_slice(), 100.0);
        after_two_hours(rule, &[all, (said::ENTITY_LATE.facts(), &[], late)])
    };
    assert_eq!(state(2.0), AlertState::Inactive);
    assert_eq!(state(15.0), AlertState::Firing);
}

/// A payment a second for two hours, of which one in 900 is over the limit, and then one in ten.
#[test]
fn a_shop_with_its_usual_frauds_is_quiet_until_there_are_more_than_usual() {
    let test = TestTelemetry::alerting(Alerting::new().rules(&CATALOGUE));
    let amount = AmountSettings::default().limit(dollars(10_000)).expect("a limit");
    let detector = AnomalyDetector::new(&test, AnomalySettings { amount, ..AnomalySettings::default() });
    let mut number = 0;
    let mut minute = |one_in: u64| {
        for _ in 0..60 {
            number += 1;
            let minor = if number % one_in == 0 { 10_001 } else { 2_000 };
            let paid = Payment { at: test.now(), ..payment(&format!("user-{number}"), minor, 0) };
            let found = detector.detect_payment_anomalies(&paid).expect("findings");
            assert_eq!(found.is_empty(), minor < 10_000);
        }
        test.advance(Duration::from_secs(60));
        test.alerts_now().iter().filter(|alert| alert.state == AlertState::Firing).count()
    };
    let quiet: usize = (0..120).map(|_| minute(900)).sum();
    assert_eq!(quiet, 0);
    let until_told = (1..=60).find(|_| minute(10) > 0);
    assert!(until_told.is_some_and(|minutes| minutes <= 20), "{until_told:?}");
    // Every finding has an event, whether or not somebody is woken up for it.
    assert!(test.finish().events_of(&said::FLAGGED).len() > 8 + 60);
}

#[test]
fn the_alert_on_an_attack_leads_to_the_trace_with_the_evidence() {
    let test = TestTelemetry::alerting(Alerting::new().rules(&CATALOGUE));
    let detector = AnomalyDetector::new(&test, AnomalySettings::default());
    for number in 0..4 {
        let card = Some(whose(&format!("card-{number}")));
        let attempt = Payment { card, ..payment("jane", 4_000, number) };
        let declined = PaymentOutcome::Failed(PaymentFailure::InsufficientFunds);
        ask(&detector, &attempt, declined).expect("findings");
    }
    let firing = test.alerts_now();
    assert!(
        firing
            .iter()
            .any(|it| it.rule.name == "ecommerce_fraud_card_testing" && it.state == AlertState::Firing)
    );
    let recorded = test.finish();
    let flagged = recorded.event(&said::FLAGGED);
    let transitions = recorded.events_of(&names::TRANSITION);
    assert!(!transitions.is_empty());
    for transition in transitions {
        assert_eq!((&transition.trace_id, &transition.span_id), (&flagged.trace_id, &flagged.span_id));
    }
}

fn alert_of(rule: RuleName) -> &'static AlertRule {
    match rule {
        RuleName::LabelledFraud => self::rule("ecommerce_fraud_labelled"),
        other => self::rule(&format!("ecommerce_fraud_{}", other.as_str())),
    }
}

fn rule(name: &str) -> &'static AlertRule {
    ALERTS.iter().find(|rule| rule.name == name).unwrap_or_else(|| panic!("{name}"))
}

/// The state of a rule after these counters went up by so much each minute.
fn after_two_hours(rule: &'static AlertRule, flows: &[Flow<'_>]) -> AlertState {
    let mut rehearsal = AlertRehearsal::of(rule);
    for minute in 0..=120 {
        let at =
            Timestamp::from_unix_nanos(1_700_000_000_000_000_000).after(Duration::from_secs(60) * minute);
        for (metric, labels, flow) in flows {
            let part = Series::all(*metric).part;
            rehearsal.sample_part(at, *metric, part, labels, flow * f64::from(minute));
        }
        rehearsal.evaluate(at);
    }
    rehearsal.state(&[])
}
