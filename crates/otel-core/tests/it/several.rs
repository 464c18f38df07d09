//! Several destinations: each gets everything, and none waits for another.

use std::time::{Duration, Instant};

use otel_core::ledger::{DropReason, Report, Stream};
use otel_core::pipeline::{Builder, Pipeline};
use otel_core::settings::{Environment, OtlpDestination, Protocol};
use otel_core::testing::{Answer, Door, Receiver};
use otel_core::{CounterDef, EventDef, Key, Outcome, Severity, SpanDef, SpanKind, Telemetry, Text, Unit};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "Work.");
const NOTE: EventDef = EventDef::new("note", Severity::Info, "A note.");
const WORKS: CounterDef<()> = CounterDef::new("works", Unit::new("{work}"), "Pieces of work.");
const TEXT: Key<Text> = Key::new("text", "Some text.");

const PATIENCE: Duration = Duration::from_secs(60);

fn builder(main: &Receiver, other: OtlpDestination) -> Builder {
    let nothing: [(String, String); 0] = [];
    Telemetry::builder("several")
        .environment(Environment::of(nothing))
        .self_metrics(false)
        .endpoint(main.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .schedule_delay(Duration::from_millis(5))
        .backoff(Duration::from_millis(5), Duration::from_millis(50))
        .on_diagnostic(|_| {})
        .also_to(other)
}

fn http(name: &str, receiver: &Receiver) -> OtlpDestination {
    OtlpDestination::new(name, receiver.http_endpoint()).protocol(Protocol::HttpProtobuf)
}

fn of(pipeline: &Pipeline, name: &str) -> Report {
    let reports = pipeline.reports();
    reports.iter().find(|destination| destination.name == name).expect(name).report
}

#[test]
fn each_destination_gets_everything_once() {
    let (main, other) = (Receiver::start().unwrap(), Receiver::start().unwrap());
    let pipeline = builder(&main, http("other", &other)).install().unwrap();
    (0..10).for_each(|_| pipeline.span(&WORK).finish(Outcome::Ok));
    (0..5).for_each(|_| pipeline.event(&NOTE).emit());
    pipeline.counter(&WORKS).add(1, ());
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!((report.spans.created, report.spans.exported, report.pending()), (10, 10, 0), "{report}");
    for receiver in [&main, &other] {
        let counts = receiver.counts();
        assert_eq!((counts.spans, counts.log_records, counts.metric_points), (10, 5, 1));
    }
    let names: Vec<_> = pipeline.reports().into_iter().map(|destination| destination.name).collect();
    assert_eq!(names, ["main", "other"]);
}

#[test]
fn a_destination_gets_only_the_streams_it_is_for() {
    let (main, other) = (Receiver::start().unwrap(), Receiver::start().unwrap());
    let only_logs = http("auditors", &other).streams(&[Stream::Logs]);
    let pipeline = builder(&main, only_logs).install().unwrap();
    pipeline.span(&WORK).finish(Outcome::Ok);
    pipeline.event(&NOTE).emit();
    pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!((main.counts().spans, main.counts().log_records), (1, 1));
    assert_eq!((other.counts().spans, other.counts().log_records), (0, 1));
    assert_eq!(of(&pipeline, "auditors").spans.created, 0);
}

#[test]
fn one_that_is_gone_holds_up_nobody_and_is_counted_by_itself() {
    const RECORDS: u64 = 4_000;
    let (main, other) = (Receiver::start().unwrap(), Receiver::start().unwrap());
    other.set_door(Door::Closed).unwrap();
    let pipeline = builder(&main, http("other", &other)).queue_bytes(512 * 1024).install().unwrap();
    for number in 0..RECORDS {
        pipeline.event(&NOTE).set(&TEXT, &"x".repeat(1_000)).emit();
        if number % 100 == 99 {
            // The healthy one keeps up, whatever the other does.
            let until = Instant::now() + PATIENCE;
            while of(&pipeline, "main").logs.exported <= number {
                assert!(Instant::now() < until, "{}", pipeline.report());
                std::thread::yield_now();
            }
        }
    }
    assert_eq!(main.counts().log_records, RECORDS);
    let undelivered = pipeline.shutdown(Duration::from_millis(300)).unwrap_err();
    let (main, other) = (of(&pipeline, "main"), of(&pipeline, "other"));
    assert_eq!((main.logs.exported, main.lost(), main.pending()), (RECORDS, 0, 0), "{main}");
    assert_eq!((other.logs.exported, other.logs.lost(), other.pending()), (0, RECORDS, 0), "{other}");
    assert!(other.logs.dropped(DropReason::QueueFull) > 0, "{other}");
    // The report of all is that of the one that is furthest behind.
    assert_eq!(undelivered.report().logs, other.logs);
}

#[test]
fn what_one_refuses_the_other_still_has() {
    let (main, other) = (Receiver::start().unwrap(), Receiver::start().unwrap());
    other.answer_with(Answer::InvalidArgument);
    let pipeline = builder(&main, http("other", &other)).install().unwrap();
    (0..7).for_each(|_| pipeline.span(&WORK).finish(Outcome::Ok));
    pipeline.shutdown(PATIENCE).unwrap_err();
    assert_eq!((of(&pipeline, "main").spans.exported, of(&pipeline, "main").lost()), (7, 0));
    assert_eq!(of(&pipeline, "other").spans.dropped(DropReason::Refused), 7);
    assert_eq!(main.counts().spans, 7);
}

#[test]
fn metrics_wait_for_neither_longer_than_both() {
    let (main, other) = (Receiver::start().unwrap(), Receiver::start().unwrap());
    let pipeline = builder(&main, http("other", &other)).install().unwrap();
    let works = pipeline.counter(&WORKS);
    for _ in 0..3 {
        works.add(1, ());
        pipeline.flush(PATIENCE).unwrap();
    }
    assert_eq!((main.counts().metric_points, other.counts().metric_points), (3, 3));
}
