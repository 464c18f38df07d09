//! Three spans of a request: ours, a child of it that both APIs write to, and one of the OpenTelemetry API alone.

use std::time::{Duration, SystemTime};

use opentelemetry::trace::{
    Link, Span as _, SpanContext, SpanId, SpanKind, Status as ApiStatus, TraceContextExt as _, TraceFlags,
    TraceId, TraceState, Tracer as _, TracerProvider as _,
};
use opentelemetry::{Array, Context, KeyValue, Value as ApiValue};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link as ExpectedLink};
use opentelemetry_proto::tonic::trace::v1::{Span, Status};
use otel_core::{
    Currency, Decimal, ERROR_TYPE, Money, Outcome, PseudonymKey, Sensitive, Span as OurSpan, Timestamp,
};

use super::definitions::{
    API_SCOPE, BOOL, CHOICE, COUNT, CURRENCY, Colour, DECIMAL, DOUBLE, INT, MINOR, NOTED, PSEUDONYM, RECORD,
    REQUEST, STEP, TEXT, TEXTS, TIME,
};
use super::wire::{array, attributes, text};
use super::{OF_API, OURS, ScopeName, Traffic, nanos, time};

/// The parent is known to be local.
const LOCAL: u32 = 0x100;
/// Sampled, and known to be remote.
const REMOTE: u32 = 0x301;

/// A text that is none in any encoding but UTF-8.
const NOT_ASCII: &str = "Zürich → 東京 🦀\n\"\u{0}\"";

impl Traffic<'_> {
    pub(super) fn spans_and_event(&mut self, number: u32) {
        let start = time(number);
        let mut request = self.telemetry.span_in(&REQUEST, &Context::new());
        request.started_at(start.into());
        let set = describe(&mut request, number);
        self.event_in(&request, number);
        let context = request.context();
        self.step(&context, number, start);
        self.of_api(&context, start);
        let (outcome, code) = match number % 3 {
            0 => (Outcome::Unset, 0),
            1 => (Outcome::Ok, 1),
            _ => (Outcome::Error("timeout"), 2),
        };
        let error = (code == 2).then(|| (ERROR_TYPE.name(), text("timeout")));
        request.finish(outcome);
        self.expect(
            OURS,
            &context,
            &Context::new(),
            Span {
                name: REQUEST.name().to_owned(),
                kind: 2,
                start_time_unix_nano: nanos(start),
                attributes: attributes(set.into_iter().chain(error)),
                status: Some(Status { code, ..Status::default() }),
                ..Span::default()
            },
        );
        self.before = context;
    }

    /// A child of ours, linked to the request before, with an event and an attribute through the OpenTelemetry API.
    fn step(&mut self, parent: &Context, number: u32, start: SystemTime) {
        let mut step = self.telemetry.span_in(&STEP, parent);
        step.started_at(start.into()).link(&self.before).set(&COUNT, u64::from(number));
        let context = step.context();
        let noted = start + Duration::from_nanos(7);
        let foreign = context.span();
        foreign.add_event_with_timestamp(
            "e2e.seen",
            noted,
            vec![KeyValue::new("e2e.seen.by", "the API"), KeyValue::new("e2e.seen.times", 2)],
        );
        foreign.set_attribute(KeyValue::new("e2e.foreign", true));
        step.finish(Outcome::Ok);
        let before = self.before.span().span_context().clone();
        let links = before.is_valid().then(|| ExpectedLink {
            trace_id: before.trace_id().to_bytes().to_vec(),
            span_id: before.span_id().to_bytes().to_vec(),
            flags: LOCAL | u32::from(before.trace_flags().to_u8()),
            ..ExpectedLink::default()
        });
        self.expect(
            OURS,
            &context,
            parent,
            Span {
                name: STEP.name().to_owned(),
                kind: 3,
                start_time_unix_nano: nanos(start),
                attributes: attributes([
                    (COUNT.name(), Value::IntValue(number.into())),
                    ("e2e.foreign", Value::BoolValue(true)),
                ]),
                events: vec![Event {
                    time_unix_nano: nanos(noted),
                    name: "e2e.seen".to_owned(),
                    attributes: attributes([
                        ("e2e.seen.by", text("the API")),
                        ("e2e.seen.times", Value::IntValue(2)),
                    ]),
                    ..Event::default()
                }],
                links: links.into_iter().collect(),
                status: Some(Status { code: 1, ..Status::default() }),
                ..Span::default()
            },
        );
    }

    /// A child that the OpenTelemetry API alone records, with what ours cannot say.
    fn of_api(&mut self, parent: &Context, start: SystemTime) {
        let Some(provider) = self.pipeline.tracer_provider() else { return };
        let end = start + Duration::from_millis(3);
        let state = TraceState::from_key_value([("vendor", "opaque")]).unwrap_or_default();
        let other = SpanContext::new(
            TraceId::from(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10),
            SpanId::from(0x1112_1314_1516_1718),
            TraceFlags::SAMPLED,
            true,
            state,
        );
        let link = Link::new(other, vec![KeyValue::new("e2e.why", "because")], 0);
        let list = |array: Array| ApiValue::Array(array);
        let tracer = provider.tracer(API_SCOPE);
        let mut span = tracer
            .span_builder("e2e.api")
            .with_kind(SpanKind::Producer)
            .with_start_time(start)
            .with_links(vec![link])
            .with_attributes([
                KeyValue::new("e2e.ints", list(vec![1_i64, -1, i64::MAX].into())),
                KeyValue::new("e2e.doubles", list(vec![0.1, -0.0, f64::MAX].into())),
                KeyValue::new("e2e.bools", list(vec![true, false].into())),
                KeyValue::new("e2e.none", list(Array::I64(Vec::new()))),
            ])
            .start_with_context(&tracer, parent);
        let context = Context::new().with_remote_span_context(span.span_context().clone());
        span.set_status(ApiStatus::error("it did not work"));
        span.end_with_timestamp(end);
        self.expect(
            OF_API,
            &context,
            parent,
            Span {
                name: "e2e.api".to_owned(),
                kind: 4,
                start_time_unix_nano: nanos(start),
                end_time_unix_nano: nanos(end),
                attributes: attributes([
                    ("e2e.ints", array([1, -1, i64::MAX].map(Value::IntValue))),
                    ("e2e.doubles", array([0.1, -0.0, f64::MAX].map(Value::DoubleValue))),
                    ("e2e.bools", array([true, false].map(Value::BoolValue))),
                    ("e2e.none", array(std::iter::empty())),
                ]),
                links: vec![ExpectedLink {
                    trace_id: (1..=16).collect(),
                    span_id: (17..=24).collect(),
                    trace_state: "vendor=opaque".to_owned(),
                    attributes: attributes([("e2e.why", text("because"))]),
                    flags: REMOTE,
                    ..ExpectedLink::default()
                }],
                status: Some(Status { code: 2, message: "it did not work".to_owned() }),
                ..Span::default()
            },
        );
    }

    /// Expects `span` to arrive with the ids of `context`, as a child of `parent`.
    fn expect(&mut self, scope: ScopeName, context: &Context, parent: &Context, mut span: Span) {
        let (own, parent) = (context.span().span_context().clone(), parent.span().span_context().clone());
        span.trace_id = own.trace_id().to_bytes().to_vec();
        span.span_id = own.span_id().to_bytes().to_vec();
        if parent.is_valid() {
            span.parent_span_id = parent.span_id().to_bytes().to_vec();
        }
        // Sampled, and random where the trace began with us: what other processes are told.
        span.flags = LOCAL | u32::from(own.trace_flags().to_u8());
        self.recorded.spans.insert(u64::from_be_bytes(own.span_id().to_bytes()), (scope, span));
    }

    /// An event of ours, inside `span`.
    fn event_in(&mut self, span: &OurSpan, number: u32) {
        let happened = time(number) + Duration::from_nanos(3);
        let record = u64::from(number) * 2;
        span.event(&NOTED)
            .at(happened.into())
            .set(&RECORD, record)
            .set(&TEXT, NOT_ASCII)
            .set(&TEXTS, &["one", "", NOT_ASCII])
            .emit();
        let said = [(TEXT.name(), text(NOT_ASCII)), (TEXTS.name(), array(["one", "", NOT_ASCII].map(text)))];
        let context = span.context();
        self.expect_event(record, happened, context.span().span_context(), said);
    }
}

