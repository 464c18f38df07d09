//! Sales and refunds, and what is not one.

use std::time::Duration;

use otel_core::testing::TestTelemetry;
use otel_core::{Currency, Decimal, Money};
use otel_ecommerce::conventions::{self, kpi as said};
use otel_ecommerce::ids::{CartId, OrderId, RefundId, SessionId};
use otel_ecommerce::kpi::{CartNews, RateTable, Refund, StateError};
use otel_ecommerce::labels::{
    Booking, Channel, CurrencyCode, FunnelStep, KpiFact, KpiMemory, KpiRefusal, RefundReason, RevenueEntry,
};
use otel_ecommerce::{CATALOGUE, KpiMonitor, KpiSettings};
use proptest::prelude::*;

use super::{at, label, money, monitor};

fn refund(id: &'static str, minor: i64) -> Refund<'static> {
    Refund {
        order: OrderId("o-1"),
        id: RefundId(id),
        amount: money(minor, "EUR"),
        reason: RefundReason::Returned,
        at: at(5),
    }
}

#[test]
fn an_order_is_counted_once_however_often_it_is_said() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    let sold = |order, minor| kpi.track_revenue(OrderId(order), money(minor, "EUR"), Channel::Web, at(1));
    assert_eq!(sold("o-1", 1_999), Ok(Booking::New));
    assert_eq!(sold("o-1", 1_999), Ok(Booking::Repeated));
    assert_eq!(sold("o-2", 1), Ok(Booking::New));
    assert_eq!(sold("o-3", 0), Ok(Booking::New));
    let euro = label::<CurrencyCode>(&test, "EUR");
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::REVENUE, (euro, Channel::Web)), Some(2_000));
    assert_eq!(recorded.counter(&said::BOOKINGS, (RevenueEntry::Sale, Booking::New)), Some(3));
    assert_eq!(recorded.counter(&said::BOOKINGS, (RevenueEntry::Sale, Booking::Repeated)), Some(1));
    let values = recorded.histogram(&said::ORDER_VALUE, euro).expect("values of orders");
    assert_eq!((values.count, values.sum, values.max), (3, 2_000.0, 1_999.0));
    assert_eq!(recorded.series(&said::REVENUE_NORMALIZED.facts()), 0);
}

#[test]
fn an_order_that_is_said_again_with_another_amount_is_refused_and_told() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    let sold = |minor, code| kpi.track_revenue(OrderId("o-1"), money(minor, code), Channel::Web, at(1));
    assert_eq!(sold(100, "EUR"), Ok(Booking::New));
    assert_eq!(sold(101, "EUR"), Err(KpiRefusal::Contradiction));
    assert_eq!(sold(100, "USD"), Err(KpiRefusal::Contradiction));
    assert_eq!(sold(100, "EUR"), Ok(Booking::Repeated));
    let recorded = test.finish();
    assert_eq!(recorded.counter_total(&said::REVENUE), 100);
    let told: Vec<_> = recorded
        .events_of(&said::REVENUE_REFUSED)
        .iter()
        .map(|event| event.get(&conventions::order::TOTAL))
        .collect();
    assert_eq!(told, [Some(101.into()), Some(100.into())]);
}

#[test]
fn an_order_can_have_several_refunds_and_each_counts_once() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    for (id, minor, expected) in
        [("r-1", 500, Booking::New), ("r-2", 250, Booking::New), ("r-1", 500, Booking::Repeated)]
    {
        assert_eq!(kpi.track_refund(&refund(id, minor)), Ok(expected), "{id}");
    }
    // The order itself has not been counted by that.
    let sold = kpi.track_revenue(OrderId("o-1"), money(750, "EUR"), Channel::Api, at(1));
    assert_eq!(sold, Ok(Booking::New));
    let euro = label::<CurrencyCode>(&test, "EUR");
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::REFUNDS, (euro, RefundReason::Returned)), Some(750));
    assert_eq!(recorded.counter(&said::REVENUE, (euro, Channel::Api)), Some(750));
}

#[test]
fn identifiers_that_are_written_alike_together_are_not_the_same() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    for (order, id) in [("a", "bc"), ("ab", "c"), ("abc", "d")] {
        let refund = Refund { order: OrderId(order), ..refund(id, 1) };
        assert_eq!(kpi.track_refund(&Refund { id: RefundId(id), ..refund }), Ok(Booking::New));
    }
}

