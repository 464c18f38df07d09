//! Bursts of messages that nobody can trade with.

use std::time::Duration;

use otel_trading::compliance::flags::{Evidence, Flag, MarketFact, QuoteStuffing, QuoteStuffingLimits};
use otel_trading::ids::OrderId;
use otel_trading::labels::Side;

use super::{OPENS, at_ms, cancelled, entered, party, replaced};

#[test]
fn a_burst_is_flagged_from_its_two_hundredth_message_and_once() {
    assert_eq!(run(&burst(99, 2, 100)).len(), 0);
    assert_eq!(run(&burst(100, 2, 100)).len(), 1);
    assert_eq!(run(&burst(5_000, 2, 100)).len(), 1);
}

#[test]
fn a_burst_of_replacements_is_one_too() {
    let who = party("a");
    let update = |number: u64| {
        let at = OPENS.after(Duration::from_micros(4_000 * number));
        let before = OPENS.after(Duration::from_micros(4_000 * number.saturating_sub(1)));
        let fact = replaced(at, who, OrderId("quote").into(), Side::Buy, 10_000 + number as i64, 100);
        MarketFact { entered: Some(before), ..fact }
    };
    assert_eq!(run(&(0..199).map(update).collect::<Vec<_>>()).len(), 0);
    assert_eq!(run(&(0..200).map(update).collect::<Vec<_>>()).len(), 1);
}

#[test]
fn orders_that_stay_or_live_are_no_noise() {
    // Of 200 orders, so many in a hundred are withdrawn, after so many milliseconds.
    assert_eq!(run(&burst(200, 2, 89)).len(), 0);
    assert_eq!(run(&burst(200, 2, 92)).len(), 1);
    assert_eq!(run(&burst(200, 50, 100)).len(), 1);
    assert_eq!(run(&burst(200, 51, 100)).len(), 0);
}

#[test]
fn as_many_messages_in_more_than_a_second_are_no_burst() {
    let slow: Vec<_> = burst(100, 2, 100)
        .into_iter()
        .map(|fact| {
            let stretched = fact.at.since(OPENS) * 4;
            MarketFact {
                at: OPENS.after(stretched),
                entered: fact.entered.map(|_| OPENS.after(stretched)),
                ..fact
            }
        })
        .collect();
    assert_eq!(run(&slow).len(), 0);
}

#[test]
fn who_always_sends_as_much_does_not_burst() {
    let mut facts = Vec::new();
    for second in 0..120 {
        let later = Duration::from_secs(second);
        facts.extend(burst(100, 2, 100).into_iter().map(|fact| MarketFact {
            at: fact.at.after(later),
            entered: fact.entered.map(|at| at.after(later)),
            ..fact
        }));
    }
    // The first seconds are unusual, for nothing is known yet; the last ones are not.
    let flags = run(&facts);
    assert!(!flags.is_empty());
    assert!(flags.iter().all(|flag| flag.at < at_ms(5_000)), "{:?}", flags.last());
}

#[test]
fn after_a_pause_a_burst_is_unusual_again() {
    let mut facts = Vec::new();
    for second in (0..120).chain([4_000]) {
        let later = Duration::from_secs(second);
        facts.extend(burst(100, 2, 100).into_iter().map(|fact| MarketFact {
            at: fact.at.after(later),
            entered: fact.entered.map(|at| at.after(later)),
            ..fact
        }));
    }
    let flags = run(&facts);
    let last = flags.last().expect("a flag");
    assert!(last.at > at_ms(4_000_000));
    let Evidence::QuoteStuffing { messages, usual_milli, .. } = last.evidence else { panic!("{last:?}") };
    assert_eq!((messages, usual_milli), (200, 0));
}

/// So many orders within 900 ms, of which a share is withdrawn, so many milliseconds later.
fn burst(orders: u64, lives: u64, percent: u64) -> Vec<MarketFact> {
    let who = party("a");
    let mut facts = Vec::new();
    for number in 0..orders {
        let id = OrderId(&format!("{number}")).into();
        let at = OPENS.after(Duration::from_micros(900_000 * number / orders));
        facts.push(entered(at, who, id, Side::Buy, 10_000, 100));
        // Evenly, so that at no moment more are.
        if (number + 1) * percent / 100 > number * percent / 100 {
            let gone = at.after(Duration::from_millis(lives));
            let fact = cancelled(gone, who, id, Side::Buy, 100);
            facts.push(MarketFact { entered: Some(at), ..fact });
        }
    }
    facts.sort_by_key(|fact| fact.at);
    facts
}

fn run(facts: &[MarketFact]) -> Vec<Flag> {
    let mut detector = QuoteStuffing::new(QuoteStuffingLimits::default(), 16);
    facts.iter().filter_map(|fact| detector.observe(fact)).collect()
}