/// Sets an attribute of every type, and returns what should arrive.
fn describe(span: &mut OurSpan, number: u32) -> Vec<(&'static str, Value)> {
    let wide = i64::from(number);
    let colour = if number.is_multiple_of(2) { Colour::Red } else { Colour::Blue };
    let someone = Sensitive::new("someone@example.org").pseudonym(&PseudonymKey::new([7; 32]));
    span.set(&TEXT, NOT_ASCII)
        .set(&INT, i64::MIN + wide)
        .set(&COUNT, u64::MAX - u64::from(number))
        .set(&DOUBLE, f64::from(number) / 8.0)
        .set(&BOOL, number.is_multiple_of(2))
        .set(&TIME, Timestamp::from_unix_nanos(1_234_567_890))
        .set(&TEXTS, &["", NOT_ASCII])
        .set(&CHOICE, colour)
        .set(&PSEUDONYM, someone);
    let mut expected = vec![
        (TEXT.name(), text(NOT_ASCII)),
        (INT.name(), Value::IntValue(i64::MIN + wide)),
        // OTLP integers are signed.
        (COUNT.name(), Value::IntValue(i64::MAX)),
        (DOUBLE.name(), Value::DoubleValue(f64::from(number) / 8.0)),
        (BOOL.name(), Value::BoolValue(number.is_multiple_of(2))),
        (TIME.name(), Value::IntValue(1_234_567_890)),
        (TEXTS.name(), array(["", NOT_ASCII].map(text))),
        (CHOICE.name(), text(if number.is_multiple_of(2) { "red" } else { "blue" })),
        (PSEUDONYM.name(), text(someone.to_string())),
    ];
    if let Some(yen) = Currency::from_code("JPY") {
        span.set(&MINOR, Money::from_minor(-wide, yen)).set(&CURRENCY, yen);
        expected.extend([(MINOR.name(), Value::IntValue(-wide)), (CURRENCY.name(), text("JPY"))]);
    }
    if let Some(decimal) = Decimal::new(-12_345, 3) {
        span.set(&DECIMAL, decimal);
        expected.push((DECIMAL.name(), text("-12.345")));
    }
    expected
}
