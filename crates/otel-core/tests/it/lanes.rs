//! Lanes: who is dropped first when there is no room, who is dropped last, and who is not dropped at all.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use otel_core::ledger::{Counts, DropReason, Stream};
use otel_core::pipeline::{Builder, Pipeline};
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::{Answer, Receiver};
use otel_core::{EventDef, Key, Lane, Outcome, Severity, SpanDef, SpanKind, Telemetry, Text};

const TRADE: EventDef = EventDef::new("trade", Severity::Info, "A trade.").in_lane(Lane::Audit);
const ALARM: EventDef = EventDef::new("alarm", Severity::Error, "An alarm.").in_lane(Lane::Alert);
const NOTE: EventDef = EventDef::new("note", Severity::Info, "A note.");
const DETAIL: EventDef = EventDef::new("detail", Severity::Debug, "A detail.").in_lane(Lane::Bulk);
const STEP: SpanDef = SpanDef::new("step", SpanKind::Internal, "A step.").in_lane(Lane::Bulk);
const TEXT: Key<Text> = Key::new("text", "Some text.");

const PATIENCE: Duration = Duration::from_secs(15);
const QUEUE: usize = 1024 * 1024;

fn builder(receiver: &Receiver) -> Builder {
    let nothing: [(String, String); 0] = [];
    Telemetry::builder("lanes")
        .environment(Environment::of(nothing))
        .self_metrics(false)
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .queue_bytes(QUEUE)
        .on_diagnostic(|_| {})
}

/// A pipeline whose destination takes requests and never answers, so that the queue fills.
fn stuck() -> (Receiver, Pipeline) {
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::Silent);
    let pipeline = builder(&receiver).export_timeout(PATIENCE).install().unwrap();
    (receiver, pipeline)
}

/// Records one event of about a kibibyte.
fn record(telemetry: &Telemetry, event: &EventDef) {
    telemetry.event(event).set(&TEXT, &"x".repeat(1_000)).emit();
}

fn logs(pipeline: &Pipeline, lane: Lane) -> Counts {
    *pipeline.report().of_lane(Stream::Logs, lane)
}

fn full(pipeline: &Pipeline, lane: Lane) -> u64 {
    logs(pipeline, lane).dropped(DropReason::QueueFull)
}

/// Records until a lane has lost so many.
fn fill(pipeline: &Pipeline, event: &EventDef, lost: u64) {
    while full(pipeline, event.lane()) < lost {
        record(pipeline, event);
        thread::yield_now();
    }
}

#[test]
fn records_travel_in_the_lane_of_their_definition() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver).install().unwrap();
    for (times, event) in [(1, &TRADE), (2, &ALARM), (3, &NOTE), (4, &DETAIL)] {
        (0..times).for_each(|_| record(&pipeline, event));
    }
    (0..5).for_each(|_| pipeline.span(&STEP).finish(Outcome::Ok));
    let report = pipeline.shutdown(PATIENCE).unwrap();
    let exported = |stream| Lane::ALL.map(|lane| report.of_lane(stream, lane).exported);
    assert_eq!(exported(Stream::Logs), [1, 2, 3, 4]);
    assert_eq!(exported(Stream::Traces), [0, 0, 0, 5]);
    assert_eq!((receiver.counts().log_records, receiver.counts().spans), (10, 5));
    assert_eq!((report.logs.created, report.pending()), (10, 0));
}

#[test]
fn the_more_a_record_matters_the_later_it_is_dropped() {
    let (_receiver, pipeline) = stuck();
    fill(&pipeline, &DETAIL, 100);
    // Bulk has had its share; there is room for everything else.
    let before = full(&pipeline, Lane::Normal);
    (0..100).for_each(|_| record(&pipeline, &NOTE));
    assert_eq!(full(&pipeline, Lane::Normal), before);
    fill(&pipeline, &NOTE, 100);
    // The shared bytes are spent; what is reserved for alerts is not.
    (0..40).for_each(|_| record(&pipeline, &ALARM));
    // Where the pipeline's thread collects in between, a chunk leaves that is not full, so not every one need fit.
    assert!(full(&pipeline, Lane::Alert) < 20);
    fill(&pipeline, &ALARM, 1);
    // Nor is what is reserved for the audit lane.
    (0..80).for_each(|_| record(&pipeline, &TRADE));
    assert_eq!(full(&pipeline, Lane::Audit), 0);
    let report = *pipeline.shutdown(Duration::from_millis(200)).unwrap_err().report();
    assert_eq!(report.pending(), 0, "{report}");
}

