//! The pipeline's own metrics: all seventeen of the conventions, and what they say agrees with the ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::metrics::v1::{metric::Data, number_data_point};
use otel_core::pipeline::{Builder, Pipeline};
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::{Answer, Received, Receiver};
use otel_core::{EventDef, Lane, Outcome, Severity, SpanDef, SpanKind, Telemetry};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "Work.");
const NOTE: EventDef = EventDef::new("note", Severity::Info, "A note.");
const ALARM: EventDef = EventDef::new("alarm", Severity::Error, "An alarm.").in_lane(Lane::Alert);

const PATIENCE: Duration = Duration::from_secs(60);

/// The set of `docs/otel/sdk-metrics.md`, with units and whether each only grows (`C`), goes up and down (`U`), or is a
/// distribution (`H`).
const CONVENTIONS: [(&str, &str, char); 17] = [
    ("otel.sdk.span.live", "{span}", 'U'),
    ("otel.sdk.span.started", "{span}", 'C'),
    ("otel.sdk.processor.span.queue.size", "{span}", 'U'),
    ("otel.sdk.processor.span.queue.capacity", "{span}", 'U'),
    ("otel.sdk.processor.span.processed", "{span}", 'C'),
    ("otel.sdk.exporter.span.inflight", "{span}", 'U'),
    ("otel.sdk.exporter.span.exported", "{span}", 'C'),
    ("otel.sdk.log.created", "{log_record}", 'C'),
    ("otel.sdk.processor.log.queue.size", "{log_record}", 'U'),
    ("otel.sdk.processor.log.queue.capacity", "{log_record}", 'U'),
    ("otel.sdk.processor.log.processed", "{log_record}", 'C'),
    ("otel.sdk.exporter.log.inflight", "{log_record}", 'U'),
    ("otel.sdk.exporter.log.exported", "{log_record}", 'C'),
    ("otel.sdk.exporter.metric_data_point.inflight", "{data_point}", 'U'),
    ("otel.sdk.exporter.metric_data_point.exported", "{data_point}", 'C'),
    ("otel.sdk.metric_reader.collection.duration", "s", 'H'),
    ("otel.sdk.exporter.operation.duration", "s", 'H'),
];

fn builder(receiver: &Receiver) -> Builder {
    let nothing: [(String, String); 0] = [];
    Telemetry::builder("self")
        .environment(Environment::of(nothing))
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .on_diagnostic(|_| {})
}

/// Every point of a metric in the last request that has it: its attributes, `key=value` in order, and its value.
fn last(received: &Received, name: &str) -> BTreeMap<String, i64> {
    let mut points = BTreeMap::new();
    for (_, _, metric) in received.metrics().filter(|(_, _, metric)| metric.name == name) {
        let Some(Data::Sum(sum)) = &metric.data else { panic!("{name} is no sum") };
        for point in &sum.data_points {
            if let Some(number_data_point::Value::AsInt(value)) = point.value {
                points.insert(attributes(&point.attributes), value);
            }
        }
    }
    points
}

fn attributes(attributes: &[KeyValue]) -> String {
    let mut pairs: Vec<_> = attributes.iter().map(|pair| format!("{}={}", pair.key, text(pair))).collect();
    pairs.sort();
    pairs.join(" ")
}

fn text(pair: &KeyValue) -> String {
    match pair.value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        other => panic!("{}: {other:?}", pair.key),
    }
}

/// Flushes twice: what the export of the first collection did is in the second.
fn flush(pipeline: &Pipeline) {
    for _ in 0..2 {
        // What could not be delivered is what these tests are about.
        let _ = pipeline.flush(PATIENCE);
    }
}

#[test]
fn all_seventeen_are_there_with_their_units_and_kinds() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver).install().unwrap();
    pipeline.span(&WORK).finish(Outcome::Ok);
    pipeline.event(&NOTE).emit();
    flush(&pipeline);
    let mut seen = BTreeSet::new();
    for (_, scope, metric) in receiver.received().metrics() {
        let kind = match &metric.data {
            Some(Data::Sum(sum)) if sum.is_monotonic => 'C',
            Some(Data::Sum(_)) => 'U',
            Some(Data::Histogram(_) | Data::ExponentialHistogram(_)) => 'H',
            other => panic!("{}: {other:?}", metric.name),
        };
        assert_eq!(scope.name, "otel-core");
        assert!(!metric.description.is_empty(), "{}", metric.name);
        seen.insert((metric.name.clone(), metric.unit.clone(), kind));
    }
    for (name, unit, kind) in CONVENTIONS {
        let wanted = (name.to_owned(), unit.to_owned(), kind);
        assert!(seen.contains(&wanted), "{wanted:?} is not among {seen:?}");
    }
    let others = seen.iter().filter(|(name, ..)| !name.starts_with("otel.sdk."));
    assert!(others.clone().all(|(name, ..)| name.starts_with("otel_core.")), "{seen:?}");
    assert_eq!(others.count(), 10, "{seen:?}");
}

