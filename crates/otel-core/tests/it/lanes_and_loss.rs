//! Lanes: whatever threads do, what was created is what arrived and what was counted as lost.

use std::collections::HashSet;
use std::sync::mpsc;
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry::trace::{Tracer as _, TracerProvider as _};
use otel_core::ledger::{Counts, DropReason, Report};
use otel_core::pipeline::{Builder, Pipeline};
use otel_core::settings::{Environment, Exporter, Protocol};
use otel_core::testing::{Answer, Receiver, TestTelemetry};
use otel_core::{EventDef, Key, Outcome, Severity, Span, SpanDef, SpanKind, Telemetry, Text};
use proptest::prelude::*;

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const DONE: EventDef = EventDef::new("work.done", Severity::Info, "A piece of work is done.");
const NAME: Key<Text> = Key::new("work.name", "What the work is called.");

const PATIENCE: Duration = Duration::from_secs(60);

/// The size of a chunk, which is the unit of the byte budget.
const CHUNK: usize = 32 * 1024;

/// The smallest budget there may be.
const LEAST: usize = 8 * CHUNK;

/// One thing that a thread does.
#[derive(Clone, Debug)]
enum Step {
    Span {
        name: usize,
    },
    Event {
        name: usize,
    },
    /// A span that another thread ends.
    GiveAway,
    /// A record that is larger than a chunk.
    Huge,
    /// A thread that records once and ends.
    Short,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..2_000_usize).prop_map(|name| Step::Span { name }),
        8 => (0..2_000_usize).prop_map(|name| Step::Event { name }),
        3 => Just(Step::GiveAway),
        1 => Just(Step::Huge),
        1 => Just(Step::Short),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_threads_do_everything_arrives_once(
        threads in prop::collection::vec(prop::collection::vec(step(), 0..60), 1..6),
    ) {
        let receiver = Receiver::start().unwrap();
        let pipeline = builder(&receiver).install().unwrap();
        let done = run(&pipeline, &threads);
        let report = pipeline.shutdown(PATIENCE).unwrap();
        prop_assert_eq!((report.spans.created, report.logs.created), done);
        prop_assert_eq!((report.spans.exported, report.logs.exported), done);
        prop_assert_eq!(report.pending(), 0);
        let received = receiver.received();
        let ids: HashSet<_> = received.spans().map(|(_, _, span)| span.span_id.clone()).collect();
        prop_assert_eq!((ids.len() as u64, received.log_records().count() as u64), done);
        prop_assert_eq!(receiver.counts().spans, done.0);
    }

    #[test]
    fn with_any_budget_what_does_not_fit_is_counted(
        threads in prop::collection::vec(prop::collection::vec(step(), 0..60), 1..6),
        queue_bytes in LEAST..(4 * LEAST),
    ) {
        let receiver = Receiver::counting().unwrap();
        let pipeline = builder(&receiver).queue_bytes(queue_bytes).install().unwrap();
        let done = run(&pipeline, &threads);
        let report = report(&pipeline);
        prop_assert_eq!((report.spans.created, report.logs.created), done);
        prop_assert_eq!(report.pending(), 0);
        prop_assert_eq!(report.lost(), full(&report.spans) + full(&report.logs));
        prop_assert_eq!(receiver.counts().spans, report.spans.created - full(&report.spans));
        prop_assert_eq!(receiver.counts().log_records, report.logs.created - full(&report.logs));
    }
}

/// Lets each thread take its steps, and says how many spans and log records they made.
fn run(telemetry: &Telemetry, threads: &[Vec<Step>]) -> (u64, u64) {
    let (give, given) = mpsc::channel::<Span>();
    std::thread::scope(|scope| {
        let heir = scope.spawn(move || given.into_iter().map(|span| span.finish(Outcome::Ok)).count());
        for steps in threads {
            let give = give.clone();
            scope.spawn(move || steps.iter().for_each(|step| take(telemetry, step, &give)));
        }
        drop(give);
        heir.join().unwrap()
    });
    let steps = threads.iter().flatten();
    let spans = steps.clone().filter(|step| !matches!(step, Step::Event { .. })).count();
    (spans as u64, steps.filter(|step| !matches!(step, Step::Span { .. } | Step::GiveAway)).count() as u64)
}

