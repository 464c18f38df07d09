//! What leaves the process when payments are judged.

use std::sync::Arc;
use std::thread;

use otel_core::alerting::{AlertState, Alerting};
use otel_core::testing::TestTelemetry;
use otel_ecommerce::anomaly::{
    AmountSettings, AnomalySettings, CardTestingSettings, Decisions, FeedbackSettings, Findings,
    PaymentError, UserCap, VelocityLimits, VelocitySettings,
};
use otel_ecommerce::conventions::{self, fraud as said, fraud_rules};
use otel_ecommerce::ids::OrderId;
use otel_ecommerce::labels::{EntityType, FraudDecision, FraudLabel, RuleName};
use otel_ecommerce::payment::Payment;
use otel_ecommerce::place::Place;
use otel_ecommerce::{AnomalyDetector, CATALOGUE};

use super::{dollars, payment, whose};

#[test]
fn a_payment_that_met_a_rule_is_told_with_the_rule_and_the_evidence() {
    let test = TestTelemetry::new();
    let detector = AnomalyDetector::new(&test, limited(Decisions::default()));
    let paid = Payment { order: Some(OrderId("order-7")), ..payment("jane", 150_000, 0) };
    let findings = detector.detect_payment_anomalies(&paid).expect("findings");
    assert_eq!(findings.decision(), FraudDecision::Review);
    assert!(findings.met(RuleName::AmountOverLimit) && !findings.met(RuleName::AmountUnusual));
    let recorded = test.finish();
    let event = recorded.event(&said::FLAGGED);
    assert_eq!(event.get(&said::RULE), Some("amount_over_limit".into()));
    assert_eq!(event.get(&said::RULE_VERSION), Some("1".into()));
    let rule = fraud_rules::AMOUNT_OVER_LIMIT;
    assert_eq!(event.get(&said::RULE_REFERENCE), Some(rule.reference.into()));
    assert_eq!(event.get(&said::RULE_DESCRIPTION), Some(rule.description.into()));
    assert_eq!(event.get(&said::LEVEL), Some("high".into()));
    assert_eq!(event.get(&said::DECISION), Some("review".into()));
    assert_eq!(event.get(&said::EVIDENCE), Some("1500.00 USD exceeds 1000.00 USD".into()));
    assert_eq!(event.get(&conventions::payment::AMOUNT), Some(150_000.into()));
    assert_eq!(event.get(&conventions::CURRENCY), Some("USD".into()));
    assert_eq!(event.get(&conventions::ORDER_ID), Some("order-7".into()));
    assert_eq!(event.get(&conventions::USER), Some(whose("jane").to_string().as_str().into()));
    let span = recorded.span(&said::EVALUATE);
    assert_eq!(span.get(&said::DECISION), Some("review".into()));
    let evaluated = (FraudDecision::Review, RuleName::AmountOverLimit);
    assert_eq!(recorded.counter(&said::EVALUATIONS, evaluated), Some(1));
    assert_eq!(recorded.counter_total(&said::EVALUATIONS), 1);
}

#[test]
fn counters_are_zero_from_the_start_and_have_few_series() {
    let test = TestTelemetry::new();
    let _detector = AnomalyDetector::new(&test, AnomalySettings::default());
    let recorded = test.finish();
    for decision in FraudDecision::ALL {
        for rule in RuleName::ALL {
            assert_eq!(recorded.counter(&said::EVALUATIONS, (*decision, *rule)), Some(0));
        }
    }
    for label in FraudLabel::ALL {
        assert_eq!(recorded.counter(&said::LABELS, *label), Some(0));
    }
    for entity in EntityType::ALL {
        assert_eq!(recorded.counter(&said::ENTITY_EVICTIONS, *entity), Some(0));
    }
    assert!(CATALOGUE.metrics.iter().all(|metric| metric.series <= 1_500));
}

