//! OTLP/JSON over HTTP: what arrives is what protobuf says, in the form OTLP asks for.

use std::io::Read as _;
use std::time::Duration;

use opentelemetry::trace::TraceContextExt as _;
use otel_core::pipeline::Builder;
use otel_core::settings::{Compression, Environment, Protocol};
use otel_core::{CounterDef, EventDef, Key, Outcome, Severity, SpanDef, SpanKind, Telemetry, Text, Unit};
use serde_json::{Value, json};

use crate::server::{Heard, Says, Server};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Client, "A piece of work.");
const DONE: EventDef = EventDef::new("work.done", Severity::Warn, "A piece of work is done.");
const WORKS: CounterDef<()> = CounterDef::new("works", Unit::new("{work}"), "Pieces of work.");
const NAME: Key<Text> = Key::new("work.name", "What the work is called.");

const PATIENCE: Duration = Duration::from_secs(60);

fn builder(server: &Server) -> Builder {
    let nothing: [(&str, &str); 0] = [];
    Telemetry::builder("json")
        .self_metrics(false)
        .environment(Environment::of(nothing))
        .endpoint(server.endpoint())
        .protocol(Protocol::HttpJson)
        .schedule_delay(Duration::from_millis(1))
}

fn body(heard: &[Heard], path: &str) -> Value {
    let heard = heard.iter().find(|heard| heard.path == path).expect(path);
    assert_eq!(heard.header("content-type"), Some("application/json"));
    if heard.header("content-encoding") != Some("gzip") {
        return serde_json::from_slice(&heard.body).unwrap();
    }
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(&heard.body[..]).read_to_end(&mut plain).unwrap();
    serde_json::from_slice(&plain).unwrap()
}

#[test]
fn every_stream_is_sent_as_json() {
    for compression in [Compression::None, Compression::Gzip] {
        let server = Server::start(Protocol::HttpJson, None, |_, _| Says::http(200));
        let pipeline = builder(&server).compression(compression).install().unwrap();
        let mut span = pipeline.span(&WORK);
        span.set(&NAME, "\"ü\"\n");
        let context = span.context();
        let ids = context.span().span_context().clone();
        span.event(&DONE).emit();
        span.finish(Outcome::Ok);
        pipeline.counter(&WORKS).add(3, ());
        let report = pipeline.shutdown(PATIENCE).unwrap();
        assert_eq!((report.spans.exported, report.logs.exported, report.lost()), (1, 1, 0), "{report}");

        let heard = server.heard();
        let encoding = heard.iter().all(|heard| {
            heard.header("content-encoding") == (compression == Compression::Gzip).then_some("gzip")
        });
        assert!(encoding);
        let traces = body(&heard, "/v1/traces");
        let span = &traces["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
        assert_eq!(span["traceId"], json!(ids.trace_id().to_string()));
        assert_eq!(span["spanId"], json!(ids.span_id().to_string()));
        assert_eq!((&span["name"], &span["kind"]), (&json!("work"), &json!(3)));
        assert_eq!(span["attributes"][0], json!({"key": "work.name", "value": {"stringValue": "\"ü\"\n"}}));
        assert!(span["startTimeUnixNano"].as_str().unwrap().parse::<u64>().unwrap() > 0);
        let logs = body(&heard, "/v1/logs");
        let record = &logs["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0];
        assert_eq!((&record["eventName"], &record["severityNumber"]), (&json!("work.done"), &json!(13)));
        let metrics = body(&heard, "/v1/metrics");
        let metric = &metrics["resourceMetrics"][0]["scopeMetrics"][0]["metrics"][0];
        assert_eq!(metric["sum"]["dataPoints"][0]["asInt"], json!("3"));
        assert_eq!(metric["sum"]["isMonotonic"], json!(true));
        let service = &traces["resourceSpans"][0]["resource"]["attributes"];
        let name = json!({"key": "service.name", "value": {"stringValue": "json"}});
        assert!(service.as_array().unwrap().contains(&name), "{service}");
    }
}

#[test]
fn a_partial_success_in_json_is_counted() {
    let server = Server::start(Protocol::HttpJson, None, |_, heard| {
        let field = match heard.path.as_str() {
            "/v1/traces" => "rejectedSpans",
            "/v1/logs" => "rejectedLogRecords",
            _ => "rejectedDataPoints",
        };
        let body = json!({"partialSuccess": {field: "1", "errorMessage": "too old"}});
        Says::http(200).with_body("application/json", body.to_string())
    });
    let pipeline = builder(&server).on_diagnostic(|_| {}).install().unwrap();
    pipeline.span(&WORK).finish(Outcome::Ok);
    pipeline.event(&DONE).emit();
    pipeline.counter(&WORKS).add(1, ());
    let report = *pipeline.shutdown(PATIENCE).unwrap_err().report();
    for counts in [&report.spans, &report.logs, &report.metric_points] {
        assert_eq!((counts.rejected, counts.exported), (1, 0), "{report}");
    }
}
