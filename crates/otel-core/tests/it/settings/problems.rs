//! Problems: all at once, and each with what would be right.

use std::ffi::OsString;
use std::time::Duration;

use otel_core::pipeline::InstallError;
use otel_core::settings::{Compression, Environment, Exporter, OtlpDestination, Spool};
use otel_core::{Lane, Telemetry};

use super::{builder, environment, refused};

#[test]
fn every_problem_is_told_at_once_and_once() {
    let variables = [
        ("OTEL_SDK_DISABLED", "maybe"),
        ("OTEL_LOG_LEVEL", "loud"),
        ("OTEL_PROPAGATORS", "b3"),
        ("OTEL_TRACES_EXPORTER", "otlp,zipkin"),
        ("OTEL_TRACES_SAMPLER", "xray"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.5"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "0"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "2048"),
        ("OTEL_BSP_SCHEDULE_DELAY", "soon"),
        ("OTEL_BLRP_EXPORT_TIMEOUT", "0"),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", "-1"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "1s"),
        ("OTEL_METRICS_EXEMPLAR_FILTER", "trace_based"),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "sometimes"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/xml"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://collector:4318"),
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "localhost:4318"),
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "/etc/key.pem"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "novalue"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=%zz"),
        ("OTEL_ENTITIES", "host[host.id=1]"),
        ("OTEL_CONFIG_FILE", "otel.yaml"),
    ];
    let error = refused(&variables);
    for (name, _) in variables {
        let about = error.problems().iter().filter(|problem| problem.setting == name);
        assert_eq!(about.count(), 1, "{name} in {error}");
    }
    assert_eq!(error.problems().len(), variables.len(), "{error}");
    let text = error.to_string();
    assert!(text.starts_with("telemetry cannot be installed: "), "{text}");
    assert!(error.problems().iter().all(|problem| text.contains(&problem.to_string())));
}