#[test]
fn a_producer_of_the_audit_lane_waits_for_room_and_loses_nothing() {
    const TRADES: u64 = 12_000;
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::Unavailable);
    let pipeline = builder(&receiver).install().unwrap();
    // Twelve megabytes fit neither into the queue nor into the requests under way.
    waits_for_room(&receiver, &pipeline, TRADES, |_| record(&pipeline, &TRADE));
    let report = pipeline.shutdown(PATIENCE).unwrap();
    let audited = report.of_lane(Stream::Logs, Lane::Audit);
    assert_eq!((audited.created, audited.exported, report.pending()), (TRADES, TRADES, 0), "{report}");
}

/// Has a producer record more than there is room for while the receiver answers with nothing good, sees it stand still, and
/// lets it finish.
pub(crate) fn waits_for_room(
    receiver: &Receiver,
    pipeline: &Pipeline,
    times: u64,
    record: impl Fn(u64) + Send,
) {
    let recorded = AtomicU64::new(0);
    thread::scope(|scope| {
        let (done, finished) = mpsc::channel();
        let recorded = &recorded;
        scope.spawn(move || {
            for number in 0..times {
                record(number);
                recorded.fetch_add(1, Ordering::Relaxed);
            }
            // Whoever asked has seen enough when nobody listens.
            let _ = done.send(());
        });
        let mut seen = 0;
        loop {
            assert!(finished.recv_timeout(Duration::from_millis(300)).is_err(), "nobody waited");
            let now = recorded.load(Ordering::Relaxed);
            if now == seen {
                break;
            }
            seen = now;
        }
        receiver.answer_with(Answer::Accept);
        finished.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no room: {}", pipeline.report()));
    });
}

#[test]
fn a_producer_that_waits_is_let_go_by_a_shutdown() {
    let (_receiver, pipeline) = stuck();
    thread::scope(|scope| {
        let producer = scope.spawn(|| (0..12_000).for_each(|_| record(&pipeline, &TRADE)));
        while pipeline.report().logs.created < 500 {
            thread::yield_now();
        }
        pipeline.shutdown(Duration::from_millis(200)).unwrap_err();
        producer.join().unwrap();
    });
    let report = pipeline.report();
    assert_eq!((report.logs.created, report.pending()), (12_000, 0), "{report}");
    assert!(logs(&pipeline, Lane::Audit).dropped(DropReason::AlreadyShutDown) > 0, "{report}");
}

#[test]
fn a_trickle_does_not_fill_the_queue_with_chunks_that_are_almost_empty() {
    let (_receiver, pipeline) = stuck();
    // Each of these is collected by itself, so each comes in a chunk of its own.
    for _ in 0..100 {
        record(&pipeline, &NOTE);
        assert!(pipeline.flush(Duration::ZERO).is_err(), "nothing is delivered");
    }
    assert_eq!(full(&pipeline, Lane::Normal), 0, "a hundred kibibytes are not a mebibyte");
    let report = *pipeline.shutdown(Duration::from_millis(100)).unwrap_err().report();
    assert_eq!((report.logs.created, report.pending()), (100, 0), "{report}");
}

#[test]
fn patience_with_the_audit_lane_can_have_an_end() {
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::Silent);
    let builder = builder(&receiver).export_timeout(PATIENCE);
    let pipeline = builder.audit_patience(Some(Duration::from_millis(5))).install().unwrap();
    fill(&pipeline, &TRADE, 3);
    let report = *pipeline.shutdown(Duration::from_millis(200)).unwrap_err().report();
    let audited = report.of_lane(Stream::Logs, Lane::Audit);
    assert_eq!((audited.dropped(DropReason::QueueFull), report.pending()), (3, 0), "{report}");
}

#[test]
fn what_matters_does_not_wait_for_company() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver).schedule_delay(Duration::from_secs(3_600)).install().unwrap();
    for event in [&NOTE, &DETAIL, &ALARM, &TRADE] {
        record(&pipeline, event);
    }
    assert!(receiver.wait_until(PATIENCE, |counts| counts.log_records >= 2));
    let arrived = |lane| logs(&pipeline, lane).exported;
    assert_eq!((arrived(Lane::Normal), arrived(Lane::Bulk)), (0, 0));
    pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!(receiver.counts().log_records, 4);
}
