//! What remembering people takes, held against what is asked of the allocator.
//!
//! The allocator counts for each thread, and in a process of its own: other tests have another one.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that cannot be set up has failed; figures"
)]

use std::time::Duration;

use allocation_counter::measure;
use otel_core::{Currency, Money, Pseudonym, PseudonymKey, Sensitive, Telemetry, Timestamp};
use otel_ecommerce::AnomalyDetector;
use otel_ecommerce::anomaly::{
    AmountSettings, Amounts, AnomalySettings, CardTesting, CardTestingSettings, Feedback, FeedbackSettings,
    FutureTolerance, Travel, TravelSettings, UserCap, Velocity, VelocitySettings,
};
use otel_ecommerce::ids::PaymentId;
use otel_ecommerce::labels::{FraudLabel, PaymentFailure};
use otel_ecommerce::payment::{Payment, PaymentOutcome};
use otel_ecommerce::place::Place;
use proptest::prelude::*;

const DAY: u64 = 86_400;

/// What is known of everybody's payments in one currency, and a list of such.
const CURRENCY: usize = 29 * 1024;

/// How many times over each table of an index has grown by then.
const USERS: usize = 140_000;

#[test]
fn a_user_takes_at_most_192_bytes_however_many_there_are() {
    let (mut worst, mut of) = (0.0_f64, 0);
    let detector = AnomalyDetector::new(&Telemetry::noop(), AnomalySettings::default());
    let empty = detector.bytes();
    let mut counted = 0;
    for user in 0..USERS {
        counted += measure(|| four_payments(&detector, user)).bytes_current;
        let bytes = detector.bytes();
        assert_eq!(counted, bytes as i64 - empty as i64, "of {} users", user + 1);
        let each = bytes.saturating_sub(CURRENCY) as f64 / (user + 1) as f64;
        if user + 1 >= 1_000 && each > worst {
            (worst, of) = (each, user + 1);
        }
    }
    println!(
        "{worst:.1} bytes for each of {of} users, {:.1} of {USERS}",
        detector.bytes() as f64 / USERS as f64
    );
    assert!(worst <= 192.0, "{worst} of {of}");
}

#[test]
fn nor_while_there_get_more_of_them() {
    for users in [20_000, 27_000, 35_000, 48_000, 61_000, 77_000, 100_000] {
        let detector = AnomalyDetector::new(&Telemetry::noop(), AnomalySettings::default());
        let measured = measure(|| (0..users).for_each(|user| four_payments(&detector, user)));
        let most = measured.bytes_max as f64 / users as f64;
        assert!(most <= 200.0, "{most} for each of {users}");
    }
}

#[test]
fn nor_when_there_are_as_many_as_may_be_and_others_come_in_their_place() {
    for cap in [3_000, 4_100, 5_600] {
        let users = UserCap::new(cap).expect("a cap");
        let settings = AnomalySettings { users, ..AnomalySettings::default() };
        let detector = AnomalyDetector::new(&Telemetry::noop(), settings);
        let mut worst = 0;
        for user in 0..8 * cap {
            assert!(judge(&detector, &payment(user, 0)).is_empty());
            if user > cap {
                worst = worst.max(detector.bytes() - CURRENCY);
            }
        }
        let each = worst as f64 / cap as f64;
        println!("{each:.1} bytes for each of {cap} users who come and go");
        assert!(each <= 194.0, "{each} for each of {cap}");
    }
}

#[test]
fn a_fifth_payment_of_a_week_costs_8_bytes_at_most_and_so_do_those_after_it() {
    // Nothing is too late here.
    let settings = AnomalySettings {
        future: FutureTolerance::default().silence(Duration::from_secs(365 * DAY)),
        ..Default::default()
    };
    let detector = AnomalyDetector::new(&Telemetry::noop(), settings);
    four_payments(&detector, 1);
    let four = detector.bytes();
    for payments in 5..400_usize {
        judge(&detector, &payment(1, 3 * DAY + 60 * payments as u64));
        let more = detector.bytes() - four;
        // The limit of users is 50 in a week, and 65 more are remembered for those that come late.
        assert!(more <= 8 * payments.min(50 + 65), "{more} for {payments}");
        assert!(more >= 4 * payments.min(50 + 65), "{more} for {payments}");
    }
    // A week later it is given back.
    judge(&detector, &payment(1, 20 * DAY));
    assert_eq!(detector.bytes(), four);
}

#[test]
fn who_tried_out_cards_takes_at_most_60_bytes_more() {
    let mut testing = CardTesting::new(CardTestingSettings::default());
    let mut worst = 0.0_f64;
    for user in 0..100_000 {
        let tried = Payment { amount: dollars(100), card: Some(somebody(user)), ..payment(user, 0) };
        testing.judge_attempt(&tried);
        if user + 1 >= 2_000 {
            worst = worst.max(testing.bytes() as f64 / (user + 1) as f64);
        }
    }
    println!("{worst:.1} bytes more for each user who tried out cards");
    assert!(worst <= 60.0, "{worst}");
}

