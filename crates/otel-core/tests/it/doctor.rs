//! The doctor: each thing that can be wrong is told apart from all others, by the real thing.

mod choices;
mod clock;
mod endpoints;
mod losses;
mod secrets;
mod tls;

use std::time::Duration;

use otel_core::ledger::Stream;
use otel_core::pipeline::{Builder, Diagnosis, Finding, FindingKind, Pipeline, Subject};
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::{Receiver, TestTelemetry};
use otel_core::{EventDef, Outcome, Severity, SpanDef, SpanKind, Telemetry};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const NOTE: EventDef = EventDef::new("note", Severity::Info, "A note.");

const PROTOCOLS: [Protocol; 2] = [Protocol::Grpc, Protocol::HttpProtobuf];

/// For what answers at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// For what never answers.
const SHORT: Duration = Duration::from_millis(600);

/// A pipeline that depends on nothing but what a test says, and tells nobody.
fn builder<const N: usize>(variables: [(&str, &str); N]) -> Builder {
    Telemetry::builder("doctor")
        .environment(Environment::of(variables.map(|(name, value)| (name.to_owned(), value.to_owned()))))
        .self_metrics(false)
        .schedule_delay(Duration::from_millis(1))
        .on_diagnostic(|_| {})
}

fn endpoint_of(receiver: &Receiver, protocol: Protocol) -> String {
    if protocol == Protocol::Grpc { receiver.grpc_endpoint() } else { receiver.http_endpoint() }
}

/// A pipeline to an endpoint.
fn to(endpoint: impl Into<String>, protocol: Protocol) -> Builder {
    builder([]).endpoint(endpoint).protocol(protocol)
}

fn patient(builder: Builder) -> Pipeline {
    builder.install().unwrap()
}

/// The finding of this kind, which has to be there once.
fn the(diagnosis: &Diagnosis, kind: FindingKind) -> &Finding {
    let mut found = diagnosis.findings().iter().filter(|finding| finding.kind == kind);
    let first = found.next().unwrap_or_else(|| panic!("no {kind:?} in\n{diagnosis}"));
    assert!(found.next().is_none(), "more than one {kind:?} in\n{diagnosis}");
    first
}

fn kinds(diagnosis: &Diagnosis) -> Vec<FindingKind> {
    diagnosis.findings().iter().map(|finding| finding.kind).collect()
}

#[test]
fn who_is_well_is_told_so_and_the_empty_requests_leave_nothing_behind() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start().unwrap();
        let pipeline = patient(to(endpoint_of(&receiver, protocol), protocol));
        pipeline.span(&WORK).finish(Outcome::Ok);
        pipeline.flush(PATIENCE).unwrap();
        let (before, report) = (receiver.counts(), pipeline.report());

        let diagnosis = pipeline.doctor(PATIENCE);
        assert!(diagnosis.is_well(), "{diagnosis}");
        let page = diagnosis.to_string();
        assert!(page.starts_with("Telemetry is well: every endpoint takes what it is sent.\n"), "{page}");
        assert!(page.ends_with("metric points: 0 of 0 delivered.\n"), "{page}");

        let after = receiver.counts();
        assert_eq!(after.requests - before.requests, 3, "one of each stream");
        assert_eq!((after.spans, after.log_records, after.metric_points), (1, 0, 0));
        assert_eq!(pipeline.report(), report, "the ledger knows nothing of it");
        for stream in Stream::ALL {
            assert!(receiver.attempts().iter().any(|attempt| attempt.stream == stream), "{stream:?}");
        }
    }
}

#[test]
fn each_destination_is_asked_for_the_streams_that_go_there() {
    use otel_core::settings::OtlpDestination;

    let (main, other) = (Receiver::start().unwrap(), Receiver::start().unwrap());
    other.set_door(otel_core::testing::Door::Closed).unwrap();
    let auditors = OtlpDestination::new("auditors", other.http_endpoint()).streams(&[Stream::Logs]);
    let pipeline = patient(to(main.grpc_endpoint(), Protocol::Grpc).also_to(auditors));
    let diagnosis = pipeline.doctor(PATIENCE);
    let finding = the(&diagnosis, FindingKind::NobodyListens);
    let Subject::Destination { name, endpoint, streams } = &finding.subject else { panic!("{finding:?}") };
    assert_eq!((name.as_str(), streams.as_slice()), ("auditors", &[Stream::Logs][..]));
    assert_eq!(endpoint.as_deref(), Some(format!("{}/v1/logs", other.http_endpoint()).as_str()));
    assert!(finding.remedy.contains("`OtlpDestination::new`"), "{}", finding.remedy);
    assert_eq!(main.counts().requests, 3);
}

#[test]
fn it_can_be_called_inside_a_runtime_or_outside() {
    let receiver = Receiver::start().unwrap();
    let pipeline = patient(to(receiver.grpc_endpoint(), Protocol::Grpc));
    pipeline.event(&NOTE).emit();
    let one = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let many = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    for runtime in [one, many] {
        let diagnosis = runtime.block_on(async { pipeline.doctor(PATIENCE) });
        assert!(diagnosis.is_well(), "{diagnosis}");
    }
}

#[test]
fn who_has_no_patience_or_too_much_gets_a_diagnosis_all_the_same() {
    let receiver = Receiver::start().unwrap();
    let pipeline = patient(to(receiver.grpc_endpoint(), Protocol::Grpc));
    assert!(!pipeline.doctor(Duration::ZERO).is_well());
    pipeline.event(&NOTE).emit();
    assert!(pipeline.doctor(Duration::MAX).is_well());
}

#[test]
fn what_stays_in_the_process_is_not_asked() {
    let test = TestTelemetry::new();
    test.event(&NOTE).emit();
    test.recorded();
    let diagnosis = test.pipeline().doctor(PATIENCE);
    assert!(diagnosis.is_well(), "{diagnosis}");
    assert!(diagnosis.to_string().starts_with("Telemetry is well.\n"), "{diagnosis}");
}

#[test]
fn the_page_has_the_verdict_first_and_then_what_to_do() {
    let receiver = Receiver::start().unwrap();
    receiver.set_door(otel_core::testing::Door::Closed).unwrap();
    let endpoint = receiver.http_endpoint();
    let pipeline =
        patient(builder([("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint), ("OTEL_TRACE_SAMPLER", "x")]));
    let page = pipeline.doctor(PATIENCE).to_string();
    let expected = format!(
        "Telemetry does not arrive: nobody listens at the endpoint.\n\
         \n\
         1. nobody listens at the endpoint\n\
         \x20  where  traces, logs, metrics to `main`, {endpoint}\n\
         \x20  seen   Connection refused (os error 111)\n\
         \x20  do     start the collector, or correct OTEL_EXPORTER_OTLP_ENDPOINT\n\
         \n\
         2. nothing was recorded\n"
    );
    assert!(page.starts_with(&expected), "{page}");
    let notice = "a setting may not be what it seems (worth knowing)\n   where  the pipeline\n   seen   \
                  OTEL_TRACE_SAMPLER is not a variable; OTEL_TRACES_SAMPLER is\n";
    assert!(page.contains(notice), "{page}");
}
