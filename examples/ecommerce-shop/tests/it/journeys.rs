//! Random ways through the shop, of several people at once: no piece is lost, and none is sold twice.

use ecommerce_shop::words::Order;
use ecommerce_shop::{Faults, Shop};
use otel_core::Telemetry;
use proptest::prelude::*;

use crate::customer::Customer;
use crate::place::Place;

/// What somebody does.
#[derive(Clone, Copy, Debug)]
enum Step {
    Put { sku: usize, quantity: u32 },
    Buy { key: u8, card: u64 },
    Refund,
}

const SKUS: [&str; 3] = ["walnut-teapot", "striped-mug", "tall-clock"];

/// So many pieces there are of each at first.
const PIECES: i64 = 5;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..SKUS.len(), 0..4_u32).prop_map(|(sku, quantity)| Step::Put { sku, quantity }),
        4 => (0..4_u8, 0..8_u64).prop_map(|(key, card)| Step::Buy { key, card }),
        1 => Just(Step::Refund),
    ]
}

/// The number of a card that there can be.
pub(crate) fn card(number: u64) -> String {
    let digits = format!("4{number:014}");
    let sum: u64 = digits
        .bytes()
        .rev()
        .map(|digit| u64::from(digit - b'0'))
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

async fn walk(shop: Shop, steps: Vec<Step>) {
    let customer = Customer::enter(&shop).await;
    let mut bought = Vec::new();
    for step in steps {
        match step {
            Step::Put { sku, quantity } => {
                let reply = customer.put(SKUS[sku], quantity).await;
                assert!([200, 404].contains(&reply.status), "{reply:?}");
            }
            Step::Buy { key, card: number } => {
                let reply = customer.buy(&format!("k-{key}"), &card(number)).await;
                assert!([201, 402, 409, 503].contains(&reply.status), "{reply:?}");
                if reply.status == 201 {
                    bought.push(reply.read::<Order>().order);
                }
            }
            Step::Refund => {
                if let Some(order) = bought.last() {
                    let reply = customer.refund(order).await;
                    assert!([204, 409, 503].contains(&reply.status), "{reply:?}");
                }
            }
        }
    }
}

/// What is there and what was sold and not given back is what there was.
pub(crate) async fn assert_balanced(place: &Place, sku: &str, at_first: i64) {
    let there = place.number(&format!("SELECT pieces FROM stock WHERE sku = '{sku}'")).await;
    let sold = place
        .number(&format!(
            "SELECT CAST(COALESCE(SUM(order_lines.quantity), 0) AS BIGINT) FROM order_lines \
             JOIN orders ON orders.id = order_lines.order_id \
             WHERE order_lines.sku = '{sku}' AND orders.status IN ('reserved', 'paid', 'refunding')"
        ))
        .await;
    assert!(there >= 0);
    assert_eq!(there + sold, at_first, "{sku}: {there} there, {sold} sold");
}

async fn check(place: Place, walks: Vec<Vec<Step>>) {
    let shop = place.shop(&Telemetry::noop()).await;
    place.change(&format!("UPDATE stock SET pieces = {PIECES}")).await;
    shop.set_faults(Faults::new(0.2, 0.3).expect("faults"));
    let tasks: Vec<_> = walks.into_iter().map(|steps| tokio::spawn(walk(shop.clone(), steps))).collect();
    for task in tasks {
        task.await.expect("a walk");
    }
    shop.close().await;
    for sku in SKUS {
        assert_balanced(&place, sku, PIECES).await;
    }
    assert_eq!(
        place.number("SELECT COUNT(*) FROM orders WHERE status IN ('reserved', 'refunding')").await,
        0
    );
    assert_eq!(place.number("SELECT COUNT(*) FROM purchases WHERE answer IS NULL").await, 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_piece_is_lost_and_none_is_sold_twice(
        walks in prop::collection::vec(prop::collection::vec(step(), 1..14), 2..5),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
        runtime.expect("a runtime").block_on(check(Place::file("journeys"), walks));
    }
}
