//! Every place in telemetry where a text can stand, each with a secret.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::logs::{AnyValue, LogRecord as _, Logger as _, LoggerProvider as _};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry::trace::{
    Span as _, SpanContext, Status, TraceContextExt as _, TraceState, Tracer as _, TracerProvider as _,
};
use opentelemetry::{Array, Context, InstrumentationScope, KeyValue, TraceFlags, Value};
use opentelemetry_sdk::logs::SdkLogger;
use opentelemetry_sdk::trace::SdkTracer;
use otel_core::alerting::{Action, ActionError, ActionFacts, Objection, Occasion, Scope, Verdict};
use otel_core::pipeline::Pipeline;
use otel_core::{
    AlertLabel, AlertLevel, AlertRule, Condition, CounterDef, EventDef, GaugeDef, Key, Limit, Outcome,
    Series, Severity, SpanDef, SpanKind, Text, TextList, Unit,
};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::privacy::secrets::Secrets;

/// The places of records, and of everything else that is sent over OTLP.
pub(super) const RECORDED: [&str; 40] = [
    "inResourceValue",
    "inResourceKey",
    "inScopeName",
    "inScopeVersion",
    "inScopeAttribute",
    "inSpanName",
    "inNewName",
    "inSpanAttribute",
    "inSpanList",
    "inSpanKey",
    "inStatus",
    "inSpanEventName",
    "inSpanEventAttribute",
    "inException",
    "inLinkAttribute",
    "inTraceState",
    "inLinkTraceState",
    "inText",
    "inTextList",
    "inEventText",
    "inLent",
    "inLentEvent",
    "inLentStatus",
    "inRequestHeader",
    "inResponseHeader",
    "inTraced",
    "inTracedName",
    "inTracedEvent",
    "inTarget",
    "inBody",
    "inBodyMap",
    "inBytes",
    "inBrokenBytes",
    "inLogAttribute",
    "inLogList",
    "inLogKey",
    "inSeverity",
    "inEventName",
    "inMetricLabel",
    "inMetricDescription",
];
pub(super) const ON_THE_PAGE: [&str; 5] =
    ["inMetricLabel", "inMetricDescription", "inCapped", "inScopeName", "inResourceValue"];
pub(super) const TOLD: [&str; 5] = ["inTitle", "inMessage", "inAlertLabel", "inMeasured", "inResourceValue"];
pub(super) const INJECTED: [&str; 1] = ["inBaggage"];

const WORK: SpanDef = SpanDef::new("work", SpanKind::Server, "Work.");
const NEWS: EventDef = EventDef::new("news", Severity::Info, "News.");
const TEXT: Key<Text> = Key::new("test.text", "A text.");
const LIST: Key<TextList> = Key::new("test.list", "Texts.");
const VISITS: CounterDef<Visitor> = CounterDef::new("visits", Unit::new("{visit}"), "Visits.");

otel_core::capped_labels! {
    /// Who comes.
    pub struct Visitor: "test.visitor", cap 64;
}

pub(super) static TOO_MUCH: AlertRule = AlertRule::new(
    "test_too_much",
    AlertLevel::Critical,
    Condition::Observed { limit: Limit::above(0.0), holds_for: Duration::from_secs(600) },
    Duration::ZERO,
    "Too much.",
);

const WAITING: GaugeDef<Visitor> = GaugeDef::new("others.waiting", Unit::new("{visitor}"), "Who waits.");

pub(super) static MEASURED: AlertRule = AlertRule::new(
    "test_measured",
    AlertLevel::Critical,
    Condition::Value { series: Series::all(WAITING.facts()), limit: Limit::above(0.0) },
    Duration::ZERO,
    "Too many.",
)
.by(&["test.visitor"]);

/// An action that says too much.
#[derive(Debug)]
pub(super) struct Talkative(pub(super) String);

impl Action for Talkative {
    fn facts(&self) -> ActionFacts {
        ActionFacts::new("talkative", Scope::of("process"))
    }

    fn is_allowed(&self, _: &Occasion) -> Result<(), Objection> {
        Err(Objection::new(format!("{} {}", "x".repeat(980), self.0)))
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

/// A failure that says too much.
#[derive(Debug)]
struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// A pipeline, and everything that speaks through it.
pub(super) struct Places<'a> {
    pipeline: &'a Pipeline,
    secrets: &'a mut Secrets,
    tracers: Vec<SdkTracer>,
    loggers: Vec<SdkLogger>,
    traced: tracing::Dispatch,
}

impl<'a> Places<'a> {
    pub(super) fn new(pipeline: &'a Pipeline, secrets: &'a mut Secrets) -> Self {
        let scopes: Vec<_> = (0..20).map(|_| scope(secrets)).collect();
        let tracers = pipeline.tracer_provider().unwrap();
        let loggers = pipeline.logger_provider().unwrap();
        let layer = tracing_opentelemetry::layer().with_tracer(tracers.tracer("tracing"));
        Self {
            pipeline,
            tracers: scopes.iter().map(|scope| tracers.tracer_with_scope(scope.clone())).collect(),
            loggers: scopes.iter().map(|scope| loggers.logger_with_scope(scope.clone())).collect(),
            traced: tracing::Dispatch::new(tracing_subscriber::registry().with(layer)),
            secrets,
        }
    }

