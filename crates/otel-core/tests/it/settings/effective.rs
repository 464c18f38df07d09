//! What is in force, in words: complete, with its origins, and without secrets.

use std::path::Path;
use std::time::Duration;

use otel_core::ledger::Stream;
use otel_core::settings::{
    Compression, Durability, Environment, Exporter, Origin, OtlpDestination, Spool, WhenFull,
};
use otel_core::{Lane, Telemetry};

use super::builder;
use super::page::assert_page;

const SECRET: &str = "hunter2";

#[test]
fn every_setting_stands_on_a_line_with_its_origin() {
    let variables = [
        // Shown alike, and nothing is made or opened.
        ("OTEL_SDK_DISABLED", "true"),
        ("OTEL_RESOURCE_ATTRIBUTES", "team=blue,region=env"),
        ("OTEL_ENTITIES", "host{host.id=h1}[host.name=one]@https://example.org/1.0;"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20hunter2"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-key=hunter2"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces.example:4318/in?key=hunter2"),
        ("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "certificates/authority.pem"),
        ("OTEL_BSP_SCHEDULE_DELAY", "250"),
        ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.1"),
        ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "4096"),
        ("OTEL_METRICS_EXPORTER", "prometheus,otlp"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "0"),
        // Almost one, and one without effect.
        ("OTEL_TRACE_EXPORTER", "console"),
        ("OTEL_RUST_SPOOL_MAX_BYTES", "1"),
    ];
    let second = OtlpDestination::new("auditors", "http://audit.example:4317")
        .header("Authorization", SECRET)
        .compression(Compression::Gzip)
        .timeout(Duration::from_secs(3))
        .streams(&[Stream::Logs]);
    let spool = Spool::at("telemetry")
        .max_bytes(1 << 30)
        .max_age(Duration::from_secs(3600))
        .durability(Lane::Bulk, Durability::Written)
        .when_full(Lane::Normal, WhenFull::DropNew)
        .backlog_bytes_per_second(1 << 20);
    let pipeline = builder(&variables)
        .resource_attribute("region", "eu-west")
        .max_request_bytes(1 << 20)
        .queue_bytes(16 << 20)
        .reserve(Lane::Audit, 4 << 20)
        .audit_patience(Some(Duration::from_secs(5)))
        .self_metrics(false)
        .spool(spool)
        .also_to(second)
        .install()
        .unwrap();
    let text = pipeline.effective_settings().to_string();
    assert!(!text.contains(SECRET), "{text}");
    assert_page(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/settings/effective.txt"), &text);
}

#[test]
fn a_later_word_replaces_an_earlier_one_and_its_origin() {
    let pipeline = builder(&[
        ("OTEL_RESOURCE_ATTRIBUTES", "a=listed,b=listed,c=listed,service.name=listed"),
        ("OTEL_ENTITIES", "host{b=entity,c=entity};service{service.name=entity}"),
        ("OTEL_SERVICE_NAME", "named"),
    ])
    .resource_attribute("c", "code")
    .exporter(Exporter::Nothing)
    .install()
    .unwrap();
    let said = |key: &str| pipeline.effective_settings().get(&format!("resource.{key}")).unwrap().clone();
    let environment = |variable: &str| Origin::Environment(variable.to_owned());
    let expected = [
        ("a", "listed", environment("OTEL_RESOURCE_ATTRIBUTES")),
        ("b", "entity", environment("OTEL_ENTITIES")),
        ("c", "code", Origin::Code),
        ("service.name", "entity", environment("OTEL_ENTITIES")),
    ];
    for (key, value, origin) in expected {
        let entry = said(key);
        assert_eq!((entry.value.as_str(), entry.origin), (value, origin), "{key}");
    }
    let names: Vec<_> = pipeline.effective_settings().iter().map(|it| &it.name).collect();
    let distinct: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), names.len(), "a setting stands twice");
}

#[test]
fn an_address_without_a_scheme_is_secure_unless_said_otherwise() {
    for (variables, address) in [
        (vec![("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")], "https://collector:4317"),
        (
            vec![("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"), ("OTEL_EXPORTER_OTLP_INSECURE", "true")],
            "http://collector:4317",
        ),
        (
            vec![
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:1"),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
                ("OTEL_EXPORTER_OTLP_INSECURE", "true"),
                ("OTEL_EXPORTER_OTLP_TRACES_INSECURE", "false"),
            ],
            "https://collector:1",
        ),
        // A scheme says it all.
        (
            vec![
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4317"),
                ("OTEL_EXPORTER_OTLP_INSECURE", "true"),
            ],
            "https://collector:4317",
        ),
    ] {
        let pipeline = builder(&variables).install().unwrap();
        let effective = pipeline.effective_settings();
        assert_eq!(effective.get("main.traces.endpoint").unwrap().value, address, "{variables:?}");
        let idle =
            effective.notices().iter().any(|it| it.starts_with("OTEL_EXPORTER_OTLP_INSECURE has no effect"));
        assert_eq!(idle, variables[0].1.contains("://"), "{variables:?}");
    }
}

#[test]
fn names_that_are_almost_those_of_variables_are_noticed() {
    let noticed = |name: &str| {
        let pipeline = builder(&[(name, "1")]).install().unwrap();
        pipeline.effective_settings().notices().to_vec()
    };
    for (name, meant) in [
        ("OTEL_TRACE_EXPORTER", "OTEL_TRACES_EXPORTER"),
        ("OTEL_SERVICE_NAEM", "OTEL_SERVICE_NAME"),
        ("OTEL_EXPORTER_OTLP_ENDPONT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
        ("OTEL_RUST_SPOOL_DIR", ""),
        ("OTEL_SEMCONV_STABILITY_OPT_IN", ""),
        ("HOTEL_SERVICE_NAME", ""),
    ] {
        let expected = format!("{name} is not a variable; {meant} is");
        let expected = if meant.is_empty() { Vec::new() } else { vec![expected] };
        assert_eq!(noticed(name), expected);
    }
}

#[test]
fn a_disabled_pipeline_shows_its_settings_too() {
    let pipeline = builder(&[("OTEL_SDK_DISABLED", "true")]).install().unwrap();
    assert_eq!(pipeline.effective_settings().get("sdk.disabled").unwrap().value, "true");
    assert!(pipeline.effective_settings().to_string().lines().count() > 20);
}

#[test]
fn a_value_cannot_break_the_page() {
    let environment = Environment::of([("OTEL_RESOURCE_ATTRIBUTES", "a=1%0Anotice: all is well\u{1b}[31m")]);
    let builder = Telemetry::builder("settings").environment(environment).exporter(Exporter::Nothing);
    let text = builder.install().unwrap().effective_settings().to_string();
    assert!(!text.contains("\nnotice: all") && !text.contains('\u{1b}'), "{text}");
}
