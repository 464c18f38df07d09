//! What the API is told and cannot use.

use axum::body::Body;
use ecommerce_shop::Shop;
use ecommerce_shop::words::Product;
use http::Request;
use otel_core::Telemetry;
use otel_core::testing::TestTelemetry;
use otel_ecommerce::conventions::user;
use otel_ecommerce::labels::{Action, ActionFailure};
use serde_json::json;

use crate::customer::{CARD, Customer, send};
use crate::place::Place;

async fn shop() -> Shop {
    Place::memory().shop(&Telemetry::noop()).await
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_by_its_class() {
    let shop = shop().await;
    let customer = Customer::enter(&shop).await;
    let long = "x".repeat(101);
    let huge = "x".repeat(20_000);
    let purchase = json!({ "card_number": CARD });
    let cases = [
        ("GET", "/nowhere", None, 404),
        ("DELETE", "/cart", None, 405),
        ("GET", "/search", None, 422),
        ("GET", "/search?q=", None, 422),
        ("GET", "/search?q=%20%20", None, 422),
        ("GET", &format!("/search?q={long}"), None, 422),
        ("GET", "/products/nothing", None, 404),
        ("GET", "/products/%ff", None, 400),
        ("PUT", "/cart/items/nothing", Some(json!({ "quantity": 1 })), 404),
        ("PUT", "/cart/items/tall-mug", Some(json!({ "quantity": 1_001 })), 422),
        ("PUT", "/cart/items/tall-mug", Some(json!({ "quantity": -1 })), 422),
        ("PUT", "/cart/items/tall-mug", Some(json!({ "quantity": 1.5 })), 422),
        ("PUT", "/cart/items/tall-mug", Some(json!({ "quantity": "one" })), 422),
        ("PUT", "/cart/items/tall-mug", Some(json!({})), 422),
        ("PUT", "/cart/items/tall-mug", None, 415),
        ("POST", "/users", Some(json!({ "email": huge, "name": "Mia" })), 413),
        ("POST", "/users", Some(json!({ "email": 7, "name": "Mia" })), 422),
        ("POST", "/sessions", Some(json!({ "token": "bcdf" })), 401),
        ("POST", "/sessions", Some(json!({ "token": "b".repeat(32) })), 401),
        ("POST", "/checkout/shipping", Some(json!({ "address": "" })), 422),
        ("POST", "/checkout/shipping", Some(json!({ "address": "a\u{7}b" })), 422),
        ("POST", "/orders", Some(purchase.clone()), 422),
        ("POST", "/orders/nothing/refund", None, 404),
    ];
    for (method, path, said, status) in cases {
        let reply = customer.ask(method, path, said).await;
        assert_eq!(reply.status, status, "{method} {path}: {reply:?}");
        assert!(!reply.problem().is_empty());
    }
    for key in ["", "a b", &"k".repeat(101)] {
        let headers = [("idempotency-key", key)];
        let reply = customer.ask_with("POST", "/orders", &headers, Some(purchase.clone())).await;
        assert_eq!(reply.status, 422, "{key:?}");
    }
    for card in ["", "4111", "4111 1111 1111 111x", &"4".repeat(20)] {
        assert_eq!(customer.buy("k-1", card).await.status, 422, "{card:?}");
    }
}

#[tokio::test]
async fn what_is_no_json_is_a_bad_request() {
    let shop = shop().await;
    let request =
        Request::post("/users").header("content-type", "application/json").body(Body::from("{\"email\""));
    let reply = send(&shop.router(), request.expect("a request")).await;
    assert_eq!((reply.status, reply.problem()), (400, "validation".to_owned()));
}

#[tokio::test]
async fn nobody_gets_in_without_a_session() {
    let shop = shop().await;
    for shown in [None, Some("Bearer "), Some("Basic bcdf"), Some(&*format!("Bearer {}", "b".repeat(32)))] {
        for (method, path) in
            [("GET", "/cart"), ("GET", "/search?q=mug"), ("POST", "/orders"), ("POST", "/checkout")]
        {
            let mut request = Request::builder().method(method).uri(path);
            if let Some(shown) = shown {
                request = request.header("authorization", shown);
            }
            let reply = send(&shop.router(), request.body(Body::empty()).expect("a request")).await;
            assert_eq!(
                (reply.status, reply.problem()),
                (401, "unauthenticated".to_owned()),
                "{shown:?} {path}"
            );
        }
    }
}

#[tokio::test]
async fn wildcards_stand_for_themselves_and_case_for_nothing() {
    let shop = shop().await;
    let customer = Customer::enter(&shop).await;
    for words in ["%25", "_", "!", "t%25t", "%27;--"] {
        assert_eq!(customer.search(words).await.len(), 0, "{words}");
    }
    let named: Vec<String> = customer.search("TeaPot").await.into_iter().map(|it: Product| it.name).collect();
    assert_eq!(named.len(), 10);
    assert!(named.iter().all(|name| name.ends_with("teapot")), "{named:?}");
    assert_eq!(customer.search("a").await.len(), 50, "no more than that");
}

#[tokio::test]
async fn two_shops_of_one_seed_sell_the_same() {
    let products = async || {
        let shop = shop().await;
        let customer = Customer::enter(&shop).await;
        let found = customer.search("mug").await;
        found.into_iter().map(|it| (it.sku, it.price.minor)).collect::<Vec<_>>()
    };
    assert_eq!(products().await, products().await);
}

#[tokio::test]
async fn what_was_refused_is_a_part_of_what_somebody_did() {
    let test = TestTelemetry::new();
    let shop = Place::memory().shop(&test).await;
    let customer = Customer::enter(&shop).await;
    assert_eq!(customer.ask("PUT", "/cart/items/tall-mug", Some(json!({}))).await.status, 422);
    let refused = (Action::AddToCart, Some(ActionFailure::Validation));
    assert_eq!(test.finish().counter(&user::USER_ACTIONS, refused), Some(1));
}

#[tokio::test]
async fn a_database_that_is_gone_is_counted_and_said() {
    let test = TestTelemetry::new();
    let shop = Place::memory().shop(&test).await;
    let customer = Customer::enter(&shop).await;
    shop.clone().close().await;
    let reply = customer.ask("GET", "/cart", None).await;
    assert_eq!((reply.status, reply.problem()), (503, "unavailable".to_owned()));
    let reply = crate::customer::sign_up(&shop, "mia@example.org", "Mia").await;
    assert_eq!((reply.status, reply.problem()), (503, "unavailable".to_owned()));
    let failed = (Action::SignUp, Some(ActionFailure::Unavailable));
    assert_eq!(test.finish().counter(&user::USER_ACTIONS, failed), Some(1));
}
