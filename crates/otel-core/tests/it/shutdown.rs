//! Flush and shutdown: they end, from wherever they are called, and say what did not arrive.

use std::cell::RefCell;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use otel_core::ledger::DropReason;
use otel_core::pipeline::{Builder, Diagnostic, Pipeline};
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::{Answer, Receiver};
use otel_core::{CounterDef, EventDef, Outcome, Severity, Span, SpanDef, SpanKind, Telemetry, Unit};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const DONE: EventDef = EventDef::new("work.done", Severity::Info, "A piece of work is done.");
const WORKS: CounterDef<()> = CounterDef::new("works", Unit::new("{work}"), "Pieces of work.");

const PROTOCOLS: [Protocol; 2] = [Protocol::Grpc, Protocol::HttpProtobuf];

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A deadline that is meant to pass, and what may be spent beyond it.
const SHORT: Duration = Duration::from_millis(300);
const SLACK: Duration = Duration::from_secs(1);

#[test]
fn everything_arrives_without_any_runtime() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start().unwrap();
        let pipeline = builder(&receiver.endpoint(protocol), protocol).install().unwrap();
        record(&pipeline);
        assert_delivered(&pipeline, &receiver);
    }
}

#[test]
fn everything_arrives_from_inside_a_current_thread_runtime() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let pipeline = builder(&receiver.endpoint(protocol), protocol).install().unwrap();
            record(&pipeline);
            pipeline.flush(PATIENCE).unwrap();
            assert_eq!((receiver.counts().spans, receiver.counts().log_records), (1, 1));
            record(&pipeline);
            tokio::task::yield_now().await;
            pipeline.shutdown(PATIENCE).unwrap();
            assert_eq!((receiver.counts().spans, receiver.counts().log_records), (2, 2));
        });
    }
}

#[test]
fn everything_arrives_from_inside_a_multi_thread_runtime() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start().unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let pipeline = builder(&receiver.endpoint(protocol), protocol).install().unwrap();
        let telemetry = pipeline.telemetry().clone();
        let pipeline = runtime.block_on(async {
            let recorded = tokio::spawn(async move { record(&telemetry) });
            recorded.await.unwrap();
            // The only worker is the one that waits.
            let shut_down = tokio::spawn(async move {
                pipeline.flush(PATIENCE).unwrap();
                pipeline.shutdown(PATIENCE).unwrap();
                pipeline
            });
            shut_down.await.unwrap()
        });
        assert_delivered(&pipeline, &receiver);
    }
}

#[test]
fn a_pipeline_that_is_dropped_delivers_what_is_left() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start().unwrap();
        let pipeline = builder(&receiver.endpoint(protocol), protocol).install().unwrap();
        record(&pipeline);
        drop(pipeline);
        let counts = receiver.counts();
        assert_eq!((counts.spans, counts.log_records, counts.metric_points), (1, 1, 1));
    }
}

#[test]
fn a_shutdown_inside_a_drop_delivers_everything() {
    struct Application {
        pipeline: Pipeline,
    }
    impl Drop for Application {
        fn drop(&mut self) {
            record(&self.pipeline);
            self.pipeline.shutdown(PATIENCE).unwrap();
        }
    }
    let receiver = Receiver::start().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let pipeline = builder(&receiver.grpc_endpoint(), Protocol::Grpc).install().unwrap();
        drop(Application { pipeline });
    });
    assert_eq!((receiver.counts().spans, receiver.counts().log_records), (1, 1));
}

#[test]
fn a_pipeline_dropped_by_a_panic_delivers_what_was_recorded_before() {
    let receiver = Receiver::start().unwrap();
    let endpoint = receiver.grpc_endpoint();
    let panicked = std::panic::catch_unwind(move || {
        let pipeline = builder(&endpoint, Protocol::Grpc).install().unwrap();
        record(&pipeline);
        let _open = pipeline.span(&WORK);
        panic!("on purpose");
    });
    assert!(panicked.is_err());
    // The span that was open ended with the panic, before the pipeline did.
    assert_eq!((receiver.counts().spans, receiver.counts().log_records), (2, 1));
}

#[test]
fn a_pipeline_survives_a_panic_in_the_code_it_watches() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver.grpc_endpoint(), Protocol::Grpc).install().unwrap();
    for _ in 0..10 {
        let telemetry = pipeline.telemetry().clone();
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
            let span = telemetry.span(&WORK);
            let _entered = span.enter();
            let _inner = telemetry.span(&WORK);
            let _event = telemetry.event(&DONE);
            panic!("on purpose");
        }));
        assert!(panicked.is_err());
    }
    record(&pipeline);
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!((report.spans.exported, report.logs.exported, report.pending()), (21, 11, 0));
    let received = receiver.received();
    let errors = received.spans().filter(|(_, _, span)| span.status.as_ref().is_some_and(|it| it.code == 2));
    assert_eq!(errors.count(), 20);
}

