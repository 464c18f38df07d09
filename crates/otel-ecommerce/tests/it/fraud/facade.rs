//! Everything that judges payments, behind one door.

use std::time::Duration;

use otel_core::Telemetry;
use otel_core::alerting::{AlertState, Alerting};
use otel_core::testing::TestTelemetry;
use otel_ecommerce::anomaly::{AnomalySettings, Findings};
use otel_ecommerce::conventions::fraud as said;
use otel_ecommerce::labels::{
    FraudDecision, IssueKind, PaymentFailure, RequestOutcome, RouteClass, RuleName,
};
use otel_ecommerce::payment::{Payment, PaymentOutcome};
use otel_ecommerce::place::Place;
use otel_ecommerce::{AnomalyDetector, CATALOGUE};

use super::{ask, at, payment, whose};

#[test]
fn too_many_payments_are_found_with_the_limits_of_the_settings() {
    let detector = detector();
    let judged: Vec<_> =
        (0..11).map(|number| judge(&detector, &payment("jane", 4_000, number * 300))).collect();
    assert!(judged.iter().take(10).all(Findings::is_empty));
    assert_eq!(rules(&judged[10]), [RuleName::PaymentVelocity]);
    assert_eq!(judged[10].decision(), FraudDecision::Challenge);
}

#[test]
fn a_place_that_nobody_gets_to_in_time_is_found() {
    let detector = detector();
    let from = |latitude, longitude, second| Payment {
        place: Place::new(latitude, longitude, 10.0).ok(),
        ..payment("jane", 4_000, second)
    };
    let here = judge(&detector, &from(40.64, -73.78, 0));
    let there = judge(&detector, &from(51.47, -0.46, 3_600));
    assert_eq!((rules(&here), rules(&there)), (vec![], vec![RuleName::ImpossibleTravel]));
    assert_eq!(there.decision(), FraudDecision::Review);
}

#[test]
fn what_became_of_a_payment_decides_whether_its_card_was_guessed() {
    let met = |outcome: PaymentOutcome| {
        let detector = detector();
        let attempts: Vec<_> = (0..6)
            .map(|number| {
                // Each by another user with another card, all at one terminal.
                let name = format!("guess-{number}");
                let attempt = Payment {
                    card: Some(whose(&name)),
                    terminal: Some(whose("the till")),
                    ..payment(&name, 4_000, number * 60)
                };
                ask(&detector, &attempt, outcome).expect("findings")[1]
            })
            .collect();
        attempts.last().map(rules)
    };
    let guess = PaymentOutcome::Failed(PaymentFailure::WrongSecurityCode);
    assert_eq!(met(guess), Some(vec![RuleName::CardEnumeration]));
    assert_eq!(met(PaymentOutcome::Failed(PaymentFailure::InsufficientFunds)), Some(vec![]));
    assert_eq!(met(PaymentOutcome::Failed(PaymentFailure::Timeout)), Some(vec![]));
    assert_eq!(met(PaymentOutcome::Authorised), Some(vec![]));
}

#[test]
fn one_card_declined_nine_times_in_a_day_is_left_alone() {
    let met = |failure| {
        let detector = detector();
        let attempts: Vec<_> = (0..9)
            .map(|number| {
                let attempt = Payment { card: Some(whose("card")), ..payment("jane", 4_000, number * 7_200) };
                ask(&detector, &attempt, PaymentOutcome::Failed(failure)).expect("findings")[1]
            })
            .collect();
        attempts.last().map(rules)
    };
    assert_eq!(met(PaymentFailure::DoNotHonor), Some(vec![RuleName::ExcessiveDeclines]));
    // The network charges for what an issuer was asked.
    assert_eq!(met(PaymentFailure::AuthenticationFailed), Some(vec![]));
    assert_eq!(met(PaymentFailure::Unavailable), Some(vec![]));
}

#[test]
fn who_declined_and_why_is_known_of_every_failure() {
    let all = PaymentFailure::ALL.iter().copied();
    let guesses: Vec<_> = all.clone().filter(|failure| failure.is_of_a_guess()).collect();
    let numbers =
        [PaymentFailure::ExpiredCard, PaymentFailure::InvalidCard, PaymentFailure::WrongSecurityCode];
    assert_eq!(guesses, numbers);
    let others: Vec<_> = all.filter(|failure| failure.is_decline() && !failure.is_the_issuers()).collect();
    assert_eq!(others, [PaymentFailure::AuthenticationFailed]);
    assert!(PaymentFailure::ALL.iter().all(|failure| failure.is_decline() || !failure.is_the_issuers()));
}

