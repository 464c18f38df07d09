//! What a tail sampler weighs traces by: with room for few of them, it keeps those of the valuable orders.

use std::time::Duration;

use otel_core::pipeline::Pipeline;
use otel_core::sampling::TailSampling;
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::Receiver;
use otel_core::{Context, Telemetry};
use otel_ecommerce::Observability;
use otel_ecommerce::labels::Action;

use crate::counter::{euros, mia, money, order};

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn the_traces_of_valuable_orders_are_kept() {
    let (receiver, pipeline) = pipeline();
    let shop = Observability::new(&pipeline);
    for number in 0..4_000 {
        let (name, value) = match number % 100 {
            // A thousand euros. The total is the same for all, so it is not what they are weighed by.
            0 => (format!("dear-{number}"), euros(100_000)),
            _ => (format!("cheap-{number}"), euros(100)),
        };
        let new = order(&name).with_value(value).expect("an order");
        shop.track_order_processing_in(&new, &Context::new()).finish();
    }
    check(&receiver, &pipeline, "dear-", 40);
}

#[test]
fn an_order_is_worth_its_total_unless_somebody_says_otherwise() {
    let (receiver, pipeline) = pipeline();
    let shop = Observability::new(&pipeline);
    for number in 0..4_000 {
        let (name, total) = match number % 100 {
            0 => (format!("dear-{number}"), money(100_000, "KWD")),
            _ => (format!("cheap-{number}"), money(100, "KWD")),
        };
        let id = otel_ecommerce::ids::OrderId(&name);
        let new = otel_ecommerce::order::NewOrder::new(id, otel_ecommerce::labels::Channel::Api, total, 1);
        shop.track_order_processing_in(&new.expect("an order"), &Context::new()).finish();
    }
    check(&receiver, &pipeline, "dear-", 40);
}

#[test]
fn what_is_at_stake_keeps_the_trace_of_an_action() {
    let (receiver, pipeline) = pipeline();
    let shop = Observability::new(&pipeline);
    for number in 0..4_000 {
        let dear = number % 100 == 0;
        let mut action = shop.track_user_action_in(mia(), Action::Purchase, &Context::new());
        let session = if dear { "dear-visit" } else { "cheap-visit" };
        action.set_session(otel_ecommerce::ids::SessionId(session)).expect("a visit");
        action.set_worth(euros(if dear { 100_000 } else { 100 }));
        action.finish(Ok(()));
    }
    check(&receiver, &pipeline, "dear-", 40);
}

/// Room for a hundred spans of four thousand.
fn pipeline() -> (Receiver, Pipeline) {
    let receiver = Receiver::start().expect("a receiver");
    let tail = TailSampling::new()
        .spans_per_second(200.0 / 3_600.0)
        .bytes_per_second(1e12)
        .epoch(Duration::from_secs(3_600))
        .precious(100_000.0);
    let nothing: [(String, String); 0] = [];
    let pipeline = Telemetry::builder("shop")
        .environment(Environment::of(nothing))
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .tail_sampling(tail)
        .install()
        .expect("a pipeline");
    (receiver, pipeline)
}

fn check(receiver: &Receiver, pipeline: &Pipeline, prefix: &str, expected: usize) {
    let report = pipeline.shutdown(PATIENCE).expect("everything is delivered");
    let received = receiver.received();
    let spans: Vec<_> = received.spans().map(|(_, _, span)| format!("{span:?}")).collect();
    let dear = spans.iter().filter(|span| span.contains(prefix)).count();
    assert_eq!(dear, expected, "{report}");
    assert!(spans.len() < 1_000, "{} of 4,000 were kept: there was room for all", spans.len());
}
