//! What was recorded and lost, waits, or was left out; and pipelines that stand still.

use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use opentelemetry::Context;
use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState, Tracer as _,
    TracerProvider as _,
};
use otel_core::ledger::{DropReason, Stream};
use otel_core::pipeline::{FindingKind, Pipeline, Stage, Subject};
use otel_core::settings::Protocol;
use otel_core::testing::{Answer, Door, Receiver};
use otel_core::{CounterDef, Outcome, Severity, Telemetry, Unit};

use super::{NOTE, PATIENCE, SHORT, WORK, builder, kinds, patient, the, to};

const BEATS: CounterDef<()> = CounterDef::new("beats", Unit::new("{beat}"), "Beats.");

#[test]
fn nothing_was_recorded() {
    let receiver = Receiver::start().unwrap();
    let pipeline = patient(to(receiver.grpc_endpoint(), Protocol::Grpc).self_metrics(true));
    // Somebody records, but not with this.
    Telemetry::noop().event(&NOTE).emit();
    pipeline.flush(PATIENCE).unwrap();
    let diagnosis = pipeline.doctor(PATIENCE);
    assert_eq!(diagnosis.findings()[0].kind, FindingKind::NothingRecorded, "{diagnosis}");
    assert!(!diagnosis.is_well());
    pipeline.event(&NOTE).emit();
    let diagnosis = pipeline.doctor(PATIENCE);
    assert!(diagnosis.is_well(), "{diagnosis}");
}

#[test]
fn an_application_of_metrics_alone_records_something() {
    let receiver = Receiver::start().unwrap();
    let pipeline = patient(to(receiver.grpc_endpoint(), Protocol::Grpc).self_metrics(true));
    pipeline.counter(&BEATS).add(1, ());
    let diagnosis = pipeline.doctor(PATIENCE);
    assert!(diagnosis.is_well(), "{diagnosis}");
}

#[test]
fn a_span_is_still_open_and_records_wait() {
    let receiver = Receiver::start().unwrap();
    let slow = Duration::from_secs(3_600);
    let pipeline = patient(to(receiver.grpc_endpoint(), Protocol::Grpc).schedule_delay(slow));
    let open = pipeline.span(&WORK);
    pipeline.event(&NOTE).emit();
    pipeline.counter(&BEATS).add(1, ());
    let diagnosis = pipeline.doctor(PATIENCE);
    assert_eq!(the(&diagnosis, FindingKind::StillOpen).what, "1 span begun and not ended");
    let waiting: Vec<_> =
        diagnosis.findings().iter().filter(|finding| finding.kind == FindingKind::Waiting).collect();
    let [logs, metrics] = waiting[..] else { panic!("{diagnosis}") };
    assert!(logs.what.starts_with("1 log record") && logs.remedy.contains("3600s"), "{diagnosis}");
    assert_eq!(metrics.subject, Subject::Stream(Stream::Metrics));
    assert!(metrics.what.contains("every 60s"), "{diagnosis}");
    assert!(diagnosis.is_well(), "{diagnosis}");

    open.finish(Outcome::Ok);
    pipeline.flush(PATIENCE).unwrap();
    let diagnosis = pipeline.doctor(PATIENCE);
    assert_eq!(kinds(&diagnosis), [], "{diagnosis}");
}