#[test]
fn one_payment_may_meet_several_rules_and_the_worst_decides() {
    let test = TestTelemetry::alerting(Alerting::new().rules(&CATALOGUE));
    let detector = AnomalyDetector::new(&test, AnomalySettings::default());
    let tried: Vec<_> = (0..6)
        .map(|number| {
            let attempt = Payment {
                card: Some(whose(&format!("card-{number}"))),
                device: Some(whose("device")),
                ..payment("jane", 100, number)
            };
            ask(&detector, &attempt, PaymentOutcome::Failed(PaymentFailure::InvalidCard)).expect("findings")
        })
        .collect();
    let [before, after] =
        [0, 1].map(|step| tried.iter().map(move |both| rules(&both[step])).collect::<Vec<_>>());
    // From the fourth on there are too many cards, from the fifth on too many payments. Five guesses in a row are
    // certain: by the answer to the last of them, and before the next is asked for.
    let (testing, velocity, guessing) =
        (RuleName::CardTesting, RuleName::PaymentVelocity, RuleName::CardEnumeration);
    assert_eq!(
        before,
        [vec![], vec![], vec![], vec![testing], vec![velocity, testing], vec![velocity, guessing]]
    );
    assert_eq!(after, [vec![], vec![], vec![], vec![], vec![guessing], vec![]]);
    let decisions = tried[4].map(|findings| findings.decision());
    assert_eq!(decisions, [FraudDecision::Review, FraudDecision::Block]);
    assert_eq!(tried[5].map(|findings| findings.decision()), [FraudDecision::Block, FraudDecision::Allow]);
    let alerts = test.alerts_now();
    let mut firing: Vec<_> = alerts
        .iter()
        .filter(|alert| alert.state == AlertState::Firing)
        .map(|alert| alert.rule.name)
        .collect();
    firing.sort_unstable();
    // That somebody pays often wakes nobody: it takes many who do.
    let expected = ["card_enumeration", "card_testing"].map(|name| format!("ecommerce_fraud_{name}"));
    assert_eq!(firing, expected);
    let recorded = test.finish();
    let blocked = (FraudDecision::Block, RuleName::CardEnumeration);
    assert_eq!(recorded.counter(&said::EVALUATIONS, blocked), Some(2));
    assert_eq!(recorded.events_of(&said::FLAGGED).len(), 1 + 3 + 2);
}

#[test]
fn what_comes_too_late_to_be_counted_is_counted_as_late() {
    let test = TestTelemetry::new();
    let detector = AnomalyDetector::new(&test, AnomalySettings::default());
    let paid = |second| Payment { card: Some(whose("card")), ..payment("jane", 100, second) };
    for second in [1_000, 700, 699, 1_001] {
        ask(&detector, &paid(second), PaymentOutcome::Authorised).expect("findings");
    }
    // The third one: for how often the user and the card pay, and for the cards of the user.
    assert_eq!(test.finish().counter(&said::ENTITY_LATE, ()), Some(3));
}

#[test]
fn requests_are_judged_behind_the_same_door() {
    let detector = detector();
    let answered = |outcome, requests| {
        for _ in 0..requests {
            let took = Duration::from_millis(100);
            detector.performance().observe(RouteClass::Checkout, outcome, took, at(10));
        }
    };
    answered(RequestOutcome::Answered, 90);
    assert_eq!(detector.detect_system_performance_issues(at(10)), []);
    answered(RequestOutcome::Failed, 30);
    let found = detector.detect_system_performance_issues(at(20));
    let kinds: Vec<_> = found.iter().map(|issue| (issue.route, issue.kind)).collect();
    assert_eq!(kinds, [(RouteClass::Checkout, IssueKind::Errors)]);
    // Whoever shares the detector sees the same.
    assert_eq!(detector.clone().detect_system_performance_issues(at(21)).len(), 1);
}

fn detector() -> AnomalyDetector {
    AnomalyDetector::new(&Telemetry::noop(), AnomalySettings::default())
}

fn judge(detector: &AnomalyDetector, payment: &Payment<'_>) -> Findings {
    detector.detect_payment_anomalies(payment).expect("findings")
}

fn rules(findings: &Findings) -> Vec<RuleName> {
    findings.iter().map(|finding| finding.rule.name).collect()
}
