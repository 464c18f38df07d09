//! Every variable there is, what it means, and what becomes of it.

/// A variable of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it says, in one line.
    pub meaning: &'static str,
    /// What is in force without it.
    pub default: &'static str,
    /// What becomes of it.
    pub treatment: Treatment,
}

/// What becomes of a variable that is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Treatment {
    /// It does what it says; a value that cannot be used is a problem.
    Honoured,
    /// Nothing is installed while it is set, and this is why.
    Refused(&'static str),
}

/// Variables that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// What they are about.
    pub title: &'static str,
    /// Whether OpenTelemetry's specification has them; the others are of this crate or of the past.
    pub specified: bool,
    /// The variables.
    pub variables: &'static [Variable],
}

/// Every variable that is read, in groups.
pub const VARIABLES: &[Group] = &[
    group("General", GENERAL),
    group("Batches of spans", SPANS),
    group("Batches of log records", LOG_RECORDS),
    group("Limits", LIMITS),
    group("Which exporter", EXPORTERS),
    group("OTLP", OTLP),
    group("OTLP metrics", OTLP_METRICS),
    group("Metrics", METRICS),
    group("Prometheus", PROMETHEUS),
    group("Configuration file", FILE),
    Group { title: "Of this crate", specified: false, variables: OURS },
    Group { title: "Of the past", specified: false, variables: PAST },
];

/// The variable called `name`.
pub(crate) fn known(name: &str) -> Option<&'static Variable> {
    every().find(|variable| variable.name == name)
}

/// Every variable, without its group.
pub(crate) fn every() -> impl Iterator<Item = &'static Variable> {
    VARIABLES.iter().flat_map(|group| group.variables)
}

const fn group(title: &'static str, variables: &'static [Variable]) -> Group {
    Group { title, specified: true, variables }
}

const fn read(name: &'static str, default: &'static str, meaning: &'static str) -> Variable {
    Variable { name, meaning, default, treatment: Treatment::Honoured }
}

const fn refused(name: &'static str, meaning: &'static str, why: &'static str) -> Variable {
    Variable { name, meaning, default: "", treatment: Treatment::Refused(why) }
}

const GENERAL: &[Variable] = &[
    read("OTEL_SDK_DISABLED", "false", "Records and sends nothing; context still propagates."),
    read(
        "OTEL_ENTITIES",
        "",
        "Entities whose attributes describe this process: `type{id=…}[description=…]@schema;…`.",
    ),
    read("OTEL_RESOURCE_ATTRIBUTES", "", "Attributes that describe this process: `key=value,…`."),
    read("OTEL_SERVICE_NAME", "the builder's name", "What the service is called."),
    read(
        "OTEL_LOG_LEVEL",
        "info",
        "The least severe diagnostic that standard error is told: `none`, `fatal`, `error`, `warn`, `info`, \
         `debug` or `trace`.",
    ),
    read(
        "OTEL_PROPAGATORS",
        "tracecontext,baggage",
        "How context travels to other processes: `tracecontext` and `baggage`, or `none`.",
    ),
    read(
        "OTEL_TRACES_SAMPLER",
        "parentbased_always_on",
        "Which traces are recorded: `always_on`, `always_off`, `traceidratio`, `consistent_probability`, \
         `jaeger_remote`, or one of them for roots with `parentbased_` in front.",
    ),
    read(
        "OTEL_TRACES_SAMPLER_ARG",
        "1",
        "The share of traces that `traceidratio` and `consistent_probability` record, from 0 to 1; for \
         `jaeger_remote`, `endpoint=…,pollingIntervalMs=…,initialSamplingRate=…` of a server that speaks HTTP.",
    ),
];

const QUEUE: &str = "the queue is bounded by bytes, not by items: say `Builder::queue_bytes`";
const QUEUE_MEANING: &str = "How many items may wait.";

