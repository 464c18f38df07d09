//! Propagators: what crosses to other processes, as `OTEL_PROPAGATORS` says.

use std::collections::HashMap;

use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry::{Context, KeyValue};
use otel_core::settings::Exporter;

use super::{WORK, builder};

#[test]
fn what_is_asked_for_crosses_and_nothing_else() {
    let cases: [(&str, &[&str]); 6] = [
        ("", &["baggage", "traceparent"]),
        ("tracecontext", &["traceparent"]),
        ("baggage", &["baggage"]),
        ("Baggage, TraceContext,baggage", &["baggage", "traceparent"]),
        ("none", &[]),
        (" NONE ", &[]),
    ];
    for disabled in ["false", "true"] {
        for (propagators, expected) in cases {
            let variables = [("OTEL_PROPAGATORS", propagators), ("OTEL_SDK_DISABLED", disabled)];
            let pipeline = builder(&variables).exporter(Exporter::Nothing).install().unwrap();
            let span = pipeline.span(&WORK);
            let context = if disabled == "true" { remote() } else { span.context() };
            let context = context.with_baggage([KeyValue::new("customer", "c1")]);
            let mut carried = HashMap::new();
            pipeline.propagator().inject_context(&context, &mut carried);
            let mut names: Vec<_> = carried.keys().map(String::as_str).collect();
            names.sort_unstable();
            assert_eq!(names, expected, "{propagators:?}");

            let arrived = pipeline.propagator().extract_with_context(&Context::new(), &carried);
            let same_trace =
                arrived.span().span_context().trace_id() == context.span().span_context().trace_id();
            assert_eq!(same_trace, expected.contains(&"traceparent"), "{propagators:?}");
            assert_eq!(arrived.baggage().get("customer").is_some(), expected.contains(&"baggage"));
        }
    }
}

fn remote() -> Context {
    let headers: HashMap<String, String> = HashMap::from([(
        "traceparent".to_owned(),
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned(),
    )]);
    opentelemetry_sdk::propagation::TraceContextPropagator::new()
        .extract_with_context(&Context::new(), &headers)
}
