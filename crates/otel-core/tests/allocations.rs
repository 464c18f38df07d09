//! How often a thread that records asks for memory: never, once it has what it needs.
//!
//! The allocator counts for each thread, so the pipeline's own thread, which exports all the while, does not count.
//! A thread that records faster than the pipeline collects fills new chunks, 32 KiB each; that is not steady, and
//! has a test of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use allocation_counter::measure;
use otel_core::alerting::Alerting;
use otel_core::pipeline::{Builder, Pipeline};
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::{Answer, Receiver};
use otel_core::{
    AlertLabel, AlertLevel, AlertRule, Bool, Choice, Condition, Context, Count, Counter, CounterDef,
    Currency, Decimal, DeferredDef, Double, Event, EventDef, FloatGaugeDef, GaugeDef, HistogramDef, Int, Key,
    Lane, Limit, Minor, Money, Outcome, Severity, Span, SpanDef, SpanKind, Telemetry, Text, TextList, Unit,
    UpDownCounterDef,
};

otel_core::labels! {
    /// Which side of the market an order is on.
    pub enum Side: "test.side" {
        /// Buys.
        Buy = "buy",
        /// Sells.
        Sell = "sell",
    }
}
otel_core::capped_labels! {
    /// Where it happens.
    pub struct Venue: "test.venue", cap 8;
}

otel_core::fixed! {
    /// What is recorded of a piece of work.
    struct Fact {
        number: i64,
        side: Option<Side>,
        price: Decimal,
        id: [u8; 16],
    }
}

static TOO_MUCH: AlertRule = AlertRule::new(
    "test_too_much",
    AlertLevel::Low,
    Condition::Observed { limit: Limit::above(2.0), holds_for: Duration::from_secs(60) },
    Duration::ZERO,
    "Too much.",
);

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const DONE: EventDef = EventDef::new("work.done", Severity::Info, "A piece of work is done.");
const AUDITED: DeferredDef<Fact> =
    DeferredDef::new(DONE.in_lane(Lane::Audit), |fact, event| event.set(&INT, fact.number));
const TEXT: Key<Text> = Key::new("test.text", "A text.");
const INT: Key<Int> = Key::new("test.int", "An integer.");
const COUNT: Key<Count> = Key::new("test.count", "A count.");
const DOUBLE: Key<Double> = Key::new("test.double", "A double.");
const BOOL: Key<Bool> = Key::new("test.bool", "A truth.");
const SIDE: Key<Choice<Side>> = Key::new("test.side", "A side.");
const LIST: Key<TextList> = Key::new("test.list", "A list.");
const MINOR: Key<Minor> = Key::new("test.amount.minor", "An amount.");
const PRICE: Key<Decimal> = Key::new("test.price", "A price.");

/// Enough to meet the pipeline's thread in the middle of a collection many times.
const MANY: usize = 150_000;

/// What is recorded between two looks at the receiver: a few chunks.
const ROUND: usize = 400;

/// A record that allocated would do so every time; one in this many is another chunk for the lane.
const ONE_IN: usize = 300;
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn a_span_allocates_nothing() {
    let (receiver, pipeline) = installed(&[]);
    paced(&receiver, &pipeline, || finish(pipeline.span(&WORK)));
}

#[test]
fn a_child_span_allocates_nothing() {
    let (receiver, pipeline) = installed(&[]);
    let parent = pipeline.span(&WORK);
    let context = parent.context();
    let _entered = parent.enter();
    let mut at = 0;
    paced(&receiver, &pipeline, || {
        at += 1;
        finish(if at % 2 == 0 { pipeline.span(&WORK) } else { pipeline.span_in(&WORK, &context) });
    });
}

#[test]
fn many_spans_open_at_once_allocate_nothing() {
    let (receiver, pipeline) = installed(&[]);
    let mut open: Vec<Span> = Vec::with_capacity(ROUND / 2);
    paced(&receiver, &pipeline, || {
        open.push(pipeline.span(&WORK));
        if open.len() == ROUND / 2 {
            open.drain(..).for_each(finish);
        }
    });
}

#[test]
fn an_event_allocates_nothing() {
    let (receiver, pipeline) = installed(&[]);
    let span = pipeline.span(&WORK);
    let _entered = span.enter();
    let mut at = 0;
    paced(&receiver, &pipeline, || {
        at += 1;
        emit(if at % 2 == 0 { span.event(&DONE) } else { pipeline.event(&DONE) });
    });
}

