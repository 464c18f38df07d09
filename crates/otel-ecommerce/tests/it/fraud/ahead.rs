//! Payments that say they are of the future, and payments that come late: neither keeps others from being judged.

use std::time::Duration;

use otel_core::testing::TestTelemetry;
use otel_core::{Telemetry, Timestamp};
use otel_ecommerce::AnomalyDetector;
use otel_ecommerce::anomaly::{
    AmountSettings, AnomalySettings, FutureTolerance, PaymentError, SettingsError,
};
use otel_ecommerce::conventions::fraud as said;
use otel_ecommerce::labels::{PaymentFailure, RuleName};
use otel_ecommerce::payment::{Payment, PaymentOutcome};
use otel_ecommerce::place::Place;
use proptest::prelude::*;

use super::{ask, at, dollars, payment, whose};

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(86_400);
const PAID: PaymentOutcome = PaymentOutcome::Authorised;

#[test]
fn a_payment_from_the_future_blinds_nobody_to_those_of_its_user_card_and_device() {
    for ahead in [FutureTolerance::MOST, FutureTolerance::MOST + SECOND, DAY - SECOND, 400 * DAY] {
        let test = TestTelemetry::new();
        let detector = AnomalyDetector::new(&test, AnomalySettings::default());
        let of_jane = |at| Payment {
            card: Some(whose("card")),
            device: Some(whose("device")),
            at,
            ..payment("jane", 4_000, 0)
        };
        let first = ask(&detector, &of_jane(test.now().after(ahead)), PAID);
        assert_eq!(first.is_ok(), ahead <= FutureTolerance::MOST, "{ahead:?}");
        let mut found = 0;
        for _ in 0..500 {
            let [before, _] = ask(&detector, &of_jane(test.now()), PAID).expect("findings");
            found += before.len();
            test.advance(10 * SECOND);
        }
        // Four of a card are allowed in a minute or five, and it is the tightest of the limits.
        assert!(found > 490, "{found} of 500, after one that was {ahead:?} ahead");
        assert_eq!(test.finish().counter(&said::ENTITY_LATE, ()), Some(0));
    }
}

#[test]
fn cards_are_tried_out_and_guessed_whatever_else_says_that_it_is_of_the_future() {
    let test = TestTelemetry::new();
    let detector = AnomalyDetector::new(&test, AnomalySettings::default());
    let guess = |number: u64, at| Payment {
        card: Some(whose(&format!("card-{number}"))),
        device: Some(whose("device")),
        terminal: Some(whose("till")),
        at,
        ..payment("jane", 100, 0)
    };
    let invalid = PaymentOutcome::Failed(PaymentFailure::InvalidCard);
    let (mut tried, mut guessed) = (0, 0);
    for number in 0..100 {
        // As many clocks that are wrong as there are that are not.
        assert!(ask(&detector, &guess(1_000 + number, test.now().after(DAY)), PAID).is_err());
        let found = ask(&detector, &guess(number, test.now()), invalid).expect("findings");
        let met = |rule| u32::from(found.iter().any(|findings| findings.met(rule)));
        tried += met(RuleName::CardTesting);
        guessed += met(RuleName::CardEnumeration);
        test.advance(60 * SECOND);
    }
    assert_eq!(tried, 2, "the fourth once it is declined, and the fifth before it is asked for");
    assert_eq!(guessed, 96, "from the fifth on");
}

#[test]
fn the_future_begins_five_minutes_after_the_clock_whatever_was_paid() {
    let test = TestTelemetry::new();
    let detector = AnomalyDetector::new(&test, AnomalySettings::default());
    let pay = |at: Timestamp| ask(&detector, &Payment { at, ..payment("jane", 100, 0) }, PAID).err();
    let most = FutureTolerance::MOST;
    for _ in 0..365 {
        assert_eq!(pay(test.now().after(most)), None);
        let beyond = Err(PaymentError::Future { beyond: SECOND });
        assert_eq!(pay(test.now().after(most + SECOND)).map_or(Ok(()), Err), beyond);
    }
    // A quiet night locks nobody out.
    test.advance(40 * 3_600 * SECOND);
    assert_eq!(pay(test.now()), None);
    assert_eq!(pay(test.now().after(most + SECOND)), Some(PaymentError::Future { beyond: SECOND }));
}

#[test]
fn a_tolerance_is_no_longer_than_a_payment_may_be_late() {
    assert_eq!(FutureTolerance::default(), FutureTolerance::new(300 * SECOND).expect("a tolerance"));
    assert_eq!(FutureTolerance::new(301 * SECOND), Err(SettingsError::TooFarAhead));
    let test = TestTelemetry::new();
    let future = FutureTolerance::new(SECOND).expect("a tolerance");
    let detector = AnomalyDetector::new(&test, AnomalySettings { future, ..AnomalySettings::default() });
    let pay = |ahead| {
        let at = test.now().after(ahead);
        ask(&detector, &Payment { at, ..payment("jane", 100, 0) }, PAID).is_ok()
    };
    assert_eq!((pay(SECOND), pay(2 * SECOND)), (true, false));
}

