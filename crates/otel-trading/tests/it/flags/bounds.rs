//! Nothing grows beyond its cap, and nothing is forgotten without being counted.

use otel_trading::Quantity;
use otel_trading::compliance::flags::{
    Caps, FactError, MarketFact, OrderKey, OrderToTrade, OrderToTradeLimits, Settings,
};
use otel_trading::labels::Side;

use super::{at_ms, cancelled, entered, party, session, settings, surveillance, surveillance_with};

#[test]
fn open_orders_are_forgotten_from_the_oldest_on_and_counted() {
    let caps = Caps { orders: 100, ..Caps::default() };
    let mut surveillance = surveillance_with(Settings { caps, ..settings() });
    for number in 0..1_000 {
        let fact = entered(at_ms(number), party("a"), OrderKey::new(number), Side::Buy, 10_000, 1);
        surveillance.observe(&fact).expect("a fact");
        assert!(surveillance.open_orders() <= 100);
    }
    assert_eq!(surveillance.counts().orders_overflowed, 900);
    // The latest hundred are still known, the others are not.
    for (number, unknown) in [(999, 0), (900, 0), (899, 1), (0, 2)] {
        let fact = cancelled(at_ms(2_000), party("a"), OrderKey::new(number), Side::Buy, 1);
        surveillance.observe(&fact).expect("a fact");
        assert_eq!(surveillance.counts().unknown_orders, unknown, "order {number}");
    }
}

#[test]
fn parties_are_forgotten_and_counted() {
    let caps = Caps { parties: 10, ..Caps::default() };
    let mut surveillance = surveillance_with(Settings { caps, ..settings() });
    for number in 0..10 {
        let who = party(&format!("{number}"));
        surveillance
            .observe(&entered(at_ms(0), who, OrderKey::new(number), Side::Buy, 10_000, 1))
            .expect("a fact");
    }
    assert_eq!(surveillance.counts().parties_overflowed, 0);
    let who = party("one too many");
    surveillance.observe(&entered(at_ms(0), who, OrderKey::new(10), Side::Buy, 10_000, 1)).expect("a fact");
    // Message rates by instrument and by venue, layers, windows, and ratios each had to make room; spoofs are large.
    assert_eq!(surveillance.counts().parties_overflowed, 5);
}

#[test]
fn who_is_busy_is_remembered_longest() {
    let limits = OrderToTradeLimits { by_number: 0, by_volume: u32::MAX, min_messages: 50 };
    let mut detector = OrderToTrade::new(limits, 10);
    let message = |who: &str| {
        let fact = entered(at_ms(0), party(who), OrderKey::new(1), Side::Buy, 10_000, 1);
        MarketFact { session: Some(session()), ..fact }
    };
    let mut flags = 0;
    for number in 0..50 {
        for passer_by in 0..5 {
            detector.observe(&message(&format!("{number} {passer_by}")));
        }
        flags += detector.observe(&message("busy")).into_iter().flatten().count();
    }
    assert_eq!((flags, detector.overflow()), (1, 241));
}

#[test]
fn orders_that_come_and_go_take_no_room() {
    let caps = Caps { orders: 10, ..Caps::default() };
    let mut surveillance = surveillance_with(Settings { caps, ..settings() });
    for number in 0..10_000 {
        let id = OrderKey::new(number);
        surveillance.observe(&entered(at_ms(number), party("a"), id, Side::Buy, 10_000, 5)).expect("a fact");
        surveillance.observe(&cancelled(at_ms(number), party("a"), id, Side::Buy, 5)).expect("a fact");
    }
    let counts = surveillance.counts();
    assert_eq!((surveillance.open_orders(), counts.orders_overflowed, counts.unknown_orders), (0, 0, 0));
}

#[test]
fn a_fact_without_a_quantity_is_refused_and_remembered_by_nothing() {
    let mut surveillance = surveillance();
    let fact = entered(at_ms(0), party("a"), OrderKey::new(1), Side::Buy, 10_000, 1);
    for pieces in [0, -1] {
        let wrong = MarketFact { quantity: Quantity::whole(pieces), ..fact };
        assert_eq!(surveillance.observe(&wrong).err(), Some(FactError::QuantityNotPositive));
    }
    let counts = surveillance.counts();
    assert_eq!((counts.refused, counts.facts, surveillance.open_orders()), (2, 0, 0));
}
