//! The encoder of our own spans and events, against messages built independently from the same values.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use opentelemetry::trace::{SpanContext, Status as ApiStatus, TraceContextExt as _};
use opentelemetry::{Context, SpanId, TraceId};
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::trace::v1::span::{Event as ProtoEvent, Link as ProtoLink};
use opentelemetry_proto::tonic::trace::v1::{Span as ProtoSpan, Status};
use opentelemetry_sdk::trace::IdGenerator;
use otel_core::pipeline::Pipeline;
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::Receiver;
use otel_core::{
    Event, EventDef, Int, Key, Outcome, Severity, Span, SpanDef, SpanKind, Telemetry, Timestamp,
};
use prost::Message;

use crate::random::Random;
use crate::typed::random_attribute;

const RECORDS: u64 = 11_000;
const PATIENCE: Duration = Duration::from_secs(120);

/// The specification's limit of attributes, events and links alike.
const LIMIT: usize = 128;

/// By which an event is found again.
const NUMBER: Key<Int> = Key::new("test.number", "The number of the event.");

const LONGEST: &str = "an.id.of.exactly.sixty.two.bytes.which.is.the.longest.there.is";
const SPANS: [SpanDef; 6] = [
    SpanDef::new("s", SpanKind::Internal, "The shortest name."),
    SpanDef::new("serve", SpanKind::Server, "Serving."),
    SpanDef::new("ask", SpanKind::Client, "Asking."),
    SpanDef::new("send", SpanKind::Producer, "Sending."),
    SpanDef::new("ünïcode 🦀", SpanKind::Consumer, "Receiving."),
    SpanDef::new(LONGEST, SpanKind::Internal, "The longest name."),
];
const EVENTS: [EventDef; 6] = [
    EventDef::new("e", Severity::Trace, "The shortest name."),
    EventDef::new("debugged", Severity::Debug, "A detail."),
    EventDef::new("done", Severity::Info, "Something is done."),
    EventDef::new("ünïcode 🦀", Severity::Warn, "Something is odd."),
    EventDef::new("failed", Severity::Error, "Something failed."),
    EventDef::new(LONGEST, Severity::Fatal, "The longest name."),
];

#[test]
fn a_span_arrives_as_it_was_described() {
    let (receiver, ids) = (Receiver::start().unwrap(), Counting::default());
    let pipeline = pipeline(&receiver, ids.clone());
    let mut expected = HashMap::new();
    for seed in 0..RECORDS {
        let span = record_span(&pipeline, &ids, seed);
        expected.extend(span.map(|span| (span.span_id.clone(), span)));
    }
    pipeline.shutdown(PATIENCE).unwrap();

    let received = receiver.received();
    assert!(expected.len() >= 10_000, "{} spans", expected.len());
    assert_eq!(received.spans().count(), expected.len());
    for (_, scope, span) in received.spans() {
        let mut expected = expected.remove(&span.span_id).expect("a span that was made, once");
        assert_eq!(scope.name, "otel-core");
        if expected.start_time_unix_nano > CLOCK_READ {
            assert!(
                span.start_time_unix_nano.abs_diff(expected.start_time_unix_nano) < CLOCK_ERROR,
                "{span:?}"
            );
            expected.start_time_unix_nano = span.start_time_unix_nano;
        }
        assert!(span.end_time_unix_nano.abs_diff(expected.end_time_unix_nano) < CLOCK_ERROR, "{span:?}");
        expected.end_time_unix_nano = span.end_time_unix_nano;
        assert_eq!(counts(span), counts(&expected), "attributes, events, links: kept and dropped");
        assert!(span.encode_to_vec() == expected.encode_to_vec(), "\nsent: {span:?}\nmeant: {expected:?}");
    }
}

