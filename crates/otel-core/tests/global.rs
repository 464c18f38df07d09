//! The globals of the OpenTelemetry API, which are set once for a process: a test binary of its own, with one test.

use std::collections::HashMap;
use std::time::Duration;

use opentelemetry::global;
use opentelemetry::trace::Tracer as _;
use otel_core::Telemetry;
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::Receiver;

#[test]
#[expect(clippy::disallowed_methods, reason = "this is about code that looks its telemetry up")]
fn what_uses_the_globals_travels_the_pipeline_that_was_made_global() {
    let receiver = Receiver::start().unwrap();
    let nothing: [(String, String); 0] = [];
    let pipeline = Telemetry::builder("global")
        .self_metrics(false)
        .environment(Environment::of(nothing))
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .install()
        .unwrap();
    pipeline.make_global();

    let mut carried = HashMap::new();
    global::tracer("library").in_span("work", |cx| {
        global::get_text_map_propagator(|propagator| propagator.inject_context(&cx, &mut carried));
    });
    global::meter("library").u64_counter("hits").build().add(3, &[]);

    let report = pipeline.shutdown(Duration::from_secs(60)).unwrap();
    assert_eq!((report.spans.exported, report.metric_points.exported), (1, 1));
    let received = receiver.received();
    let (_, scope, span) = received.spans().next().unwrap();
    assert_eq!((scope.name.as_str(), span.name.as_str()), ("library", "work"));
    let trace_id: String = span.trace_id.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(carried["traceparent"].contains(&trace_id), "{carried:?}");
    assert_eq!(received.metrics().map(|(_, _, metric)| metric.name.as_str()).collect::<Vec<_>>(), ["hits"]);
}
