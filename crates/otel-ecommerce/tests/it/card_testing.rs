//! Cards that are tried out, guessed, and tried too often.

mod attempts;
mod small;

use fastrand::Rng;
use otel_core::{Currency, Money};
use otel_ecommerce::anomaly::{CardTesting, CardTestingSettings, Evidence, Finding};
use otel_ecommerce::labels::{EntityType, PaymentFailure, RuleName};
use otel_ecommerce::payment::{Payment, PaymentOutcome};
use proptest::prelude::*;

use crate::payments::{DAY, HOUR, MINUTE, SECOND, at, dollars, payment, somebody};

const INVALID: PaymentOutcome = PaymentOutcome::Failed(PaymentFailure::InvalidCard);
const NO_MONEY: PaymentOutcome = PaymentOutcome::Failed(PaymentFailure::InsufficientFunds);

#[test]
fn a_device_that_tries_a_hundred_cards_is_found_at_the_fourth() {
    let mut testing = detector();
    let attempts = (0..100).map(|number| {
        let attempt = Payment { device: Some(somebody(7)), ..with_card(number, number, number * SECOND) };
        testing.judge(&attempt, INVALID)
    });
    let found: Vec<_> = attempts.collect();
    assert_eq!(found.iter().position(Option::is_some), Some(3));
    assert!(found.iter().skip(3).all(Option::is_some));
    let fourth = found.get(3).copied().flatten().expect("found");
    let Evidence::CardTesting { entity: EntityType::Device, cards: 4, limit: 3, .. } = fourth.evidence else {
        panic!("{}", fourth.evidence)
    };
    assert_eq!(fourth.rule.name, RuleName::CardTesting);
}

#[test]
fn cards_that_pay_small_amounts_are_tried_out_even_if_they_work() {
    let of = |amount| {
        let mut testing = detector();
        (0..9).find(|number| {
            let attempt = Payment { amount, ..with_card(1, *number, number * MINUTE) };
            testing.judge(&attempt, PaymentOutcome::Authorised).is_some()
        })
    };
    let yen = |minor| Money::from_minor(minor, Currency::from_code("JPY").expect("a currency"));
    assert_eq!(of(dollars(200)), Some(3));
    assert_eq!(of(dollars(201)), None, "a family's shopping");
    assert_eq!((of(yen(200)), of(yen(201))), (Some(3), None));
}

#[test]
fn the_cards_of_a_day_and_a_week_count_too_and_one_card_again_does_not() {
    let tried = |every: u64, distinct: u64| {
        let mut testing = detector();
        (0..40).find_map(|number| {
            let attempt = with_card(1, number % distinct, number * every);
            testing.judge(&attempt, NO_MONEY).filter(|found| found.rule.name == RuleName::CardTesting)
        })
    };
    let window = |found: Option<Finding>| match found.map(|found| found.evidence) {
        Some(Evidence::CardTesting { window, cards, .. }) => Some((window.as_secs() / 3_600, cards)),
        _ => None,
    };
    assert_eq!(window(tried(HOUR, 40)), Some((24, 6)));
    assert_eq!(window(tried(18 * HOUR, 40)), Some((168, 9)));
    assert_eq!(window(tried(25 * HOUR, 40)), None);
    assert_eq!(window(tried(MINUTE, 3)), None);
}

/// Each attempt is by another user with another device; between them the terminal does its usual business.
#[test]
fn a_hundred_guessed_cards_at_a_terminal_are_found_within_ten_attempts_or_a_minute() {
    let (mut slowest, mut most) = (0, 0);
    for seed in 0..300 {
        let mut random = Rng::with_seed(seed);
        let mut testing = detector();
        // Up to one usual payment for each guessed one, of which two in a hundred are mistyped.
        let usual_per_attack = random.f64();
        for number in 0..200 {
            testing.judge(&usual(&mut random, number, number * SECOND), usual_outcome(&mut random));
        }
        let (begin, mut found) = (200 * SECOND, None);
        for number in 0..100 {
            if random.f64() < usual_per_attack {
                let next = usual(&mut random, 10_000 + number, begin + number * SECOND);
                testing.judge(&next, usual_outcome(&mut random));
            }
            let attempt = Payment {
                amount: dollars(100),
                device: Some(somebody(20_000 + number)),
                ..usual(&mut random, 30_000 + number, begin + number * SECOND)
            };
            let outcome = if random.u32(..10) == 0 { PaymentOutcome::Authorised } else { INVALID };
            if testing.judge(&attempt, outcome).is_some() && found.is_none() {
                found = Some(number);
            }
        }
        let found = found.unwrap_or_else(|| panic!("seed {seed} is missed"));
        (slowest, most) = (slowest.max(found), most.max(found + 1));
        assert!(found < 10 || found <= 60, "seed {seed}: attempt {} after {found} s", found + 1);
    }
    assert!(slowest <= 20, "the slowest needed {slowest} s and {most} attempts");
}