#[test]
fn what_was_lost_is_told_with_the_reason_and_the_last_words() {
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::InvalidArgument);
    let pipeline = patient(to(receiver.grpc_endpoint(), Protocol::Grpc).retry_for(SHORT));
    pipeline.event(&NOTE).emit();
    pipeline.flush(PATIENCE).unwrap_err();
    receiver.answer_with(Answer::Reject { items: 1, message: "too old".to_owned() });
    pipeline.span(&WORK).finish(Outcome::Ok);
    pipeline.flush(PATIENCE).unwrap_err();
    receiver.answer_with(Answer::Accept);

    let diagnosis = pipeline.doctor(PATIENCE);
    let refused = the(&diagnosis, FindingKind::Dropped(DropReason::Refused));
    assert_eq!(refused.what, "1 log record; the last failure was: told to refuse");
    let Subject::Destination { name, streams, .. } = &refused.subject else { panic!("{diagnosis}") };
    assert_eq!((name.as_str(), streams.as_slice()), ("main", &[Stream::Logs][..]));
    let rejected = the(&diagnosis, FindingKind::Rejected);
    assert_eq!(rejected.what, "1 span; the last failure was: 1 items rejected: too old");
    assert_eq!(rejected.severity, Severity::Error);

    // Once something arrives, not all is lost.
    pipeline.event(&NOTE).emit();
    pipeline.flush(PATIENCE).unwrap();
    let diagnosis = pipeline.doctor(PATIENCE);
    let refused = the(&diagnosis, FindingKind::Dropped(DropReason::Refused));
    assert_eq!(refused.severity, Severity::Warn);
}

#[test]
fn after_a_shutdown_that_failed_it_still_says_why() {
    let receiver = Receiver::start().unwrap();
    receiver.set_door(Door::Closed).unwrap();
    let pipeline = patient(to(receiver.grpc_endpoint(), Protocol::Grpc));
    pipeline.event(&NOTE).emit();
    pipeline.shutdown(SHORT).unwrap_err();
    pipeline.event(&NOTE).emit();
    let diagnosis = pipeline.doctor(PATIENCE);
    assert_eq!(diagnosis.findings()[0].kind, FindingKind::NobodyListens, "{diagnosis}");
    let dropped = the(&diagnosis, FindingKind::Dropped(DropReason::DeadlineExceeded));
    assert!(dropped.what.contains("onnection refused"), "{diagnosis}");
    let late = the(&diagnosis, FindingKind::Dropped(DropReason::AlreadyShutDown));
    assert_eq!(late.what, "1 log record");
    the(&diagnosis, FindingKind::ShutDown);

    let receiver = Receiver::start().unwrap();
    let pipeline = patient(to(receiver.grpc_endpoint(), Protocol::Grpc));
    pipeline.event(&NOTE).emit();
    pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!(kinds(&pipeline.doctor(PATIENCE)), [FindingKind::ShutDown]);
}

#[test]
fn the_queue_is_full() {
    let receiver = Receiver::start().unwrap();
    receiver.set_door(Door::Closed).unwrap();
    let pipeline = patient(to(receiver.grpc_endpoint(), Protocol::Grpc).queue_bytes(1 << 20));
    let until = Instant::now() + PATIENCE;
    while pipeline.report().logs.dropped(DropReason::QueueFull) == 0 {
        assert!(Instant::now() < until, "{}", pipeline.report());
        pipeline.event(&NOTE).emit();
    }
    let diagnosis = pipeline.doctor(PATIENCE);
    assert_eq!(diagnosis.findings()[0].kind, FindingKind::NobodyListens, "{diagnosis}");
    let full = the(&diagnosis, FindingKind::Dropped(DropReason::QueueFull));
    assert!(full.remedy.contains("`Builder::queue_bytes`"), "{diagnosis}");
}

