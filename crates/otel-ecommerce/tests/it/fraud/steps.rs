//! A payment is judged before its issuer is asked, and once more by the answer.

use otel_core::Telemetry;
use otel_core::testing::TestTelemetry;
use otel_ecommerce::AnomalyDetector;
use otel_ecommerce::anomaly::{AnomalySettings, Findings, PaymentError};
use otel_ecommerce::conventions::fraud as said;
use otel_ecommerce::ids::PaymentId;
use otel_ecommerce::labels::{FraudDecision, PaymentFailure, RuleName};
use otel_ecommerce::payment::{Payment, PaymentOutcome};
use proptest::prelude::*;

use super::{dollars, payment, whose};

const INVALID: PaymentOutcome = PaymentOutcome::Failed(PaymentFailure::InvalidCard);

#[test]
fn who_guesses_cards_is_blocked_before_the_next_is_asked_for() {
    let detector = AnomalyDetector::new(&Telemetry::noop(), AnomalySettings::default());
    for number in 0..5 {
        let before = detector.detect_payment_anomalies(&guess(number)).expect("findings");
        assert_ne!(before.decision(), FraudDecision::Block, "{number}");
        detector.detect_card_testing(&guess(number), INVALID, Some(&before)).expect("findings");
    }
    let before = detector.detect_payment_anomalies(&guess(5)).expect("findings");
    assert_eq!(before.decision(), FraudDecision::Block);
    assert!(before.met(RuleName::CardEnumeration));
    // Whoever asks all the same is not told again what they were told, and only who kept it can say so.
    let again = |before| detector.detect_card_testing(&guess(5), INVALID, before).expect("findings");
    assert!(again(Some(&before)).is_empty());
    assert!(again(None).met(RuleName::CardEnumeration));
}

#[test]
fn an_answer_that_meets_a_rule_is_told_like_a_payment() {
    let test = TestTelemetry::new();
    let detector = AnomalyDetector::new(&test, AnomalySettings::default());
    let attempt =
        |number: u64| Payment { card: Some(whose("card")), ..payment("jane", 4_000, number * 7_200) };
    for number in 0..9_u64 {
        let before = detector.detect_payment_anomalies(&attempt(number)).expect("findings");
        assert!(before.is_empty());
        let declined = PaymentOutcome::Failed(PaymentFailure::DoNotHonor);
        let after =
            detector.detect_card_testing(&attempt(number), declined, Some(&before)).expect("findings");
        assert_eq!(after.met(RuleName::ExcessiveDeclines), number == 8);
    }
    let recorded = test.finish();
    let event = recorded.event(&said::FLAGGED);
    assert_eq!(event.get(&said::RULE), Some("excessive_declines".into()));
    assert_eq!(event.get(&said::DECISION), Some("challenge".into()));
    let of = |decision, rule| recorded.counter(&said::EVALUATIONS, (decision, rule));
    // Answers count when they meet a rule; the others would make the share of payments that do look smaller.
    assert_eq!(of(FraudDecision::Allow, RuleName::NoRule), Some(9));
    assert_eq!(of(FraudDecision::Challenge, RuleName::ExcessiveDeclines), Some(1));
    assert_eq!(recorded.spans_of(&said::EVALUATE).len(), 18);
}

#[test]
fn an_answer_to_what_is_no_payment_is_refused() {
    let detector = AnomalyDetector::new(&Telemetry::noop(), AnomalySettings::default());
    let bytes = detector.bytes();
    let good = guess(1);
    for (bad, error) in [
        (Payment { amount: dollars(0), ..good }, PaymentError::NotPositive),
        (Payment { id: PaymentId(""), ..good }, PaymentError::NoId),
    ] {
        assert_eq!(detector.detect_card_testing(&bad, INVALID, None), Err(error));
    }
    assert_eq!(detector.bytes(), bytes);
}

proptest! {
    /// Payments in flight at once, answered in any order or never.
    #[test]
    fn a_payment_meets_no_rule_twice_whatever_happens_between_its_steps(
        steps in prop::collection::vec((0..8_u64, any::<bool>(), 0..4_usize), 1..120),
    ) {
        let detector = AnomalyDetector::new(&Telemetry::noop(), AnomalySettings::default());
        let mut asked: Vec<(Payment<'static>, Findings)> = Vec::new();
        for (second, (number, is_small, answered)) in (0..).zip(steps) {
            let amount = dollars(if is_small { 100 } else { 4_000 });
            let attempt = Payment { amount, at: super::at(second), ..guess(number) };
            asked.push((attempt, detector.detect_payment_anomalies(&attempt).expect("findings")));
            for _ in 0..answered.min(asked.len()) {
                let (attempt, before) = asked.swap_remove(number as usize % asked.len());
                let after = detector.detect_card_testing(&attempt, INVALID, Some(&before)).expect("findings");
                prop_assert!(after.iter().all(|found| !before.met(found.rule.name)));
                prop_assert!(after.len() <= 1);
            }
        }
    }
}

/// Another card of one device.
fn guess(number: u64) -> Payment<'static> {
    let card = Some(whose(&format!("card-{number}")));
    Payment { card, device: Some(whose("device")), ..payment("jane", 4_000, number * 600) }
}