#[test]
fn usual_business_is_no_guessing() {
    let mut random = Rng::with_seed(5);
    let mut testing = detector();
    let found = (0..200_000).filter_map(|number| {
        testing.judge(&usual(&mut random, number, number * SECOND), usual_outcome(&mut random))
    });
    // Once in 100,000 at most is what the sum is made for.
    assert!(found.count() <= 2);
}

#[test]
fn who_is_not_guessing_is_not_found_beside_who_is() {
    let mut testing = detector();
    let at_till =
        |number, millis| Payment { terminal: Some(somebody(3)), ..with_card(number, number, millis) };
    let found = (0..20).filter(|number| testing.judge(&at_till(*number, number * SECOND), INVALID).is_some());
    assert_eq!(found.count(), 16, "from the fifth guess in a row on it is certain");
    assert_eq!(testing.judge(&at_till(100, 30 * SECOND), PaymentOutcome::Authorised), None);
    assert!(testing.judge(&at_till(101, 31 * SECOND), NO_MONEY).is_some());
}

#[test]
fn guessing_is_forgotten_after_usual_payments_or_a_day() {
    let after = |calm: u64, pause: u64| {
        let mut testing = detector();
        let at_till =
            |number, millis| Payment { terminal: Some(somebody(3)), ..with_card(number, number, millis) };
        for number in 0..20 {
            testing.judge(&at_till(number, number * SECOND), INVALID);
        }
        for number in 0..calm {
            testing.judge(&at_till(100 + number, MINUTE + number * SECOND), PaymentOutcome::Authorised);
        }
        testing.judge(&at_till(500, 2 * MINUTE + pause), INVALID).is_some()
    };
    assert!(after(0, 0));
    assert!(after(60, 0), "one more guess is enough yet");
    assert!(!after(120, 0));
    assert!(after(0, DAY - 3 * MINUTE));
    assert!(!after(0, DAY));
}

/// One before Mastercard charges, and one before Visa does.
#[test]
fn a_card_is_left_alone_before_its_network_charges_for_it() {
    let first = |every: u64| {
        let mut testing = detector();
        (1..40).find_map(|number| {
            let found = testing.judge(&with_card(1, 1, number * every), NO_MONEY)?;
            assert_eq!(found.rule.name, RuleName::ExcessiveDeclines);
            let Evidence::ExcessiveDeclines { window, declines, limit } = found.evidence else {
                panic!("{}", found.evidence)
            };
            assert_eq!(u64::from(declines), number);
            Some((number, window.as_secs() / 3_600, limit))
        })
    };
    assert_eq!(first(HOUR), Some((9, 24, 10)));
    assert_eq!(first(3 * HOUR - 1), Some((9, 24, 10)));
    assert_eq!(first(3 * HOUR), Some((14, 720, 15)));
    assert_eq!(first(55 * HOUR), Some((14, 720, 15)));
    assert_eq!(first(56 * HOUR), None);
}

#[test]
fn what_nobody_decided_is_no_decline() {
    let mut testing = detector();
    for number in 0..50 {
        let failure = if number % 2 == 0 { PaymentFailure::Timeout } else { PaymentFailure::Unavailable };
        let outcome = PaymentOutcome::Failed(failure);
        let attempt = Payment { device: Some(somebody(9)), ..with_card(1, number % 2, number * SECOND) };
        assert_eq!(testing.judge(&attempt, outcome), None);
    }
}