#[test]
fn spans_are_counted_as_they_begin_and_live_until_they_end() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver).install().unwrap();
    let parent = pipeline.span(&WORK);
    let children: Vec<_> = (0..3).map(|_| pipeline.span_in(&WORK, &parent.context())).collect();
    flush(&pipeline);
    let started = last(&receiver.received(), "otel.sdk.span.started");
    let of = |origin: &str, result: &str| {
        started[&format!("otel.span.parent.origin={origin} otel.span.sampling_result={result}")]
    };
    assert_eq!((of("none", "RECORD_AND_SAMPLE"), of("local", "RECORD_AND_SAMPLE")), (1, 3));
    assert_eq!((of("remote", "RECORD_AND_SAMPLE"), of("none", "DROP")), (0, 0));
    let live =
        || last(&receiver.received(), "otel.sdk.span.live")["otel.span.sampling_result=RECORD_AND_SAMPLE"];
    assert_eq!(live(), 4);
    // They may end on another thread than they began on.
    std::thread::scope(|scope| scope.spawn(|| drop(children)).join().unwrap());
    flush(&pipeline);
    assert_eq!(live(), 1);
    drop(parent);
    flush(&pipeline);
    assert_eq!(live(), 0);
}

#[test]
fn what_is_exported_and_what_is_not_agrees_with_the_ledger() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver).install().unwrap();
    (0..7).for_each(|_| pipeline.span(&WORK).finish(Outcome::Ok));
    flush(&pipeline);
    receiver.answer_with(Answer::Reject { items: 2, message: "no".to_owned() });
    (0..5).for_each(|_| pipeline.event(&NOTE).emit());
    pipeline.event(&ALARM).emit();
    pipeline.flush(PATIENCE).unwrap_err();
    receiver.answer_with(Answer::InvalidArgument);
    (0..3).for_each(|_| pipeline.span(&WORK).finish(Outcome::Ok));
    pipeline.flush(PATIENCE).unwrap_err();
    receiver.answer_with(Answer::Accept);
    flush(&pipeline);
    let received = receiver.received();
    let endpoint = receiver.grpc_endpoint();
    let (_, port) = endpoint.rsplit_once(':').unwrap();
    let exporter = |signal: &str, error: &str| {
        let error = if error.is_empty() { String::new() } else { format!("error.type={error} ") };
        format!(
            "{error}otel.component.name=otlp_grpc_{signal}_exporter/0 \
             otel.component.type=otlp_grpc_{signal}_exporter server.address=127.0.0.1 server.port={port}"
        )
    };
    let spans = last(&received, "otel.sdk.exporter.span.exported");
    assert_eq!((spans[&exporter("span", "")], spans[&exporter("span", "refused")]), (7, 3));
    // Two requests, one for each lane, of which two records each were rejected: the alarm is only one.
    let logs = last(&received, "otel.sdk.exporter.log.exported");
    assert_eq!((logs[&exporter("log", "")], logs[&exporter("log", "rejected")]), (3, 3));
    assert_eq!(last(&received, "otel.sdk.processor.span.processed").values().sum::<i64>(), 10);
    assert_eq!(last(&received, "otel.sdk.log.created")[""], 6);
    assert_eq!(last(&received, "otel.sdk.processor.span.queue.size").into_values().sum::<i64>(), 0);
    assert_eq!(last(&received, "otel.sdk.exporter.span.inflight").into_values().sum::<i64>(), 0);
    identity_holds(&received);
}

/// Out of what was sent: everything that came in went somewhere.
fn identity_holds(received: &Received) {
    let outcomes = last(received, "otel_core.records");
    let outcome = |stream: &str, lane: &str, outcome: &str| {
        outcomes[&format!(
            "otel_core.destination=main otel_core.lane={lane} otel_core.outcome={outcome} otel_core.stream={stream}"
        )]
    };
    assert_eq!((outcome("logs", "alert", "created"), outcome("logs", "alert", "rejected")), (1, 1));
    assert_eq!((outcome("traces", "normal", "created"), outcome("traces", "normal", "refused")), (10, 3));
    let pending = last(received, "otel_core.records.pending");
    for (stream, lane) in [("traces", "normal"), ("logs", "normal"), ("logs", "alert")] {
        let here = format!("otel_core.lane={lane} ");
        let of_lane = outcomes.iter().filter(|(key, _)| key.contains(&here) && key.ends_with(stream));
        let went = of_lane.filter(|(key, _)| !key.contains("=created") && !key.contains("=recovered"));
        let waits = pending[&format!("otel_core.destination=main {here}otel_core.stream={stream}")];
        let came = outcome(stream, lane, "created");
        assert_eq!(went.map(|(_, n)| n).sum::<i64>() + waits, came, "{stream} {lane}");
    }
}

#[test]
fn the_telemetry_says_what_it_costs() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver).install().unwrap();
    (0..20_000).for_each(|_| pipeline.span(&WORK).finish(Outcome::Ok));
    flush(&pipeline);
    let received = receiver.received();
    let cpu = received.metrics().filter(|(_, _, metric)| metric.name == "otel_core.cpu.time");
    let seconds = cpu.map(|(_, _, metric)| {
        let Some(Data::Sum(sum)) = &metric.data else { panic!("it is no sum") };
        match sum.data_points[0].value {
            Some(number_data_point::Value::AsDouble(seconds)) => seconds,
            other => panic!("{other:?}"),
        }
    });
    let seconds: Vec<_> = seconds.collect();
    assert!(seconds.last().is_some_and(|seconds| *seconds > 0.0 && *seconds < 60.0), "{seconds:?}");
    let queue = last(&received, "otel_core.queue.size")[""];
    assert!(queue > 0 && queue <= last(&received, "otel_core.queue.limit")[""], "{queue}");
}

#[test]
fn a_pipeline_that_is_told_to_says_nothing_of_itself() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver).self_metrics(false).install().unwrap();
    pipeline.span(&WORK).finish(Outcome::Ok);
    flush(&pipeline);
    assert_eq!((receiver.counts().spans, receiver.counts().metric_points), (1, 0));
}