#[test]
fn spans_are_sampled_out_by_whoever_decided() {
    let receiver = Receiver::start().unwrap();
    let pipeline = patient(to(receiver.grpc_endpoint(), Protocol::Grpc));
    let parent = SpanContext::new(
        TraceId::from(1),
        SpanId::from(1),
        TraceFlags::default(),
        true,
        TraceState::default(),
    );
    let context = Context::new().with_remote_span_context(parent);
    // One of ours, and one of the OpenTelemetry API.
    {
        let _parent = context.clone().attach();
        pipeline.span(&WORK).finish(Outcome::Ok);
    }
    drop(pipeline.tracer_provider().unwrap().tracer("doctor").start_with_context("theirs", &context));
    let diagnosis = pipeline.doctor(PATIENCE);
    let left_out = the(&diagnosis, FindingKind::SampledOut);
    let by = "2 of 2 spans were left out: 2 because another process, which has the parent, did not sample it";
    assert_eq!((left_out.what.as_str(), left_out.severity), (by, Severity::Error));
    assert!(!kinds(&diagnosis).contains(&FindingKind::NothingRecorded), "{diagnosis}");

    // With some kept it is only worth knowing.
    pipeline.span(&WORK).finish(Outcome::Ok);
    let diagnosis = pipeline.doctor(PATIENCE);
    assert!(the(&diagnosis, FindingKind::SampledOut).what.starts_with("2 of 3 "), "{diagnosis}");
    assert!(diagnosis.is_well(), "{diagnosis}");

    let ratio = [("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0")];
    let pipeline = patient(builder(ratio).endpoint(receiver.grpc_endpoint()).protocol(Protocol::Grpc));
    pipeline.span(&WORK).finish(Outcome::Ok);
    let diagnosis = pipeline.doctor(PATIENCE);
    let by = "1 of 1 spans were left out: 1 that begin a trace, by the sampler";
    assert_eq!(the(&diagnosis, FindingKind::SampledOut).what, by);

    let custom = opentelemetry_sdk::trace::Sampler::AlwaysOff;
    let pipeline = patient(to(receiver.grpc_endpoint(), Protocol::Grpc).sampler(custom));
    pipeline.span(&WORK).finish(Outcome::Ok);
    let diagnosis = pipeline.doctor(PATIENCE);
    let left_out = &the(&diagnosis, FindingKind::SampledOut).what;
    assert!(left_out.ends_with("by the application's sampler"), "{left_out}");
}

/// Something that blocks until the sender is dropped.
fn gate() -> (mpsc::Sender<()>, impl Fn() + Send + Sync) {
    let (open, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    (open, move || drop(wait.lock().map(|wait| wait.recv())))
}

fn await_stuck(pipeline: &Pipeline, stage: Stage) {
    let until = Instant::now() + PATIENCE;
    while !pipeline.health().stuck.contains(&stage) {
        assert!(Instant::now() < until, "it is still {}", pipeline.health());
        std::thread::yield_now();
    }
}

#[test]
fn a_pipeline_whose_thread_is_held_up_is_examined_all_the_same() {
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::InvalidArgument);
    let (open, wait) = gate();
    let pipeline = patient(to(receiver.grpc_endpoint(), Protocol::Grpc).on_diagnostic(move |_| wait()));
    pipeline.event(&NOTE).emit();
    await_stuck(&pipeline, Stage::Drain);
    let diagnosis = pipeline.doctor(PATIENCE);
    assert_eq!(diagnosis.findings()[0].kind, FindingKind::Stuck(Stage::Drain), "{diagnosis}");
    assert!(the(&diagnosis, FindingKind::Refused).what.contains("told to refuse"), "{diagnosis}");
    drop(open);
}

#[test]
fn a_delivery_is_stuck() {
    let receiver = Receiver::start().unwrap();
    // Real requests are not answered, and empty ones are.
    receiver.script_of(Stream::Logs, [Answer::Silent, Answer::Silent, Answer::Silent]);
    let pipeline =
        patient(to(receiver.grpc_endpoint(), Protocol::Grpc).export_timeout(Duration::from_millis(200)));
    pipeline.event(&NOTE).emit();
    await_stuck(&pipeline, Stage::Delivery);
    receiver.set_door(Door::Closed).unwrap();
    let diagnosis = pipeline.doctor(PATIENCE);
    the(&diagnosis, FindingKind::Stuck(Stage::Delivery));
    let waiting = diagnosis.findings().iter().find(|finding| finding.what.starts_with("1 log record"));
    assert!(waiting.unwrap().what.contains("the last failure was: "), "{diagnosis}");

    // What does not run any more is not stuck, and what it left is in the ledger.
    pipeline.shutdown(SHORT).unwrap_err();
    let diagnosis = pipeline.doctor(PATIENCE);
    assert!(!kinds(&diagnosis).contains(&FindingKind::Stuck(Stage::Delivery)), "{diagnosis}");
    the(&diagnosis, FindingKind::Dropped(DropReason::DeadlineExceeded));
}