#[test]
fn an_event_arrives_as_it_was_described() {
    let (receiver, ids) = (Receiver::start().unwrap(), Counting::default());
    let pipeline = pipeline(&receiver, ids.clone());
    let mut expected: Vec<_> = (0..RECORDS).map(|seed| Some(record_event(&pipeline, &ids, seed))).collect();
    pipeline.shutdown(PATIENCE).unwrap();

    let received = receiver.received();
    assert_eq!(received.log_records().count(), expected.len());
    for (_, _, record) in received.log_records() {
        let Some(Any::IntValue(number)) = record.attributes[0].value.clone().unwrap().value else { panic!() };
        let mut expected = expected[number as usize].take().expect("an event that was made, once");
        let error = record.observed_time_unix_nano.abs_diff(expected.observed_time_unix_nano);
        assert!(error < CLOCK_ERROR, "{record:?}");
        if expected.time_unix_nano == 0 {
            expected.time_unix_nano = record.observed_time_unix_nano;
        }
        expected.observed_time_unix_nano = record.observed_time_unix_nano;
        assert!(
            record.encode_to_vec() == expected.encode_to_vec(),
            "\nsent: {record:?}\nmeant: {expected:?}"
        );
    }
}

fn counts(span: &ProtoSpan) -> [(usize, u32); 3] {
    [
        (span.attributes.len(), span.dropped_attributes_count),
        (span.events.len(), span.dropped_events_count),
        (span.links.len(), span.dropped_links_count),
    ]
}

/// Start times up to here were set by hand; later ones were read from the clock.
const CLOCK_READ: u64 = 1_000_000_000_000_000_000;

/// How far the time of a record may be from when a busy machine came to make it.
const CLOCK_ERROR: u64 = 5_000_000_000;

/// Records one random span and says what should arrive: nothing when its parent was not sampled. The times are
/// near.
fn record_span(telemetry: &Telemetry, ids: &Counting, seed: u64) -> Option<ProtoSpan> {
    let mut random = Random::new(seed);
    let def = random.one_of(&SPANS);
    let parent = (!random.once_in(3)).then(|| random.span_context());
    let before = nanos_now();
    let mut span = match &parent {
        Some(parent) if random.truth() => {
            telemetry.span_in(&def, &Context::new().with_remote_span_context(parent.clone()))
        }
        Some(parent) => {
            let _entered = Context::new().with_remote_span_context(parent.clone()).attach();
            telemetry.span(&def)
        }
        None => telemetry.span(&def),
    };
    let mut expected = ProtoSpan {
        name: def.name().to_owned(),
        kind: def.kind() as i32,
        start_time_unix_nano: before,
        span_id: ids.last_span(),
        trace_id: ids.last_trace(),
        flags: 0x101,
        status: Some(Status::default()),
        ..ProtoSpan::default()
    };
    if let Some(parent) = &parent {
        expected.trace_id = parent.trace_id().to_bytes().to_vec();
        expected.parent_span_id = parent.span_id().to_bytes().to_vec();
        expected.trace_state = parent.trace_state().header();
        expected.flags |= if parent.is_remote() { 0x200 } else { 0 };
    }
    let mut foreign = Foreign::default();
    for _ in 0..random.how_many() {
        let what = random.below(10);
        use_span(what, &mut span, &mut random, &mut expected, &mut foreign);
    }
    if random.once_in(50) {
        let what = random.one_of(&[0, 4, 5, 6, 7]);
        (0..150).for_each(|_| use_span(what, &mut span, &mut random, &mut expected, &mut foreign));
    }
    if random.once_in(10) {
        expected.start_time_unix_nano = seed;
        span.started_at(Timestamp::from_unix_nanos(seed));
    }
    assert_eq!(span.is_recording(), parent.as_ref().is_none_or(SpanContext::is_sampled));
    if !span.is_recording() {
        span.finish(Outcome::Ok);
        return None;
    }
    finish(span, &mut random, &mut expected, &foreign);
    expected.attributes.extend(foreign.attributes);
    expected.dropped_attributes_count = cut(&mut expected.attributes);
    expected.links.extend(foreign.links);
    expected.dropped_links_count = cut(&mut expected.links);
    expected.dropped_events_count = cut(&mut expected.events);
    expected.end_time_unix_nano = nanos_now();
    Some(expected)
}

