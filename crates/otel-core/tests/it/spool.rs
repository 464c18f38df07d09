//! The spool behind a pipeline: what an outage, a restart or a full disk queue does to what was recorded.

use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};

use otel_core::ledger::{DropReason, Report, Stream};
use otel_core::pipeline::{Builder, Pipeline};
use otel_core::settings::{Durability, Environment, Protocol, Spool, WhenFull};
use otel_core::testing::{Answer, Door, Receiver};
use otel_core::{EventDef, Key, Lane, Severity, Telemetry, Text};
use tempfile::TempDir;

const NOTE: EventDef = EventDef::new("note", Severity::Info, "A note.");
const TRADE: EventDef = EventDef::new("trade", Severity::Info, "A trade.").in_lane(Lane::Audit);
const TEXT: Key<Text> = Key::new("text", "Some text.");

const PATIENCE: Duration = Duration::from_secs(60);
const QUEUE: usize = 2 * 1024 * 1024;

fn builder(receiver: &Receiver, spool: Spool) -> Builder {
    let nothing: [(String, String); 0] = [];
    Telemetry::builder("spool")
        .environment(Environment::of(nothing))
        .self_metrics(false)
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .schedule_delay(Duration::from_millis(20))
        .backoff(Duration::from_millis(5), Duration::from_millis(50))
        .queue_bytes(QUEUE)
        .spool(spool)
        .on_diagnostic(|_| {})
}

/// A spool that gives back what it has as fast as it can.
fn fast(directory: &Path) -> Spool {
    Spool::at(directory).backlog_bytes_per_second(1 << 30)
}

/// Records an event of about a kibibyte, with a text of its own.
fn record(telemetry: &Telemetry, event: &EventDef, number: usize) {
    telemetry.event(event).set(&TEXT, &format!("{number:01024}")).emit();
}

/// Records events no faster than they are taken out of memory, as a load that lasts does.
fn load(pipeline: &Pipeline, event: &EventDef, numbers: std::ops::Range<usize>) {
    for number in numbers {
        record(pipeline, event, number);
        if number % 256 == 255 {
            await_report(pipeline, |report| report.pending() < 256);
        }
    }
}

fn await_report(pipeline: &Pipeline, wanted: impl Fn(&Report) -> bool) -> Report {
    let until = Instant::now() + PATIENCE;
    loop {
        let report = pipeline.report();
        if wanted(&report) {
            return report;
        }
        assert!(Instant::now() < until, "{report}");
        std::thread::yield_now();
    }
}

/// The numbers of all events that arrived.
fn arrived(receiver: &Receiver) -> HashSet<usize> {
    let received = receiver.received();
    let numbers = received.log_records().map(|(_, _, record)| {
        let text = record.attributes.iter().find(|attribute| attribute.key == "text").unwrap();
        let Some(opentelemetry_proto::tonic::common::v1::any_value::Value::StringValue(text)) =
            text.value.as_ref().and_then(|value| value.value.as_ref())
        else {
            panic!("{text:?}")
        };
        text.parse().unwrap()
    });
    numbers.collect()
}

#[test]
fn after_an_outage_under_load_everything_that_fit_arrives() {
    const RECORDS: usize = 8 * 1024;
    let directory = TempDir::new().unwrap();
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver, fast(directory.path())).install().unwrap();
    load(&pipeline, &NOTE, 0..1_000);
    await_report(&pipeline, |report| report.logs.exported > 0);
    receiver.set_door(Door::Closed).unwrap();
    // Several times as much as the queue in memory holds, while nobody is there.
    load(&pipeline, &NOTE, 1_000..RECORDS);
    let down = pipeline.report();
    assert!(down.spooled() > 4_096, "{down}");
    receiver.set_door(Door::Open).unwrap();
    let report = await_report(&pipeline, |report| report.logs.exported == RECORDS as u64);
    assert_eq!((report.lost(), report.spooled(), report.pending()), (0, 0, 0), "{report}");
    assert_eq!(arrived(&receiver), (0..RECORDS).collect());
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!((report.logs.created, report.pending()), (RECORDS as u64, 0), "{report}");
}

