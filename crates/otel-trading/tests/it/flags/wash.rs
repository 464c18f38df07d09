//! Owners that trade with themselves.

use otel_trading::compliance::flags::{
    Action, Evidence, Execution, Flag, MarketFact, TradeKey, WashKind, WashTrade, WashTradeLimits,
};
use otel_trading::ids::{Mic, TradeId};
use otel_trading::labels::Side;

use super::{at_ms, executed, order, party, ticks};

#[test]
fn one_owner_on_both_sides_is_flagged_once() {
    let mut detector = WashTrade::new(WashTradeLimits::default(), 16);
    let trade = Some(TradeKey::from(TradeId("t-1")));
    let side = |side| {
        let fact = executed(at_ms(0), party("a"), order("1"), side, 10_000, 5);
        let execution = Execution { price: ticks(10_000), counterparty: Some(fact.party.owner), trade };
        MarketFact { action: Action::Executed(execution), ..fact }
    };
    let flag = detector.observe(&side(Side::Buy)).expect("a flag");
    let Evidence::WashTrade { kind, .. } = flag.evidence else { panic!("{flag:?}") };
    assert_eq!(kind, WashKind::SameOwner);
    // The other side of the same trade says nothing new.
    assert!(detector.observe(&side(Side::Sell)).is_none());
}

#[test]
fn trades_that_undo_one_another_are_flagged_from_the_third_pair() {
    assert_eq!(pairs(3, |fact, _| fact).len(), 1);
    assert_eq!(pairs(2, |fact, _| fact).len(), 0);
    // Six pairs are two times three.
    assert_eq!(pairs(6, |fact, _| fact).len(), 2);
}

#[test]
fn a_pair_is_similar_and_soon() {
    let back = |pieces: i64, cents: i64, millis: u64| {
        pairs(3, move |fact, number| {
            if number % 2 == 0 {
                return fact;
            }
            let at = at_ms((number as u64 - 1) * 5_000 + millis);
            executed(at, fact.party, fact.order, fact.side, cents, pieces)
        })
        .len()
    };
    assert_eq!(back(100, 10_000, 1_000), 1);
    assert_eq!(back(100, 10_000, 1_001), 0);
    assert_eq!(back(99, 10_000, 500), 1);
    assert_eq!(back(98, 10_000, 500), 0);
    // A hundredth of a percent of 100.00 is a cent.
    assert_eq!(back(100, 10_001, 500), 1);
    assert_eq!(back(100, 10_002, 500), 0);
}

#[test]
fn a_little_too_far_in_price_is_too_far() {
    let apart = |cents: i64| {
        pairs(3, move |fact, number| {
            let cents = if number.is_multiple_of(2) { 20_000 } else { cents };
            executed(fact.at, fact.party, fact.order, fact.side, cents, 100)
        })
        .len()
    };
    assert_eq!(apart(20_002), 1);
    assert_eq!(apart(20_003), 0);
}

#[test]
fn pairs_that_are_far_apart_do_not_add_up() {
    let apart = |millis: u64| {
        pairs(3, move |fact, number| {
            let at = at_ms((number as u64 / 2) * millis + (number as u64 % 2) * 100);
            MarketFact { at, ..fact }
        })
        .len()
    };
    assert_eq!(apart(30_000), 1);
    assert_eq!(apart(30_001), 0);
}

#[test]
fn who_trades_otherwise_as_well_is_not_flagged() {
    // Three pairs of 100 are 600: with 150 bought for keeps, 80 % of 750; with 151, less.
    let keeps = |pieces: i64| {
        let mut facts = script(3);
        facts.insert(4, executed(at_ms(12_000), party("a"), order("k"), Side::Buy, 20_000, pieces));
        run(&facts).len()
    };
    assert_eq!(keeps(150), 1);
    assert_eq!(keeps(151), 0);
}

#[test]
fn it_does_not_help_to_go_elsewhere_or_to_another_account() {
    let elsewhere = pairs(3, |mut fact, number| {
        if number % 2 == 1 {
            fact.listing.venue = Mic("TRQX").into();
            fact.party.account = party("another").account;
        }
        fact
    });
    assert_eq!(elsewhere.len(), 1);
    let another_owner =
        pairs(
            3,
            |fact, number| if number % 2 == 1 { MarketFact { party: party("b"), ..fact } } else { fact },
        );
    assert_eq!(another_owner.len(), 0);
}

fn pairs(count: usize, change: impl Fn(MarketFact, usize) -> MarketFact) -> Vec<Flag> {
    let facts: Vec<_> =
        script(count).into_iter().enumerate().map(|(number, fact)| change(fact, number)).collect();
    run(&facts)
}

fn run(facts: &[MarketFact]) -> Vec<Flag> {
    let mut detector = WashTrade::new(WashTradeLimits::default(), 16);
    facts.iter().filter_map(|fact| detector.observe(fact)).collect()
}

/// Every five seconds 100 pieces are bought, and sold half a second later.
fn script(pairs: usize) -> Vec<MarketFact> {
    let fact = |number: usize| {
        let side = if number.is_multiple_of(2) { Side::Buy } else { Side::Sell };
        let millis = (number as u64 / 2) * 10_000 + (number as u64 % 2) * 500;
        executed(at_ms(millis), party("a"), order("1"), side, 10_000, 100)
    };
    (0..2 * pairs).map(fact).collect()
}
