//! Our spans, the OpenTelemetry API and `tracing`: parents and children of one another, in any order.

use opentelemetry::logs::{LogRecord as _, Logger as _, LoggerProvider as _};
use opentelemetry::trace::{
    Span as _, SpanContext, SpanKind as ApiKind, Status, TraceContextExt as _, TraceState, Tracer as _,
    TracerProvider as _,
};
use opentelemetry::{Context, KeyValue, SpanId, TraceFlags, TraceId};
use opentelemetry_sdk::trace::SdkTracer;
use otel_core::testing::{Recorded, TestSpan, TestStatus, TestTelemetry, TestValue};
use otel_core::{EventDef, Key, Outcome, Severity, Span, SpanDef, SpanKind, Telemetry, Text};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const STEP: SpanDef = SpanDef::new("step", SpanKind::Client, "A step of it.");
const DONE: EventDef = EventDef::new("work.done", Severity::Info, "A piece of work is done.");
const NAME: Key<Text> = Key::new("work.name", "What the work is called.");

#[test]
fn a_span_of_the_api_inside_ours_is_its_child() {
    let test = TestTelemetry::new();
    let tracer = tracer(&test);
    let work = test.span(&WORK);
    {
        let _entered = work.enter();
        tracer.in_span("api", |_| test.span(&STEP).finish(Outcome::Ok));
        test.span(&WORK).finish(Outcome::Ok);
    }
    work.finish(Outcome::Ok);
    let recorded = test.finish();
    let work = &recorded.spans_of(&WORK)[1];
    assert_child(named(&recorded, "api"), work);
    assert_child(recorded.span(&STEP), named(&recorded, "api"));
    assert_child(recorded.spans_of(&WORK)[0], work);
}

#[test]
fn a_span_of_tracing_inside_ours_is_its_child_and_the_other_way_round() {
    let test = TestTelemetry::new();
    let subscriber =
        tracing_subscriber::registry().with(tracing_opentelemetry::layer().with_tracer(tracer(&test)));
    tracing::subscriber::with_default(subscriber, || {
        let work = test.span(&WORK);
        let _entered = work.enter();
        tracing::info_span!("traced", answer = 42).in_scope(|| {
            let step = test.span(&STEP);
            let _entered = step.enter();
            tracing::info_span!("innermost").in_scope(|| test.event(&DONE).emit());
        });
        drop(_entered);
        work.finish(Outcome::Ok);
    });
    let recorded = test.finish();
    let traced = named(&recorded, "traced");
    assert_child(traced, recorded.span(&WORK));
    assert_child(recorded.span(&STEP), traced);
    assert_child(named(&recorded, "innermost"), recorded.span(&STEP));
    assert_eq!(recorded.event(&DONE).span_id, named(&recorded, "innermost").span_id);
    assert!(traced.attributes.contains(&("answer".to_owned(), TestValue::Int(42))), "{traced:?}");
}

#[test]
fn a_span_of_tracing_can_be_given_our_parent_and_be_ours() {
    let test = TestTelemetry::new();
    let subscriber =
        tracing_subscriber::registry().with(tracing_opentelemetry::layer().with_tracer(tracer(&test)));
    tracing::subscriber::with_default(subscriber, || {
        let work = test.span(&WORK);
        let traced = tracing::info_span!("traced");
        traced.set_parent(work.context()).unwrap();
        test.span_in(&STEP, &traced.context()).finish(Outcome::Ok);
        drop(traced);
        work.finish(Outcome::Ok);
    });
    let recorded = test.finish();
    assert_child(named(&recorded, "traced"), recorded.span(&WORK));
    assert_child(recorded.span(&STEP), named(&recorded, "traced"));
}

#[test]
fn tasks_that_take_turns_on_one_thread_keep_their_own_spans() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tasks_keep_their_spans(&runtime);
}

#[test]
fn tasks_that_move_between_threads_keep_their_own_spans() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(3).build().unwrap();
    tasks_keep_their_spans(&runtime);
}