#[test]
fn a_deferred_event_allocates_nothing() {
    const FACTS: DeferredDef<Fact> = DeferredDef::new(DONE, |fact, event| event.set(&INT, fact.number));
    let (receiver, pipeline) = installed(&[]);
    let (normal, audit) = (pipeline.deferred(&FACTS), pipeline.deferred(&AUDITED));
    let fact = Fact { number: 7, side: Some(Side::Buy), price: Decimal::whole(42), id: *b"O-2024-000000017" };
    let mut at = 0;
    paced(&receiver, &pipeline, || {
        at += 1;
        (if at % 2 == 0 { &normal } else { &audit }).record(&fact);
    });
}

#[test]
fn an_observation_and_a_span_that_failed_allocate_nothing() {
    let receiver = Receiver::counting().unwrap();
    let pipeline = builder(&receiver).alerting(Alerting::new().rule(&TOO_MUCH)).install().unwrap();
    let alerts = pipeline.alerts();
    paced(&receiver, &pipeline, || {
        let span = pipeline.span(&WORK);
        alerts.observe(&TOO_MUCH, &[AlertLabel::of(&TEXT, "a device"), AlertLabel::value(Side::Buy)], 1.0);
        span.finish(Outcome::Error("test"));
    });
}

#[test]
fn a_thread_that_outruns_the_pipeline_asks_for_whole_chunks_only() {
    const CHUNK: u64 = 32 * 1024;
    let (receiver, pipeline) = installed(&[]);
    (0..ROUND).for_each(|_| finish(pipeline.span(&WORK)));
    let measured = measure(|| (0..MANY).for_each(|_| finish(pipeline.span(&WORK))));
    assert!(measured.bytes_total >= measured.count_total.saturating_sub(64) * CHUNK, "{measured:?}");
    assert!(measured.count_total < MANY as u64 / 50, "{measured:?}");
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!(
        (report.spans.exported, receiver.counts().spans),
        (report.spans.created, report.spans.created)
    );
}

#[test]
fn a_measurement_allocates_nothing() {
    let (_receiver, pipeline) = installed(&[]);
    let counter = pipeline.counter(&CounterDef::<(Side, Venue)>::new("c", Unit::new("{it}"), "A counter."));
    let level = pipeline.up_down_counter(&UpDownCounterDef::<Side>::new("u", Unit::new("{it}"), "A level."));
    let gauge = pipeline.gauge(&GaugeDef::<Venue>::new("g", Unit::BYTES, "A gauge."));
    let ratio = pipeline.float_gauge(&FloatGaugeDef::<()>::new("f", Unit::RATIO, "A ratio."));
    let time = pipeline.histogram(&HistogramDef::<Side>::new("h", Unit::SECONDS, "A time."));
    let bounds = HistogramDef::<Side>::new("e", Unit::SECONDS, "A time.").with_bounds(&[0.1, 1.0, 10.0]);
    let bounds = pipeline.histogram(&bounds);
    let venues = pipeline.capped::<Venue>();
    let mut at = 0;
    steady(|| {
        at += 1;
        let side = if at % 2 == 0 { Side::Buy } else { Side::Sell };
        let venue = venues.get(["XNYS", "XLON", "XETR"][at % 3]);
        counter.add(1, (side, venue));
        level.add(-1, side);
        gauge.record(at as i64, venue);
        ratio.record(0.5, ());
        time.record((at % 100) as f64, side);
        bounds.record_duration(Duration::from_millis(at as u64), side);
    });
}

#[test]
fn a_span_that_is_not_sampled_allocates_nothing() {
    let (receiver, pipeline) = installed(&[("OTEL_TRACES_SAMPLER", "always_off")]);
    steady(|| finish(pipeline.span(&WORK)));
    let spans = pipeline.report().spans;
    assert_eq!((spans.created, spans.exported), (spans.sampled_out, 0));
    pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!(receiver.counts().spans, 0);
}

#[test]
fn a_span_that_a_ratio_leaves_out_or_keeps_allocates_nothing() {
    let share = [("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.5")];
    let (receiver, pipeline) = installed(&share);
    paced(&receiver, &pipeline, || {
        // Two traces, of which one is kept on average.
        finish(pipeline.span(&WORK));
        finish(pipeline.span(&WORK));
    });
}

#[test]
fn telemetry_that_is_off_allocates_nothing_even_at_first() {
    let telemetry = Telemetry::noop();
    let counter: Counter<Side> = telemetry.counter(&CounterDef::new("c", Unit::new("{it}"), "A counter."));
    let deferred = telemetry.deferred(&DeferredDef::<u8>::new(DONE, |_, event| event));
    let suppressed = measure(|| {
        for _ in 0..1_000 {
            finish(telemetry.span(&WORK));
            finish(telemetry.span_in(&WORK, &Context::new()));
            emit(telemetry.event(&DONE));
            deferred.record(&7);
            counter.add(1, Side::Buy);
        }
    });
    assert_eq!(suppressed.count_total, 0);
}

