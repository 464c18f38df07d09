//! How many requests are let in.

use std::time::Duration;

use ecommerce_shop::Shop;
use ecommerce_shop::settings::{Limits, Rate, Settings};
use otel_core::testing::TestTelemetry;
use otel_ecommerce::conventions::gateway;
use otel_ecommerce::labels::{LimitDecision, LimitScope};

use crate::customer::Customer;

async fn shop(test: &TestTelemetry, session: u32, strangers: u32) -> Shop {
    let rate = |burst| Rate { burst, per_second: 2 };
    let limits = Limits { session: rate(session), strangers: rate(strangers), sessions: 3 };
    Shop::open(Settings { limits, ..Settings::default() }, test).await.expect("a shop")
}

#[tokio::test]
async fn a_session_has_so_many_requests_at_once_and_more_later() {
    let test = TestTelemetry::new();
    let shop = shop(&test, 3, 100).await;
    let customer = Customer::enter(&shop).await;
    let other = Customer::enter(&shop).await;
    for _ in 0..3 {
        assert_eq!(customer.ask("GET", "/cart", None).await.status, 200);
    }
    let reply = customer.ask("GET", "/cart", None).await;
    assert_eq!((reply.status, reply.problem()), (429, "rate_limited".to_owned()));
    assert_eq!(reply.headers["retry-after"], "1");
    assert_eq!(other.ask("GET", "/cart", None).await.status, 200, "somebody else");
    test.advance(Duration::from_millis(500));
    assert_eq!(customer.ask("GET", "/cart", None).await.status, 200);
    assert_eq!(customer.ask("GET", "/cart", None).await.status, 429);
    let recorded = test.finish();
    let limited = recorded.values(&gateway::LIMIT_DECISIONS.facts());
    let count = |scope: LimitScope, decision: LimitDecision| {
        let is_it = |labels: &[(String, String)]| {
            let has = |value: &str| labels.iter().any(|(_, label)| label == value);
            has(scope.as_str()) && has(decision.as_str()) && labels.iter().any(|(_, label)| label == "/cart")
        };
        limited.iter().filter(|(labels, _)| is_it(labels)).map(|(_, count)| *count).sum::<f64>()
    };
    assert_eq!(count(LimitScope::User, LimitDecision::Limited), 2.0);
    assert_eq!(count(LimitScope::User, LimitDecision::Allowed), 5.0);
}

#[tokio::test]
async fn invented_sessions_are_no_way_around_the_limit_of_strangers() {
    let test = TestTelemetry::new();
    let shop = shop(&test, 100, 10).await;
    let mut statuses = Vec::new();
    for number in 0..12_u8 {
        let invented = format!("Bearer {}", char::from(b'a' + number).to_string().repeat(32));
        let request = http::Request::get("/cart").header("authorization", invented);
        let request = request.body(axum::body::Body::empty()).expect("a request");
        statuses.push(crate::customer::send(&shop.router(), request).await.status);
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 429, 429]);
}