fn tasks_keep_their_spans(runtime: &tokio::runtime::Runtime) {
    const TASKS: usize = 20;
    let test = TestTelemetry::new();
    let telemetry = test.telemetry().clone();
    let tracer = tracer(&test);
    runtime.block_on(async {
        let tasks = (0..TASKS).map(|number| tokio::spawn(task(telemetry.clone(), tracer.clone(), number)));
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        assert!(!Context::current().has_active_span());
    });
    let recorded = test.finish();
    assert_eq!(recorded.spans_of(&WORK).len(), TASKS);
    for work in recorded.spans_of(&WORK) {
        let children: Vec<_> =
            recorded.spans().iter().filter(|span| span.parent_span_id == work.span_id).collect();
        assert_eq!(children.len(), 9, "{work:?}");
        let name = work.get(&NAME).unwrap();
        let ours = |span: &&&TestSpan| span.name == STEP.name();
        assert_eq!(children.iter().filter(ours).count(), 6);
        assert!(children.iter().filter(ours).all(|span| span.get(&NAME) == Some(name.clone())));
        assert!(children.iter().all(|span| span.trace_id == work.trace_id));
        let events: Vec<_> = recorded.events().iter().filter(|event| event.span_id == work.span_id).collect();
        assert_eq!(events.len(), 3);
        assert!(events.iter().all(|event| event.get(&NAME) == Some(name.clone())));
    }
}

/// A task that gives the others a turn in the middle of everything it does.
async fn task(telemetry: Telemetry, tracer: SdkTracer, number: usize) {
    let name = number.to_string();
    let mut work = telemetry.span(&WORK);
    work.set(&NAME, &name);
    let inner = async {
        for _ in 0..3 {
            let mut step = telemetry.span(&STEP);
            tokio::task::yield_now().await;
            step.set(&NAME, &name);
            step.finish(Outcome::Ok);
            telemetry.event(&DONE).set(&NAME, &name).emit();
            tokio::task::yield_now().await;
            drop(tracer.start("api"));
            // A task of its own has no parent but the one it is given.
            let (telemetry, name, parent) = (telemetry.clone(), name.clone(), Context::current());
            let spawned = tokio::spawn(async move {
                let mut step = telemetry.span_in(&STEP, &parent);
                tokio::task::yield_now().await;
                step.set(&NAME, &name);
            });
            spawned.await.unwrap();
        }
    };
    work.wrap(inner).await;
    work.finish(Outcome::Ok);
}

#[test]
fn others_may_add_to_our_current_span_until_it_ends() {
    let test = TestTelemetry::new();
    let mut work = test.span(&WORK);
    work.set(&NAME, "first");
    let context = work.context();
    {
        let _entered = work.enter();
        opentelemetry::trace::get_active_span(|span| {
            assert!(span.is_recording());
            span.set_attribute(KeyValue::new("others", true));
            span.add_event("happened", vec![KeyValue::new("much", 1)]);
            span.add_link(remote(true), Vec::new());
            span.update_name("renamed");
            span.set_status(Status::error("they said so"));
        });
    }
    work.finish(Outcome::Unset);
    context.span().set_attribute(KeyValue::new("too late", true));
    context.span().add_event("too late", Vec::new());
    assert!(!context.span().is_recording());

    let recorded = test.finish();
    let work = named(&recorded, "renamed");
    assert_eq!(work.get(&NAME), Some("first".into()));
    assert_eq!(work.attributes.last(), Some(&("others".to_owned(), TestValue::Bool(true))));
    assert_eq!(work.events, ["happened"]);
    assert_eq!(work.links.len(), 1);
    assert_eq!(work.status, TestStatus::Error("they said so".to_owned()));
}

#[test]
fn the_owner_of_a_span_has_the_last_word_on_its_outcome() {
    let test = TestTelemetry::new();
    let work = test.span(&WORK);
    work.context().span().set_status(Status::error("they said so"));
    work.context().span().end();
    work.finish(Outcome::Ok);
    assert_eq!(test.finish().span(&WORK).status, TestStatus::Ok);
}

#[test]
fn a_log_record_of_the_api_inside_our_span_carries_its_ids() {
    let test = TestTelemetry::new();
    let logger = test.pipeline().logger_provider().unwrap().logger("api");
    let log = |body: &'static str| {
        let mut record = logger.create_log_record();
        record.set_body(body.into());
        logger.emit(record);
    };
    let work = test.span(&WORK);
    {
        let _entered = work.enter();
        log("inside");
    }
    log("outside");
    work.finish(Outcome::Ok);
    let recorded = test.finish();
    let work = recorded.span(&WORK);
    let [inside, outside] = recorded.events() else { panic!("{recorded:?}") };
    assert_eq!(
        (&inside.body, &inside.span_id, &inside.trace_id),
        (&"inside".into(), &work.span_id, &work.trace_id)
    );
    assert_eq!((&outside.body, outside.span_id.as_str()), (&"outside".into(), ""));
    assert_eq!(inside.scope, "api");
}