thread_local! {
    /// Destroyed with its thread, before or after the lane of that thread.
    static FIRST: RefCell<Option<Span>> = const { RefCell::new(None) };
    static LAST: RefCell<Option<Span>> = const { RefCell::new(None) };
}

#[test]
fn a_span_that_ends_with_its_thread_is_not_lost() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver.grpc_endpoint(), Protocol::Grpc).install().unwrap();
    for _ in 0..20 {
        let telemetry = pipeline.telemetry().clone();
        let ended = std::thread::spawn(move || {
            // Whichever order the platform destroys thread-locals in, one of these outlives the lane.
            FIRST.with(|_| {});
            let span = telemetry.span(&WORK);
            LAST.set(Some(telemetry.span(&WORK)));
            FIRST.set(Some(span));
        });
        ended.join().unwrap();
    }
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!((report.spans.created, report.spans.exported), (40, 40));
    assert_eq!(receiver.counts().spans, 40);
}

#[test]
fn telemetry_that_is_used_while_its_thread_is_destroyed_does_no_harm() {
    struct Late(Telemetry);
    impl Drop for Late {
        fn drop(&mut self) {
            record(&self.0);
        }
    }
    thread_local! {
        static BEFORE: RefCell<Option<Late>> = const { RefCell::new(None) };
        static AFTER: RefCell<Option<Late>> = const { RefCell::new(None) };
    }
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver.grpc_endpoint(), Protocol::Grpc).install().unwrap();
    for _ in 0..20 {
        let telemetry = pipeline.telemetry().clone();
        let ended = std::thread::spawn(move || {
            BEFORE.with(|_| {});
            record(&telemetry);
            AFTER.set(Some(Late(telemetry.clone())));
            BEFORE.set(Some(Late(telemetry)));
        });
        ended.join().unwrap();
    }
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!((report.spans.exported, report.logs.exported), (60, 60));
}

#[test]
fn an_unreachable_endpoint_is_said_once_and_does_not_hold_up_the_end() {
    for protocol in PROTOCOLS {
        let diagnostics = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&diagnostics);
        let pipeline = builder(&nobody(), protocol)
            .on_diagnostic(move |diagnostic| heard.lock().unwrap().push(diagnostic.clone()))
            .install()
            .unwrap();
        record(&pipeline);
        let begun = Instant::now();
        let undelivered = pipeline.shutdown(SHORT).unwrap_err();
        assert!(begun.elapsed() < SHORT + SLACK, "{:?}", begun.elapsed());

        let report = undelivered.report();
        for counts in [&report.spans, &report.logs] {
            assert_eq!((counts.created, counts.exported, counts.pending()), (1, 0, 0), "{report}");
            assert_eq!(counts.dropped(DropReason::DeadlineExceeded), 1, "{report}");
        }
        // Metrics are collected beside; on a machine with much to do that may be after the deadline.
        let points = &report.metric_points;
        assert_eq!((points.exported, points.pending(), points.lost()), (0, 0, points.created), "{report}");
        assert!(undelivered.to_string().contains("1 dropped (deadline_exceeded)"), "{undelivered}");
        let diagnostics = diagnostics.lock().unwrap();
        assert!(matches!(diagnostics.as_slice(), [Diagnostic::Unreachable { .. }]), "{diagnostics:?}");
    }
}

#[test]
fn the_time_for_all_attempts_ends_them_before_the_deadline_does() {
    for protocol in PROTOCOLS {
        let pipeline = builder(&nobody(), protocol).retry_for(SHORT).install().unwrap();
        record(&pipeline);
        let report = *pipeline.shutdown(PATIENCE).unwrap_err().report();
        for counts in [&report.spans, &report.logs, &report.metric_points] {
            assert_eq!(counts.dropped(DropReason::ExportFailed), 1, "{report}");
            assert_eq!(counts.pending(), 0, "{report}");
        }
    }
}

#[test]
fn a_receiver_that_never_answers_does_not_hold_up_the_end() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start().unwrap();
        receiver.answer_with(Answer::Silent);
        let pipeline = builder(&receiver.endpoint(protocol), protocol).install().unwrap();
        record(&pipeline);
        let begun = Instant::now();
        assert!(pipeline.flush(SHORT).is_err());
        assert!(begun.elapsed() < SHORT + SLACK, "flush: {:?}", begun.elapsed());

        let begun = Instant::now();
        let report = *pipeline.shutdown(SHORT).unwrap_err().report();
        assert!(begun.elapsed() < SHORT + SLACK, "shutdown: {:?}", begun.elapsed());
        assert_eq!(report.spans.dropped(DropReason::DeadlineExceeded), 1, "{report}");
        assert_eq!(report.logs.dropped(DropReason::DeadlineExceeded), 1, "{report}");
        assert_eq!(report.pending(), 0, "{report}");
    }
}

