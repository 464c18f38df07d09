//! Spans: what is written, whose children they are, and what others may do to them.

use std::time::Duration;

use otel_core::testing::{TestStatus, TestTelemetry, TestValue};
use otel_core::{
    AgreedTrace, Bool, Context, Count, Currency, Decimal, Double, EventDef, Int, Key, Minor, Money, Outcome,
    Pseudonym, PseudonymKey, Sensitive, Severity, SpanDef, SpanIds, SpanKind, SpanReference, Telemetry, Text,
    TextList, Time, Timestamp,
};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const STEP: SpanDef = SpanDef::new("step", SpanKind::Client, "A step of it.");
const DONE: EventDef = EventDef::new("work.done", Severity::Info, "A piece of work is done.");
const NAME: Key<Text> = Key::new("work.name", "What the work is called.");

#[test]
fn a_span_has_what_was_set_on_it() {
    const INT: Key<Int> = Key::new("test.int", "An integer.");
    const COUNT: Key<Count> = Key::new("test.count", "A count.");
    const DOUBLE: Key<Double> = Key::new("test.double", "A double.");
    const BOOL: Key<Bool> = Key::new("test.bool", "A truth.");
    const TIME: Key<Time> = Key::new("test.time", "A time.");
    const LIST: Key<TextList> = Key::new("test.list", "A list.");
    const MINOR: Key<Minor> = Key::new("test.amount.minor", "An amount.");
    const CURRENCY: Key<Currency> = Key::new("test.currency", "A currency.");
    const PRICE: Key<Decimal> = Key::new("test.price", "A price.");
    const PERSON: Key<Pseudonym> = Key::new("test.person", "A person.");

    let usd = Currency::from_code("USD").unwrap();
    let test = TestTelemetry::new();
    let mut span = test.span(&WORK);
    test.advance(Duration::from_millis(7));
    span.set(&NAME, "ünïcode")
        .set(&INT, i64::MIN)
        .set(&COUNT, u64::MAX)
        .set(&DOUBLE, -0.5)
        .set(&BOOL, true)
        .set(&TIME, Timestamp::from_unix_nanos(42))
        .set(&LIST, &["a", "", "c"])
        .set(&MINOR, Money::from_minor(-1_999, usd))
        .set(&CURRENCY, usd)
        .set(&PRICE, "-0.0410".parse().unwrap())
        .set(&PERSON, Sensitive::new("mia@example.org").pseudonym(&PseudonymKey::new([7; 32])));
    span.finish(Outcome::Ok);

    let recorded = test.finish();
    let span = recorded.span(&WORK);
    assert_eq!(span.end.since(span.start), Duration::from_millis(7));
    assert_eq!(span.status, TestStatus::Ok);
    assert_eq!(span.kind, 1);
    assert_eq!(span.parent_span_id, "");
    assert_eq!(span.get(&NAME), Some("ünïcode".into()));
    assert_eq!(span.get(&INT), Some(i64::MIN.into()));
    assert_eq!(span.get(&COUNT), Some(i64::MAX.into()));
    assert_eq!(span.get(&DOUBLE), Some((-0.5).into()));
    assert_eq!(span.get(&BOOL), Some(true.into()));
    assert_eq!(span.get(&TIME), Some(42.into()));
    assert_eq!(span.get(&LIST), Some(TestValue::List(vec!["a".into(), "".into(), "c".into()])));
    assert_eq!(span.get(&MINOR), Some((-1_999).into()));
    assert_eq!(span.get(&CURRENCY), Some("USD".into()));
    assert_eq!(span.get(&PRICE), Some("-0.0410".into()));
    let Some(TestValue::Text(person)) = span.get(&PERSON) else { panic!("no pseudonym: {span:?}") };
    assert!(person.len() == 32 && !person.contains("mia"), "{person}");
}