#[test]
fn what_is_not_sound_is_refused_with_its_reason_and_told_with_its_amount() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    let clock = test.now();
    let sold = |order, minor, at| kpi.track_revenue(OrderId(order), money(minor, "EUR"), Channel::Web, at);
    assert_eq!(sold("", 1, at(1)), Err(KpiRefusal::Identifier));
    assert_eq!(sold("o-1", -1, at(1)), Err(KpiRefusal::Amount));
    assert_eq!(sold("o-1", 1, clock.after(Duration::from_secs(301))), Err(KpiRefusal::Future));
    assert_eq!(sold("o-1", 7, clock.after(Duration::from_secs(300))), Ok(Booking::New));
    assert_eq!(kpi.track_refund(&refund("", 1)), Err(KpiRefusal::Identifier));
    assert_eq!(kpi.track_refund(&refund("r", 0)), Err(KpiRefusal::Amount));
    assert_eq!(kpi.track_refund(&refund("r", i64::MIN)), Err(KpiRefusal::Amount));
    let recorded = test.finish();
    assert_eq!(recorded.counter_total(&said::REVENUE), 7);
    assert_eq!(recorded.counter_total(&said::REFUNDS), 0);
    assert_eq!(recorded.counter_total(&said::REFUSALS), 6);
    assert_eq!(recorded.counter(&said::REFUSALS, (KpiFact::Sale, KpiRefusal::Future)), Some(1));
    assert_eq!(recorded.counter(&said::REFUSALS, (KpiFact::Refund, KpiRefusal::Amount)), Some(2));
    let told = recorded.events_of(&said::REVENUE_REFUSED);
    let amounts: Vec<_> = told.iter().map(|event| event.get(&conventions::order::TOTAL)).collect();
    let expected = [1, -1, 1, 1, 0, i64::MIN];
    assert_eq!(amounts, expected.map(|minor| Some(minor.into())));
    assert_eq!(told[1].get(&conventions::CURRENCY), Some("EUR".into()));
    assert_eq!(told[1].get(&conventions::ORDER_ID), Some("o-1".into()));
    assert_eq!(told[1].time, at(1));
}

#[test]
fn a_sum_never_becomes_more_than_the_wire_can_hold() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    let sold = |order, minor| kpi.track_revenue(OrderId(order), money(minor, "EUR"), Channel::Web, at(1));
    assert_eq!(sold("o-1", i64::MAX - 1), Ok(Booking::New));
    assert_eq!(sold("o-2", 2), Err(KpiRefusal::Overflow));
    // It was not counted, so it is not remembered either.
    assert_eq!(sold("o-2", 2), Err(KpiRefusal::Overflow));
    assert_eq!(sold("o-2", 1), Ok(Booking::New));
    let euro = label::<CurrencyCode>(&test, "EUR");
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::REVENUE, (euro, Channel::Web)), Some(i64::MAX as u64));
}

/// Every text that could be a code is tried.
fn all_currencies() -> impl Iterator<Item = Currency> {
    let letters = || 'A'..='Z';
    let codes = letters().flat_map(move |a| letters().flat_map(move |b| letters().map(move |c| [a, b, c])));
    codes.filter_map(|code| Currency::from_code(&String::from_iter(code)))
}

#[test]
fn there_is_room_for_every_currency_whatever_carts_are_in() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    let mut currencies = 0;
    for currency in all_currencies() {
        let (cart, value) = (CartId(currency.code()), Money::from_minor(1, currency));
        let news = CartNews { cart, value, step: FunnelStep::AddToCart, at: at(1) };
        assert_eq!(kpi.track_cart_activity(&news), Ok(()), "{currency}");
        currencies += 1;
    }
    assert!(currencies > 150, "{currencies}");
    let rates = RateTable::new(money(1, "EUR").currency(), "the test", at(1));
    kpi.use_rates(rates.rate(money(1, "USD").currency(), Decimal::whole(2)).expect("a rate"));
    for currency in all_currencies() {
        let amount = Money::from_minor(10, currency);
        assert_eq!(
            kpi.track_revenue(OrderId(currency.code()), amount, Channel::Web, at(1)),
            Ok(Booking::New)
        );
        let back = Refund { order: OrderId(currency.code()), amount, ..refund("r-1", 1) };
        assert_eq!(kpi.track_refund(&back), Ok(Booking::New));
    }
    let recorded = test.finish();
    assert_eq!(recorded.series(&said::REVENUE.facts()), currencies);
    assert_eq!(recorded.counter_total(&said::REVENUE), 10 * currencies as u64);
    assert_eq!(recorded.counter_total(&said::REVENUE_NORMALIZED), 10 + 20);
    assert!(CATALOGUE.metrics.iter().all(|metric| metric.series <= 1_500));
}

