//! Traces: from the caller's span over the request and what somebody does to each statement.

use std::collections::HashMap;

use otel_core::testing::{Recorded, TestSpan, TestTelemetry, assert_declared};
use otel_ecommerce::CATALOGUE;
use otel_ecommerce::conventions::{fraud, gateway, inventory, order, payment, user};
use serde_json::json;

use crate::customer::{CARD, Customer, sign_up};
use crate::place::Place;

const CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// The names of a span and all above it, from the top.
fn way(recorded: &Recorded, span: &TestSpan) -> Vec<String> {
    let all: HashMap<&str, &TestSpan> = recorded.spans().iter().map(|it| (&*it.span_id, it)).collect();
    let mut names = vec![span.name.clone()];
    let mut above = all.get(&*span.parent_span_id);
    while let Some(span) = above {
        names.insert(0, span.name.clone());
        above = all.get(&*span.parent_span_id);
    }
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_purchase_is_one_trace_from_its_caller_to_its_statements() {
    let test = TestTelemetry::new();
    let shop = Place::file("traces").shop(&test).await;
    let opening = test.recorded().spans().len();
    let customer = Customer::enter(&shop).await;
    assert_eq!(customer.put("walnut-teapot", 1).await.status, 200);
    let headers = [("idempotency-key", "k-1"), ("traceparent", CALLER)];
    let said = json!({ "card_number": CARD });
    let reply = customer.ask_with("POST", "/orders", &headers, Some(said)).await;
    assert_eq!(reply.status, 201);
    sign_up(&shop, "mia@example.org", "Mia").await;
    shop.close().await;
    let recorded = test.finish();

    let in_trace: Vec<_> =
        recorded.spans().iter().filter(|span| span.trace_id == "4bf92f3577b34da6a3ce929d0e0e4736").collect();
    let request = in_trace.iter().find(|span| span.name == gateway::REQUEST.name()).expect("the request");
    assert_eq!(request.parent_span_id, "00f067aa0ba902b7");
    let (request, action) = (gateway::REQUEST.name(), user::USER_ACTION.name());
    let buying = [request, action, order::PROCESS_ORDER.name()];
    for (name, above) in [
        ("SELECT sessions", vec![request]),
        ("INSERT purchases", vec![request, action]),
        (inventory::RESERVE_INVENTORY.name(), buying.to_vec()),
        ("UPDATE stock", [&buying[..], &[inventory::RESERVE_INVENTORY.name()]].concat()),
        ("INSERT orders", buying.to_vec()),
        (payment::AUTHORIZE_PAYMENT.name(), buying.to_vec()),
        (fraud::EVALUATE.name(), buying.to_vec()),
        (payment::CAPTURE_PAYMENT.name(), buying.to_vec()),
        ("UPDATE orders", buying.to_vec()),
        ("UPDATE purchases", vec![request, action]),
    ] {
        let span = in_trace.iter().find(|span| span.name == name);
        let span = span.unwrap_or_else(|| {
            panic!("no {name} in {:?}", in_trace.iter().map(|it| &it.name).collect::<Vec<_>>())
        });
        let mut expected = above;
        expected.push(name);
        assert_eq!(way(&recorded, span), expected);
    }
    // Whatever happened since the shop was opened, happened in some request.
    for span in recorded.spans().iter().skip(opening) {
        assert_eq!(way(&recorded, span)[0], request, "{span:?}");
    }
    assert_declared(&recorded, &CATALOGUE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_at_the_same_time_do_not_get_into_each_other_s_traces() {
    let test = TestTelemetry::new();
    let shop = Place::file("traces_apart").shop(&test).await;
    let opening = test.recorded().spans().len();
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let shop = shop.clone();
            tokio::spawn(async move {
                let customer = Customer::enter(&shop).await;
                customer.order("striped-mug", 1, "k-1").await;
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("an end");
    }
    let recorded = test.finish();
    let since = &recorded.spans()[opening..];
    let mut traces: HashMap<&str, Vec<&TestSpan>> = HashMap::new();
    for span in since {
        traces.entry(&span.trace_id).or_default().push(span);
    }
    assert_eq!(traces.len(), 16 * 3, "a session, a cart and an order each");
    for spans in traces.values() {
        let requests = spans.iter().filter(|span| span.name == gateway::REQUEST.name()).count();
        let orders = spans.iter().filter(|span| span.name == order::PROCESS_ORDER.name()).count();
        assert!(requests == 1 && orders <= 1, "{spans:?}");
    }
}