#[test]
fn a_dropped_pipeline_gives_up_on_a_receiver_that_never_answers() {
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::Silent);
    let pipeline = builder(&receiver.grpc_endpoint(), Protocol::Grpc).install().unwrap();
    record(&pipeline);
    let begun = Instant::now();
    drop(pipeline);
    assert!(begun.elapsed() < Duration::from_secs(2) + SLACK, "{:?}", begun.elapsed());
}

#[test]
fn a_second_shutdown_says_the_same() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver.grpc_endpoint(), Protocol::Grpc).install().unwrap();
    record(&pipeline);
    let first = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!(pipeline.shutdown(PATIENCE), Ok(first));
    assert_eq!(pipeline.report(), first);

    let pipeline = builder(&nobody(), Protocol::Grpc).install().unwrap();
    record(&pipeline);
    let first = pipeline.shutdown(SHORT).unwrap_err();
    assert_eq!(pipeline.shutdown(PATIENCE), Err(first));
}

#[test]
fn several_threads_may_shut_down_at_once() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver.grpc_endpoint(), Protocol::Grpc).install().unwrap();
    record(&pipeline);
    let reports = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| pipeline.shutdown(PATIENCE).unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(reports.iter().all(|report| *report == reports[0] && report.spans.exported == 1), "{reports:?}");
}

#[test]
fn a_flush_delivers_what_was_recorded_before_it() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver.http_endpoint(), Protocol::HttpProtobuf).install().unwrap();
    let counter = pipeline.counter(&WORKS);
    for round in 1..=20 {
        let telemetry = pipeline.telemetry().clone();
        let elsewhere = std::thread::spawn(move || telemetry.span(&WORK).finish(Outcome::Ok));
        elsewhere.join().unwrap();
        pipeline.event(&DONE).emit();
        counter.add(1, ());
        let report = pipeline.flush(PATIENCE).unwrap();
        assert_eq!((report.spans.exported, report.logs.exported), (round, round));
        assert_eq!((receiver.counts().spans, receiver.counts().log_records), (round, round));
        assert_eq!((receiver.counts().metric_points, report.pending()), (round, 0));
    }
}

#[test]
fn a_flush_through_the_api_of_the_sdk_delivers_too() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver.grpc_endpoint(), Protocol::Grpc).install().unwrap();
    record(&pipeline);
    pipeline.tracer_provider().unwrap().force_flush().unwrap();
    assert_eq!((receiver.counts().spans, receiver.counts().log_records), (1, 1));
    record(&pipeline);
    pipeline.logger_provider().unwrap().force_flush().unwrap();
    assert_eq!((receiver.counts().spans, receiver.counts().log_records), (2, 2));
    pipeline.meter_provider().unwrap().force_flush().unwrap();
    assert!(receiver.counts().metric_points >= 1);
}

#[test]
fn a_flush_after_the_end_has_nothing_to_complain_of() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver.grpc_endpoint(), Protocol::Grpc).install().unwrap();
    record(&pipeline);
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!(pipeline.flush(PATIENCE), Ok(report));
}

trait Endpoint {
    fn endpoint(&self, protocol: Protocol) -> String;
}

impl Endpoint for Receiver {
    fn endpoint(&self, protocol: Protocol) -> String {
        match protocol {
            Protocol::Grpc => self.grpc_endpoint(),
            _ => self.http_endpoint(),
        }
    }
}

fn builder(endpoint: &str, protocol: Protocol) -> Builder {
    let nothing: [(String, String); 0] = [];
    Telemetry::builder("test")
        .self_metrics(false)
        .environment(Environment::of(nothing))
        .endpoint(endpoint)
        .protocol(protocol)
        .on_diagnostic(|_| {})
}

/// One span, one event and one data point.
fn record(telemetry: &Telemetry) {
    telemetry.span(&WORK).finish(Outcome::Ok);
    telemetry.event(&DONE).emit();
    telemetry.counter(&WORKS).add(1, ());
}

fn assert_delivered(pipeline: &Pipeline, receiver: &Receiver) {
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!((report.spans.exported, report.logs.exported, report.pending()), (1, 1, 0), "{report}");
    let counts = receiver.counts();
    assert_eq!((counts.spans, counts.log_records, counts.malformed), (1, 1, 0));
    assert!(counts.metric_points >= 1);
}

/// An endpoint where nothing listens: a port that was free a moment ago.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[test]
fn a_deadline_may_be_for_ever() {
    let receiver = Receiver::start().unwrap();
    let builder = builder(&receiver.grpc_endpoint(), Protocol::Grpc).retry_for(Duration::MAX);
    let pipeline = builder.install().unwrap();
    record(&pipeline);
    pipeline.flush(Duration::MAX).unwrap();
    record(&pipeline);
    let report = pipeline.shutdown(Duration::MAX).unwrap();
    assert_eq!((report.spans.exported, report.pending()), (2, 0), "{report}");
}