/// Only somebody who fills the set with what is no currency can bring that about.
#[test]
fn a_currency_there_is_no_room_for_is_refused_and_never_added_to_others() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    let sold = |code| kpi.track_revenue(OrderId(code), money(10, code), Channel::Web, at(1));
    assert_eq!(sold("EUR"), Ok(Booking::New));
    (0..200).for_each(|number| _ = test.capped::<CurrencyCode>().get(&format!("no currency {number}")));
    assert_eq!((sold("PLN"), sold("SEK")), (Err(KpiRefusal::Currency), Err(KpiRefusal::Currency)));
    let recorded = test.finish();
    assert_eq!(recorded.counter_total(&said::REVENUE), 10);
    let refused = recorded.events_of(&said::REVENUE_REFUSED);
    let codes: Vec<_> = refused.iter().map(|event| event.get(&conventions::CURRENCY)).collect();
    assert_eq!(codes, [Some("PLN".into()), Some("SEK".into())]);
}

#[test]
fn what_nobody_can_tell_any_more_is_refused_rather_than_counted_twice() {
    let test = TestTelemetry::new();
    let settings = KpiSettings::default().bookings(2).expect("a setting");
    let kpi = KpiMonitor::new(&test, settings);
    let sold = |order, second| kpi.track_revenue(OrderId(order), money(1, "EUR"), Channel::Web, at(second));
    assert_eq!(sold("o-1", 10), Ok(Booking::New));
    assert_eq!(sold("o-2", 12), Ok(Booking::New));
    assert_eq!(sold("o-3", 11), Ok(Booking::New));
    // The first was forgotten: it could be counted twice, and so could anything of its time.
    assert_eq!(sold("o-1", 10), Err(KpiRefusal::Late));
    assert_eq!(sold("o-0", 9), Err(KpiRefusal::Late));
    assert_eq!(sold("o-2", 12), Ok(Booking::Repeated));
    assert_eq!(sold("o-4", 11), Ok(Booking::New));
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::EVICTIONS, KpiMemory::Bookings), Some(2));
    assert_eq!(recorded.counter_total(&said::REVENUE), 4);
}

#[test]
fn what_is_older_than_the_horizon_is_forgotten_without_an_eviction() {
    let test = TestTelemetry::new();
    let settings = KpiSettings::default().bookings_horizon(Duration::from_secs(60)).expect("a setting");
    let kpi = KpiMonitor::new(&test, settings);
    let sold = |order, second| kpi.track_revenue(OrderId(order), money(1, "EUR"), Channel::Web, at(second));
    assert_eq!((sold("o-1", 0), sold("o-2", 60)), (Ok(Booking::New), Ok(Booking::New)));
    assert_eq!(sold("o-1", 0), Ok(Booking::Repeated));
    assert_eq!(sold("o-3", 61), Ok(Booking::New));
    assert_eq!(sold("o-1", 0), Err(KpiRefusal::Late));
    assert_eq!(sold("o-2", 60), Ok(Booking::Repeated));
    kpi.advance(at(62));
    let recorded = test.finish();
    assert_eq!(recorded.gauge(&said::REMEMBERED, KpiMemory::Bookings), Some(2));
    assert_eq!(recorded.counter(&said::EVICTIONS, KpiMemory::Bookings), Some(0));
}

#[test]
fn threads_that_say_the_same_count_it_once() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for number in 0..2_000 {
                    let id = format!("o-{number}");
                    kpi.track_revenue(OrderId(&id), money(number, "EUR"), Channel::Web, at(1))
                        .expect("an order");
                }
            });
        }
    });
    let recorded = test.finish();
    assert_eq!(recorded.counter_total(&said::REVENUE), 1_999_000);
    assert_eq!(recorded.counter(&said::BOOKINGS, (RevenueEntry::Sale, Booking::Repeated)), Some(6_000));
}