#[test]
fn a_current_span_is_the_parent_of_spans_and_events() {
    let test = TestTelemetry::new();
    let work = test.span(&WORK);
    {
        let _entered = work.enter();
        test.span(&STEP).finish(Outcome::Error("timeout"));
        test.event(&DONE).set(&NAME, "inner").emit();
    }
    test.span_in(&STEP, &Context::new()).finish(Outcome::Unset);
    work.event(&DONE).emit();
    work.finish(Outcome::Unset);

    let recorded = test.finish();
    let work = recorded.span(&WORK);
    let steps = recorded.spans_of(&STEP);
    assert_eq!(steps[0].parent_span_id, work.span_id);
    assert_eq!(steps[0].trace_id, work.trace_id);
    assert_eq!(steps[0].status, TestStatus::Error(String::new()));
    assert_eq!(steps[0].get(&otel_core::ERROR_TYPE), Some("timeout".into()));
    assert_eq!(steps[1].parent_span_id, "");
    let events = recorded.events_of(&DONE);
    assert!(events.iter().all(|event| event.span_id == work.span_id && event.trace_id == work.trace_id));
    assert_eq!(events.len(), 2);
}

#[test]
fn a_span_may_have_a_name_of_its_own() {
    const CALL: SpanDef = SpanDef::new("call", SpanKind::Client, "A call.").with_own_names(&NAME);
    assert_eq!((CALL.told_by(), WORK.told_by()), (Some(NAME.name()), None));
    let test = TestTelemetry::new();
    let mut call = test.span(&CALL);
    call.set(&NAME, "first").rename("SELECT orders").set(&NAME, "last");
    call.finish(Outcome::Ok);
    test.span(&CALL).rename("paid with 4111 1111 1111 1111");
    Telemetry::noop().span(&CALL).rename("nothing");
    let recorded = test.finish();
    let names: Vec<&str> = recorded.spans().iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, ["SELECT orders", "paid with 411111******1111"]);
    assert_eq!(recorded.spans()[0].attributes.len(), 2);
}

#[test]
fn a_span_dropped_in_a_panic_is_an_error() {
    let test = TestTelemetry::new();
    let telemetry = test.telemetry().clone();
    let panicked = std::thread::spawn(move || {
        let _span = telemetry.span(&WORK);
        panic!("on purpose");
    });
    assert!(panicked.join().is_err());
    let recorded = test.finish();
    assert_eq!(recorded.span(&WORK).get(&otel_core::ERROR_TYPE), Some("panic".into()));
}

#[test]
fn two_telemetries_do_not_see_each_other() {
    let (one, two) = (TestTelemetry::new(), TestTelemetry::new());
    let outer = one.span(&WORK);
    let entered = outer.enter();
    two.span(&STEP).finish(Outcome::Ok);
    drop(entered);
    outer.finish(Outcome::Ok);
    let (one, two) = (one.finish(), two.finish());
    assert_eq!((one.spans().len(), two.spans().len()), (1, 1));
    // The context is OpenTelemetry's, so the trace goes on across pipelines, as it does across processes.
    assert_eq!(two.span(&STEP).trace_id, one.span(&WORK).trace_id);
}

#[test]
fn without_telemetry_nothing_happens() {
    let telemetry = Telemetry::noop();
    let mut span = telemetry.span(&WORK);
    span.set(&NAME, "nothing").link(&Context::current());
    assert!(!span.is_recording());
    span.event(&DONE).set(&NAME, "nothing").emit();
    assert_eq!(span.elapsed(), Duration::ZERO);
    let _entered = span.enter();
    span.finish(Outcome::Ok);
}