#[test]
fn what_does_not_fit_is_counted_by_reason_and_the_rest_arrives() {
    const RECORDS: usize = 6 * 1024;
    for (when_full, reason) in
        [(WhenFull::DropOldest, DropReason::Evicted), (WhenFull::DropNew, DropReason::QueueFull)]
    {
        let directory = TempDir::new().unwrap();
        let receiver = Receiver::start().unwrap();
        receiver.set_door(Door::Closed).unwrap();
        let spool = fast(directory.path()).max_bytes(1024 * 1024).when_full(Lane::Normal, when_full);
        let pipeline = builder(&receiver, spool).install().unwrap();
        (0..RECORDS).for_each(|number| {
            record(&pipeline, &NOTE, number);
            // Fast, but not so fast that nothing ever reaches the disk.
            if number % 64 == 63 {
                let _ = pipeline.flush(Duration::from_millis(1));
            }
        });
        await_report(&pipeline, |report| report.logs.dropped(reason) > 0);
        receiver.set_door(Door::Open).unwrap();
        let report = await_report(&pipeline, |report| report.pending() + report.spooled() == 0);
        let report = pipeline.shutdown(PATIENCE).map_or_else(|undelivered| *undelivered.report(), |_| report);
        let lost = report.logs.dropped(DropReason::Evicted) + report.logs.dropped(DropReason::QueueFull);
        assert_eq!((report.logs.lost(), report.pending()), (lost, 0), "{report}");
        assert_eq!(report.logs.exported + lost, RECORDS as u64, "{report}");
        assert_eq!(arrived(&receiver).len() as u64, report.logs.exported, "{report}");
        assert!(report.logs.exported > 400, "{report}");
    }
}

#[test]
fn what_a_process_could_not_deliver_the_next_one_does() {
    const RECORDS: u64 = 500;
    let directory = TempDir::new().unwrap();
    let receiver = Receiver::start().unwrap();
    receiver.set_door(Door::Closed).unwrap();
    let first = builder(&receiver, fast(directory.path())).install().unwrap();
    (0..RECORDS as usize).for_each(|number| record(&first, &NOTE, number));
    let report = first.shutdown(Duration::from_secs(10)).unwrap();
    assert_eq!((report.spooled(), report.pending(), report.lost()), (RECORDS, 0, 0), "{report}");
    receiver.set_door(Door::Open).unwrap();
    let second = builder(&receiver, fast(directory.path())).install().unwrap();
    let report = await_report(&second, |report| report.logs.exported == RECORDS);
    assert_eq!((report.logs.created, report.logs.recovered), (0, RECORDS), "{report}");
    assert_eq!(report.spooled(), 0, "{report}");
    assert_eq!(arrived(&receiver), (0..RECORDS as usize).collect());
    let report = second.shutdown(PATIENCE).unwrap();
    assert_eq!((report.pending(), report.lost()), (0, 0), "{report}");
    // Nothing is left for a third.
    let third = builder(&receiver, fast(directory.path())).install().unwrap();
    let report = third.shutdown(PATIENCE).unwrap();
    assert_eq!((report.logs.recovered, report.spooled()), (0, 0), "{report}");
}

#[test]
fn metrics_and_spans_are_kept_as_well() {
    const WORK: otel_core::SpanDef =
        otel_core::SpanDef::new("work", otel_core::SpanKind::Internal, "Some work.");
    const WORKS: otel_core::CounterDef<()> =
        otel_core::CounterDef::new("works", otel_core::Unit::new("{work}"), "Pieces of work.");
    let directory = TempDir::new().unwrap();
    let receiver = Receiver::start().unwrap();
    receiver.set_door(Door::Closed).unwrap();
    let first = builder(&receiver, fast(directory.path())).install().unwrap();
    first.span(&WORK).finish(otel_core::Outcome::Ok);
    first.counter(&WORKS).add(3, ());
    let report = first.shutdown(Duration::from_secs(10)).unwrap();
    assert_eq!((report.spans.spooled, report.metric_points.spooled), (1, 1), "{report}");
    receiver.set_door(Door::Open).unwrap();
    let second = builder(&receiver, fast(directory.path())).install().unwrap();
    await_report(&second, |report| report.spans.exported == 1 && report.metric_points.exported == 1);
    let counts = receiver.counts();
    assert_eq!((counts.spans, counts.metric_points), (1, 1));
}

#[test]
fn what_is_new_does_not_wait_behind_what_has_waited() {
    let directory = TempDir::new().unwrap();
    let receiver = Receiver::start().unwrap();
    receiver.set_door(Door::Closed).unwrap();
    // A backlog of a megabyte, at sixty-four kibibytes a second.
    let slow = Spool::at(directory.path()).backlog_bytes_per_second(64 * 1024);
    let pipeline = builder(&receiver, slow).install().unwrap();
    load(&pipeline, &NOTE, 0..1_024);
    await_report(&pipeline, |report| report.spooled() == 1_024);
    receiver.set_door(Door::Open).unwrap();
    await_report(&pipeline, |report| report.logs.exported > 0);
    record(&pipeline, &NOTE, 5_000);
    assert!(receiver.wait_until(PATIENCE, |_| arrived(&receiver).contains(&5_000)));
    let report = pipeline.report();
    assert!(report.spooled() > 256, "the backlog was to be slow: {report}");
}

