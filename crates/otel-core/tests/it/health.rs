//! Health: a stage that has work and gets nowhere shows, and so does that it goes on.

use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use opentelemetry::metrics::MeterProvider as _;
use otel_core::pipeline::{Builder, Health, Pipeline, Stage};
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::{Answer, Receiver};
use otel_core::{EventDef, Severity, Telemetry};

const NOTE: EventDef = EventDef::new("note", Severity::Info, "A note.");
const PATIENCE: Duration = Duration::from_secs(60);

fn builder(receiver: &Receiver) -> Builder {
    let nothing: [(String, String); 0] = [];
    Telemetry::builder("health")
        .environment(Environment::of(nothing))
        .self_metrics(false)
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .schedule_delay(Duration::from_millis(1))
        .on_diagnostic(|_| {})
}

/// Waits until the health is as wanted, and does something meanwhile.
fn await_health(pipeline: &Pipeline, meanwhile: impl Fn(), wanted: impl Fn(&Health) -> bool) -> Health {
    let until = Instant::now() + PATIENCE;
    loop {
        let health = pipeline.health();
        if wanted(&health) {
            return health;
        }
        assert!(Instant::now() < until, "it is still {health}");
        meanwhile();
        std::thread::yield_now();
    }
}

/// Something that blocks until the sender is dropped.
fn gate() -> (mpsc::Sender<()>, impl Fn() + Send + Sync) {
    let (open, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    (open, move || drop(wait.lock().map(|wait| wait.recv())))
}

#[test]
fn a_pipeline_that_delivers_is_well_and_one_that_was_shut_down_is_not_ready() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver).install().unwrap();
    pipeline.event(&NOTE).emit();
    pipeline.flush(PATIENCE).unwrap();
    let health = pipeline.health();
    assert_eq!((health.live, health.ready, health.flowing, health.stuck.len()), (true, true, true, 0));
    assert_eq!(health.to_string(), "live, ready, flowing");
    pipeline.shutdown(PATIENCE).unwrap();
    assert!(!pipeline.health().ready);
}

#[test]
fn a_destination_that_does_not_answer_stops_the_flow_until_it_does() {
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::Silent);
    let pipeline = builder(&receiver).export_timeout(Duration::from_millis(300)).install().unwrap();
    pipeline.event(&NOTE).emit();
    let health = await_health(&pipeline, || (), |health| !health.flowing);
    assert_eq!((health.live, health.stuck.as_slice()), (true, &[Stage::Delivery][..]), "the thread is well");
    receiver.answer_with(Answer::Accept);
    await_health(&pipeline, || pipeline.event(&NOTE).emit(), |health| health.flowing);
}

#[test]
fn a_thread_that_is_held_up_gives_no_sign_of_life() {
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::InvalidArgument);
    // A listener that blocks holds up the thread that tells it.
    let (open, wait) = gate();
    let pipeline = builder(&receiver).on_diagnostic(move |_| wait()).install().unwrap();
    pipeline.event(&NOTE).emit();
    let health = await_health(&pipeline, || (), |health| !health.live);
    assert_eq!((health.flowing, health.stuck.as_slice()), (false, &[Stage::Drain][..]));
    assert_eq!(health.to_string(), "not live, ready, stuck: drain");
    drop(open);
    await_health(&pipeline, || (), |health| health.live && health.flowing);
}

#[test]
fn metrics_that_are_not_collected_any_more_show() {
    let receiver = Receiver::start().unwrap();
    let pipeline =
        builder(&receiver).self_metrics(true).metric_interval(Duration::from_millis(50)).install().unwrap();
    let (open, wait) = gate();
    let meter = pipeline.meter_provider().unwrap().meter("health");
    let _gauge = meter.u64_observable_gauge("blocks").with_callback(move |_| wait()).build();
    let health = await_health(&pipeline, || (), |health| !health.flowing);
    assert_eq!((health.live, health.stuck.as_slice()), (true, &[Stage::Metrics][..]));
    drop(open);
    await_health(&pipeline, || (), |health| health.flowing);
}

#[test]
fn telemetry_that_is_off_is_well() {
    let off = Environment::of([("OTEL_SDK_DISABLED", "true")]);
    let health = Telemetry::builder("health").environment(off).install().unwrap().health();
    assert!(health.live && health.ready && health.flowing);
}