/// What others do to a span comes behind what its owner does.
#[derive(Default)]
struct Foreign {
    attributes: Vec<KeyValue>,
    links: Vec<ProtoLink>,
    status: Option<Status>,
}

/// Does one thing to the span with random values, as its owner or as somebody who only has its context.
fn use_span(
    what: usize,
    span: &mut Span,
    random: &mut Random,
    expected: &mut ProtoSpan,
    foreign: &mut Foreign,
) {
    let context = span.context();
    match what {
        0..=3 => expected.attributes.push(random_attribute(random, span)),
        4 => {
            let other = random.span_context();
            expected.links.push(link(&other, Vec::new()));
            span.link(&Context::new().with_remote_span_context(other));
        }
        5 => {
            let attribute = random.attribute();
            foreign.attributes.push(proto(&attribute));
            context.span().set_attribute(attribute);
        }
        6 => {
            let (name, time, mut attributes) = (random.text(), random.time(), random.attributes());
            context.span().add_event_with_timestamp(name.clone(), time, attributes.clone());
            let dropped_attributes_count = attributes.len().saturating_sub(LIMIT) as u32;
            attributes.truncate(LIMIT);
            let attributes = attributes.iter().map(proto).collect();
            let time_unix_nano = Timestamp::from(time).unix_nanos();
            expected.events.push(ProtoEvent { time_unix_nano, name, attributes, dropped_attributes_count });
        }
        7 => {
            let (other, attributes) = (random.span_context(), random.attributes());
            foreign.links.push(link(&other, attributes.iter().map(proto).collect()));
            context.span().add_link(other, attributes);
        }
        8 => {
            let name = random.text() + "!";
            expected.name = name.clone();
            context.span().update_name(name);
        }
        _ => {
            let status = random.status();
            foreign.set_status(&status);
            context.span().set_status(status);
        }
    }
}

impl Foreign {
    /// `Ok` stands, an error replaces an error, and unset changes nothing.
    fn set_status(&mut self, status: &ApiStatus) {
        if self.status.as_ref().is_some_and(|known| known.code == 1) {
            return;
        }
        match status {
            ApiStatus::Unset => {}
            ApiStatus::Ok => self.status = Some(Status { code: 1, message: String::new() }),
            ApiStatus::Error { description } => {
                self.status = Some(Status { code: 2, message: description.to_string() });
            }
        }
    }
}

fn finish(span: Span, random: &mut Random, expected: &mut ProtoSpan, foreign: &Foreign) {
    let outcome = random.one_of(&[Outcome::Unset, Outcome::Ok, Outcome::Error("timeout")]);
    let said = foreign.status.clone().unwrap_or_default();
    expected.status = Some(match outcome {
        Outcome::Ok => Status { code: 1, message: String::new() },
        Outcome::Error(class) => {
            let value = Some(AnyValue { value: Some(Any::StringValue(class.to_owned())) });
            expected.attributes.push(KeyValue { key: "error.type".to_owned(), value, ..KeyValue::default() });
            Status { code: 2, message: String::new() }
        }
        _ => said,
    });
    if outcome == Outcome::Unset && random.truth() {
        drop(span);
    } else {
        span.finish(outcome);
    }
}