/// A variable, a value that will not do, and some of what is said of it.
const WRONG: &[(&str, &str, &str)] = &[
    ("OTEL_SDK_DISABLED", "1", "`1` is neither true nor false"),
    ("OTEL_LOG_LEVEL", "loud", "use one of none, fatal, error, warn, info, debug, trace"),
    (
        "OTEL_TRACES_EXPORTER",
        "zipkin",
        "`zipkin` is not supported; use one of otlp, console, otlp/stdout, or none",
    ),
    ("OTEL_LOGS_EXPORTER", "prometheus", "`prometheus` is not supported; use one of otlp, console"),
    ("OTEL_METRICS_EXPORTER", "statsd", "use one of otlp, console, otlp/stdout, prometheus, or none"),
    ("OTEL_METRICS_EXPORTER", "none,otlp", "`none` can only stand alone"),
    ("OTEL_METRICS_EXPORTER", ",", "names nothing; say none"),
    (
        "OTEL_TRACES_SAMPLER",
        "XRay",
        "`XRay` asks the proxy of AWS X-Ray, which is not supported; use parentbased_",
    ),
    ("OTEL_TRACES_SAMPLER", "parentbased_xray", "which is not supported; use parentbased_jaeger_remote"),
    ("OTEL_TRACES_SAMPLER", "parentbased_", "`parentbased_` is not supported; use one of always_on"),
    ("OTEL_TRACES_SAMPLER", "half", "`half` is not supported; use one of always_on, always_off"),
    ("OTEL_TRACES_SAMPLER_ARG", "NaN", "`NaN` is not a number from 0 to 1"),
    ("OTEL_PROPAGATORS", "tracecontext,jaeger", "`jaeger` is not supported; use tracecontext and baggage"),
    ("OTEL_PROPAGATORS", "smoke", "use one of tracecontext, baggage, or none"),
    ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "0", "must be at least 1"),
    ("OTEL_BLRP_MAX_QUEUE_SIZE", "1", "bounded by bytes, not by items: say `Builder::queue_bytes`"),
    ("OTEL_BLRP_SCHEDULE_DELAY", "1e3", "`1e3` is not a whole number in range"),
    ("OTEL_ATTRIBUTE_COUNT_LIMIT", "4294967296", "is not a whole number in range"),
    ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/xml", "use one of grpc, http/protobuf, http/json"),
    ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "0", "must be more than nothing"),
    (
        "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
        "linear",
        "use one of explicit_bucket_histogram",
    ),
    ("OTEL_METRICS_EXEMPLAR_FILTER", "always_on", "asks for exemplars"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http:///v1", "is not an address like http://localhost:4317"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://host:port", "is not an address"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a b:4318", "is not an address"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector?team=1", "has a query, to which no path can be added"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317/path:4317", "is not an address"),
    ("OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "zstd", "`zstd` is not supported; use one of none, gzip"),
    ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "/key.pem", "is a key without its certificate"),
    ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "/cert.pem", "is a certificate without its key"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "a=1,=2", "entry 2 is not key=value with a percent-encoded UTF-8 value"),
    ("OTEL_RESOURCE_ATTRIBUTES", "a=%+1", "entry 1 is not key=value with a percent-encoded UTF-8 value"),
    ("OTEL_RESOURCE_ATTRIBUTES", "a=%ff", "entry 1 is not key=value with a percent-encoded UTF-8 value"),
    ("OTEL_ENTITIES", "host{host.id=1};{a=b}", "entity 2 is not type{id=…}[key=…]@schema: its type is not"),
    ("OTEL_ENTITIES", "host{}", "nothing identifies it"),
    ("OTEL_ENTITIES", "host{host.id=1", "no `}` ends what identifies it"),
    ("OTEL_ENTITIES", "host{host.id=1}[a=b", "no `]` ends what describes it"),
    (
        "OTEL_ENTITIES",
        "host{host.id=a=b}",
        "the value of `host.id` has a character that must be percent-encoded",
    ),
    ("OTEL_ENTITIES", "host{host.id=1}@nowhere", "its schema is not a URL"),
    ("OTEL_ENTITIES", "host{host.id=1}what", "something follows its attributes that is no `@schema`"),
    ("OTEL_CONFIG_FILE", "otel.yaml", "configuration files are not supported yet"),
    ("OTEL_EXPERIMENTAL_CONFIG_FILE", "otel.yaml", "configuration files are not supported yet"),
];

#[test]
fn a_problem_says_what_would_be_right() {
    for (name, value, expected) in WRONG {
        only_problem(&refused(&[(*name, *value)]), name, expected);
    }
    let error = Telemetry::builder("").environment(environment(&[])).install().unwrap_err();
    assert!(error.to_string().contains("service name"), "{error}");
}

