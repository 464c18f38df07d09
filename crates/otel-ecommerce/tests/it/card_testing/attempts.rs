//! What answers to earlier attempts say of the next one, before anybody is asked for its money.

use otel_ecommerce::anomaly::{Evidence, Finding};
use otel_ecommerce::labels::{EntityType, PaymentFailure, RuleName};
use otel_ecommerce::payment::{Payment, PaymentOutcome};
use proptest::prelude::*;

use super::{INVALID, NO_MONEY, detector, with_card};
use crate::payments::{DAY, HOUR, MINUTE, SECOND, dollars, somebody};

const DECLINED: PaymentOutcome = PaymentOutcome::Failed(PaymentFailure::DoNotHonor);

#[test]
fn the_next_card_of_a_device_that_guesses_is_found_before_it_is_tried() {
    let mut testing = detector();
    let with_device =
        |number, millis| Payment { device: Some(somebody(7)), ..with_card(number, number, millis) };
    for number in 0..5 {
        assert_eq!(
            rule(testing.judge_attempt(&with_device(number, number * SECOND))),
            if number < 4 { None } else { Some(RuleName::CardTesting) }
        );
        testing.judge(&with_device(number, number * SECOND), INVALID);
    }
    let found = testing.judge_attempt(&with_device(5, 5 * SECOND)).expect("found");
    assert_eq!(found.rule.name, RuleName::CardEnumeration);
    assert_eq!(
        found.evidence,
        Evidence::CardEnumeration { entity: EntityType::Device, attempts: 5, guesses: 5 }
    );
    // Another device is not to blame, and a day later nor is this.
    assert_eq!(
        testing.judge_attempt(&Payment { device: Some(somebody(8)), ..with_card(6, 6, 6 * SECOND) }),
        None
    );
    assert_eq!(
        rule(testing.judge_attempt(&with_device(6, 4 * SECOND + DAY))),
        Some(RuleName::CardEnumeration)
    );
    let later = testing.judge_attempt(&with_device(6, 6 * SECOND + DAY));
    assert_ne!(rule(later), Some(RuleName::CardEnumeration));
}

#[test]
fn at_a_terminal_where_somebody_guesses_only_small_payments_are_found_before() {
    let mut testing = detector();
    let at_till = |number, amount| Payment {
        terminal: Some(somebody(3)),
        amount: dollars(amount),
        ..with_card(number, number, number * SECOND)
    };
    for number in 0..5 {
        assert_eq!(testing.judge_attempt(&at_till(number, 100)), None);
        testing.judge(&at_till(number, 100), INVALID);
    }
    assert_eq!(testing.judge_attempt(&at_till(5, 201)), None);
    assert_eq!(rule(testing.judge_attempt(&at_till(5, 200))), Some(RuleName::CardEnumeration));
}

#[test]
fn a_fourth_small_payment_is_found_before_it_is_made_and_a_fifth_card_after_four_were_declined() {
    let mut testing = detector();
    let small = |card| Payment { amount: dollars(100), ..with_card(1, card, card * MINUTE) };
    let first = (0..9).find_map(|card| Some((card, testing.judge_attempt(&small(card))?)));
    let (card, found) = first.expect("found");
    assert_eq!((card, found.rule.name), (3, RuleName::CardTesting));
    assert!(matches!(
        found.evidence,
        Evidence::CardTesting { entity: EntityType::User, cards: 4, limit: 3, .. }
    ));

    let mut testing = detector();
    for card in 0..4 {
        assert_eq!(testing.judge_attempt(&with_card(1, card, card * MINUTE)), None, "{card}");
        testing.judge(&with_card(1, card, card * MINUTE), NO_MONEY);
    }
    let found = testing.judge_attempt(&with_card(1, 9, 4 * MINUTE)).expect("found");
    assert!(matches!(found.evidence, Evidence::CardTesting { cards: 4, limit: 3, .. }), "{}", found.evidence);
    // Nobody else is found, nor who waits, nor who pays without a card.
    assert_eq!(testing.judge_attempt(&with_card(2, 9, 4 * MINUTE)), None);
    assert_eq!(testing.judge_attempt(&Payment { card: None, ..with_card(1, 9, 4 * MINUTE) }), None);
    assert_eq!(testing.judge_attempt(&with_card(1, 9, 3 * MINUTE + HOUR)), None);
}