#[test]
fn what_is_audited_is_on_disk_before_it_is_sent() {
    let directory = TempDir::new().unwrap();
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::Silent);
    let pipeline = builder(&receiver, fast(directory.path())).install().unwrap();
    (0..100).for_each(|number| record(&pipeline, &TRADE, number));
    assert!(receiver.wait_until(PATIENCE, |counts| counts.log_records > 0));
    // The first request is out and unanswered: the process may be killed now, and another one finds all that was sent. On
    // a busy machine that need not be everything that was recorded.
    let sent = receiver.counts().log_records;
    std::mem::forget(pipeline);
    let found = bytes_below(directory.path());
    assert!(found > sent * 1024, "{sent} records were sent, and {found} bytes are on disk");
}

/// The bytes of all files in a directory and below.
fn bytes_below(directory: &Path) -> u64 {
    let entries = std::fs::read_dir(directory).unwrap().map(Result::unwrap);
    let of = |entry: std::fs::DirEntry| {
        if entry.file_type().unwrap().is_dir() {
            bytes_below(&entry.path())
        } else {
            entry.metadata().unwrap().len()
        }
    };
    entries.map(of).sum()
}

#[test]
fn what_is_buffered_touches_the_disk_only_when_it_must() {
    let directory = TempDir::new().unwrap();
    let receiver = Receiver::start().unwrap();
    let spool = fast(directory.path()).durability(Lane::Normal, Durability::Buffered);
    let pipeline = builder(&receiver, spool).install().unwrap();
    let before = bytes_below(directory.path());
    (0..500).for_each(|number| record(&pipeline, &NOTE, number));
    pipeline.flush(PATIENCE).unwrap();
    assert_eq!(bytes_below(directory.path()), before);
    receiver.set_door(Door::Closed).unwrap();
    (500..1_000).for_each(|number| record(&pipeline, &NOTE, number));
    let report = await_report(&pipeline, |report| report.spooled() == 500);
    assert_eq!(report.lost(), 0, "{report}");
    assert!(bytes_below(directory.path()) > 500 * 1024);
    receiver.set_door(Door::Open).unwrap();
    await_report(&pipeline, |report| report.logs.exported == 1_000);
    assert_eq!(arrived(&receiver), (0..1_000).collect());
}

#[test]
fn a_spool_that_cannot_be_is_said_at_once() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let receiver = Receiver::start().unwrap();
    let error = builder(&receiver, Spool::at(&file)).install().unwrap_err();
    let [problem] = error.problems() else { panic!("{error}") };
    assert_eq!(problem.setting, "spool");
    assert!(problem.why.contains("file"), "{problem}");
}

#[test]
fn a_stream_and_a_lane_have_their_own_place_in_the_books() {
    let directory = TempDir::new().unwrap();
    let receiver = Receiver::start().unwrap();
    receiver.set_door(Door::Closed).unwrap();
    let pipeline = builder(&receiver, fast(directory.path())).install().unwrap();
    (0..10).for_each(|number| record(&pipeline, &NOTE, number));
    (10..15).for_each(|number| record(&pipeline, &TRADE, number));
    let report = pipeline.shutdown(Duration::from_secs(10)).unwrap();
    let spooled = |lane| report.of_lane(Stream::Logs, lane).spooled;
    assert_eq!((spooled(Lane::Normal), spooled(Lane::Audit)), (10, 5), "{report}");
}

#[test]
fn the_halves_of_what_was_too_large_leave_nothing_behind() {
    const RECORDS: usize = 200;
    let directory = TempDir::new().unwrap();
    let receiver = Receiver::builder().max_request_bytes(32 * 1024).start().unwrap();
    let builder = builder(&receiver, fast(directory.path()))
        .endpoint(receiver.http_endpoint())
        .protocol(Protocol::HttpProtobuf);
    let pipeline = builder.install().unwrap();
    (0..RECORDS).for_each(|number| record(&pipeline, &NOTE, number));
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!((report.logs.exported, report.spooled(), report.lost()), (RECORDS as u64, 0, 0), "{report}");
    assert_eq!(arrived(&receiver), (0..RECORDS).collect());
    assert!(receiver.counts().too_large > 0, "the server was to refuse the whole");
    assert_eq!(bytes_below(directory.path()), 0);
}
