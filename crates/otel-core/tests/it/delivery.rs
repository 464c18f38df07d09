//! Delivery: what a destination answers, what goes with a request, and where nothing goes.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::metrics::v1::AggregationTemporality;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use otel_core::ledger::DropReason;
use otel_core::pipeline::{Builder, Diagnostic};
use otel_core::settings::{Environment, Exporter, Protocol};
use otel_core::testing::{Answer, Received, Receiver, Transport};
use otel_core::{
    CounterDef, EventDef, HistogramDef, Outcome, Severity, SpanDef, SpanKind, Telemetry, Timestamp, Unit,
};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const DONE: EventDef = EventDef::new("work.done", Severity::Info, "A piece of work is done.");
const WORKS: CounterDef<()> = CounterDef::new("works", Unit::new("{work}"), "Pieces of work.");
const TIME: HistogramDef<()> = HistogramDef::new("work.time", Unit::SECONDS, "How long work takes.");

const PROTOCOLS: [Protocol; 2] = [Protocol::Grpc, Protocol::HttpProtobuf];
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_request_that_is_refused_for_now_arrives_once_later() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start().unwrap();
        receiver.answer_with(Answer::Unavailable);
        let (told, diagnostics) = mpsc::channel();
        let pipeline = builder(&receiver, protocol, &[])
            .on_diagnostic(move |diagnostic| told.send(diagnostic.clone()).unwrap())
            .install()
            .unwrap();
        pipeline.span(&WORK).finish(Outcome::Ok);
        pipeline.event(&DONE).emit();
        // Both were refused at least twice.
        assert!(receiver.wait_until(PATIENCE, |counts| counts.refused >= 4));
        let failing = diagnostics.recv_timeout(PATIENCE).unwrap();
        assert!(matches!(failing, Diagnostic::Failing { .. }), "{failing}");
        receiver.answer_with(Answer::Accept);
        let report = pipeline.shutdown(PATIENCE).unwrap();

        assert_eq!((report.spans.exported, report.logs.exported, report.lost()), (1, 1, 0));
        assert_eq!((receiver.counts().spans, receiver.counts().log_records), (1, 1));
        drop(pipeline);
        // The recovery is said once, and nothing else.
        let rest: Vec<_> = diagnostics.into_iter().collect();
        assert!(matches!(rest.as_slice(), [Diagnostic::ReachableAgain { .. }]), "{rest:?}");
    }
}

#[test]
fn a_request_that_is_refused_for_good_is_not_sent_again() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start().unwrap();
        receiver.answer_with(Answer::InvalidArgument);
        let pipeline = builder(&receiver, protocol, &[]).install().unwrap();
        pipeline.span(&WORK).finish(Outcome::Ok);
        pipeline.event(&DONE).emit();
        pipeline.counter(&WORKS).add(1, ());
        let report = *pipeline.shutdown(PATIENCE).unwrap_err().report();
        for counts in [&report.spans, &report.logs, &report.metric_points] {
            assert_eq!((counts.created, counts.dropped(DropReason::Refused), counts.pending()), (1, 1, 0));
        }
        assert_eq!((receiver.counts().requests, receiver.counts().refused), (3, 3));
    }
}

#[test]
fn what_a_partial_success_rejects_is_counted() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start().unwrap();
        receiver.answer_with(Answer::Reject { items: 2, message: "too old".to_owned() });
        let (told, diagnostics) = mpsc::channel();
        let pipeline = builder(&receiver, protocol, &[])
            .on_diagnostic(move |diagnostic| told.send(diagnostic.to_string()).unwrap())
            .install()
            .unwrap();
        (0..5).for_each(|_| pipeline.span(&WORK).finish(Outcome::Ok));
        (0..3).for_each(|_| pipeline.event(&DONE).emit());
        let report = *pipeline.shutdown(PATIENCE).unwrap_err().report();
        assert_eq!((report.spans.exported, report.spans.rejected), (3, 2));
        assert_eq!((report.logs.exported, report.logs.rejected), (1, 2));
        assert_eq!((report.lost(), report.pending()), (4, 0));
        assert_eq!(receiver.counts().requests, 2, "a partial success is not sent again");
        let told = diagnostics.recv_timeout(PATIENCE).unwrap();
        assert!(told.contains("too old"), "{told}");
    }
}