#[test]
fn an_attempt_that_is_never_answered_is_no_answer_and_costs_nothing() {
    let mut testing = detector();
    let all =
        |card| Payment { device: Some(somebody(7)), terminal: Some(somebody(3)), ..with_card(1, card, card) };
    let empty = testing.bytes();
    for card in 0..1_000 {
        assert_eq!(testing.judge_attempt(&all(card)), None);
    }
    assert_eq!(testing.bytes(), empty);
    for entity in EntityType::ALL {
        assert_eq!(testing.known(*entity), 0, "{entity:?}");
    }
    assert_eq!((0..10).find(|card| testing.judge(&all(2_000 + card), NO_MONEY).is_some()), Some(3));
}

proptest! {
    /// Whether somebody asked before changes nothing of what answers say.
    #[test]
    fn what_answers_say_is_the_same_whether_or_not_attempts_were_judged(
        steps in prop::collection::vec((0..3_u64, 0..12_u64, 0..2 * HOUR, 0..4_u8, any::<bool>()), 1..80),
    ) {
        let (mut both, mut only) = (detector(), detector());
        let mut now = 0;
        for (user, card, pause, answer, is_small) in steps {
            now += pause / SECOND * SECOND;
            let attempt = Payment {
                device: Some(somebody(user / 2)),
                terminal: Some(somebody(3)),
                amount: dollars(if is_small { 100 } else { 4_000 }),
                ..with_card(user, card, now)
            };
            let outcome = [PaymentOutcome::Authorised, NO_MONEY, DECLINED, INVALID][usize::from(answer)];
            both.judge_attempt(&attempt);
            prop_assert_eq!(both.judge(&attempt, outcome), only.judge(&attempt, outcome));
            prop_assert_eq!(both.late(), only.late());
        }
    }

    /// Held against all declines there were: of distinct cards by the user, and of this card.
    #[test]
    fn what_is_found_before_is_what_a_count_of_all_answers_finds(
        steps in prop::collection::vec((0_u64..12, 0..20 * MINUTE, 0..8_u8), 1..90),
    ) {
        let mut testing = detector();
        let mut declines: Vec<(u64, u64)> = Vec::new();
        let mut now = 0;
        for (card, pause, rarely) in steps {
            // To the whole second, which is what cards are counted by.
            now += pause / SECOND * SECOND;
            let card = if rarely == 0 { card } else { card % 2 };
            let found = rule(testing.judge_attempt(&with_card(1, card, now)));
            let within = |window: u64| declines.iter().filter(move |(_, at)| now - at < window);
            let cards = |window| {
                let mut cards: Vec<u64> = within(window).map(|(card, _)| *card).collect();
                cards.sort_unstable();
                cards.dedup();
                cards.len()
            };
            let of_card = |window| within(window).filter(|(other, _)| *other == card).count();
            let expected = if cards(HOUR) > 3 || cards(DAY) > 5 || cards(7 * DAY) > 8 {
                Some(RuleName::CardTesting)
            } else if of_card(DAY) >= 9 || of_card(30 * DAY) >= 14 {
                Some(RuleName::ExcessiveDeclines)
            } else {
                None
            };
            prop_assert_eq!(found, expected, "{:?} and {} at {}", declines, card, now);
            testing.judge(&with_card(1, card, now), DECLINED);
            declines.push((card, now));
        }
    }
}

fn rule(found: Option<Finding>) -> Option<RuleName> {
    found.map(|found| found.rule.name)
}