/// What is done next, by somebody, so long after the last.
type Step = (u8, u8, u64, u8);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pause = prop_oneof![Just(0), 0..600_u64, 0..4 * DAY, 0..40 * DAY];
    prop::collection::vec((0..12_u8, 0..30_u8, pause, 0..8_u8), 1..300)
}

/// A payment by one of few users, who pay often, or of many, who make each other forgotten.
fn of(&(user, other, _, what): &Step, second: u64) -> (Payment<'static>, PaymentOutcome) {
    let outcome = match what {
        0..3 => PaymentOutcome::Authorised,
        3..6 => PaymentOutcome::Failed(PaymentFailure::DoNotHonor),
        _ => PaymentOutcome::Failed(PaymentFailure::InvalidCard),
    };
    let user = if what % 2 == 0 { user % 3 } else { user };
    let payment = Payment {
        card: Some(somebody(usize::from(other))),
        device: Some(somebody(usize::from(user % 4))),
        terminal: Some(somebody(usize::from(other % 5))),
        amount: dollars(if what == 1 { 100 } else { 4_000 }),
        ..payment(user.into(), second)
    };
    (payment, outcome)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Bytes are counted where they change; the allocator is asked for just as many.
    #[test]
    fn no_byte_is_counted_that_is_not_there_and_none_is_there_that_is_not_counted(
        cap in 1_usize..9, steps in steps(),
    ) {
        let users = UserCap::new(cap).expect("a cap");
        let mut velocity = Velocity::new(VelocitySettings::default().entities(cap).expect("a cap"));
        let mut travel = Travel::remembering(TravelSettings::default(), users);
        let mut amounts = Amounts::remembering(AmountSettings::default(), users);
        let mut feedback = Feedback::new(FeedbackSettings::default().entities(cap).expect("a cap"));
        let mut testing = CardTesting::new(CardTestingSettings::default().entities(cap).expect("a cap"));
        let settings = AnomalySettings {
            users,
            velocity: VelocitySettings::default().entities(cap).expect("a cap"),
            card_testing: CardTestingSettings::default().entities(cap).expect("a cap"),
            feedback: FeedbackSettings::default().entities(cap).expect("a cap"),
            // Nothing is too late here.
            future: FutureTolerance::default().silence(Duration::from_secs(365 * DAY)),
            ..AnomalySettings::default()
        };
        let detector = AnomalyDetector::new(&Telemetry::noop(), settings);
        let mut second = DAY;
        for step in &steps {
            second += step.2;
            let (payment, outcome) = of(step, second);
            let all = |velocity: &Velocity, travel: &Travel, amounts: &Amounts, feedback: &Feedback, testing: &CardTesting| {
                [velocity.bytes(), travel.bytes(), amounts.bytes(), feedback.bytes(), testing.bytes(), detector.bytes()]
            };
            let before = all(&velocity, &travel, &amounts, &feedback, &testing);
            let measured = [
                measure(|| _ = velocity.judge(&payment)),
                measure(|| _ = travel.judge(&payment)),
                measure(|| _ = amounts.judge(&payment)),
                measure(|| feedback.label(&payment, FraudLabel::Fraud)),
                measure(|| _ = (testing.judge_attempt(&payment), testing.judge(&payment, outcome))),
                measure(|| {
                    let found = judge(&detector, &payment);
                    detector.detect_card_testing(&payment, outcome, Some(&found)).expect("findings");
                    detector.label(&payment, FraudLabel::Genuine, Some(&found)).expect("a label");
                }),
            ];
            let after = all(&velocity, &travel, &amounts, &feedback, &testing);
            for ((before, after), measured) in before.iter().zip(after).zip(measured) {
                prop_assert_eq!(after as i64 - *before as i64, measured.bytes_current, "{:?}", step);
            }
        }
    }
}

fn four_payments(detector: &AnomalyDetector, user: usize) {
    for day in 0..4 {
        assert!(judge(detector, &payment(user, day * DAY)).is_empty());
    }
}

fn judge(detector: &AnomalyDetector, payment: &Payment<'_>) -> otel_ecommerce::anomaly::Findings {
    detector.detect_payment_anomalies(payment).expect("findings")
}

fn payment(user: usize, second: u64) -> Payment<'static> {
    Payment {
        id: PaymentId("p-1"),
        order: None,
        user: somebody(user),
        card: None,
        device: None,
        terminal: None,
        amount: dollars(4_000),
        at: Timestamp::from_unix_nanos(1_680_000_000_000_000_000).after(Duration::from_secs(second)),
        place: Place::new(51.47, -0.46, 10.0).ok(),
    }
}

fn dollars(cents: i64) -> Money {
    Money::from_minor(cents, Currency::from_code("USD").expect("a currency"))
}

fn somebody(number: usize) -> Pseudonym {
    Sensitive::new(number.to_le_bytes()).pseudonym(&PseudonymKey::new([7; 32]))
}