#[test]
fn more_rejections_than_items_do_not_upset_the_ledger() {
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::Reject { items: i64::MAX, message: String::new() });
    let pipeline = builder(&receiver, Protocol::Grpc, &[]).install().unwrap();
    pipeline.span(&WORK).finish(Outcome::Ok);
    let report = *pipeline.shutdown(PATIENCE).unwrap_err().report();
    assert_eq!((report.spans.created, report.spans.rejected, report.pending()), (1, 1, 0));

    receiver.answer_with(Answer::Reject { items: -5, message: "a warning".to_owned() });
    let pipeline = builder(&receiver, Protocol::Grpc, &[]).install().unwrap();
    pipeline.span(&WORK).finish(Outcome::Ok);
    assert_eq!(pipeline.shutdown(PATIENCE).unwrap().spans.exported, 1);
}

#[test]
fn a_listener_that_panics_breaks_nothing() {
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::InvalidArgument);
    let pipeline =
        builder(&receiver, Protocol::Grpc, &[]).on_diagnostic(|_| panic!("on purpose")).install().unwrap();
    pipeline.span(&WORK).finish(Outcome::Ok);
    assert!(receiver.wait_until(PATIENCE, |counts| counts.refused == 1));
    // Whether the loss is seen before or during this flush is not the point.
    let _ = pipeline.flush(PATIENCE);
    receiver.answer_with(Answer::Accept);
    pipeline.span(&WORK).finish(Outcome::Ok);
    let report = *pipeline.shutdown(PATIENCE).unwrap_err().report();
    assert_eq!((report.spans.created, report.spans.exported, report.spans.lost()), (2, 1, 1), "{report}");
}

#[test]
fn headers_go_with_every_request() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start().unwrap();
        let variables = [
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=blue%20team,x-both=generic"),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-both=traces"),
        ];
        let pipeline =
            builder(&receiver, protocol, &variables).header("X-Api-Key", "secret").install().unwrap();
        pipeline.span(&WORK).finish(Outcome::Ok);
        pipeline.event(&DONE).emit();
        pipeline.counter(&WORKS).add(1, ());
        pipeline.shutdown(PATIENCE).unwrap();

        let transport = if protocol == Protocol::Grpc { Transport::Grpc } else { Transport::Http };
        let requests = receiver.received().requests;
        assert_eq!(requests.len(), 3);
        for request in requests {
            assert_eq!(request.transport, transport);
            assert_eq!(request.header("x-tenant"), Some("blue team"));
            assert_eq!(request.header("x-api-key"), Some("secret"));
            let of_traces = request.path.to_lowercase().contains("trace");
            assert_eq!(request.header("x-both"), Some(if of_traces { "traces" } else { "generic" }));
            let agent = request.header("user-agent").unwrap();
            assert!(agent.starts_with("otel-core/"), "{agent}");
            assert!(agent.contains(" OTel-OTLP-Exporter-Rust/"), "{agent}");
        }
    }
}

