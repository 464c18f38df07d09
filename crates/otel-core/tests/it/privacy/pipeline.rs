//! The guard of a pipeline: on when nothing is said, and before anything is buffered.

use std::collections::HashMap;
use std::time::Duration;

use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::logs::{AnyValue, LogRecord as _, Logger as _, LoggerProvider as _};
use opentelemetry::trace::{Span as _, Tracer as _, TracerProvider as _};
use opentelemetry::{Array, Context, KeyValue, Value};
use opentelemetry_proto::tonic::metrics::v1::{metric::Data, number_data_point};
use otel_core::alerting::{
    Action as Act, ActionError, ActionFacts, Alerting, Objection, Occasion, Respond, Scope,
};
use otel_core::alerting::{AlertState, Verdict, conventions};
use otel_core::privacy::{Action, AllowList, Kind, Policy, Privacy, Redaction};
use otel_core::settings::{Environment, Exporter, Protocol};
use otel_core::testing::{Receiver, TestTelemetry, TestValue};
use otel_core::{
    AlertLabel, AlertLevel, AlertRule, Condition, CounterDef, Key, Limit, Outcome, SpanDef, SpanKind,
    Telemetry, Text, Unit,
};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Server, "Work.");
const NOTE: Key<Text> = Key::new("test.note", "A note.");
const VISITS: CounterDef<Visitor> = CounterDef::new("visits", Unit::new("{visit}"), "Visits.");
const PATIENCE: Duration = Duration::from_secs(60);

const CARD: &str = "paid with 4111 1111 1111 1111";
const CLEAN: &str = "paid with 411111******1111";

otel_core::capped_labels! {
    /// Who comes.
    pub struct Visitor: "test.visitor", cap 8;
}

static TOO_MUCH: AlertRule = AlertRule::new(
    "test_too_much",
    AlertLevel::Critical,
    Condition::Observed { limit: Limit::above(1.0), holds_for: Duration::from_secs(600) },
    Duration::ZERO,
    "Too much.",
);

/// What arrives of attributes of somebody else, on a span and on a log record alike.
fn arrived(test: TestTelemetry, attributes: &[KeyValue]) -> Vec<(String, TestValue)> {
    let [of_span, of_log] = arrived_on_each(test, attributes);
    assert_eq!(of_log, of_span);
    of_span
}

fn arrived_on_each(test: TestTelemetry, attributes: &[KeyValue]) -> [Vec<(String, TestValue)>; 2] {
    let mut span = test.pipeline().tracer_provider().unwrap().tracer("api").start("span");
    let logger = test.pipeline().logger_provider().unwrap().logger("api");
    let mut record = logger.create_log_record();
    for attribute in attributes {
        span.set_attribute(attribute.clone());
        record.add_attribute(attribute.key.clone(), any(&attribute.value));
    }
    drop(span);
    logger.emit(record);
    let recorded = test.finish();
    [recorded.spans()[0].attributes.clone(), recorded.events()[0].attributes.clone()]
}

fn any(value: &Value) -> AnyValue {
    match value {
        Value::I64(int) => AnyValue::Int(*int),
        Value::Array(Array::String(texts)) => texts.iter().map(|text| text.as_str().to_owned()).collect(),
        Value::Array(Array::I64(ints)) => ints.iter().copied().collect(),
        other => AnyValue::from(other.as_str().into_owned()),
    }
}

#[test]
fn the_guard_is_on_when_nothing_is_said() {
    let test = TestTelemetry::new();
    let mut span = test.span(&WORK);
    span.set(&NOTE, CARD);
    span.finish(Outcome::Ok);
    let done = test.pipeline().redactions();
    assert_eq!(done, [Redaction { kind: Kind::Card, action: Action::Truncate, count: 1 }]);
    assert_eq!(test.finish().span(&WORK).get(&NOTE), Some(CLEAN.into()));
}

#[test]
fn a_policy_is_followed() {
    let policy = Policy::STANDARD.with(Kind::Card, Action::Drop).unwrap();
    let test = TestTelemetry::private(Privacy::standard().policy(policy));
    let attributes = arrived(test, &[KeyValue::new("note", CARD)]);
    assert_eq!(attributes, [("note".to_owned(), "paid with [redacted:card]".into())]);
}