#[test]
fn what_the_code_says_is_checked_as_well() {
    let to = |name: &str| OtlpDestination::new(name, "http://localhost:4318");
    let cases = [
        (builder(&[]).queue_bytes(1), "queue_bytes", "must be at least 262144"),
        (builder(&[]).export_timeout(Duration::ZERO), "export_timeout", "must be more than nothing"),
        (
            builder(&[]).backoff(Duration::from_secs(2), Duration::from_secs(1)),
            "backoff",
            "must not be shorter",
        ),
        (builder(&[]).backoff(Duration::from_secs(2), Duration::MAX), "backoff", "at most an hour"),
        (builder(&[]).retry_for(Duration::ZERO), "retry_for", "must be more than nothing"),
        (builder(&[]).metric_interval(Duration::ZERO), "metric_interval", "must be more than nothing"),
        (builder(&[]).max_request_bytes(65_535), "max_request_bytes", "must be between 65536 and 67108864"),
        (builder(&[]).max_request_bytes(1 << 27), "max_request_bytes", "must be between 65536 and 67108864"),
        (builder(&[]).endpoint("collector"), "endpoint", "`collector` is not an address"),
        (builder(&[]).reserve(Lane::Bulk, 1), "reserve", "the bulk lane has no reserve"),
        (builder(&[]).reserve(Lane::Audit, 64 << 20), "reserve", "must leave a quarter"),
        (builder(&[]).also_to(to("Second")), "also_to `Second`", "lower-case letters, digits"),
        (builder(&[]).also_to(to("")), "also_to ``", "lower-case letters, digits"),
        (builder(&[]).also_to(to("main")), "also_to `main`", "another destination has this name"),
        (builder(&[]).also_to(to("a")).also_to(to("a")), "also_to `a`", "another destination has this name"),
        (builder(&[]).also_to(to("a").streams(&[])), "also_to `a`", "no stream goes there"),
        (
            builder(&[]).also_to(to("a").timeout(Duration::ZERO)),
            "also_to `a`: export_timeout",
            "must be more than nothing",
        ),
        (builder(&[]).spool(Spool::at("")), "spool", "names no directory"),
        (builder(&[]).spool(Spool::at("spool").max_bytes(1)), "spool: max_bytes", "must be at least 1048576"),
        (
            builder(&[]).spool(Spool::at("spool").max_age(Duration::ZERO)),
            "spool: max_age",
            "must be more than nothing",
        ),
        (
            builder(&[]).spool(Spool::at("spool").backlog_bytes_per_second(1)),
            "spool: backlog_bytes_per_second",
            "must be at least 65536",
        ),
    ];
    for (builder, setting, expected) in cases {
        only_problem(&builder.install().unwrap_err(), setting, expected);
    }
}

#[test]
fn what_is_set_aside_by_the_code_is_no_problem() {
    let wrong = [
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "nowhere"),
        ("OTEL_BSP_SCHEDULE_DELAY", "soon"),
    ];
    let pipeline = builder(&wrong)
        .compression(Compression::None)
        .endpoint("http://localhost:4318")
        .schedule_delay(Duration::from_secs(1))
        .install()
        .unwrap();
    for (name, _) in wrong {
        let notices = pipeline.effective_settings().notices();
        assert!(
            notices.iter().any(|notice| notice.starts_with(&format!("{name} has no effect"))),
            "{notices:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_value_that_is_no_text_is_a_problem() {
    use std::os::unix::ffi::OsStringExt as _;
    let not_text = OsString::from_vec(vec![b'a', 0xff]);
    for name in ["OTEL_SERVICE_NAME", "OTEL_EXPORTER_OTLP_LOGS_HEADERS", "OTEL_BSP_MAX_QUEUE_SIZE"] {
        let environment = Environment::of([(name, not_text.clone())]);
        let builder = Telemetry::builder("settings").environment(environment).exporter(Exporter::Nothing);
        only_problem(&builder.install().unwrap_err(), name, "is not UTF-8");
    }
    // What is not ours may be anything.
    let environment = Environment::of([("PATH", not_text)]);
    drop(
        Telemetry::builder("settings")
            .environment(environment)
            .exporter(Exporter::Nothing)
            .install()
            .unwrap(),
    );
}

#[test]
fn who_turns_telemetry_off_is_not_stopped_by_what_is_wrong_with_it() {
    let pipeline =
        builder(&[("OTEL_SDK_DISABLED", "True"), ("OTEL_BSP_SCHEDULE_DELAY", "soon")]).install().unwrap();
    let notices = pipeline.effective_settings().notices();
    assert!(
        notices.iter().any(|notice| notice.contains("OTEL_BSP_SCHEDULE_DELAY: `soon` is not")),
        "{notices:?}"
    );
}

fn only_problem(error: &InstallError, setting: &str, why: &str) {
    let [problem] = error.problems() else { panic!("one problem with {setting} was expected: {error}") };
    assert_eq!(problem.setting, setting, "{error}");
    assert!(problem.why.contains(why), "{problem}");
}