#[test]
fn suppressed_telemetry_leaves_no_trace() {
    let test = TestTelemetry::new();
    let tracer = tracer(&test);
    let logger = test.pipeline().logger_provider().unwrap().logger("api");
    {
        let _suppressed = Context::enter_telemetry_suppressed_scope();
        let work = test.span(&WORK);
        assert!(!work.is_recording());
        let _entered = work.enter();
        work.event(&DONE).emit();
        test.event(&DONE).emit();
        drop(tracer.start("api"));
        logger.emit(logger.create_log_record());
        test.span_in(&STEP, &Context::current()).finish(Outcome::Ok);
    }
    assert_eq!(test.pipeline().report().spans.sampled_out, 0);
    let recorded = test.finish();
    assert_eq!((recorded.spans().len(), recorded.events().len()), (0, 0));
}

#[test]
fn a_parent_that_is_not_sampled_has_no_sampled_children() {
    let test = TestTelemetry::new();
    let parent = Context::new().with_remote_span_context(remote(false));
    let work = test.span_in(&WORK, &parent);
    assert!(!work.is_recording());
    let context = work.context();
    assert_eq!(context.span().span_context().trace_id(), remote(false).trace_id());
    assert!(!context.span().span_context().is_sampled());
    {
        let _entered = work.enter();
        let step = test.span(&STEP);
        assert!(!step.is_recording());
        assert!(!tracer(&test).start("api").is_recording());
        // An event is not a span: it is kept, and says that its span was not.
        work.event(&DONE).emit();
    }
    work.finish(Outcome::Ok);
    let report = test.pipeline().report();
    assert_eq!((report.spans.created, report.spans.sampled_out), (3, 3));
    let recorded = test.finish();
    assert!(recorded.spans().is_empty());
    assert_eq!(recorded.event(&DONE).trace_id, remote(false).trace_id().to_string());
}

#[test]
fn a_remote_parent_and_its_trace_state_are_passed_on() {
    let test = TestTelemetry::new();
    let parent = Context::new().with_remote_span_context(remote(true)).with_value(Ticket(7));
    let work = test.span_in(&WORK, &parent);
    let context = work.context();
    let span = context.span().span_context().clone();
    assert_eq!(
        (span.trace_id(), span.is_sampled(), span.is_remote()),
        (remote(true).trace_id(), true, false)
    );
    assert_eq!(span.trace_state(), remote(true).trace_state());
    {
        let _current = parent.attach();
        assert_eq!(work.context().get::<Ticket>().map(|ticket| ticket.0), Some(7));
    }
    drop(tracer(&test).start_with_context("api", &context));
    work.finish(Outcome::Ok);
    let recorded = test.finish();
    assert_eq!(recorded.span(&WORK).parent_span_id, remote(true).span_id().to_string());
    assert_child(named(&recorded, "api"), recorded.span(&WORK));
}

#[test]
fn a_link_joins_spans_of_both_kinds() {
    let test = TestTelemetry::new();
    let api = tracer(&test).span_builder("api").with_kind(ApiKind::Producer).start(&tracer(&test));
    let mut work: Span = test.span(&WORK);
    work.link(&Context::new().with_remote_span_context(api.span_context().clone())).link(&Context::new());
    work.finish(Outcome::Ok);
    drop(api);
    let recorded = test.finish();
    assert_eq!(recorded.span(&WORK).links, [named(&recorded, "api").span_id.clone()]);
}

struct Ticket(u32);

fn tracer(test: &TestTelemetry) -> SdkTracer {
    test.pipeline().tracer_provider().unwrap().tracer("api")
}

fn remote(sampled: bool) -> SpanContext {
    let flags = if sampled { TraceFlags::SAMPLED } else { TraceFlags::NOT_SAMPLED };
    let state = TraceState::from_key_value([("vendor", "42")]).unwrap();
    SpanContext::new(TraceId::from(0xabc_u128), SpanId::from(0xdef_u64), flags, true, state)
}

fn named<'a>(recorded: &'a Recorded, name: &str) -> &'a TestSpan {
    let mut spans = recorded.spans().iter().filter(|span| span.name == name);
    let span = spans.next().unwrap_or_else(|| panic!("no span called {name}: {recorded:#?}"));
    assert!(spans.next().is_none(), "several spans called {name}");
    span
}

fn assert_child(child: &TestSpan, parent: &TestSpan) {
    assert_eq!((&child.parent_span_id, &child.trace_id), (&parent.span_id, &parent.trace_id));
}