#[test]
fn every_signal_says_who_sent_it() {
    let receiver = Receiver::start().unwrap();
    let variables = [("OTEL_RESOURCE_ATTRIBUTES", "team=blue%2Cgreen,service.version=0,region=env")];
    let pipeline = builder(&receiver, Protocol::Grpc, &variables)
        .service_version("1.2.3")
        .deployment_environment("staging")
        .resource_attribute("region", "eu-west")
        .install()
        .unwrap();
    pipeline.span(&WORK).finish(Outcome::Ok);
    pipeline.event(&DONE).emit();
    pipeline.counter(&WORKS).add(1, ());
    pipeline.shutdown(PATIENCE).unwrap();

    let received = receiver.received();
    let resources = resources(&received);
    assert_eq!(resources.len(), 3);
    for resource in &resources {
        assert_eq!(resource, &resources[0], "all signals are of one resource");
    }
    let resource = &resources[0];
    let expected = [
        ("service.name", "delivery"),
        ("service.version", "1.2.3"),
        ("deployment.environment.name", "staging"),
        ("region", "eu-west"),
        ("team", "blue,green"),
        ("telemetry.sdk.language", "rust"),
        ("telemetry.sdk.name", "opentelemetry"),
        ("process.runtime.name", "rustc"),
    ];
    for (key, value) in expected {
        assert_eq!(resource.get(key).map(String::as_str), Some(value), "{key}");
    }
    assert_eq!(resource["process.pid"], std::process::id().to_string());
    for key in ["telemetry.sdk.version", "host.arch", "os.type", "process.executable.name"] {
        assert!(resource.get(key).is_some_and(|value| !value.is_empty()), "{key}: {resource:?}");
    }
    let instance = &resource["service.instance.id"];
    let shape: Vec<usize> = instance.split('-').map(str::len).collect();
    assert_eq!((shape.as_slice(), &instance[14..15]), ([8, 4, 4, 4, 12].as_slice(), "4"), "{instance}");
}

/// The resource of every request, as text.
fn resources(received: &Received) -> Vec<BTreeMap<String, String>> {
    let spans = received.spans().map(|(resource, ..)| resource);
    let logs = received.log_records().map(|(resource, ..)| resource);
    let metrics = received.metrics().map(|(resource, ..)| resource);
    let text = |value: Any| match value {
        Any::StringValue(text) => text,
        Any::IntValue(int) => int.to_string(),
        other => format!("{other:?}"),
    };
    let of = |resource: &opentelemetry_proto::tonic::resource::v1::Resource| {
        let attributes = resource.attributes.iter().cloned();
        attributes.map(|it| (it.key, text(it.value.unwrap().value.unwrap()))).collect()
    };
    spans.chain(logs).chain(metrics).map(|resource| of(resource.unwrap())).collect()
}

#[test]
fn metrics_add_up_over_all_exports_or_within_each() {
    for (preference, temporality, expected) in [
        ("cumulative", AggregationTemporality::Cumulative, [2, 5]),
        ("delta", AggregationTemporality::Delta, [2, 3]),
        ("lowmemory", AggregationTemporality::Delta, [2, 3]),
    ] {
        let receiver = Receiver::start().unwrap();
        let variables = [("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", preference)];
        let pipeline = builder(&receiver, Protocol::HttpProtobuf, &variables).install().unwrap();
        let (works, time) = (pipeline.counter(&WORKS), pipeline.histogram(&TIME));
        for number in [2, 3] {
            works.add(number, ());
            time.record_duration(Duration::from_millis(250), ());
            pipeline.flush(PATIENCE).unwrap();
        }
        let received = receiver.received();
        let sums = received.metrics().filter_map(|(_, _, metric)| {
            let Some(Data::Sum(sum)) = &metric.data else { return None };
            assert_eq!((metric.name.as_str(), metric.unit.as_str()), ("works", "{work}"));
            assert_eq!((sum.aggregation_temporality(), sum.is_monotonic), (temporality, true));
            match sum.data_points[0].value {
                Some(Number::AsInt(value)) => Some(value),
                _ => None,
            }
        });
        let sums: Vec<_> = sums.collect();
        assert_eq!(sums[..2], expected, "{preference}");
        let histogram = |data: &Data| match data {
            Data::ExponentialHistogram(histogram) => Some(histogram.data_points[0].count),
            _ => None,
        };
        let counts: Vec<_> =
            received.metrics().filter_map(|(_, _, metric)| histogram(metric.data.as_ref()?)).collect();
        let second = if temporality == AggregationTemporality::Delta { 1 } else { 2 };
        assert_eq!(counts[..2], [1, second], "{preference}");
        pipeline.shutdown(PATIENCE).unwrap();
    }
}

