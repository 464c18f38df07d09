//! Money: what the database has, what the key figures say, and what customers saw, to the penny.

use std::time::Duration;

use ecommerce_shop::words::Order;
use ecommerce_shop::{Faults, Shop};
use otel_core::EventDef;
use otel_core::testing::{TestTelemetry, TestValue};
use otel_ecommerce::conventions::{kpi, order, payment, store};

use crate::customer::Customer;
use crate::journeys::{assert_balanced, card};
use crate::place::Place;

/// What somebody saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    orders: i64,
    paid: i64,
    refunded: i64,
}

/// A random way through the shop, to the end or not.
async fn journey(shop: Shop, seed: u64) -> Seen {
    let mut random = fastrand::Rng::with_seed(seed);
    let customer = Customer::enter(&shop).await;
    let mut seen = Seen::default();
    for purchase in 0..random.u8(0..3) {
        let words = ["teapot", "mug", "clock", "tray"][random.usize(..4)];
        let found = customer.search(words).await;
        for _ in 0..random.u8(1..4) {
            let product = &found[random.usize(..found.len())];
            customer.ask("GET", &format!("/products/{}", product.sku), None).await;
            customer.put(&product.sku, random.u32(1..4)).await;
        }
        if random.u8(..4) == 0 {
            continue;
        }
        customer.ask("POST", "/checkout", None).await;
        let key = format!("k-{purchase}");
        let reply = customer.buy(&key, &card(random.u64(..1_000_000))).await;
        assert_eq!(customer.buy(&key, &card(1)).await, reply);
        if reply.status != 201 {
            continue;
        }
        let Order { order, total } = reply.read();
        seen.orders += 1;
        seen.paid += total.minor;
        if random.u8(..4) == 0 && customer.refund(&order).await.status == 204 {
            seen.refunded += total.minor;
        }
    }
    seen
}

async fn check(place: Place, journeys: u64) {
    let test = TestTelemetry::new();
    let shop = place.shop(&test).await;
    let sku = "walnut-teapot";
    let at_first = place.number(&format!("SELECT pieces FROM stock WHERE sku = '{sku}'")).await;
    shop.set_faults(Faults::new(0.1, 0.2).expect("faults"));
    let mut seen = Seen::default();
    for group in 0..journeys / 20 {
        let walks: Vec<_> =
            (0..20).map(|number| tokio::spawn(journey(shop.clone(), group * 20 + number))).collect();
        for walk in walks {
            let Seen { orders, paid, refunded } = walk.await.expect("a journey");
            seen.orders += orders;
            seen.paid += paid;
            seen.refunded += refunded;
        }
        test.advance(Duration::from_secs(60));
        shop.sweep(test.now());
    }
    shop.close().await;
    assert!(seen.orders > 0 && seen.refunded > 0, "{seen:?}");
    let sum = async |statuses: &str| {
        place
            .number(&format!("SELECT CAST(SUM(total) AS BIGINT) FROM orders WHERE status IN ({statuses})"))
            .await
    };
    let booked = Seen {
        orders: place.number("SELECT COUNT(*) FROM orders WHERE status IN ('paid', 'refunded')").await,
        paid: sum("'paid', 'refunded'").await,
        refunded: sum("'refunded'").await,
    };
    assert_eq!(booked, seen, "the database, and what customers saw");
    assert_balanced(&place, sku, at_first).await;

    let recorded = test.finish();
    let told = |minor: u64| i64::try_from(minor).expect("money");
    assert_eq!(told(recorded.counter_total(&kpi::REVENUE)), seen.paid);
    assert_eq!(told(recorded.counter_total(&kpi::REFUNDS)), seen.refunded);
    // What is paid was taken from somebody, and what was taken is paid.
    let moved = |made: &EventDef| {
        let events = recorded.events_of(made);
        let amounts = events.iter().map(|event| match event.get(&payment::AMOUNT) {
            Some(TestValue::Int(minor)) => minor,
            other => panic!("an amount is a number: {other:?}"),
        });
        (told(events.len() as u64), amounts.sum::<i64>())
    };
    assert_eq!(moved(&payment::CAPTURED), (seen.orders, seen.paid));
    assert_eq!(moved(&payment::REFUNDED).1, seen.refunded);
    assert_eq!(recorded.counter_total(&kpi::REFUSALS), 0, "{:?}", recorded.values(&kpi::REFUSALS.facts()));
    assert_eq!(recorded.counter_total(&order::TRANSITION_VIOLATIONS), 0);
    let classes = recorded.values(&store::OPERATION_DURATION.facts());
    assert!(classes.iter().flat_map(|(labels, _)| labels).all(|(_, class)| class != "other"), "{classes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_500_journeys_everybody_agrees_to_the_penny() {
    check(Place::file("bookkeeping"), 500).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_100_journeys_everybody_agrees_to_the_penny_in_postgresql() {
    let Some(place) = Place::postgres("bookkeeping").await else { return };
    check(place, 100).await;
}
