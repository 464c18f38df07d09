//! Message rates, and orders for each trade.

use otel_trading::compliance::flags::{
    Action, DealingCapacity, Evidence, LiquidMarket, Listing, MarketFact, MessageRate, MessageRateLimits,
    OrderToTrade, OrderToTradeLimits, RateScope, RatioKind,
};
use otel_trading::ids::Symbol;
use otel_trading::labels::{CancelReason, FlagKind, Side};

use super::{OPENS, cancelled, entered, executed, order, party, session};

/// The session lasts 30,600 s: two messages a second are 61,200.
const TWO_A_SECOND: u64 = 61_200;

#[test]
fn two_messages_a_second_to_an_instrument_are_a_high_rate() {
    let mut detector = MessageRate::new(MessageRateLimits::default(), 16);
    for _ in 1..TWO_A_SECOND {
        assert_eq!(detector.observe(&message()), [None, None]);
    }
    let [instrument, venue] = detector.observe(&message());
    let flag = instrument.expect("a flag");
    assert_eq!((flag.rule.kind, venue), (FlagKind::HftMessageRate, None));
    let Evidence::MessageRate { messages, scope, .. } = flag.evidence else { panic!("{flag:?}") };
    assert_eq!((messages, scope), (TWO_A_SECOND, RateScope::Instrument));
    // Once is enough, for this session.
    assert_eq!(detector.observe(&message()), [None, None]);
}

#[test]
fn four_messages_a_second_to_a_venue_are_a_high_rate() {
    let mut detector = MessageRate::new(MessageRateLimits::default(), 16);
    let other = |number: u64| {
        let names = ["A", "B", "C"];
        let instrument = Symbol(names[(number % 3) as usize]).into();
        let fact = message();
        MarketFact { listing: Listing { instrument, ..fact.listing }, ..fact }
    };
    for number in 1..2 * TWO_A_SECOND {
        assert_eq!(detector.observe(&other(number)), [None, None], "message {number}");
    }
    let [instrument, venue] = detector.observe(&other(0));
    assert!(instrument.is_none() && venue.is_some());
}

#[test]
fn trades_clients_illiquid_instruments_and_kill_switches_do_not_count() {
    let mut detector = MessageRate::new(MessageRateLimits { per_instrument: 0, per_venue: 0 }, 16);
    let killed = Action::Cancelled { reason: CancelReason::RiskControl };
    let who = party("a");
    for fact in [
        MarketFact { session: Some(session()), ..executed(OPENS, who, order("1"), Side::Buy, 1, 1) },
        MarketFact { capacity: DealingCapacity::AnyOther, ..message() },
        MarketFact { liquid: LiquidMarket::No, ..message() },
        MarketFact { action: killed, ..message() },
        MarketFact { session: None, ..message() },
    ] {
        assert_eq!(detector.observe(&fact), [None, None]);
    }
    assert_eq!(detector.without_session(), 1);
    assert!(detector.observe(&message()).iter().all(Option::is_some));
}

#[test]
fn a_new_session_counts_anew() {
    let mut detector = MessageRate::new(MessageRateLimits::default(), 16);
    let tomorrow = otel_trading::compliance::flags::TradingSession::new(
        session().closes(),
        session().closes().after(session().lasts()),
    );
    for _ in 1..TWO_A_SECOND {
        detector.observe(&message());
    }
    assert_eq!(detector.observe(&MarketFact { session: tomorrow, ..message() }), [None, None]);
}

#[test]
fn the_ratio_by_number_may_be_reached_but_not_exceeded() {
    let limits = OrderToTradeLimits { by_number: 9, by_volume: u32::MAX, min_messages: 1 };
    let mut detector = OrderToTrade::new(limits, 16);
    assert_eq!(detector.observe(&trade(1)), [None, None]);
    for number in 0..10 {
        assert_eq!(detector.observe(&message()), [None, None], "message {number}");
    }
    let [number, volume] = detector.observe(&message());
    assert!(number.is_some() && volume.is_none());
    assert_eq!(detector.observe(&message()), [None, None]);
}

#[test]
fn the_ratio_by_volume_may_be_reached_but_not_exceeded() {
    let limits = OrderToTradeLimits { by_number: u32::MAX, by_volume: 9, min_messages: 1 };
    let mut detector = OrderToTrade::new(limits, 16);
    // Nothing was traded yet, so there is no ratio.
    for _ in 0..5 {
        assert_eq!(detector.observe(&message()), [None, None]);
    }
    detector.observe(&trade(1));
    for _ in 5..10 {
        assert_eq!(detector.observe(&message()), [None, None]);
    }
    let [number, volume] = detector.observe(&message());
    let flag = volume.expect("a flag");
    assert!(number.is_none());
    let Evidence::OrderToTrade { kind, messages, trades, .. } = flag.evidence else { panic!("{flag:?}") };
    assert_eq!((kind, messages, trades), (RatioKind::Volume, 11, 1));
}

#[test]
fn a_few_messages_are_no_ratio() {
    let limits = OrderToTradeLimits { by_number: 0, by_volume: 0, min_messages: 10 };
    let mut detector = OrderToTrade::new(limits, 16);
    for _ in 0..9 {
        assert_eq!(detector.observe(&message()), [None, None]);
    }
    assert!(detector.observe(&message())[0].is_some());
}

#[test]
fn cancellations_count_unless_the_venue_made_them() {
    let limits = OrderToTradeLimits { by_number: 1, by_volume: u32::MAX, min_messages: 1 };
    let mut detector = OrderToTrade::new(limits, 16);
    let cancel =
        MarketFact { session: Some(session()), ..cancelled(OPENS, party("a"), order("1"), Side::Buy, 1) };
    for reason in [CancelReason::Unsolicited, CancelReason::Disconnect, CancelReason::RiskControl] {
        let fact = MarketFact { action: Action::Cancelled { reason }, ..cancel };
        for _ in 0..5 {
            assert_eq!(detector.observe(&fact), [None, None]);
        }
    }
    assert_eq!(detector.observe(&cancel), [None, None]);
    assert_eq!(detector.observe(&cancel), [None, None]);
    assert!(detector.observe(&cancel)[0].is_some());
}

fn message() -> MarketFact {
    MarketFact { session: Some(session()), ..entered(OPENS, party("a"), order("1"), Side::Buy, 10_000, 1) }
}

fn trade(pieces: i64) -> MarketFact {
    let fact = executed(OPENS, party("a"), order("1"), Side::Buy, 10_000, pieces);
    MarketFact { session: Some(session()), ..fact }
}
