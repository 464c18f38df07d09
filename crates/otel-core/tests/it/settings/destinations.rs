//! Destinations: where each stream goes, and what each destination is told.

use otel_core::ledger::Stream;
use otel_core::settings::{Exporter, Origin, OtlpDestination, Protocol};

use super::builder;

/// The destinations that the effective settings name, without what is the same for all.
fn of(
    variables: &[(&str, &str)],
    change: impl FnOnce(otel_core::pipeline::Builder) -> otel_core::pipeline::Builder,
) -> Vec<String> {
    let pipeline = change(builder(variables)).install().unwrap();
    let endpoints = pipeline.effective_settings().iter().filter(|it| it.name.ends_with(".endpoint"));
    endpoints.map(|it| format!("{} {}", it.name, it.value)).collect()
}

#[test]
fn another_destination_takes_its_streams_beside_the_first_one() {
    let second = || OtlpDestination::new("second", "http://second:4317");
    let base = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://first:4318")];
    assert_eq!(
        of(&base, |builder| builder.also_to(second())),
        [
            "main.traces.endpoint http://first:4318/v1/traces",
            "main.logs.endpoint http://first:4318/v1/logs",
            "main.metrics.endpoint http://first:4318/v1/metrics",
            "second.traces.endpoint http://second:4317",
            "second.logs.endpoint http://second:4317",
            "second.metrics.endpoint http://second:4317",
        ]
    );
    let http = second().protocol(Protocol::HttpProtobuf).streams(&[Stream::Metrics]);
    assert_eq!(
        of(&base, |builder| builder.exporter(Exporter::Nothing).also_to(http)),
        ["second.metrics.endpoint http://second:4317/v1/metrics"]
    );
}

#[test]
fn the_environment_tells_another_destination_nothing() {
    let variables = [
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=secret"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "1"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
    ];
    let second =
        OtlpDestination::new("second", "http://second:4318").header("X-Key", "b").header("x-key", "c");
    let pipeline = builder(&variables).also_to(second).install().unwrap();
    let effective = pipeline.effective_settings();
    let of_second: Vec<_> = effective.iter().filter(|it| it.name.starts_with("second.logs.")).collect();
    assert!(of_second.iter().all(|it| !matches!(it.origin, Origin::Environment(_))), "{of_second:?}");
    let headers: Vec<_> =
        of_second.iter().filter(|it| it.name.contains("headers")).map(|it| &it.name).collect();
    assert_eq!(headers, ["second.logs.headers.x-key"]);
    assert_eq!(effective.get("second.logs.protocol").unwrap().value, "http/protobuf");
    assert_eq!(effective.get("main.logs.headers.authorization").unwrap().value, "[redacted]");
}

#[test]
fn a_destination_never_shows_its_secrets() {
    let second = OtlpDestination::new("second", "http://second:4318?key=hunter2").header("x-key", "hunter2");
    let text = format!("{second:?}");
    assert!(text.contains("x-key") && !text.contains("hunter2"), "{text}");
    let error = builder(&[]).also_to(second).install().unwrap_err();
    assert!(!error.to_string().contains("hunter2"), "{error}");
}

#[test]
fn several_exporters_are_several_destinations() {
    let variables = [
        ("OTEL_SDK_DISABLED", "true"),
        ("OTEL_TRACES_EXPORTER", "otlp/stdout, OTLP"),
        ("OTEL_LOGS_EXPORTER", "console"),
        ("OTEL_METRICS_EXPORTER", "none"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
    ];
    let pipeline =
        builder(&variables).json_file("telemetry.jsonl").prometheus("localhost", 9000).install().unwrap();
    let effective = pipeline.effective_settings();
    let expected = [
        ("traces.exporter", "otlp/stdout,otlp"),
        ("logs.exporter", "console"),
        ("metrics.exporter", "prometheus"),
        ("main.traces.protocol", "http/json"),
        ("main.traces.endpoint", "http://localhost:4318/v1/traces"),
        ("file.path", "telemetry.jsonl"),
        ("prometheus.port", "9000"),
    ];
    for (name, value) in expected {
        assert_eq!(effective.get(name).map(|it| it.value.as_str()), Some(value), "{effective}");
    }
    assert_eq!(effective.get("main.logs.endpoint"), None);
    assert_eq!(effective.notices().iter().filter(|it| it.contains("feature")).count(), 0, "{effective}");
}
