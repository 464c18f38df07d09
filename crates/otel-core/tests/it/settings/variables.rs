//! The table of variables: complete, and true of every one of them.

use std::collections::BTreeSet;

use otel_core::settings::{Origin, Treatment, VARIABLES, Variable};

use super::{builder, refused};

/// A variable, a value for it, what else has to be said for it to matter, and what is then in force.
struct Sample {
    variable: String,
    value: String,
    beside: Vec<(String, String)>,
    setting: String,
    in_force: String,
}

fn every() -> impl Iterator<Item = &'static Variable> {
    VARIABLES.iter().flat_map(|group| group.variables)
}

#[test]
fn the_table_has_every_variable_of_the_specification_once() {
    let specified: Vec<_> = VARIABLES.iter().filter(|group| group.specified).collect();
    assert_eq!(specified.iter().flat_map(|group| group.variables).count(), 73);
    let names: BTreeSet<_> = every().map(|variable| variable.name).collect();
    assert_eq!(names.len(), every().count(), "a name stands twice");
    for Variable { name, meaning, .. } in every() {
        assert!(name.starts_with("OTEL_") && meaning.ends_with('.'), "{name}: {meaning}");
    }
}

#[test]
fn every_variable_that_is_honoured_changes_what_is_in_force() {
    let samples = samples();
    let sampled: BTreeSet<_> = samples.iter().map(|sample| sample.variable.as_str()).collect();
    let honoured = every().filter(|variable| variable.treatment == Treatment::Honoured);
    assert_eq!(sampled, honoured.map(|variable| variable.name).collect());

    let defaults = builder(&[]).install().unwrap().effective_settings().clone();
    for Sample { variable, value, beside, setting, in_force } in samples {
        let mut variables = vec![(variable.as_str(), value.as_str())];
        variables.extend(beside.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let pipeline = builder(&variables).install().unwrap_or_else(|error| panic!("{variable}: {error}"));
        let effective = pipeline.effective_settings();
        let entry =
            effective.get(&setting).unwrap_or_else(|| panic!("{variable}: no {setting} in\n{effective}"));
        assert_eq!(
            (&entry.value, &entry.origin),
            (&in_force, &Origin::Environment(variable.clone())),
            "{setting}"
        );
        let default = defaults.get(&setting).map(|entry| entry.value.as_str());
        // There is only one value that will do, and it is the default.
        if variable != "OTEL_METRICS_EXEMPLAR_FILTER" {
            assert_ne!(default, Some(in_force.as_str()), "{variable} does not change {setting}");
        }
        let idle = |notice: &&String| notice.starts_with(&format!("{variable} "));
        assert_eq!(effective.notices().iter().find(idle), None);
    }
}

#[test]
fn every_variable_that_is_refused_says_why() {
    let mut refusals = 0;
    for variable in every() {
        let Treatment::Refused(why) = variable.treatment else { continue };
        for value in ["2048", "anything"] {
            let error = refused(&[(variable.name, value)]);
            let [problem] = error.problems() else { panic!("one problem was expected: {error}") };
            assert_eq!((problem.setting.as_str(), problem.why.as_str()), (variable.name, why));
        }
        refusals += 1;
    }
    assert_eq!(refusals, 4);
}

/// The variable, a value, the setting, and what is then in force.
const PLAIN: &[(&str, &str, &str, &str)] = &[
    ("OTEL_SDK_DISABLED", "true", "sdk.disabled", "true"),
    ("OTEL_ENTITIES", "host{host.id=h%201}", "resource.host.id", "h 1"),
    ("OTEL_RESOURCE_ATTRIBUTES", "team=blue%2Cgreen", "resource.team", "blue,green"),
    ("OTEL_SERVICE_NAME", "named", "resource.service.name", "named"),
    ("OTEL_LOG_LEVEL", "ERROR", "sdk.log_level", "error"),
    ("OTEL_PROPAGATORS", "baggage,baggage", "propagators", "baggage"),
    ("OTEL_TRACES_SAMPLER", "Always_Off", "traces.sampler", "always_off"),
    ("OTEL_TRACES_SAMPLER_ARG", "0.25", "traces.sampler.argument", "0.25"),
    ("OTEL_BSP_SCHEDULE_DELAY", "20", "traces.batch.delay", "20ms"),
    ("OTEL_BSP_EXPORT_TIMEOUT", "20", "traces.retry_for", "20ms"),
    ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "20", "traces.batch.items", "20"),
    ("OTEL_BLRP_SCHEDULE_DELAY", "20", "logs.batch.delay", "20ms"),
    ("OTEL_BLRP_EXPORT_TIMEOUT", "20", "logs.retry_for", "20ms"),
    ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "20", "logs.batch.items", "20"),
    ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "20", "limits.span.value_length", "20"),
    ("OTEL_ATTRIBUTE_COUNT_LIMIT", "20", "limits.log.attributes", "20"),
    ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "20", "limits.span.value_length", "20"),
    ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "20", "limits.span.attributes", "20"),
    ("OTEL_SPAN_EVENT_COUNT_LIMIT", "20", "limits.span.events", "20"),
    ("OTEL_SPAN_LINK_COUNT_LIMIT", "20", "limits.span.links", "20"),
    ("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "20", "limits.span.event.attributes", "20"),
    ("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "20", "limits.span.link.attributes", "20"),
    ("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", "20", "limits.log.value_length", "20"),
    ("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "20", "limits.log.attributes", "20"),
    ("OTEL_TRACES_EXPORTER", "console, otlp", "traces.exporter", "console,otlp"),
    ("OTEL_LOGS_EXPORTER", "none", "logs.exporter", "none"),
    ("OTEL_METRICS_EXPORTER", "console", "metrics.exporter", "console"),
    ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "Delta", "metrics.temporality", "delta"),
    (
        "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
        "base2_exponential_bucket_histogram",
        "metrics.histograms",
        "base2_exponential_bucket_histogram",
    ),
    ("OTEL_METRIC_EXPORT_INTERVAL", "20000", "metrics.interval", "20s"),
    ("OTEL_METRIC_EXPORT_TIMEOUT", "20", "metrics.retry_for", "20ms"),
    ("OTEL_RUST_ALERT_ACTIONS", "ON", "alert.actions", "on"),
    ("OTEL_METRICS_EXEMPLAR_FILTER", "ALWAYS_OFF", "metrics.exemplars", "always_off"),
];

fn samples() -> Vec<Sample> {
    let mut samples: Vec<_> = PLAIN
        .iter()
        .map(|(name, value, setting, in_force)| Sample {
            variable: name.to_string(),
            value: value.to_string(),
            beside: Vec::new(),
            setting: setting.to_string(),
            in_force: in_force.to_string(),
        })
        .collect();
    let mut beside = |variable: &str, value: &str, beside: &[(&str, &str)], setting: &str| {
        let beside = beside.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (variable, value) = (variable.to_owned(), value.to_owned());
        samples.push(Sample {
            variable,
            in_force: value.clone(),
            value,
            beside,
            setting: setting.to_owned(),
        });
    };
    // Nothing is made where nothing is installed.
    let (idle, directory) = (("OTEL_SDK_DISABLED", "true"), ("OTEL_RUST_SPOOL_DIRECTORY", "spool"));
    beside(directory.0, directory.1, &[idle], "spool.directory");
    beside("OTEL_RUST_SPOOL_MAX_BYTES", "2000000", &[idle, directory], "spool.max_bytes");
    let scraped = ("OTEL_METRICS_EXPORTER", "prometheus");
    beside(
        "OTEL_EXPORTER_PROMETHEUS_HOST",
        "127.0.0.1",
        &[scraped, ("OTEL_EXPORTER_PROMETHEUS_PORT", "0")],
        "prometheus.host",
    );
    beside("OTEL_EXPORTER_PROMETHEUS_PORT", "0", &[scraped], "prometheus.port");
    for (prefix, stream) in
        [("", "traces"), ("TRACES_", "traces"), ("METRICS_", "metrics"), ("LOGS_", "logs")]
    {
        samples.extend(otlp(prefix, stream));
    }
    samples
}

/// The options of OTLP, for all streams or for one.
fn otlp(prefix: &str, stream: &str) -> impl Iterator<Item = Sample> {
    let pem = Pem::of_this_test();
    let path = if prefix.is_empty() { format!("/v1/{stream}") } else { String::new() };
    let secure = [("ENDPOINT", "https://localhost:4318")];
    let with = |option, value: &str, setting, in_force: &str, beside: &[(&str, &str)]| Sample {
        variable: format!("OTEL_EXPORTER_OTLP_{prefix}{option}"),
        value: value.to_owned(),
        beside: beside
            .iter()
            .map(|(option, value)| (format!("OTEL_EXPORTER_OTLP_{prefix}{option}"), (*value).to_owned()))
            .collect(),
        setting: format!("main.{stream}.{setting}"),
        in_force: in_force.to_owned(),
    };
    let key = [secure[0], ("CLIENT_CERTIFICATE", &pem.certificate)];
    let certificate = [secure[0], ("CLIENT_KEY", &pem.key)];
    [
        with("ENDPOINT", "http://collector:4319", "endpoint", &format!("http://collector:4319{path}"), &[]),
        with("PROTOCOL", "GRPC", "protocol", "grpc", &[]),
        with("HEADERS", "X-Key=secret", "headers.x-key", "[redacted]", &[]),
        with("COMPRESSION", "gzip", "compression", "gzip", &[]),
        with("TIMEOUT", "20", "timeout", "20ms", &[]),
        with("INSECURE", "true", "insecure", "true", &[("ENDPOINT", "collector:4317")]),
        with("CERTIFICATE", &pem.certificate, "certificate", &pem.certificate, &secure),
        with("CLIENT_KEY", &pem.key, "client_key", &pem.key, &key),
        with("CLIENT_CERTIFICATE", &pem.certificate, "client_certificate", &pem.certificate, &certificate),
    ]
    .into_iter()
}

/// The paths of a certificate that signs itself, and of its key.
struct Pem {
    certificate: String,
    key: String,
}

impl Pem {
    fn of_this_test() -> Self {
        static FILES: std::sync::LazyLock<(tempfile::TempDir, String, String)> =
            std::sync::LazyLock::new(|| {
                let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
                let folder = tempfile::tempdir().unwrap();
                let write = |name: &str, text: String| {
                    let path = folder.path().join(name);
                    std::fs::write(&path, text).unwrap();
                    path.to_str().unwrap().to_owned()
                };
                let certificate = write("certificate.pem", made.cert.pem());
                let key = write("key.pem", made.signing_key.serialize_pem());
                (folder, certificate, key)
            });
        Self { certificate: FILES.1.clone(), key: FILES.2.clone() }
    }
}