const SPANS: &[Variable] = &[
    read("OTEL_BSP_SCHEDULE_DELAY", "1000", "Milliseconds that a span may wait for company."),
    read("OTEL_BSP_EXPORT_TIMEOUT", "300000", "Milliseconds for all attempts to deliver a request of spans."),
    refused("OTEL_BSP_MAX_QUEUE_SIZE", QUEUE_MEANING, QUEUE),
    read("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "16384", "The most spans in a request."),
];

const LOG_RECORDS: &[Variable] = &[
    read("OTEL_BLRP_SCHEDULE_DELAY", "1000", "Milliseconds that a log record may wait for company."),
    read(
        "OTEL_BLRP_EXPORT_TIMEOUT",
        "300000",
        "Milliseconds for all attempts to deliver a request of log records.",
    ),
    refused("OTEL_BLRP_MAX_QUEUE_SIZE", QUEUE_MEANING, QUEUE),
    read("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "16384", "The most log records in a request."),
];

const LIMITS: &[Variable] = &[
    read(
        "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
        "no limit",
        "The most characters of a text in an attribute; the rest is cut off. Numbers, codes and pseudonyms that \
         are written as text stay whole.",
    ),
    read("OTEL_ATTRIBUTE_COUNT_LIMIT", "128", "The most attributes of a span or a log record."),
    read("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "no limit", "The same for spans, their events and links."),
    read("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "128", "The most attributes of a span."),
    read("OTEL_SPAN_EVENT_COUNT_LIMIT", "128", "The most events of a span."),
    read("OTEL_SPAN_LINK_COUNT_LIMIT", "128", "The most links of a span."),
    read("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "128", "The most attributes of a span's event."),
    read("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "128", "The most attributes of a span's link."),
    read("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", "no limit", "The same for log records."),
    read("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "128", "The most attributes of a log record."),
];

const EXPORTERS: &[Variable] = &[
    read(
        "OTEL_TRACES_EXPORTER",
        "otlp",
        "Where spans go: `otlp`, `console`, `otlp/stdout`, several, or `none`.",
    ),
    read(
        "OTEL_LOGS_EXPORTER",
        "otlp",
        "Where log records go: `otlp`, `console`, `otlp/stdout`, several, or `none`.",
    ),
    read(
        "OTEL_METRICS_EXPORTER",
        "otlp",
        "Where metrics go: `otlp`, `console`, `otlp/stdout`, `prometheus`, several, or `none`.",
    ),
];

/// An option of OTLP exporters, which has one variable for all streams and one for each.
macro_rules! otlp {
    ($($option:literal, $default:literal, $meaning:literal;)+) => {
        &[$(
            read(concat!("OTEL_EXPORTER_OTLP_", $option), $default, $meaning),
            read(concat!("OTEL_EXPORTER_OTLP_TRACES_", $option), $default, "The same for spans alone."),
            read(concat!("OTEL_EXPORTER_OTLP_METRICS_", $option), $default, "The same for metrics alone."),
            read(concat!("OTEL_EXPORTER_OTLP_LOGS_", $option), $default, "The same for log records alone."),
        )+]
    };
}

const OTLP: &[Variable] = otlp! {
    "ENDPOINT", "`http://localhost:4318`, or `:4317` for gRPC",
        "Where to. For HTTP, `/v1/traces` and so on are added, except to an address for one stream.";
    "PROTOCOL", "`grpc` for port 4317, else `http/protobuf`", "`grpc`, `http/protobuf` or `http/json`.";
    "HEADERS", "", "Headers of every request: `key=value,…`. Values are never shown.";
    "COMPRESSION", "none", "`gzip` or `none`.";
    "TIMEOUT", "10000", "Milliseconds for one attempt.";
    "INSECURE", "false", "Whether an address for gRPC without `http://` or `https://` is spoken to in clear.";
    "CERTIFICATE", "the system's", "A PEM file with the authorities that the server is trusted by.";
    "CLIENT_KEY", "", "A PEM file with the key to the certificate we show.";
    "CLIENT_CERTIFICATE", "", "A PEM file with the certificate we show.";
};

const OTLP_METRICS: &[Variable] = &[
    read(
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
        "cumulative",
        "What metrics count from: `cumulative`, `delta` or `lowmemory`.",
    ),
    read(
        "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
        "explicit_bucket_histogram",
        "The buckets of histograms made through the OpenTelemetry API: `explicit_bucket_histogram` or \
         `base2_exponential_bucket_histogram`. A `HistogramDef` has buckets of its own.",
    ),
];

const METRICS: &[Variable] = &[
    read("OTEL_METRIC_EXPORT_INTERVAL", "60000", "Milliseconds between two collections of metrics."),
    read(
        "OTEL_METRIC_EXPORT_TIMEOUT",
        "30000",
        "Milliseconds for all attempts to deliver a request of metrics.",
    ),
    read(
        "OTEL_METRICS_EXEMPLAR_FILTER",
        "always_off",
        "Which measurements become exemplars: only `always_off`, because the SDK has none.",
    ),
];

const PROMETHEUS: &[Variable] = &[
    read("OTEL_EXPORTER_PROMETHEUS_HOST", "localhost", "The host that serves metrics for Prometheus."),
    read("OTEL_EXPORTER_PROMETHEUS_PORT", "9464", "The port that serves metrics for Prometheus."),
];

const CONFIG_FILE: &str = "configuration files are not supported yet: it would replace all other variables, so it cannot be ignored";
const CONFIG_MEANING: &str = "A file that says everything.";

const FILE: &[Variable] = &[refused("OTEL_CONFIG_FILE", CONFIG_MEANING, CONFIG_FILE)];

const OURS: &[Variable] = &[
    read(
        "OTEL_RUST_SPOOL_DIRECTORY",
        "",
        "The directory of the queue on disk; without one there is no such queue.",
    ),
    read(
        "OTEL_RUST_SPOOL_MAX_BYTES",
        "268435456",
        "The most bytes of the queue on disk, for each destination.",
    ),
    read(
        "OTEL_RUST_ALERT_ACTIONS",
        "dry_run",
        "What may be done about alerts without a person: nothing (`off`), rehearsals (`dry_run`), or what the code \
         calls live (`on`).",
    ),
];

const PAST: &[Variable] = &[refused("OTEL_EXPERIMENTAL_CONFIG_FILE", CONFIG_MEANING, CONFIG_FILE)];
