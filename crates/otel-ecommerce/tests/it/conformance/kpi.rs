//! Key figures.

use std::time::Duration;

use otel_core::{Decimal, Telemetry};
use otel_ecommerce::ids::{CartId, OrderId, RefundId, SessionId};
use otel_ecommerce::kpi::{CartNews, RateTable, Refund, SearchFacts};
use otel_ecommerce::labels::{Channel, FunnelStep, RefundReason, SearchOutcome, SearchType};
use otel_ecommerce::{KpiMonitor, KpiSettings};

use crate::kpi::{at, currency, money};

pub(super) fn say_everything(telemetry: &Telemetry) {
    let settings = KpiSettings::default()
        .sessions(2)
        .expect("a setting")
        .bookings(2)
        .expect("a setting")
        .carts(2)
        .expect("a setting");
    let kpi = KpiMonitor::new(telemetry, settings);
    funnel(&kpi);
    revenue(&kpi);
    carts(&kpi);
    searches(&kpi);
    kpi.advance(at(86_400 * 2));
}

fn funnel(kpi: &KpiMonitor) {
    for session in ["a", "b", "c"] {
        for (number, step) in FunnelStep::ALL.iter().enumerate() {
            kpi.track_conversion_funnel(SessionId(session), *step, at(number as u64)).expect("a step");
        }
    }
    for (step, second) in [(FunnelStep::ViewItem, 90_000), (FunnelStep::Purchase, 10)] {
        kpi.track_conversion_funnel(SessionId("late"), step, at(second)).expect("a step");
    }
}

fn revenue(kpi: &KpiMonitor) {
    let dollars = RateTable::new(currency("USD"), "the test", at(0));
    kpi.use_rates(dollars.rate(currency("EUR"), Decimal::whole(1)).expect("a rate"));
    for (number, channel) in Channel::ALL.iter().enumerate() {
        let id = format!("o-{number}");
        let code = if number % 2 == 0 { "EUR" } else { "JPY" };
        let amount = money(100, code);
        for _ in 0..2 {
            kpi.track_revenue(OrderId(&id), amount, *channel, at(number as u64)).expect("an order");
        }
        kpi.track_revenue(OrderId(&id), money(-1, code), *channel, at(1)).expect_err("no order");
    }
    for (number, reason) in RefundReason::ALL.iter().enumerate() {
        let id = format!("r-{number}");
        let refund = Refund {
            order: OrderId("o-1"),
            id: RefundId(&id),
            amount: money(1, "EUR"),
            reason: *reason,
            at: at(number as u64 + 100),
        };
        kpi.track_refund(&refund).expect("a refund");
    }
}

fn carts(kpi: &KpiMonitor) {
    let news = |cart, second| CartNews {
        cart: CartId(cart),
        value: money(100, "EUR"),
        step: FunnelStep::AddToCart,
        at: at(second),
    };
    for (cart, second) in [("a", 0), ("b", 1), ("c", 2)] {
        kpi.track_cart_activity(&news(cart, second)).expect("a cart");
    }
    kpi.track_cart_abandonment(&news("c", 3)).expect("a cart");
    kpi.track_cart_activity(&news("c", 4)).expect("a cart");
    kpi.cart_purchased(CartId("c"), at(5)).expect("a cart");
    kpi.cart_purchased(CartId("c"), at(5)).expect_err("no cart any more");
}

fn searches(kpi: &KpiMonitor) {
    for search_type in SearchType::ALL {
        for outcome in SearchOutcome::ALL {
            kpi.track_search_performance(&SearchFacts {
                search_type: *search_type,
                outcome: *outcome,
                query_length: Some(3),
                results: 0,
                duration: Duration::from_millis(80),
            });
        }
    }
}