#[test]
fn who_knows_what_a_trace_is_about_is_in_it() {
    let trace = AgreedTrace::of("test.order", &["c-1", "2026-11-23"]);
    let spans = [0, 1].map(|_| {
        let test = TestTelemetry::new();
        let request = test.span(&WORK);
        let span = test.span_agreed(&STEP, trace, &request.context());
        assert_eq!(span.ids().map(SpanIds::trace_id), Some(trace.id()));
        // What happens inside is in the trace too.
        test.span_in(&WORK, &span.context()).finish(Outcome::Ok);
        span.finish(Outcome::Ok);
        let request_id = format!("{:016x}", request.ids().expect("recorded").span_id());
        request.finish(Outcome::Ok);

        let recorded = test.finish();
        let step = recorded.span(&STEP);
        assert_eq!((step.parent_span_id.as_str(), &step.links), ("", &vec![request_id]));
        let inside = recorded.spans().iter().find(|span| span.parent_span_id == step.span_id);
        assert_eq!(inside.map(|span| &span.trace_id), Some(&step.trace_id));
        step.clone()
    });
    assert_eq!(spans[0].trace_id, trace.to_string());
    assert_eq!(spans[0].trace_id, spans[1].trace_id);
    // It is not called random, for nobody knows how its numbers were chosen.
    assert_eq!(spans[0].flags & 0x02, 0);
}

#[test]
fn an_agreed_trace_needs_no_cause() {
    let test = TestTelemetry::new();
    let trace = AgreedTrace::of("test.order", &["c-2"]);
    test.span_agreed(&WORK, trace, &Context::new()).finish(Outcome::Ok);
    let recorded = test.finish();
    assert_eq!(recorded.span(&WORK).trace_id, trace.to_string());
    assert!(recorded.span(&WORK).links.is_empty());
}

/// Other programs have to find it too: this is what BLAKE3's own implementation for Python makes of the same parts, each
/// after its length in eight bytes.
#[test]
fn the_id_of_an_agreed_trace_never_changes() {
    assert_eq!(AgreedTrace::of("test.order", &["c-1"]).to_string(), "4e1f5546f5dd1ed9f2d08001ae5164ac");
}

#[test]
fn a_reference_to_a_span_keeps_nothing_else_of_its_context() {
    #[derive(Debug)]
    struct Kept(#[expect(dead_code, reason = "it is only kept")] std::sync::Arc<()>);
    let test = TestTelemetry::new();
    let kept = std::sync::Arc::new(());
    let context = {
        let _guard = Context::current().with_value(Kept(std::sync::Arc::clone(&kept))).attach();
        let work = test.span(&WORK);
        let context = work.context();
        work.finish(Outcome::Unset);
        context
    };
    assert_eq!(std::sync::Arc::strong_count(&kept), 2, "the context has it");
    let reference = SpanReference::of(&context).expect("a span");
    drop(context);
    assert_eq!(std::sync::Arc::strong_count(&kept), 1, "the reference has it");
    let mut step = test.span(&STEP);
    step.link(reference.context());
    step.finish(Outcome::Unset);
    assert!(SpanReference::of(&Context::new()).is_none());
    let recorded = test.finish();
    assert_eq!(recorded.span(&STEP).links, std::slice::from_ref(&recorded.span(&WORK).span_id));
}

#[test]
fn a_clock_that_is_set_changes_when_things_happen_and_not_how_long_they_take() {
    let test = TestTelemetry::new();
    let began = test.now();
    for to in [began.after(Duration::from_secs(30)), Timestamp::from_unix_nanos(0), began] {
        let (watch, span) = (test.stopwatch(), test.span(&WORK));
        test.advance(Duration::from_secs(2));
        test.set_clock(to);
        assert_eq!(test.now(), to);
        assert_eq!(watch.elapsed(), Duration::from_secs(2));
        test.advance(Duration::from_secs(1));
        assert_eq!(
            (test.now(), watch.clone().elapsed()),
            (to.after(Duration::from_secs(1)), Duration::from_secs(3))
        );
        span.finish(Outcome::Ok);
    }
    assert_eq!(Telemetry::noop().stopwatch().elapsed(), Duration::ZERO);
    let recorded = test.finish();
    assert!(recorded.spans().iter().all(|span| span.end.since(span.start) == Duration::from_secs(3)));
}
