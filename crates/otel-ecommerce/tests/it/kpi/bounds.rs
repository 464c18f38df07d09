//! How much is remembered, and what that takes.

use otel_core::Money;
use otel_core::Telemetry;
use otel_core::testing::{TestTelemetry, assert_declared};
use otel_ecommerce::conventions::kpi as said;
use otel_ecommerce::ids::{CartId, OrderId, SessionId};
use otel_ecommerce::kpi::CartNews;
use otel_ecommerce::labels::{Channel, FunnelStep, KpiMemory};
use otel_ecommerce::{CATALOGUE, KpiMonitor, KpiSettings};

use super::{at_millis, currency, monitor};

const USERS: u32 = 1_000_000;

/// A visit of one user, from the first look to the order.
fn shop(kpi: &KpiMonitor, number: u32, id: &str) {
    let at = at_millis(100 * u64::from(number));
    kpi.track_conversion_funnel(SessionId(id), FunnelStep::ViewItem, at).expect("a step");
    let value = Money::from_minor(i64::from(number % 10_000), currency("EUR"));
    let news = CartNews { cart: CartId(id), value, step: FunnelStep::AddToCart, at };
    kpi.track_cart_activity(&news).expect("a cart");
    kpi.track_revenue(OrderId(id), value, Channel::Web, at).expect("an order");
    if number.is_multiple_of(3) {
        kpi.cart_purchased(CartId(id), at).expect("a cart");
    }
}

/// What is declared of memory, in bytes: an entry with its place in an index; and half as much again while it grows.
fn bound(sessions: usize, bookings: usize, carts: usize) -> u64 {
    let bytes = 60 * sessions + 60 * bookings + 108 * carts;
    64 * 1024 + bytes as u64 * 3 / 2
}

#[test]
fn a_million_users_and_orders_stay_within_the_declared_bounds() {
    let test = TestTelemetry::new();
    let settings = KpiSettings::default()
        .bookings(1 << 19)
        .expect("a setting")
        .sessions(1 << 17)
        .expect("a setting")
        .carts(1 << 17)
        .expect("a setting");
    let mut kpi = None;
    let mut text = String::with_capacity(16);
    let memory = allocation_counter::measure(|| {
        let kpi = kpi.insert(KpiMonitor::new(&test, settings));
        for number in 0..USERS {
            write_id(&mut text, number);
            shop(kpi, number, &text);
            if number % 10_000 == 0 {
                kpi.advance(at_millis(100 * u64::from(number)));
            }
        }
    });
    // What the pipeline takes for series of metrics is part of it.
    let most = bound(1 << 17, 1 << 19, 1 << 17) + (1 << 20);
    assert!(memory.bytes_max <= most, "{} of {most} bytes", memory.bytes_max);
    drop(kpi);
    let recorded = test.finish();
    // It would have a label of its own, which nobody has declared.
    assert_declared(&recorded, &CATALOGUE);
    assert_eq!(recorded.counter_total(&said::REVENUE), u64::from(USERS / 10_000) * 49_995_000);
    assert_eq!(recorded.counter(&said::EVICTIONS, KpiMemory::Bookings), Some(u64::from(USERS) - (1 << 19)));
    assert_eq!(recorded.gauge(&said::REMEMBERED, KpiMemory::Sessions), Some(1 << 17));
    let starts = recorded.counter_total(&said::CART_STARTS);
    let ends = recorded.counter_total(&said::CART_ENDS) + recorded.counter_total(&said::CART_ABANDONMENTS);
    assert_eq!(recorded.up_down_counter(&said::CART_ACTIVE, ()), Some((starts - ends) as i64));
}

#[test]
fn what_has_filled_its_room_allocates_nothing_more() {
    let settings = KpiSettings::default()
        .bookings(500)
        .expect("a setting")
        .sessions(500)
        .expect("a setting")
        .carts(500)
        .expect("a setting");
    let kpi = KpiMonitor::new(&Telemetry::noop(), settings);
    let mut text = String::with_capacity(16);
    let mut shop_all = |numbers: std::ops::Range<u32>| {
        for number in numbers {
            write_id(&mut text, number);
            shop(&kpi, number, &text);
            kpi.advance(at_millis(100 * u64::from(number)));
        }
    };
    // Long enough for sketches to have taken their shape.
    shop_all(0..100_000);
    let again = allocation_counter::measure(|| shop_all(100_000..110_000));
    assert_eq!(again.count_total, 0, "{again:?}");
}

#[test]
fn ten_million_sessions_are_estimated_within_two_percent() {
    const SESSIONS: u32 = 10_000_000;
    let kpi = KpiMonitor::new(&Telemetry::noop(), KpiSettings::default().sessions(1).expect("a setting"));
    let mut text = String::with_capacity(16);
    let mut funnel = None;
    let memory = allocation_counter::measure(|| {
        let funnel = funnel.insert(kpi.funnel("gifts"));
        for number in 0..SESSIONS {
            write_id(&mut text, number);
            // A hundredth goes all the way.
            let steps = if number.is_multiple_of(100) { FunnelStep::ALL } else { &FunnelStep::ALL[..1] };
            for step in steps {
                funnel.entered(SessionId(&text), *step, at_millis(1)).expect("a step");
            }
        }
    });
    for step in FunnelStep::ALL {
        let expected = f64::from(if *step == FunnelStep::ViewItem { SESSIONS } else { SESSIONS / 100 });
        let estimate = funnel.as_ref().expect("a funnel").sessions(*step);
        let error = (estimate as f64 - expected).abs() / expected;
        assert!(error <= 0.02, "{}: {estimate} is off by {error}", step.as_str());
    }
    assert!(memory.bytes_current <= 64 * 1024, "{memory:?}");
}

#[test]
fn handles_can_go_anywhere() {
    fn anywhere<T: Clone + Send + Sync + std::fmt::Debug + 'static>(_: &T) {}
    let kpi = monitor(&Telemetry::noop());
    anywhere(&kpi);
    anywhere(&kpi.funnel("gifts"));
}

fn write_id(text: &mut String, number: u32) {
    text.clear();
    // Eight digits in base 16: formatting would take longer than what is tested.
    text.extend((0..8).rev().map(|digit| char::from(b'a' + (number >> (4 * digit) & 15) as u8)));
}