    /// One span or log record, with a secret in one of its places.
    pub(super) fn record(&mut self, number: u64) {
        match number % 8 {
            0 | 1 => self.span_of_the_api(),
            2 => self.span_of_ours(),
            3 => self.span_that_is_lent(),
            4 => self.span_of_tracing(),
            5 => self.event_of_ours(),
            _ => self.log_of_the_api(),
        }
    }

    fn span_of_the_api(&mut self) {
        let Self { secrets, tracers, .. } = self;
        let at = secrets.random().below(tracers.len());
        let tracer = &tracers[at];
        match secrets.random().below(11) {
            0 => drop(tracer.start(secrets.text("inSpanName"))),
            1 => tracer.start("span").update_name(secrets.text("inNewName")),
            2 => tracer.start("span").set_attribute(KeyValue::new("note", secrets.text("inSpanAttribute"))),
            3 => {
                let texts = vec!["inSpanList".into(), secrets.text("and").into()];
                tracer.start("span").set_attribute(KeyValue::new("note", Value::Array(Array::String(texts))));
            }
            4 => tracer.start("span").set_attribute(KeyValue::new(secrets.text("inSpanKey"), 1)),
            5 => tracer.start("span").set_status(Status::error(secrets.text("inStatus"))),
            6 => tracer.start("span").add_event(secrets.text("inSpanEventName"), vec![]),
            7 => {
                let note = KeyValue::new("note", secrets.text("inSpanEventAttribute"));
                tracer.start("span").add_event("event", vec![note]);
            }
            8 => tracer.start("span").record_error(&Failure(secrets.text("inException"))),
            9 => {
                let other = remote(secrets.trace_state("inLinkTraceState"));
                let note = KeyValue::new("note", secrets.text("inLinkAttribute"));
                tracer.start("span").add_link(other, vec![note]);
            }
            _ => {
                let parent = remote(secrets.trace_state("inTraceState"));
                let parent = Context::new().with_remote_span_context(parent);
                drop(tracer.start_with_context("span", &parent));
            }
        }
    }

    fn span_of_ours(&mut self) {
        let Self { secrets, pipeline, .. } = self;
        let state = secrets.trace_state("inTraceState");
        let context = Context::new().with_remote_span_context(remote(state));
        let parent = if secrets.random().truth() { Context::new() } else { context };
        let mut span = pipeline.span_in(&WORK, &parent);
        match secrets.random().below(4) {
            0 => drop(span.set(&TEXT, &secrets.declared("inText"))),
            1 => drop(span.set(&LIST, &["inTextList", &secrets.declared("and")])),
            2 => drop(span.set_request_header("X-Note", &["inRequestHeader", &secrets.text("and")])),
            _ => drop(span.set_response_header("x-note", &[&secrets.text("inResponseHeader")])),
        }
        let authorization = secrets.alone();
        span.set_request_header("authorization", &[&authorization])
            .set_request_header("x-other", &[&authorization]);
        span.finish(Outcome::Ok);
    }

    /// A span of ours, of which code that only knows the API has the context.
    fn span_that_is_lent(&mut self) {
        let Self { secrets, pipeline, .. } = self;
        let span = pipeline.span(&WORK);
        let context = span.context();
        let lent = context.span();
        match secrets.random().below(5) {
            0 => lent.set_attribute(KeyValue::new("note", secrets.text("inLent"))),
            1 => lent.add_event("event", vec![KeyValue::new("note", secrets.text("inLentEvent"))]),
            2 => lent.set_status(Status::error(secrets.text("inLentStatus"))),
            3 => lent.update_name(secrets.text("inNewName")),
            _ => lent.add_link(
                remote(TraceState::NONE),
                vec![KeyValue::new("note", secrets.text("inLinkAttribute"))],
            ),
        }
        span.finish(Outcome::Unset);
    }