#[test]
fn a_stream_can_be_turned_off() {
    for (off, expected) in [("TRACES", (0, 1, 1)), ("LOGS", (1, 0, 1)), ("METRICS", (1, 1, 0))] {
        let receiver = Receiver::start().unwrap();
        let name = format!("OTEL_{off}_EXPORTER");
        let pipeline = builder(&receiver, Protocol::Grpc, &[(name.as_str(), "none")]).install().unwrap();
        pipeline.span(&WORK).finish(Outcome::Ok);
        pipeline.event(&DONE).emit();
        pipeline.counter(&WORKS).add(1, ());
        let report = pipeline.shutdown(PATIENCE).unwrap();
        assert_eq!((report.lost(), report.pending()), (0, 0));
        let counts = receiver.counts();
        assert_eq!((counts.spans, counts.log_records, counts.metric_points), expected, "{name}");
    }
}

#[test]
fn a_disabled_sdk_does_nothing_at_all() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver, Protocol::Grpc, &[("OTEL_SDK_DISABLED", "TRUE")]).install().unwrap();
    assert!(!pipeline.is_on());
    pipeline.span(&WORK).finish(Outcome::Ok);
    pipeline.counter(&WORKS).add(1, ());
    assert!(pipeline.tracer_provider().is_none());
    assert!(pipeline.logger_provider().is_none() && pipeline.meter_provider().is_none());
    assert_eq!(pipeline.flush(PATIENCE).unwrap().spans.created, 0);
    assert_eq!(pipeline.shutdown(PATIENCE).unwrap(), Default::default());
    assert_eq!(receiver.counts().requests, 0);
}

#[test]
fn what_the_code_sends_nowhere_goes_nowhere() {
    let receiver = Receiver::start().unwrap();
    let variables = [("OTEL_TRACES_EXPORTER", "otlp")];
    let pipeline =
        builder(&receiver, Protocol::Grpc, &variables).exporter(Exporter::Nothing).install().unwrap();
    pipeline.span(&WORK).finish(Outcome::Ok);
    pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!(receiver.counts().requests, 0);
}

#[test]
fn a_span_is_timed_by_the_wall_clock() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver, Protocol::Grpc, &[]).install().unwrap();
    let before = Timestamp::from(SystemTime::now());
    let span = pipeline.span(&WORK);
    let inside = Timestamp::from(SystemTime::now());
    span.finish(Outcome::Ok);
    let after = Timestamp::from(SystemTime::now());
    pipeline.shutdown(PATIENCE).unwrap();
    let received = receiver.received();
    let (_, _, span) = received.spans().next().unwrap();
    // The two clocks are compared once a second, by a thread that can be interrupted.
    let close = Duration::from_millis(20);
    let starts = Timestamp::from_unix_nanos(span.start_time_unix_nano);
    let ends = Timestamp::from_unix_nanos(span.end_time_unix_nano);
    assert!(
        before <= starts.after(close) && starts <= inside.after(close),
        "{before:?} {starts:?} {inside:?}"
    );
    assert!(inside <= ends.after(close) && ends <= after.after(close), "{inside:?} {ends:?} {after:?}");
    assert!(starts <= ends);
}

#[test]
fn telemetry_for_development_needs_no_receiver_and_loses_nothing() {
    let pipeline = Telemetry::dev("delivery").unwrap();
    let span = pipeline.span(&WORK);
    span.event(&DONE).emit();
    span.finish(Outcome::Ok);
    pipeline.counter(&WORKS).add(1, ());
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!((report.spans.exported, report.logs.exported, report.pending()), (1, 1, 0));
    assert!(report.metric_points.exported >= 1, "{report}");
}

fn builder(receiver: &Receiver, protocol: Protocol, variables: &[(&str, &str)]) -> Builder {
    let endpoint = match protocol {
        Protocol::Grpc => receiver.grpc_endpoint(),
        _ => receiver.http_endpoint(),
    };
    Telemetry::builder("delivery")
        .self_metrics(false)
        .environment(Environment::of(variables.iter().copied()))
        .endpoint(endpoint)
        .protocol(protocol)
        .schedule_delay(Duration::from_millis(1))
        .on_diagnostic(|_| {})
}
