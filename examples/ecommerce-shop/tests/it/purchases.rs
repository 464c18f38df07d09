//! Purchases: each once, and no piece sold twice.

use std::time::Duration;

use ecommerce_shop::words::{Cart, Order};
use ecommerce_shop::{Faults, Settings, Shop};
use otel_core::Telemetry;
use otel_core::testing::TestTelemetry;
use serde_json::json;

use crate::customer::{CARD, Customer, Reply};
use crate::place::Place;

const SKU: &str = "walnut-teapot";

async fn at_once(
    count: usize,
    of: impl AsyncFn(usize) -> Customer,
    key: impl Fn(usize) -> String,
) -> Vec<Reply> {
    let mut tasks = Vec::new();
    for number in 0..count {
        let (customer, key) = (of(number).await, key(number));
        tasks.push(tokio::spawn(async move { customer.buy(&key, CARD).await }));
    }
    let mut replies = Vec::new();
    for task in tasks {
        replies.push(task.await.expect("a reply"));
    }
    replies
}

async fn same_key(place: &Place) {
    let shop = place.shop(&Telemetry::noop()).await;
    let customer = Customer::enter(&shop).await;
    assert_eq!(customer.put(SKU, 2).await.status, 200);
    let replies = at_once(32, async |_| customer.clone(), |_| "k-1".to_owned()).await;
    assert_eq!(replies[0].status, 201, "{:?}", replies[0]);
    assert!(replies.iter().all(|reply| *reply == replies[0]), "{replies:?}");
    assert!(customer.ask("GET", "/cart", None).await.read::<Cart>().lines.is_empty());
    shop.close().await;
    assert_eq!(place.number("SELECT COUNT(*) FROM orders").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn the_same_key_32_times_is_one_order_and_one_answer() {
    same_key(&Place::file("purchases_same_key")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn the_same_key_32_times_is_one_order_and_one_answer_in_postgresql() {
    let Some(place) = Place::postgres("purchases_same_key").await else { return };
    same_key(&place).await;
}

/// Several processes, which have no locks in common, meet over one cart, again and again.
async fn one_cart(place: &Place) {
    let mut shops = Vec::new();
    for _ in 0..6 {
        shops.push(place.shop(&Telemetry::noop()).await);
    }
    for round in 0..12 {
        let customer = Customer::enter(&shops[0]).await;
        assert_eq!(customer.put(SKU, 1).await.status, 200);
        let which = async |number: usize| customer.at(&shops[number]);
        let replies = at_once(shops.len(), which, |number| format!("k-{number}")).await;
        let count = |status| replies.iter().filter(|reply| reply.status == status).count();
        assert_eq!((count(201), count(409)), (1, 5), "round {round}: {replies:?}");
    }
    for shop in shops {
        shop.close().await;
    }
    assert_eq!(place.number("SELECT COUNT(*) FROM orders").await, 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn one_cart_is_bought_once_whatever_the_keys() {
    one_cart(&Place::file("purchases_one_cart")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn one_cart_is_bought_once_whatever_the_keys_in_postgresql() {
    let Some(place) = Place::postgres("purchases_one_cart").await else { return };
    one_cart(&place).await;
}

async fn last_piece(place: &Place) {
    let shop = place.shop(&Telemetry::noop()).await;
    place.change(&format!("UPDATE stock SET pieces = 1 WHERE sku = '{SKU}'")).await;
    let buyer = async |_| {
        let customer = Customer::enter(&shop).await;
        assert_eq!(customer.put("striped-mug", 1).await.status, 200);
        assert_eq!(customer.put(SKU, 1).await.status, 200);
        customer
    };
    let before = place.number("SELECT pieces FROM stock WHERE sku = 'striped-mug'").await;
    let replies = at_once(16, buyer, |_| "k-1".to_owned()).await;
    let bought = replies.iter().filter(|reply| reply.status == 201).count();
    let short =
        replies.iter().filter(|reply| reply.status == 409 && reply.problem() == "out_of_stock").count();
    assert_eq!((bought, short), (1, 15), "{replies:?}");
    shop.close().await;
    assert_eq!(place.number(&format!("SELECT pieces FROM stock WHERE sku = '{SKU}'")).await, 0);
    // Who did not get the one keeps nothing of the other.
    assert_eq!(place.number("SELECT pieces FROM stock WHERE sku = 'striped-mug'").await, before - 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn the_last_piece_is_sold_once() {
    last_piece(&Place::file("purchases_last_piece")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn the_last_piece_is_sold_once_in_postgresql() {
    let Some(place) = Place::postgres("purchases_last_piece").await else { return };
    last_piece(&place).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn money_is_given_back_once() {
    let place = Place::file("purchases_refund");
    let shop = place.shop(&Telemetry::noop()).await;
    let before = place.number(&format!("SELECT pieces FROM stock WHERE sku = '{SKU}'")).await;
    let customer = Customer::enter(&shop).await;
    let Order { order, .. } = customer.order(SKU, 3, "k-1").await;
    let stranger = Customer::enter(&shop).await;
    assert_eq!(stranger.refund(&order).await.status, 404, "somebody else's");
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (customer, order) = (customer.clone(), order.clone());
            tokio::spawn(async move { customer.refund(&order).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for task in tasks {
        statuses.push(task.await.expect("a status"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(place.number(&format!("SELECT pieces FROM stock WHERE sku = '{SKU}'")).await, before);
}

#[tokio::test]
async fn what_fails_leaves_the_cart_and_the_stock_as_they_were_and_keeps_its_answer() {
    let place = Place::file("purchases_fail");
    let settings = Settings { payment_timeout: Duration::from_millis(20), ..place.settings() };
    let shop = Shop::open(settings, &Telemetry::noop()).await.expect("a shop");
    let before = place.number("SELECT CAST(SUM(pieces) AS BIGINT) FROM stock").await;
    let customer = Customer::enter(&shop).await;
    assert_eq!(customer.put(SKU, 2).await.status, 200);
    let wrong_check_digit = "4111 1111 1111 1112";
    let cases = [
        (Faults::new(1.0, 0.0), CARD, 402, "payment_declined"),
        (Faults::new(0.0, 1.0), CARD, 503, "payment_failed"),
        (Faults::new(0.0, 0.0), wrong_check_digit, 402, "payment_declined"),
        (
            Faults::new(0.0, 0.0).and_then(|it| it.with_slow(1.0, Duration::from_secs(3_600))),
            CARD,
            503,
            "payment_failed",
        ),
    ];
    let kept = cases.len();
    for (number, (faults, card, status, problem)) in cases.into_iter().enumerate() {
        shop.set_faults(faults.expect("faults"));
        let key = format!("k-{number}");
        let reply = customer.buy(&key, card).await;
        assert_eq!((reply.status, reply.problem().as_str()), (status, problem), "{number}");
        assert_eq!(customer.ask("GET", "/cart", None).await.read::<Cart>().lines.len(), 1, "{number}");
        assert_eq!(place.number("SELECT CAST(SUM(pieces) AS BIGINT) FROM stock").await, before, "{number}");
        shop.set_faults(Faults::default());
        assert_eq!(customer.buy(&key, CARD).await, reply, "the same key, the same answer");
    }
    assert_eq!(customer.buy(&format!("k-{kept}"), CARD).await.status, 201);
    assert_eq!(customer.buy("k-nothing", CARD).await.status, 409, "the cart is empty");
}

#[tokio::test]
async fn a_purchase_is_seen_through_when_its_client_hangs_up() {
    let place = Place::file("purchases_hang_up");
    let mut settings = place.settings();
    settings.faults = Faults::default().with_slow(1.0, Duration::from_millis(50)).expect("faults");
    let shop = Shop::open(settings, &Telemetry::noop()).await.expect("a shop");
    let customer = Customer::enter(&shop).await;
    assert_eq!(customer.put(SKU, 1).await.status, 200);
    let waits = tokio::time::timeout(Duration::from_millis(10), customer.buy("k-1", CARD)).await;
    assert!(waits.is_err(), "nobody waits that long");
    // Whoever asks again waits for the same purchase.
    let reply = customer.buy("k-1", CARD).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    assert_eq!(place.number("SELECT COUNT(*) FROM orders WHERE status = 'paid'").await, 1);
}

#[tokio::test]
async fn the_steps_of_a_checkout_need_something_to_check_out() {
    let shop = Place::memory().shop(&Telemetry::noop()).await;
    let customer = Customer::enter(&shop).await;
    let address = Some(json!({ "address": "1 High Street\nLeeds" }));
    assert_eq!(customer.ask("POST", "/checkout", None).await.status, 409);
    assert_eq!(customer.ask("POST", "/checkout/shipping", address.clone()).await.status, 409);
    assert_eq!(customer.put(SKU, 1).await.status, 200);
    assert_eq!(customer.ask("POST", "/checkout", None).await.status, 204);
    assert_eq!(customer.ask("POST", "/checkout/shipping", address).await.status, 204);
    let cart: Cart = customer.put(SKU, 0).await.read();
    assert_eq!((cart.lines.len(), cart.total.minor), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn what_a_dead_process_set_aside_is_for_sale_again() {
    let place = Place::file("purchases_forgotten");
    let test = TestTelemetry::new();
    let shop = place.shop(&test).await;
    let pieces = format!("SELECT pieces FROM stock WHERE sku = '{SKU}'");
    let before = place.number(&pieces).await;
    let customer = Customer::enter(&shop).await;
    customer.order(SKU, 3, "k-1").await;
    // As it is when a process dies after the pieces were set aside.
    place.change("UPDATE orders SET status = 'reserved', payment = NULL").await;
    drop(place.shop(&test).await);
    assert_eq!(place.number(&pieces).await, before - 3, "somebody may still be at it");
    test.advance(Duration::from_secs(60 * 60));
    // Several processes find it at the same time.
    let openings: Vec<_> = (0..6)
        .map(|_| {
            let (place, telemetry) = (place.clone(), test.telemetry().clone());
            tokio::spawn(async move { place.shop(&telemetry).await })
        })
        .collect();
    for opening in openings {
        opening.await.expect("a shop").close().await;
    }
    assert_eq!(place.number(&pieces).await, before, "once");
    assert_eq!(customer.ask("GET", "/cart", None).await.read::<Cart>().lines.len(), 1);
}