/// Emits one random event, and says what should arrive. The times are near.
fn record_event(telemetry: &Telemetry, ids: &Counting, seed: u64) -> LogRecord {
    let mut random = Random::new(seed);
    let def = random.one_of(&EVENTS);
    let mut expected = LogRecord {
        observed_time_unix_nano: nanos_now(),
        severity_number: def.severity() as i32,
        severity_text: def.severity().as_str().to_owned(),
        event_name: def.name().to_owned(),
        ..LogRecord::default()
    };
    let mut event = match random.below(3) {
        0 => telemetry.event(&def),
        1 => {
            let other = random.span_context();
            expected.trace_id = other.trace_id().to_bytes().to_vec();
            expected.span_id = other.span_id().to_bytes().to_vec();
            expected.flags = u32::from(other.trace_flags().to_u8());
            let _entered = Context::new().with_remote_span_context(other).attach();
            telemetry.event(&def)
        }
        _ => {
            let parent = random.span_context();
            let span = telemetry.span_in(&SPANS[0], &Context::new().with_remote_span_context(parent.clone()));
            expected.trace_id = parent.trace_id().to_bytes().to_vec();
            expected.span_id = ids.last_span();
            expected.flags = u32::from(parent.is_sampled());
            span.event(&def)
        }
    };
    event = event.set(&NUMBER, seed as i64);
    let value = Some(AnyValue { value: Some(Any::IntValue(seed as i64)) });
    expected.attributes.push(KeyValue { key: NUMBER.name().to_owned(), value, ..KeyValue::default() });
    for _ in 0..random.how_many() {
        let mut on_event = OnEvent(Some(event));
        expected.attributes.push(random_attribute(&mut random, &mut on_event));
        event = on_event.0.expect("the event is handed back");
    }
    expected.dropped_attributes_count = cut(&mut expected.attributes);
    if random.truth() {
        expected.time_unix_nano = seed + 1;
        event = event.at(Timestamp::from_unix_nanos(seed + 1));
    }
    event.emit();
    expected
}

/// An event takes and returns itself; this makes it something to set attributes on.
pub(crate) struct OnEvent(pub(crate) Option<Event>);

/// Keeps what the limit allows, and says how many were too many.
fn cut<T>(items: &mut Vec<T>) -> u32 {
    let over = items.len().saturating_sub(LIMIT) as u32;
    items.truncate(LIMIT);
    over
}

fn proto(attribute: &opentelemetry::KeyValue) -> KeyValue {
    let value = Some(attribute.value.clone().into());
    KeyValue { key: attribute.key.as_str().to_owned(), value, ..KeyValue::default() }
}

fn link(other: &SpanContext, mut attributes: Vec<KeyValue>) -> ProtoLink {
    let dropped_attributes_count = cut(&mut attributes);
    ProtoLink {
        trace_id: other.trace_id().to_bytes().to_vec(),
        span_id: other.span_id().to_bytes().to_vec(),
        trace_state: other.trace_state().header(),
        attributes,
        dropped_attributes_count,
        flags: u32::from(other.trace_flags().to_u8()) | if other.is_remote() { 0x300 } else { 0x100 },
    }
}

fn nanos_now() -> u64 {
    Timestamp::from(SystemTime::now()).unix_nanos()
}

/// The last trace id and the last span id.
type Last = (Vec<u8>, Vec<u8>);

/// Ids that count up and are remembered.
#[derive(Clone, Debug, Default)]
struct Counting(Arc<(AtomicU64, Mutex<Last>)>);

impl Counting {
    fn next(&self) -> u64 {
        self.0.0.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn last_trace(&self) -> Vec<u8> {
        self.0.1.lock().unwrap().0.clone()
    }

    fn last_span(&self) -> Vec<u8> {
        self.0.1.lock().unwrap().1.clone()
    }
}

impl IdGenerator for Counting {
    fn new_trace_id(&self) -> TraceId {
        let id = TraceId::from(u128::from(self.next()));
        self.0.1.lock().unwrap().0 = id.to_bytes().to_vec();
        id
    }

    fn new_span_id(&self) -> SpanId {
        let id = SpanId::from(self.next());
        self.0.1.lock().unwrap().1 = id.to_bytes().to_vec();
        id
    }
}

fn pipeline(receiver: &Receiver, ids: Counting) -> Pipeline {
    let nothing: [(String, String); 0] = [];
    Telemetry::builder("guards")
        .environment(Environment::of(nothing))
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .export_timeout(PATIENCE)
        .queue_bytes(1 << 30)
        .id_generator(ids)
        .install()
        .unwrap()
}