#[test]
fn what_is_remembered_and_forgotten_is_counted_by_type() {
    let test = TestTelemetry::new();
    let users = UserCap::new(3).expect("a cap");
    let feedback = FeedbackSettings::default().entities(2).expect("a cap");
    // Users are remembered with what they pay, with when and where, and those with small payments once more.
    let velocity = VelocitySettings::default().entities(4).expect("a cap");
    let card_testing = CardTestingSettings::default().entities(1).expect("a cap");
    let settings = AnomalySettings { users, feedback, velocity, card_testing, ..AnomalySettings::default() };
    let detector = AnomalyDetector::new(&test, settings);
    for name in ["a", "b", "c", "d", "e"] {
        let place = Place::new(51.47, -0.46, 10.0).ok();
        let paid = Payment { card: Some(whose(name)), place, ..payment(name, 100, 0) };
        assert!(detector.detect_payment_anomalies(&paid).is_ok());
        assert_eq!(detector.label(&paid, FraudLabel::Genuine, None), Ok(()));
    }
    let recorded = test.finish();
    let count = |entity| {
        let now = recorded.up_down_counter(&said::ENTITY_COUNT, entity).unwrap_or(0);
        (now, recorded.counter(&said::ENTITY_EVICTIONS, entity))
    };
    assert_eq!(count(EntityType::User), (3 + 3 + 1, Some(2 + 2 + 4)));
    assert_eq!(count(EntityType::Card), (2 + 4, Some(3 + 1)));
    assert_eq!(count(EntityType::Device), (0, Some(0)));
    assert_eq!(recorded.counter(&said::LABELS, FraudLabel::Genuine), Some(5));
}

#[test]
fn what_is_done_about_a_finding_is_the_shops_to_say() {
    let decisions = Decisions { high: FraudDecision::Block, ..Decisions::default() };
    let detector = AnomalyDetector::new(&TestTelemetry::new(), limited(decisions));
    let decide =
        |minor| detector.detect_payment_anomalies(&payment("jane", minor, 0)).map(|it| it.decision());
    assert_eq!(decide(100_000), Ok(FraudDecision::Allow));
    assert_eq!(decide(100_001), Ok(FraudDecision::Block));
}

#[test]
fn an_attack_reaches_the_alert_machine_without_the_person() {
    let test = TestTelemetry::alerting(Alerting::new().rules(&CATALOGUE));
    let detector = AnomalyDetector::new(&test, limited(Decisions::default()));
    for user in ["jane", "john", "june"] {
        for number in 0..4 {
            let card = Some(whose(&format!("{user}-{number}")));
            let small = Payment { card, ..payment(user, 100, number * 60) };
            assert!(detector.detect_payment_anomalies(&small).is_ok());
        }
    }
    let alerts = test.alerts_now();
    let firing: Vec<_> = alerts.iter().filter(|alert| alert.state == AlertState::Firing).collect();
    assert_eq!(firing.len(), 1, "{firing:?}");
    assert_eq!(firing[0].rule.name, "ecommerce_fraud_card_testing");
}

#[test]
fn threads_share_a_detector_and_no_payment_is_counted_twice() {
    const THREADS: u64 = 4;
    const PAYMENTS: u64 = 500;
    let test = TestTelemetry::new();
    // Nobody pays as often as this test.
    let none = VelocityLimits::NONE;
    let velocity = VelocitySettings::default().user(none).expect("limits");
    let settings = AnomalySettings { velocity, ..limited(Decisions::default()) };
    let detector = Arc::new(AnomalyDetector::new(&test, settings));
    thread::scope(|scope| {
        for number in 0..THREADS {
            let detector = AnomalyDetector::clone(&detector);
            scope.spawn(move || {
                for second in 0..PAYMENTS {
                    let paid = payment(&format!("user-{number}-{}", second % 10), 100, second);
                    let findings: Result<Findings, PaymentError> = detector.detect_payment_anomalies(&paid);
                    assert!(findings.is_ok_and(|findings| findings.is_empty()));
                }
            });
        }
    });
    let recorded = test.finish();
    let passed = (FraudDecision::Allow, RuleName::NoRule);
    assert_eq!(recorded.counter(&said::EVALUATIONS, passed), Some(THREADS * PAYMENTS));
    assert_eq!(recorded.up_down_counter(&said::ENTITY_COUNT, EntityType::User), Some(40));
}

fn limited(decisions: Decisions) -> AnomalySettings {
    let amount = AmountSettings::default().limit(dollars(100_000)).expect("a limit");
    AnomalySettings { amount, decisions, ..AnomalySettings::default() }
}