#[test]
fn a_payment_that_comes_too_late_to_be_counted_is_judged_by_all_else_and_counted_as_late() {
    let test = TestTelemetry::new();
    let amount = AmountSettings::default().limit(dollars(100_000)).expect("a limit");
    let detector = AnomalyDetector::new(&test, AnomalySettings { amount, ..AnomalySettings::default() });
    let paid = |minor, latitude, second| Payment {
        place: Place::new(latitude, 0.0, 10.0).ok(),
        ..payment("jane", minor, second)
    };
    test.advance(2 * 3_600 * SECOND);
    let found = |paid: Payment<'_>| detector.detect_payment_anomalies(&paid).expect("findings");
    assert!(found(paid(4_000, 50.0, 7_200)).is_empty());
    let late = found(paid(200_000, -50.0, 3_600));
    let rules: Vec<_> = late.iter().map(|finding| finding.rule.name).collect();
    assert_eq!(rules, [RuleName::AmountOverLimit, RuleName::ImpossibleTravel]);
    assert_eq!(test.finish().counter(&said::ENTITY_LATE, ()), Some(1));
}

#[test]
fn without_a_clock_nobody_walks_ahead_of_the_others_alone() {
    let detector = without_a_clock();
    for number in 0..9 {
        assert!(pays(&detector, &format!("user-{number}"), 0));
    }
    let accepted = (1..=365).filter(|day| pays(&detector, "jane", day * 86_400));
    assert_eq!(accepted.count(), 1);
    // Nor by steps that are not too large.
    assert_eq!((1..=365).filter(|step| pays(&detector, "jane", step * 40_000)).max(), Some(2));
}

#[test]
fn without_a_clock_a_silence_of_days_is_over_when_most_say_so() {
    let detector = without_a_clock();
    for number in 0..9 {
        assert!(pays(&detector, &format!("user-{number}"), number));
    }
    let weeks = |number: u64| 2_000_000 + number;
    let refused = (0..20).filter(|number| !pays(&detector, &format!("user-{number}"), weeks(*number)));
    assert_eq!(refused.count(), 5);
    assert!(pays(&detector, "jane", weeks(0)));
    // Who is alone with the shop waits for nobody.
    let detector = without_a_clock();
    assert!(pays(&detector, "jane", 0));
    assert!(!pays(&detector, "jane", weeks(0)));
    assert!(pays(&detector, "jane", weeks(1)));
    // Who judges what was paid long ago, can say for how long the shop was closed.
    let future = FutureTolerance::default().silence(30 * DAY);
    let detector =
        AnomalyDetector::new(&Telemetry::noop(), AnomalySettings { future, ..AnomalySettings::default() });
    assert!(pays(&detector, "jane", 0) && pays(&detector, "john", weeks(0)));
    assert!(!pays(&detector, "joan", 2 * weeks(700_000)));
}

proptest! {
    /// Five people who tell the time, and four who do not.
    #[test]
    fn without_a_clock_four_of_nine_neither_lead_the_others_nor_lock_them_out(
        steps in prop::collection::vec((0..9_u64, 0..20_000_u64, 0..40_000_000_u64), 1..200),
    ) {
        let detector = without_a_clock();
        let mut now = 20_000_000;
        for number in 0..9 {
            let user = format!("user-{number}");
            prop_assert!(pays(&detector, &user, now));
        }
        let mut told = [now; 5];
        for (number, later, lie) in steps {
            let user = format!("user-{number}");
            match told.get_mut(number as usize) {
                Some(_) => {
                    // Nobody who is honest is silent for long.
                    now = (now + later).min(told.iter().copied().min().unwrap_or(now) + 86_400);
                    told[number as usize] = now;
                    prop_assert!(pays(&detector, &user, now));
                }
                None => {
                    let latest = told.iter().copied().max().unwrap_or(now);
                    prop_assert!(!pays(&detector, &user, lie) || lie <= latest + 86_400);
                }
            }
        }
    }
}

fn without_a_clock() -> AnomalyDetector {
    AnomalyDetector::new(&Telemetry::noop(), AnomalySettings::default())
}

/// Whether a payment is judged.
fn pays(detector: &AnomalyDetector, user: &str, second: u64) -> bool {
    ask(detector, &Payment { at: at(second), ..payment(user, 100, 0) }, PAID).is_ok()
}