fn take(telemetry: &Telemetry, step: &Step, give: &mpsc::Sender<Span>) {
    match step {
        Step::Span { name } => {
            let mut span = telemetry.span(&WORK);
            span.set(&NAME, &"x".repeat(*name));
        }
        Step::Event { name } => telemetry.event(&DONE).set(&NAME, &"x".repeat(*name)).emit(),
        Step::GiveAway => give.send(telemetry.span(&WORK)).unwrap(),
        Step::Huge => {
            let mut span = telemetry.span(&WORK);
            span.set(&NAME, &"x".repeat(CHUNK * 3));
            span.event(&DONE).set(&NAME, &"x".repeat(CHUNK)).emit();
        }
        Step::Short => std::thread::scope(|scope| {
            scope.spawn(|| {
                let _work = telemetry.span(&WORK);
                telemetry.event(&DONE).emit();
            });
        }),
    }
}

#[test]
fn a_spent_budget_drops_the_newest_and_counts_them() {
    const SPANS: u64 = 20_000;
    let receiver = Receiver::start().unwrap();
    // Nothing leaves, so nothing is given back to the budget.
    receiver.answer_with(Answer::Silent);
    let pipeline = builder(&receiver).queue_bytes(16 * CHUNK).install().unwrap();
    // More than the queue and the batches on their way hold together.
    let name = "x".repeat(1_000);
    for _ in 0..SPANS {
        let mut span = pipeline.span(&WORK);
        span.set(&NAME, &name);
    }
    assert_eq!(pipeline.report().spans.created, SPANS);
    let report = *pipeline.shutdown(Duration::from_millis(200)).unwrap_err().report();
    let counts = report.spans;
    assert_eq!(counts.created, SPANS);
    assert_eq!(counts.pending(), 0);
    assert_eq!(counts.lost(), SPANS, "nobody confirmed anything");
    assert!(full(&counts) > SPANS / 4, "{report}");
    assert_eq!(full(&counts) + counts.dropped(DropReason::DeadlineExceeded), SPANS);
}

#[test]
fn flushing_again_and_again_does_not_outgrow_the_budget() {
    const ROUNDS: u64 = 300;
    const SPANS: u64 = 1_000;
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::Silent);
    let pipeline = builder(&receiver).queue_bytes(LEAST).install().unwrap();
    for _ in 0..ROUNDS {
        (0..SPANS).for_each(|_| pipeline.span(&WORK).finish(Outcome::Ok));
        pipeline.flush(Duration::from_millis(1)).unwrap_err();
    }
    let counts = pipeline.report().spans;
    assert_eq!(counts.created, ROUNDS * SPANS);
    // The queue, four requests in flight and one in the making, of spans that take 80 bytes or more.
    let room = (LEAST + 5 * 1024 * 1024) as u64 / 80;
    assert!(counts.pending() <= room, "{counts:?}");
    assert!(full(&counts) >= ROUNDS * SPANS - room, "{counts:?}");
    let report = *pipeline.shutdown(Duration::from_millis(100)).unwrap_err().report();
    assert_eq!((report.spans.lost(), report.spans.pending()), (ROUNDS * SPANS, 0));
}

#[test]
fn a_budget_that_was_spent_can_be_used_again() {
    let receiver = Receiver::counting().unwrap();
    let pipeline = builder(&receiver).queue_bytes(2 * LEAST).install().unwrap();
    let huge = "x".repeat(LEAST / 2);
    for round in 1..=20 {
        let mut span = pipeline.span(&WORK);
        span.set(&NAME, &huge);
        span.finish(Outcome::Ok);
        pipeline.flush(PATIENCE).unwrap();
        assert_eq!(receiver.counts().spans, round);
    }
    assert_eq!(pipeline.shutdown(PATIENCE).unwrap().spans.exported, 20);
}

#[test]
fn a_record_larger_than_the_whole_budget_is_dropped_and_the_next_is_not() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver).queue_bytes(LEAST).install().unwrap();
    let mut span = pipeline.span(&WORK);
    span.set(&NAME, &"x".repeat(LEAST + CHUNK));
    span.finish(Outcome::Ok);
    pipeline.span(&WORK).finish(Outcome::Ok);
    let report = report(&pipeline);
    assert_eq!((report.spans.created, full(&report.spans), report.spans.exported), (2, 1, 1));
}

#[test]
fn what_comes_after_the_shutdown_is_counted() {
    let test = TestTelemetry::new();
    let open = test.span(&WORK);
    test.span(&WORK).finish(Outcome::Ok);
    let before = test.pipeline().shutdown(PATIENCE).unwrap();
    assert_eq!((before.spans.created, before.spans.exported), (1, 1));

    open.finish(Outcome::Ok);
    test.span(&WORK).finish(Outcome::Ok);
    test.event(&DONE).emit();
    let telemetry = test.telemetry().clone();
    std::thread::spawn(move || telemetry.span(&WORK).finish(Outcome::Ok)).join().unwrap();
    let foreign = test.pipeline().tracer_provider().unwrap().tracer("foreign");
    drop(foreign.start("late"));

    let after = test.pipeline().report();
    assert_eq!(after.spans.dropped(DropReason::AlreadyShutDown), 4);
    assert_eq!(after.logs.dropped(DropReason::AlreadyShutDown), 1);
    assert_eq!((after.spans.created, after.spans.exported, after.pending()), (5, 1, 0));
}