#[test]
fn declared_texts_and_some_attributes_may_speak_of_machines() {
    const ADDRESS: &str = "10.1.2.3 and 00:1b:44:11:3a:b7";
    let test = TestTelemetry::new();
    let mut span = test.span(&WORK);
    span.set(&NOTE, ADDRESS);
    span.finish(Outcome::Ok);
    assert_eq!(test.finish().span(&WORK).get(&NOTE), Some(ADDRESS.into()));
    let keys = ["server.address", "client.address"].map(|key| KeyValue::new(key, ADDRESS));
    let attributes = arrived(TestTelemetry::new(), &keys);
    let expected = [ADDRESS, "10.1.2.0 and 00:1b:44:**:**:**"].map(TestValue::from);
    assert_eq!(attributes.into_iter().map(|(_, value)| value).collect::<Vec<_>>(), expected);
}

#[test]
fn a_secret_under_a_name_that_says_so_does_not_leave() {
    let texts =
        |texts: &[&'static str]| Value::Array(Array::String(texts.iter().map(|it| (*it).into()).collect()));
    let secret = TestValue::from("[redacted:secret]");
    let attributes = [
        ("db.password", "hunter2".into(), secret.clone()),
        ("session_token", "abc".into(), secret.clone()),
        ("pwd", 123_456.into(), secret.clone()),
        ("http.request.header.x-api-key", texts(&["a", "b"]), TestValue::List(vec![secret.clone(), secret])),
        (
            "http.request.header.cookie",
            texts(&["a"]),
            TestValue::List(vec!["[redacted:authorization]".into()]),
        ),
        ("card.cvv", 123.into(), "[redacted:card_code]".into()),
        // And none of these is one.
        ("messaging.kafka.message.key", "order-7".into(), "order-7".into()),
        ("password", "null".into(), "null".into()),
        ("retries", 3.into(), TestValue::Int(3)),
    ];
    let given: Vec<_> = attributes.iter().map(|(key, value, _)| KeyValue::new(*key, value.clone())).collect();
    let expected: Vec<_> = attributes.into_iter().map(|(key, _, value)| (key.to_owned(), value)).collect();
    assert_eq!(arrived(TestTelemetry::new(), &given), expected);
}

#[test]
fn the_number_of_a_card_does_not_leave_as_a_number_either() {
    let given = [
        KeyValue::new("note", 4_111_111_111_111_111),
        KeyValue::new("notes", Value::Array(Array::I64(vec![7, 4_111_111_111_111_111]))),
        KeyValue::new("at", 1_763_836_137_000_000_000),
    ];
    let card = || TestValue::from("411111******1111");
    // A list of the API has one type, one of a log any.
    for (seven, arrived) in [TestValue::from("7"), TestValue::Int(7)]
        .into_iter()
        .zip(arrived_on_each(TestTelemetry::new(), &given))
    {
        let values: Vec<_> = arrived.into_iter().map(|(_, value)| value).collect();
        let list = TestValue::List(vec![seven, card()]);
        assert_eq!(values, [card(), list, TestValue::Int(1_763_836_137_000_000_000)]);
    }
}

#[test]
fn what_is_in_maps_and_broken_bytes_does_not_leave() {
    let test = TestTelemetry::new();
    let logger = test.pipeline().logger_provider().unwrap().logger("api");
    let mut record = logger.create_log_record();
    let inner: AnyValue =
        [("password", AnyValue::from("hunter2")), ("b", AnyValue::from(CARD))].into_iter().collect();
    record.set_body([("a", inner)].into_iter().collect());
    let bytes = [b"\xff".as_slice(), CARD.as_bytes(), b"\xfe!"].concat();
    record.add_attribute("bytes", AnyValue::Bytes(Box::new(bytes)));
    logger.emit(record);
    let recorded = test.finish();
    let event = &recorded.events()[0];
    let TestValue::Map(body) = &event.body else { panic!("{:?}", event.body) };
    let TestValue::Map(inner) = &body[0].1 else { panic!("{body:?}") };
    let inner: HashMap<_, _> = inner.iter().cloned().collect();
    assert_eq!((&inner["password"], &inner["b"]), (&"[redacted:secret]".into(), &CLEAN.into()));
    let expected = [b"\xff".as_slice(), CLEAN.as_bytes(), b"\xfe!"].concat();
    assert_eq!(event.attributes, [("bytes".to_owned(), TestValue::Bytes(expected))]);
}

#[test]
fn a_text_is_looked_at_before_it_is_cut() {
    let receiver = Receiver::start().unwrap();
    let pipeline = Telemetry::builder("cut")
        .environment(Environment::of([("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "8")]))
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .install()
        .unwrap();
    let mut span = pipeline.span(&WORK);
    span.set(&NOTE, "4111111111111111");
    span.finish(Outcome::Ok);
    let mut span = pipeline.tracer_provider().unwrap().tracer("api").start("api");
    span.set_attribute(KeyValue::new("note", "4111111111111111"));
    drop(span);
    pipeline.shutdown(PATIENCE).unwrap();
    let received = format!("{:?}", receiver.received().traces);
    assert_eq!(received.matches("411111**").count(), 2, "{received}");
    assert!(!received.contains("4111111"), "{received}");
}

#[test]
fn headers_are_shown_when_they_are_listed_and_are_no_credentials() {
    let privacy = Privacy::standard().headers(AllowList::only(["X-Note", "Authorization"]));
    let test = TestTelemetry::private(privacy);
    let mut span = test.span(&WORK);
    span.set_request_header("X-Note", &["a", CARD]).set_response_header("x-note", &["b"]);
    span.set_request_header("x-other", &["c"]).set_response_header("authorization", &["d"]);
    span.finish(Outcome::Ok);
    let recorded = test.finish();
    let list = |texts: &[&str]| TestValue::List(texts.iter().map(|text| (*text).into()).collect());
    let expected = [
        ("http.request.header.x-note".to_owned(), list(&["a", CLEAN])),
        ("http.response.header.x-note".to_owned(), list(&["b"])),
    ];
    assert_eq!(recorded.span(&WORK).attributes, expected);

    let test = TestTelemetry::new();
    let mut span = test.span(&WORK);
    span.set_request_header("x-note", &["a"]);
    span.finish(Outcome::Ok);
    assert_eq!(test.finish().span(&WORK).attributes, [], "nothing was listed");
}

#[test]
fn what_was_done_is_a_metric() {
    let receiver = Receiver::start().unwrap();
    let nothing: [(String, String); 0] = [];
    let pipeline = Telemetry::builder("counted")
        .environment(Environment::of(nothing))
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .install()
        .unwrap();
    for _ in 0..3 {
        let mut span = pipeline.span(&WORK);
        span.set(&NOTE, CARD);
        span.finish(Outcome::Ok);
    }
    pipeline.shutdown(PATIENCE).unwrap();
    let received = receiver.received();
    let (.., metric) = received.metrics().find(|(.., metric)| metric.name == "otel_core.redactions").unwrap();
    let Some(Data::Sum(sum)) = &metric.data else { panic!("{metric:?}") };
    let [point] = sum.data_points.as_slice() else { panic!("{sum:?}") };
    assert_eq!(point.value, Some(number_data_point::Value::AsInt(3)));
    let labels = format!("{:?}", point.attributes);
    assert!(["otel_core.kind", "card", "otel_core.action", "truncate"].iter().all(|it| labels.contains(it)));
    assert!(!received.metrics().any(|(.., metric)| metric.name == "otel_core.attributes.undeclared"));
}

#[test]
fn labels_that_become_equal_are_one_series_and_may_speak_of_machines() {
    let test = TestTelemetry::new();
    let (visits, visitors) = (test.counter(&VISITS), test.capped::<Visitor>());
    for visitor in ["bob@example.com", "eve@example.com", "10.1.2.3"] {
        visits.add(1, visitors.get(visitor));
    }
    let values = test.finish().values(&VISITS.facts());
    let series = |visitor: &str| vec![("test.visitor".to_owned(), visitor.to_owned())];
    assert_eq!(values, [(series("***@example.com"), 2.0), (series("10.1.2.3"), 1.0)]);
}

#[test]
fn alerts_are_told_apart_by_what_may_be_said_of_them() {
    let test = TestTelemetry::alerting(Alerting::new().rule(&TOO_MUCH));
    let alerts = test.alerts();
    let observe = |label: &str, value| alerts.observe(&TOO_MUCH, &[AlertLabel::of(&NOTE, label)], value);
    observe(CARD, 2.0);
    observe("10.1.2.3", 2.0);
    alerts.send_alert(AlertLevel::Low, &format!("bob@example.com {CARD}"), &format!("he {CARD}"));
    let now = test.alerts_now();
    let [machine, card, sent] = now.as_slice() else { panic!("{now:?}") };
    assert_eq!(machine.labels.get("test.note"), Some("10.1.2.3"), "labels are declared");
    assert_eq!((card.labels.get("test.note"), card.state), (Some(CLEAN), AlertState::Firing));
    assert_eq!(sent.labels.get("alert.title"), Some(format!("***@example.com {CLEAN}").as_str()));
    assert_eq!(sent.message, format!("he {CLEAN}"));
    // Whoever observed it is still known by it.
    observe(CARD, 0.0);
    let resolved = test.alerts_now().into_iter().filter(|alert| alert.state == AlertState::Resolved);
    assert_eq!(resolved.map(|alert| alert.labels).collect::<Vec<_>>(), std::slice::from_ref(&card.labels));
    assert!(test.finish().events().iter().all(|event| !format!("{event:?}").contains("4111 ")));
}

/// An action that would rather not, and says why at length.
#[derive(Debug)]
struct Unwilling;

impl Act for Unwilling {
    fn facts(&self) -> ActionFacts {
        ActionFacts::new("unwilling", Scope::of("process"))
    }

    fn is_allowed(&self, _: &Occasion) -> Result<(), Objection> {
        Err(Objection::new(format!("{} 4111111111111111", "x".repeat(985))))
    }

    fn execute(&self, _: &Occasion) -> Result<(), ActionError> {
        Ok(())
    }

    fn verify(&self, _: &Occasion) -> Verdict {
        Verdict::Worked
    }

    fn roll_back(&self, _: &Occasion) -> Result<(), ActionError> {
        Ok(())
    }
}

#[test]
fn what_an_action_says_is_looked_at_before_it_is_cut() {
    let alerting = Alerting::new().rule(&TOO_MUCH).respond(Respond::to(&TOO_MUCH, Unwilling));
    let test = TestTelemetry::alerting(alerting);
    test.alerts().observe(&TOO_MUCH, &[], 2.0);
    test.alerts_now();
    let recorded = test.finish();
    let said = recorded
        .events_of(&conventions::ACTION)
        .into_iter()
        .find_map(|it| it.get(&conventions::ACTION_MESSAGE));
    assert_eq!(said, Some(format!("{} 411111******1111", "x".repeat(985)).as_str()[..1_000].into()));
}

#[test]
fn baggage_with_something_to_hide_stays_even_where_telemetry_is_off() {
    for disabled in ["false", "true"] {
        let pipeline = Telemetry::builder("baggage")
            .environment(Environment::of([("OTEL_SDK_DISABLED", disabled)]))
            .exporter(Exporter::Nothing)
            .install()
            .unwrap();
        let mut baggage = opentelemetry::baggage::Baggage::new();
        baggage.insert("tenant", "a");
        baggage.insert("note", CARD);
        baggage.insert_with_metadata("noted", "a", "by=bob@example.com");
        baggage.insert("db_password", "hunter2");
        baggage.insert("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "a");
        let mut headers = HashMap::<String, String>::new();
        pipeline.propagator().inject_context(&Context::new().with_baggage(baggage), &mut headers);
        assert_eq!(headers.get("baggage").map(String::as_str), Some("tenant=a"));
    }
}
