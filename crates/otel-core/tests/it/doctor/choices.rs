//! Settings by which nothing arrives although everything works.

use otel_core::Outcome;
use otel_core::ledger::Stream;
use otel_core::pipeline::{FindingKind, Subject};
use otel_core::settings::Protocol;
use otel_core::testing::Receiver;

use super::{NOTE, PATIENCE, WORK, builder, kinds, patient, the};

#[test]
fn telemetry_is_switched_off() {
    let off = [("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACE_SAMPLER", "always_on")];
    let diagnosis = patient(builder(off)).doctor(PATIENCE);
    assert_eq!(kinds(&diagnosis), [FindingKind::Disabled, FindingKind::Notice]);
    assert!(diagnosis.to_string().starts_with("Telemetry does not arrive: telemetry is switched off.\n"));
    assert_eq!(diagnosis.findings()[0].subject, Subject::Setting("OTEL_SDK_DISABLED".to_owned()));
}

#[test]
fn a_stream_goes_nowhere() {
    let receiver = Receiver::start().unwrap();
    let endpoint = receiver.http_endpoint();
    let no_logs = [("OTEL_LOGS_EXPORTER", "none"), ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)];
    let pipeline = patient(builder(no_logs));
    pipeline.span(&WORK).finish(Outcome::Ok);
    let diagnosis = pipeline.doctor(PATIENCE);
    let finding = the(&diagnosis, FindingKind::NoExporter);
    assert_eq!(finding.subject, Subject::Stream(Stream::Logs));
    assert!(finding.what.starts_with("OTEL_LOGS_EXPORTER is none"), "{diagnosis}");
    assert!(diagnosis.is_well(), "nobody recorded any\n{diagnosis}");
    pipeline.event(&NOTE).emit();
    assert!(!pipeline.doctor(PATIENCE).is_well());
}

#[test]
fn all_streams_go_nowhere() {
    let pipeline = patient(builder([]).exporter(otel_core::settings::Exporter::Nothing));
    pipeline.event(&NOTE).emit();
    let diagnosis = pipeline.doctor(PATIENCE);
    let none = |kind: &&FindingKind| **kind == FindingKind::NoExporter;
    assert_eq!(kinds(&diagnosis).iter().filter(none).count(), 3, "{diagnosis}");
    assert!(diagnosis.findings()[0].what.starts_with("`Builder::exporter` is none"), "{diagnosis}");
    assert!(!diagnosis.is_well());
}

#[test]
fn metrics_are_only_fetched() {
    let receiver = Receiver::start().unwrap();
    let endpoint = receiver.http_endpoint();
    let fetched = [
        ("OTEL_METRICS_EXPORTER", "prometheus"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "0"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
    ];
    let diagnosis = patient(builder(fetched)).doctor(PATIENCE);
    the(&diagnosis, FindingKind::OnlyFetched);
    assert_eq!(receiver.counts().requests, 2, "traces and logs");
}

#[test]
fn the_sampler_keeps_nothing() {
    for (sampler, share) in [
        ("always_off", "1"),
        ("parentbased_always_off", "1"),
        ("traceidratio", "0"),
        ("parentbased_traceidratio", "0.0"),
    ] {
        let receiver = Receiver::start().unwrap();
        let variables = [("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", share)];
        let pipeline = builder(variables).endpoint(receiver.grpc_endpoint()).protocol(Protocol::Grpc);
        let diagnosis = patient(pipeline).doctor(PATIENCE);
        let finding = &diagnosis.findings()[0];
        assert_eq!(finding.kind, FindingKind::SamplerOff, "{diagnosis}");
        assert!(finding.what.contains(sampler), "{diagnosis}");
        assert_eq!(finding.what.contains("another process"), sampler.starts_with("parent"), "{diagnosis}");
    }
    let kept = builder([("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.01")]);
    let kept = patient(kept.exporter(otel_core::settings::Exporter::Nothing)).doctor(PATIENCE);
    assert!(!kinds(&kept).contains(&FindingKind::SamplerOff), "{kept}");
}

#[test]
fn diagnostics_are_hidden() {
    for (level, hidden) in [("none", true), ("error", true), ("warn", false), ("info", false)] {
        let pipeline = builder([("OTEL_LOG_LEVEL", level)]).exporter(otel_core::settings::Exporter::Nothing);
        let diagnosis = patient(pipeline).doctor(PATIENCE);
        assert_eq!(kinds(&diagnosis).contains(&FindingKind::DiagnosticsHidden), hidden, "{level}");
    }
}