#[test]
fn late_attempts_and_those_who_make_room_are_counted() {
    let mut testing = CardTesting::new(CardTestingSettings::default().entities(10).expect("a cap"));
    let all = |number, millis| Payment {
        device: Some(somebody(number)),
        terminal: Some(somebody(number)),
        ..with_card(number, number, millis)
    };
    for number in 0..12 {
        testing.judge(&all(number, HOUR), NO_MONEY);
    }
    for entity in EntityType::ALL {
        assert_eq!(testing.evicted(*entity), 2, "{entity:?}");
    }
    testing.judge(&all(11, HOUR - 5 * MINUTE), NO_MONEY);
    assert_eq!(testing.late(), 0);
    testing.judge(&all(11, HOUR - 6 * MINUTE), NO_MONEY);
    // For the user, the device and the card.
    assert_eq!(testing.late(), 3);
}

/// The sum is one of the logarithms that it says it is of.
#[test]
fn guesses_weigh_what_their_likelihood_says() {
    let (guess, other) = ((0.20_f64 / 0.02).ln(), (0.80_f64 / 0.98).ln());
    let certain = 100_000_f64.ln();
    for guesses in 1..12_u64 {
        for usual_after_each in 0..12_u64 {
            let mut testing = detector();
            let (mut sum, mut millis) = (0.0_f64, 0);
            for number in 0..guesses {
                for usual in 0..=usual_after_each {
                    millis += SECOND;
                    let attempt = Payment {
                        terminal: Some(somebody(3)),
                        amount: dollars(100),
                        ..with_card(millis, 1_000 * number + usual, millis)
                    };
                    let outcome = if usual == 0 { INVALID } else { PaymentOutcome::Authorised };
                    sum = (sum + if usual == 0 { guess } else { other }).max(0.0).min(2.0 * certain);
                    let found = testing.judge(&attempt, outcome).is_some();
                    if (sum - certain).abs() > 0.05 {
                        assert_eq!(found, sum > certain, "{sum} after {number} guesses");
                    }
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn distinct_cards_are_those_of_a_count(
        attempts in prop::collection::vec((0_u64..12, 0..20 * MINUTE), 1..60),
    ) {
        let mut testing = detector();
        let mut all: Vec<(u64, u64)> = Vec::new();
        let mut now = 0;
        for (card, pause) in attempts {
            // To the whole second, which is what cards are counted by.
            now += pause / SECOND * SECOND;
            all.push((card, now));
            let found = testing.judge(&with_card(1, card, now), PaymentOutcome::Failed(PaymentFailure::DoNotHonor));
            let within = |window: u64| {
                let mut cards: Vec<u64> =
                    all.iter().filter(|(_, at)| now - at < window).map(|(card, _)| *card).collect();
                cards.sort_unstable();
                cards.dedup();
                cards.len()
            };
            let expected = within(HOUR) > 3 || within(DAY) > 5 || within(7 * DAY) > 8;
            let is_testing = found.is_some_and(|found| found.rule.name == RuleName::CardTesting);
            prop_assert_eq!(is_testing, expected, "{:?}", all);
        }
    }
}

fn detector() -> CardTesting {
    CardTesting::new(CardTestingSettings::default())
}

/// A payment of 25 dollars by a user with a card.
fn with_card(user: u64, card: u64, millis: u64) -> Payment<'static> {
    Payment { card: Some(somebody(1_000_000 + card)), ..payment(somebody(user), at(millis)) }
}

/// Somebody with their own card and device pays at the terminal.
fn usual(random: &mut Rng, number: u64, millis: u64) -> Payment<'static> {
    Payment {
        device: Some(somebody(number)),
        terminal: Some(somebody(3)),
        amount: dollars(random.i64(100..20_000)),
        ..with_card(number, number, millis)
    }
}

/// As usual: nine in ten work, and two in a hundred are mistyped.
fn usual_outcome(random: &mut Rng) -> PaymentOutcome {
    match random.u32(..100) {
        0..2 => INVALID,
        2..8 => NO_MONEY,
        8..10 => PaymentOutcome::Failed(PaymentFailure::DoNotHonor),
        _ => PaymentOutcome::Authorised,
    }
}
