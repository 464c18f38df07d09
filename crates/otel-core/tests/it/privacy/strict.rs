//! Strict mode: only what is declared leaves.

use std::collections::{BTreeMap, HashMap};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::logs::{AnyValue, LogRecord as _, Logger as _, LoggerProvider as _};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry::trace::{Span as _, Tracer as _, TracerProvider as _};
use opentelemetry::{Context, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::common::v1::{KeyValue as Pair, any_value::Value};
use opentelemetry_proto::tonic::metrics::v1::{metric::Data, number_data_point};
use otel_core::alerting::Alerting;
use otel_core::pipeline::Pipeline;
use otel_core::privacy::{AllowList, Privacy};
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::{Received, Receiver};
use otel_core::{AlertLevel, Catalogue, CounterDef, Key, Outcome, SpanDef, SpanKind, Telemetry, Text, Unit};

otel_core::labels! {
    /// How it went.
    pub enum Ending: "shop.ending" {
        /// Well.
        Well = "well",
    }
    /// How it went elsewhere.
    pub enum Elsewhere: "elsewhere.token" {
        /// Well.
        Well = "well",
    }
}

const WORK: SpanDef = SpanDef::new("work", SpanKind::Server, "Work.");
const DECLARED: Key<Text> = Key::new("shop.declared", "It is in the catalogue.");
const HOST: Key<Text> = Key::new("host.ip", "Where it runs.");
const ELSEWHERE: Key<Text> = Key::new("elsewhere.declared", "It is in no catalogue.");
const ORDERS: CounterDef<Ending> = CounterDef::new("shop.orders", Unit::new("{order}"), "Orders.");
const OTHERS: CounterDef<Elsewhere> = CounterDef::new("elsewhere.orders", Unit::new("{order}"), "Orders.");

static SHOP: Catalogue = Catalogue {
    name: "shop",
    version: "1",
    attributes: &[DECLARED.facts(), HOST.facts()],
    spans: &[WORK],
    events: &[],
    metrics: &[ORDERS.facts()],
    alerts: &[],
};

const PATIENCE: Duration = Duration::from_secs(60);

fn strict(receiver: &Receiver) -> Pipeline {
    let nothing: [(String, String); 0] = [];
    let privacy = Privacy::standard().strict(&[&SHOP]).headers(AllowList::only(["x-note"]));
    Telemetry::builder("strict")
        .environment(Environment::of(nothing))
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .resource_attribute("undeclared", "x")
        .resource_attribute("host.ip", "10.1.2.3")
        .alerting(Alerting::new())
        .prometheus("127.0.0.1", 0)
        .privacy(privacy)
        .install()
        .unwrap()
}

fn keys(pairs: &[Pair]) -> Vec<&str> {
    pairs.iter().map(|pair| pair.key.as_str()).collect()
}

/// How much was left out of what, by the pipeline's own count.
fn undeclared(received: &Received) -> BTreeMap<String, i64> {
    let counts = received.metrics().filter(|(.., metric)| metric.name == "otel_core.attributes.undeclared");
    let points = counts.flat_map(|(.., metric)| match &metric.data {
        Some(Data::Sum(sum)) => sum.data_points.clone(),
        other => panic!("{other:?}"),
    });
    let count = |point: opentelemetry_proto::tonic::metrics::v1::NumberDataPoint| {
        let bearer = point.attributes[0].value.clone().unwrap().value;
        match (bearer, point.value) {
            (Some(Value::StringValue(bearer)), Some(number_data_point::Value::AsInt(count))) => {
                (bearer, count)
            }
            other => panic!("{other:?}"),
        }
    };
    points.map(count).collect()
}

fn page(pipeline: &Pipeline) -> String {
    let mut stream = TcpStream::connect(pipeline.prometheus_address().unwrap()).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    page
}

#[test]
fn attributes_of_others_leave_when_they_are_declared_and_are_counted_when_not() {
    let receiver = Receiver::start().unwrap();
    let pipeline = strict(&receiver);
    let given = || ["shop.declared", "undeclared", "http.route"].map(|key| KeyValue::new(key, "x"));
    let scope = InstrumentationScope::builder("api").with_attributes(given()).build();
    let mut span = pipeline.tracer_provider().unwrap().tracer_with_scope(scope.clone()).start("api");
    given().into_iter().for_each(|attribute| span.set_attribute(attribute));
    span.add_event("event", given().to_vec());
    drop(span);
    let logger = pipeline.logger_provider().unwrap().logger_with_scope(scope);
    let mut record = logger.create_log_record();
    given().into_iter().for_each(|it| record.add_attribute(it.key, it.value.as_str().into_owned()));
    record.set_body(
        [("shop.declared", "x"), ("undeclared", "x")]
            .map(|(k, v)| (k, AnyValue::from(v)))
            .into_iter()
            .collect(),
    );
    logger.emit(record);
    // What is set by a key is declared by it, and what is listed by the list.
    let mut span = pipeline.span(&WORK);
    span.set(&ELSEWHERE, "x").set_request_header("x-note", &["x"]);
    span.finish(Outcome::Ok);
    pipeline.alerts().send_alert(AlertLevel::High, "title", "message");
    pipeline.alerts_now(PATIENCE);
    pipeline.shutdown(PATIENCE).unwrap();

    let received = receiver.received();
    let (resource, scope, span) = received.spans().find(|(.., span)| span.name == "api").unwrap();
    let expected = ["shop.declared", "http.route"];
    assert_eq!(keys(&span.attributes), expected);
    assert_eq!(keys(&span.events[0].attributes), expected);
    assert_eq!(keys(&scope.attributes), expected);
    let resource = keys(&resource.unwrap().attributes);
    assert!(resource.contains(&"service.name") && resource.contains(&"host.name"), "{resource:?}");
    assert!(
        !resource.contains(&"undeclared") && !resource.contains(&"process.executable.path"),
        "{resource:?}"
    );
    let (.., record) = received.log_records().find(|(_, scope, _)| scope.name == "api").unwrap();
    assert_eq!(keys(&record.attributes), expected);
    assert!(!format!("{:?}", record.body).contains("undeclared"), "{record:?}");
    let (.., ours) = received.spans().find(|(.., span)| span.name == "work").unwrap();
    assert_eq!(keys(&ours.attributes), ["elsewhere.declared", "http.request.header.x-note"]);
    let (.., alert) = received.log_records().find(|(.., it)| it.event_name == "alert.transition").unwrap();
    assert!(keys(&alert.attributes).contains(&"alert.rule.name"));

    let counts = undeclared(&received);
    let of = |bearer: &str| counts[bearer];
    assert_eq!(
        (of("span"), of("log"), of("metric"), of("scope"), of("baggage")),
        (2, 2, 0, 1, 0),
        "{counts:?}"
    );
    assert_eq!(of("resource"), 2, "what was set and the path of the program: {counts:?}");
}

#[test]
fn metrics_leave_when_their_labels_are_declared_on_every_way() {
    let receiver = Receiver::start().unwrap();
    let pipeline = strict(&receiver);
    pipeline.counter(&ORDERS).add(1, Ending::Well);
    // It is in no catalogue, but made from a definition; and what its label is called makes it no secret.
    pipeline.counter(&OTHERS).add(1, Elsewhere::Well);
    let of_scope = ["shop.declared", "undeclared"].map(|key| KeyValue::new(key, "x"));
    let scope = InstrumentationScope::builder("api").with_attributes(of_scope).build();
    let meter = pipeline.meter_provider().unwrap().meter_with_scope(scope);
    for key in ["shop.ending", "http.route", "undeclared"] {
        meter.u64_counter(format!("api.{key}")).build().add(1, &[KeyValue::new(key, "x")]);
    }
    let page = page(&pipeline);
    pipeline.shutdown(PATIENCE).unwrap();
    let received = receiver.received();
    let names: Vec<_> = received.metrics().map(|(.., metric)| metric.name.as_str()).collect();
    for name in
        ["shop.orders", "elsewhere.orders", "api.shop.ending", "api.http.route", "otel.sdk.span.started"]
    {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    assert!(!names.contains(&"api.undeclared"));
    let (_, scope, _) = received.metrics().find(|(_, scope, _)| scope.name == "api").unwrap();
    assert_eq!(keys(&scope.attributes), ["shop.declared"]);
    for line in [
        "shop_orders_total{shop_ending=\"well\"",
        "elsewhere_orders_total{elsewhere_token=\"well\"",
        "api_http_route_total{",
        "target_info{",
        "otel_scope_shop_declared=\"x\"",
        // Addresses of machines are known by what Prometheus calls their keys, too.
        "host_ip=\"10.1.2.3\"",
        "otel_sdk_span_started_total{",
    ] {
        assert!(page.contains(line), "{line} is not on the page: {page}");
    }
    assert!(!page.contains("undeclared=") && !page.contains("executable_path"), "{page}");
    assert!(undeclared(&received)["metric"] > 0);
}

#[test]
fn baggage_leaves_when_it_is_declared() {
    let receiver = Receiver::start().unwrap();
    let pipeline = strict(&receiver);
    let baggage = ["shop.declared", "undeclared"].map(|key| KeyValue::new(key, "x")).into_iter();
    let baggage: opentelemetry::baggage::Baggage = baggage.collect();
    let mut headers = HashMap::<String, String>::new();
    pipeline.propagator().inject_context(&Context::new().with_baggage(baggage), &mut headers);
    assert_eq!(headers.get("baggage").map(String::as_str), Some("shop.declared=x"));
    pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!(undeclared(&receiver.received())["baggage"], 1);
}