    fn span_of_tracing(&mut self) {
        let (name, text, error) = (
            self.secrets.text("inTracedName"),
            self.secrets.text("inTraced"),
            Failure(self.secrets.text("inTracedEvent")),
        );
        tracing::dispatcher::with_default(&self.traced, || {
            let span = tracing::info_span!("traced", otel.name = name, note = text);
            let error: &(dyn std::error::Error + 'static) = &error;
            span.in_scope(|| tracing::error!(error, "it failed"));
        });
    }

    fn event_of_ours(&mut self) {
        let Self { secrets, pipeline, .. } = self;
        pipeline.event(&NEWS).set(&TEXT, &secrets.declared("inEventText")).emit();
    }

    fn log_of_the_api(&mut self) {
        let Self { secrets, loggers, .. } = self;
        let at = secrets.random().below(loggers.len());
        let logger = &loggers[at];
        let mut record = logger.create_log_record();
        match secrets.random().below(11) {
            0 => record.set_body(AnyValue::from(secrets.text("inBody"))),
            1 => record.set_body(nested(secrets, 3)),
            2 => {
                record.add_attribute("note", AnyValue::Bytes(Box::new(secrets.text("inBytes").into_bytes())));
            }
            3 => {
                let mut bytes = vec![0xff, 0xfe];
                bytes.extend(secrets.text("inBrokenBytes").into_bytes());
                record.set_body(AnyValue::Bytes(Box::new(bytes)));
            }
            4 => record.add_attribute("note", secrets.text("inLogAttribute")),
            5 => {
                let list = vec![AnyValue::from("inLogList"), AnyValue::from(secrets.text("and"))];
                record.add_attribute("note", AnyValue::ListAny(Box::new(list)));
            }
            6 => record.add_attribute(secrets.text("inLogKey"), 1),
            7 => record.set_severity_text(leaked(secrets.text("inSeverity"))),
            8 => record.set_event_name(leaked(secrets.text("inEventName"))),
            9 => record.add_attribute("note", nested(secrets, 2)),
            _ if secrets.random().once_in(50) => record.set_target(secrets.text("inTarget")),
            _ => record.add_attribute("note", secrets.text("inLogAttribute")),
        }
        logger.emit(record);
    }

    /// Metrics in all their parts, and alerts of every origin.
    pub(super) fn measure_and_alarm(&mut self) {
        let Self { secrets, pipeline, .. } = self;
        for number in 0..20 {
            let meter = pipeline.meter_provider().unwrap().meter_with_scope(scope(secrets));
            let counter = meter
                .u64_counter(format!("counter{number}"))
                .with_description(secrets.text("inMetricDescription"))
                .build();
            let histogram = meter.f64_histogram(format!("histogram{number}")).build();
            for _ in 0..10 {
                counter.add(1, &[KeyValue::new("note", secrets.text("inMetricLabel"))]);
                histogram.record(1.0, &[KeyValue::new("note", secrets.text("inMetricLabel"))]);
            }
            let waiting = meter.i64_gauge("others.waiting").build();
            waiting.record(1, &[KeyValue::new("test.visitor", secrets.declared("inMeasured"))]);
            let visitor = pipeline.capped::<Visitor>().get(&secrets.declared("inCapped"));
            pipeline.counter(&VISITS).add(1, visitor);
            let alerts = pipeline.alerts();
            alerts.send_alert(AlertLevel::High, &secrets.text("inTitle"), &secrets.text("inMessage"));
            alerts.observe(&TOO_MUCH, &[AlertLabel::of(&TEXT, &secrets.declared("inAlertLabel"))], 1.0);
        }
        // Where only some signs may stand.
        let meter = pipeline.meter_provider().unwrap().meter("names");
        for key in ["AKIAIOSFODNN7EXAMPLE", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"] {
            secrets.add(key);
            meter.u64_counter(format!("name.{key}")).build().add(1, &[]);
            meter.u64_counter("labels").build().add(1, &[KeyValue::new(key, 1)]);
            meter.u64_counter(format!("unit{}", key.len())).with_unit(key).build().add(1, &[]);
        }
    }

    /// What goes to other processes in headers.
    pub(super) fn injected(&mut self) -> Vec<Vec<u8>> {
        let propagator = self.pipeline.propagator();
        let mut sent = Vec::new();
        for _ in 0..1_000 {
            let mut baggage = opentelemetry::baggage::Baggage::new();
            baggage.insert("place", "inBaggage");
            baggage.insert("note", self.secrets.alone());
            baggage.insert_with_metadata("noted", "x", self.secrets.alone());
            let mut headers = HashMap::<String, String>::new();
            propagator.inject_context(&Context::new().with_baggage(baggage), &mut headers);
            sent.extend(headers.into_values().map(String::into_bytes));
        }
        sent
    }
}

fn scope(secrets: &mut Secrets) -> InstrumentationScope {
    InstrumentationScope::builder(secrets.text("inScopeName"))
        .with_version(secrets.text("inScopeVersion"))
        .with_schema_url(secrets.alone())
        .with_attributes([KeyValue::new("note", secrets.text("inScopeAttribute"))])
        .build()
}

fn nested(secrets: &mut Secrets, depth: usize) -> AnyValue {
    if depth == 0 {
        return AnyValue::from(secrets.text("inBodyMap"));
    }
    let (key, value) = (secrets.text("inLogKey"), nested(secrets, depth - 1));
    let list = AnyValue::ListAny(Box::new(vec![AnyValue::Int(1), value]));
    [(key, AnyValue::from("x")), ("list".to_owned(), list)].into_iter().collect()
}

fn remote(state: TraceState) -> SpanContext {
    SpanContext::new(
        opentelemetry::TraceId::from(1_u128 << 64 | 7),
        opentelemetry::SpanId::from(7),
        TraceFlags::SAMPLED,
        true,
        state,
    )
}

/// The API takes these only for ever.
fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}