#[test]
fn a_restart_forgets_nothing_of_what_it_had_forgotten() {
    let test = TestTelemetry::new();
    let settings = KpiSettings::default().bookings(2).expect("a setting");
    let mut kpi = KpiMonitor::new(&test, settings);
    for (order, second) in [("o-1", 10), ("o-2", 20), ("o-3", 30)] {
        kpi.track_revenue(OrderId(order), money(1, "EUR"), Channel::Web, at(second)).expect("an order");
    }
    for bookings in [2, 1] {
        let settings = settings.bookings(bookings).expect("a setting");
        kpi = KpiMonitor::resumed(&test, settings, &kpi.state()).expect("a state");
        let sold =
            |order, second| kpi.track_revenue(OrderId(order), money(1, "EUR"), Channel::Web, at(second));
        assert_eq!(sold("o-1", 10), Err(KpiRefusal::Late));
        // What there is less room for is forgotten as well.
        let second = if bookings == 2 { Ok(Booking::Repeated) } else { Err(KpiRefusal::Late) };
        assert_eq!(sold("o-2", 20), second);
        assert_eq!(sold("o-3", 30), Ok(Booking::Repeated));
    }
}

#[test]
fn bytes_that_are_no_state_are_refused() {
    let test = TestTelemetry::new();
    let resumed = |bytes: &[u8]| KpiMonitor::resumed(&test, KpiSettings::default(), bytes).map(|_| ());
    let state = monitor(&test).state();
    assert_eq!(resumed(&state), Ok(()));
    assert_eq!(resumed(b""), Err(StateError::NotAState));
    assert_eq!(resumed(b"OTELKPI1"), Err(StateError::NotAState));
    assert_eq!(resumed(&state[..state.len() - 1]), Err(StateError::Damaged));
}

/// Orders that are said, and before which the process restarts.
fn any_orders() -> impl Strategy<Value = Vec<(u8, bool)>> {
    prop::collection::vec((0_u8..40, prop::bool::weighted(0.05)), 1..150)
}

proptest! {
    /// Whatever is forgotten, restarted and out of order: no order is counted twice, and what is not counted is refused.
    #[test]
    fn nothing_is_ever_counted_twice(orders in any_orders(), cap in 1_usize..12, horizon in 1_u64..400) {
        let test = TestTelemetry::new();
        let horizon = Duration::from_secs(horizon);
        let settings = KpiSettings::default().bookings(cap).expect("a setting").bookings_horizon(horizon).expect("a setting");
        let mut kpi = KpiMonitor::new(&test, settings);
        let (mut counted, mut sum) = ([false; 40], 0);
        for (order, restarts) in orders {
            if restarts {
                kpi = KpiMonitor::resumed(&test, settings, &kpi.state()).expect("a state");
            }
            let (id, minor) = (format!("o-{order}"), i64::from(order) + 1);
            // The time of an order is part of it, and does not change when it is said again.
            let second = u64::from(order) * 7 % 40 * 10;
            match kpi.track_revenue(OrderId(&id), money(minor, "EUR"), Channel::Web, at(second)) {
                Ok(Booking::New) => {
                    prop_assert!(!counted[usize::from(order)], "{} is counted twice", id);
                    counted[usize::from(order)] = true;
                    sum += minor;
                }
                Ok(Booking::Repeated) => prop_assert!(counted[usize::from(order)]),
                Err(refusal) => prop_assert_eq!(refusal, KpiRefusal::Late),
                other => prop_assert!(false, "{:?}", other),
            }
        }
        prop_assert_eq!(test.finish().counter_total(&said::REVENUE), sum as u64);
    }

    /// A state that was changed anywhere, or cut, is refused: never half of it, and never a panic.
    #[test]
    fn a_damaged_state_is_refused(at_byte in 0_usize..500, change in 1_u8.., cut in any::<bool>()) {
        let test = TestTelemetry::new();
        let kpi = monitor(&test);
        for order in ["o-1", "o-2", "o-3", "o-4"] {
            kpi.track_revenue(OrderId(order), money(1, "EUR"), Channel::Web, at(1)).expect("an order");
        }
        for session in ["s-1", "s-2", "s-3"] {
            kpi.track_conversion_funnel(SessionId(session), FunnelStep::ViewItem, at(1)).expect("a step");
        }
        let mut state = kpi.state();
        let at_byte = at_byte % state.len();
        if cut {
            state.truncate(at_byte);
        } else {
            state[at_byte] ^= change;
        }
        prop_assert!(KpiMonitor::resumed(&test, KpiSettings::default(), &state).is_err());
    }
}