#[test]
fn thousands_of_threads_leave_their_counts_behind() {
    const THREADS: u64 = 3_000;
    let receiver = Receiver::counting().unwrap();
    // Each thread's lane takes a chunk: the budget is only enough because lanes of ended threads are forgotten.
    let pipeline = builder(&receiver).queue_bytes(600 * CHUNK).install().unwrap();
    for _ in 0..THREADS / 100 {
        std::thread::scope(|scope| {
            for _ in 0..100 {
                scope.spawn(|| {
                    pipeline.span(&WORK).finish(Outcome::Ok);
                    pipeline.event(&DONE).emit();
                });
            }
        });
        pipeline.flush(PATIENCE).unwrap();
    }
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!((report.spans.created, report.logs.created), (THREADS, THREADS));
    assert_eq!((report.spans.exported, report.logs.exported, report.pending()), (THREADS, THREADS, 0));
    assert_eq!((receiver.counts().spans, receiver.counts().log_records), (THREADS, THREADS));
}

#[test]
fn a_report_while_threads_come_and_go_never_takes_back_what_it_said() {
    let receiver = Receiver::counting().unwrap();
    let pipeline = builder(&receiver).install().unwrap();
    let (stop, stopped) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..1_000 {
                std::thread::scope(|scope| drop(scope.spawn(|| pipeline.span(&WORK).finish(Outcome::Ok))));
            }
            drop(stop);
        });
        let mut last = 0;
        while matches!(stopped.try_recv(), Err(mpsc::TryRecvError::Empty)) {
            let counts = pipeline.report().spans;
            assert!(counts.created >= last, "{} spans were created, now it is {}", last, counts.created);
            assert!(counts.created >= counts.exported + counts.lost(), "{counts:?}");
            last = counts.created;
        }
    });
    assert_eq!(pipeline.shutdown(PATIENCE).unwrap().spans.created, 1_000);
}

#[test]
fn scopes_beyond_the_cap_share_one_that_says_so() {
    const SCOPES: usize = 4_300;
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver).install().unwrap();
    let tracers = pipeline.tracer_provider().unwrap();
    for at in 0..SCOPES {
        let scope = InstrumentationScope::builder(format!("scope {at}")).build();
        drop(tracers.tracer_with_scope(scope).start("work"));
    }
    // A scope that is known stays itself.
    drop(tracers.tracer_with_scope(InstrumentationScope::builder("scope 0").build()).start("work"));
    pipeline.shutdown(PATIENCE).unwrap();

    let received = receiver.received();
    let mut overflow = 0;
    for (_, scope, _) in received.spans() {
        overflow += usize::from(scope.name == "otel.scope.overflow");
    }
    // The overflow scope and the telemetry's own take a place each.
    assert_eq!(overflow, SCOPES - (4_096 - 2));
    assert_eq!(received.spans().filter(|(_, scope, _)| scope.name == "scope 0").count(), 2);
    assert_eq!(received.spans().count(), SCOPES + 1);
}

#[test]
fn a_stream_that_goes_nowhere_is_still_accounted_for() {
    let nothing: [(String, String); 0] = [];
    let pipeline = Telemetry::builder("test")
        .environment(Environment::of(nothing))
        .exporter(Exporter::Nothing)
        .install()
        .unwrap();
    (0..1_000).for_each(|_| pipeline.span(&WORK).finish(Outcome::Ok));
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!((report.spans.created, report.pending(), report.lost()), (1_000, 0, 0));
}

fn builder(receiver: &Receiver) -> Builder {
    let nothing: [(String, String); 0] = [];
    Telemetry::builder("test")
        .environment(Environment::of(nothing))
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .export_timeout(PATIENCE)
        .on_diagnostic(|_| {})
}

/// The report of a shutdown, whether or not it is a happy one.
fn report(pipeline: &Pipeline) -> Report {
    pipeline.shutdown(PATIENCE).unwrap_or_else(|undelivered| *undelivered.report())
}

fn full(counts: &Counts) -> u64 {
    counts.dropped(DropReason::QueueFull)
}