#[test]
fn suppressed_telemetry_allocates_nothing() {
    let (_receiver, pipeline) = installed(&[]);
    let _suppressed = Context::enter_telemetry_suppressed_scope();
    // The first gives the thread its lane, suppressed or not.
    finish(pipeline.span(&WORK));
    let suppressed = measure(|| {
        for _ in 0..1_000 {
            finish(pipeline.span(&WORK));
            emit(pipeline.event(&DONE));
        }
    });
    assert_eq!(suppressed.count_total, 0);
}

#[test]
fn a_full_queue_costs_no_memory_either() {
    let receiver = Receiver::counting().unwrap();
    // Nothing is answered, so nothing more is sent.
    receiver.answer_with(Answer::Silent);
    let pipeline = builder(&receiver).queue_bytes(256 * 1024).on_diagnostic(|_| {}).install().unwrap();
    let full = || {
        (0..MANY).for_each(|_| finish(pipeline.span(&WORK)));
        pipeline.report().lost() > 0
    };
    assert!((0..10).any(|_| full()), "{}", pipeline.report());
    let measured = measure(|| (0..MANY).for_each(|_| finish(pipeline.span(&WORK))));
    assert!(measured.count_total <= (MANY / ONE_IN) as u64, "{measured:?}");
    assert!(pipeline.shutdown(Duration::from_millis(100)).unwrap_err().report().lost() >= MANY as u64);
}

/// Asserts that `record` asks for no memory once the thread has done it a few times, while the pipeline exports.
fn steady(mut record: impl FnMut()) {
    (0..MANY / 10).for_each(|_| record());
    let measured = measure(|| (0..MANY).for_each(|_| record()));
    assert_eq!(measured.count_total, 0, "in {MANY}: {measured:?}");
}

/// Asserts that `record` asks for no memory in steady state: what it records is collected round by round, and
/// arrives.
fn paced(receiver: &Receiver, pipeline: &Pipeline, mut record: impl FnMut()) {
    let mut round = || {
        let measured = measure(|| (0..ROUND).for_each(|_| record()));
        let report = pipeline.report();
        let all = report.spans.created - report.spans.sampled_out + report.logs.created;
        assert!(receiver.wait_until(PATIENCE, |counts| counts.spans + counts.log_records >= all));
        measured.count_total
    };
    let _warm_up: u64 = (0..MANY / ROUND / 4).map(|_| round()).sum();
    let measured: u64 = (0..MANY / ROUND).map(|_| round()).sum();
    assert_eq!(measured, 0, "allocations in {MANY}");
    let report = pipeline.shutdown(PATIENCE).unwrap();
    let sent = report.spans.created - report.spans.sampled_out;
    assert_eq!((report.spans.exported, report.logs.exported), (sent, report.logs.created));
    assert!(report.spans.created + report.logs.created >= MANY as u64, "{report}");
}

fn finish(mut span: Span) {
    let amount = Money::from_minor(-1_999, usd());
    span.set(&TEXT, "O-2024-000017")
        .set(&INT, -5)
        .set(&COUNT, 1_000)
        .set(&DOUBLE, 0.25)
        .set(&SIDE, Side::Buy);
    span.set(&MINOR, amount).set(&BOOL, true).set(&LIST, &["a", "b"]).set(&PRICE, Decimal::whole(42));
    span.finish(Outcome::Error("timeout"));
}

fn emit(event: Event) {
    event.set(&TEXT, "O-2024-000017").set(&INT, -5).set(&DOUBLE, 0.25).set(&SIDE, Side::Sell).emit();
}

fn usd() -> Currency {
    Currency::from_code("USD").unwrap()
}

fn installed(variables: &[(&str, &str)]) -> (Receiver, Pipeline) {
    let receiver = Receiver::counting().unwrap();
    let environment = Environment::of(variables.iter().copied());
    let pipeline = builder(&receiver).environment(environment).install().unwrap();
    (receiver, pipeline)
}

fn builder(receiver: &Receiver) -> Builder {
    let nothing: [(String, String); 0] = [];
    Telemetry::builder("allocations")
        .environment(Environment::of(nothing))
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .export_timeout(PATIENCE)
        .queue_bytes(256 * 1024 * 1024)
        .schedule_delay(Duration::from_millis(1))
}
