//! Whoever guesses cards at a shop does not decide about the payments of others there.

use otel_core::alerting::{AlertState, Alerting};
use otel_core::testing::TestTelemetry;
use otel_core::{Label, Telemetry};
use otel_ecommerce::anomaly::{AnomalySettings, Decisions, Findings};
use otel_ecommerce::labels::{FraudDecision, PaymentFailure, RuleName};
use otel_ecommerce::payment::{Payment, PaymentOutcome};
use otel_ecommerce::{AnomalyDetector, CATALOGUE};

use super::{ask, payment, whose};

const INVALID: PaymentOutcome = PaymentOutcome::Failed(PaymentFailure::InvalidCard);

#[test]
fn one_device_that_guesses_at_a_shop_is_stopped_and_no_small_payment_of_another() {
    let test = TestTelemetry::alerting(Alerting::new().rules(&CATALOGUE));
    let detector = AnomalyDetector::new(&test, AnomalySettings::default());
    let (mut stopped, mut blocked, mut challenged) = (0, 0, 0);
    for number in 0..2_000 {
        let second = number / 10;
        if number % 10 == 0 {
            let (_, decision) = judge(&detector, &at_shop(&guesser(number, second)), INVALID);
            stopped += u32::from(decision == FraudDecision::Block);
        } else {
            let honest = at_shop(&somebody(number, second));
            let (rules, decision) = judge(&detector, &honest, PaymentOutcome::Authorised);
            blocked += u32::from(decision == FraudDecision::Block);
            challenged += u32::from(decision == FraudDecision::Challenge);
            assert!(rules.iter().all(|rule| *rule == RuleName::CardEnumeration));
        }
    }
    assert_eq!(blocked, 0, "of 1,800 others");
    assert!(challenged > 1_000, "{challenged}: the shop is under attack all the same");
    assert_eq!(stopped, 196, "all but the first four of 200");
    let alerts = test.alerts_now();
    let told = |name| alerts.iter().any(|it| it.rule.name == name && it.state == AlertState::Firing);
    assert!(told("ecommerce_fraud_card_enumeration"));
}

#[test]
fn guesses_from_everywhere_are_challenged_and_the_shop_can_decide_otherwise() {
    let decide = |decisions| {
        let detector = AnomalyDetector::new(
            &Telemetry::noop(),
            AnomalySettings { decisions, ..AnomalySettings::default() },
        );
        let each: Vec<_> =
            (0..20).map(|number| judge(&detector, &at_shop(&somebody(number, number)), INVALID)).collect();
        each.last().map(|(_, decision)| *decision)
    };
    assert_eq!(decide(Decisions::default()), Some(FraudDecision::Challenge));
    let strict = Decisions { bystander: FraudDecision::Block, ..Decisions::default() };
    assert_eq!(decide(strict), Some(FraudDecision::Block));
}

#[test]
fn the_strictest_decision_about_any_finding_counts() {
    // Too many payments are told to be looked at, and guessing is let pass.
    let decisions =
        Decisions { medium: FraudDecision::Review, critical: FraudDecision::Allow, ..Decisions::default() };
    let detector =
        AnomalyDetector::new(&Telemetry::noop(), AnomalySettings { decisions, ..AnomalySettings::default() });
    let each: Vec<_> = (0..20).map(|number| judge(&detector, &guesser(number, 0), INVALID)).collect();
    let (rules, decision) = each.last().expect("a payment");
    assert!(rules.contains(&RuleName::CardEnumeration) && rules.contains(&RuleName::PaymentVelocity));
    assert_eq!(*decision, FraudDecision::Review);
}

fn at_shop(of: &Payment<'static>) -> Payment<'static> {
    Payment { terminal: Some(whose("shop")), ..*of }
}

/// Another card of one device.
fn guesser(number: u64, second: u64) -> Payment<'static> {
    let card = Some(whose(&format!("guess-{number}")));
    Payment { card, device: Some(whose("device")), ..payment("mallory", 199, second) }
}

/// Somebody with their own card and device.
fn somebody(number: u64, second: u64) -> Payment<'static> {
    let whose = |kind: &str| Some(whose(&format!("{kind}-{number}")));
    Payment {
        card: whose("card"),
        device: whose("device"),
        ..payment(&format!("user-{number}"), 199, second)
    }
}

/// What is found about a payment, by the rules it met and the strictest of what is to be done.
fn judge(
    detector: &AnomalyDetector,
    payment: &Payment<'_>,
    outcome: PaymentOutcome,
) -> (Vec<RuleName>, FraudDecision) {
    let found = ask(detector, payment, outcome).expect("findings");
    let rules = found.iter().flat_map(Findings::iter).map(|finding| finding.rule.name).collect();
    let strictest = found.iter().map(Findings::decision).max_by_key(|decision| decision.index());
    (rules, strictest.expect("two of them"))
}
