//! Settings: what the code says, then the `OTEL_*` variables, then the specification's defaults.
//!
//! Everything is read once, when a pipeline is installed, and every problem is reported at once.

mod environment;
mod exporter;

use std::fmt;
use std::time::Duration;

pub use environment::Environment;
pub(crate) use environment::Reader;
pub use exporter::{Compression, Exporter, Protocol};
pub(crate) use exporter::{ExporterSettings, PemFile, Route, TlsSettings};

use crate::ledger::Stream;
use crate::recorder::Limits;

/// A setting that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The variable or the builder's method.
    pub setting: String,
    /// What is wrong with it, and what would be right.
    pub why: String,
}

impl Problem {
    pub(crate) fn new(setting: impl Into<String>, why: impl Into<String>) -> Self {
        Self { setting: setting.into(), why: why.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.why)
    }
}

/// What the code set; everything is optional.
#[derive(Clone, Debug, Default)]
pub(crate) struct Code {
    pub(crate) service_name: String,
    pub(crate) service_version: Option<String>,
    pub(crate) deployment_environment: Option<String>,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) exporter: Option<Exporter>,
    pub(crate) endpoint: Option<String>,
    pub(crate) protocol: Option<Protocol>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) schedule_delay: Option<Duration>,
    pub(crate) metric_interval: Option<Duration>,
    pub(crate) queue_bytes: Option<usize>,
    pub(crate) self_metrics: Option<bool>,
}

/// Everything in force.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) disabled: bool,
    pub(crate) service_name: String,
    /// Resource attributes beside the service's name, in order of increasing precedence.
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) sampler: SamplerSettings,
    pub(crate) limits: Limits,
    pub(crate) routes: [Route; Stream::ALL.len()],
    pub(crate) batch: BatchSettings,
    pub(crate) metric_interval: Duration,
    pub(crate) temporality: TemporalityPreference,
    pub(crate) queue_bytes: usize,
    /// Whether the pipeline reports on itself.
    pub(crate) self_metrics: bool,
}

/// The head sampler, by the names of `OTEL_TRACES_SAMPLER`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum SamplerSettings {
    AlwaysOn,
    AlwaysOff,
    Ratio(f64),
    ParentBasedAlwaysOn,
    ParentBasedAlwaysOff,
    ParentBasedRatio(f64),
}

/// When a batch is full.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchSettings {
    pub(crate) max_items: [usize; 2],
    pub(crate) max_bytes: usize,
    pub(crate) delay: [Duration; 2],
}

/// `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TemporalityPreference {
    #[default]
    Cumulative,
    Delta,
    LowMemory,
}

/// Bytes the queue may take when nobody says otherwise.
const QUEUE_BYTES: usize = 64 * 1024 * 1024;

/// Room for the chunks of a few threads.
const MIN_QUEUE_BYTES: usize = 256 * 1024;

/// Bytes in one request: large enough that the cost of a request disappears, a quarter of what a gRPC server
/// accepts by default.
const MAX_BATCH_BYTES: usize = 1024 * 1024;

/// Items in one request when nobody says otherwise. Bytes are the limit that counts.
const MAX_BATCH_ITEMS: usize = 16_384;

/// How long a record waits for company. The specification says 5 s for spans and 1 s for logs; a second for both
/// keeps a trace and its events together.
const SCHEDULE_DELAY: Duration = Duration::from_secs(1);

impl Settings {
    /// Resolves everything.
    ///
    /// # Errors
    ///
    /// All problems there are.
    pub(crate) fn resolve(code: &Code, environment: &Environment) -> Result<Self, Vec<Problem>> {
        let mut env = Reader::new(environment);
        let attributes = resource_attributes(code, &mut env);
        let delay =
            |env: &mut Reader<'_>, name| code.schedule_delay.or(env.millis(name)).unwrap_or(SCHEDULE_DELAY);
        let items = |env: &mut Reader<'_>, name| env.positive(name).unwrap_or(MAX_BATCH_ITEMS);
        let settings = Self {
            disabled: env.flag("OTEL_SDK_DISABLED").unwrap_or(false),
            service_name: service_name(code, &mut env, &attributes),
            attributes,
            sampler: sampler(&mut env),
            limits: limits(&mut env),
            routes: ExporterSettings::resolve(code, &mut env),
            batch: BatchSettings {
                max_items: [
                    items(&mut env, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"),
                    items(&mut env, "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE"),
                ],
                max_bytes: MAX_BATCH_BYTES,
                delay: [
                    delay(&mut env, "OTEL_BSP_SCHEDULE_DELAY"),
                    delay(&mut env, "OTEL_BLRP_SCHEDULE_DELAY"),
                ],
            },
            metric_interval: code
                .metric_interval
                .or(env.millis("OTEL_METRIC_EXPORT_INTERVAL"))
                .unwrap_or(Duration::from_secs(60)),
            temporality: temporality(&mut env),
            queue_bytes: queue_bytes(code, &mut env),
            self_metrics: code.self_metrics.unwrap_or(true),
        };
        let problems = env.into_problems();
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }
}

fn resource_attributes(code: &Code, env: &mut Reader<'_>) -> Vec<(String, String)> {
    let mut attributes = env.pairs("OTEL_RESOURCE_ATTRIBUTES");
    let named = [
        ("service.version", &code.service_version),
        ("deployment.environment.name", &code.deployment_environment),
    ];
    attributes.extend(named.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?))));
    attributes.extend(code.attributes.iter().cloned());
    attributes
}

/// The name given to the builder is what the service is called unless its operator says otherwise.
fn service_name(code: &Code, env: &mut Reader<'_>, attributes: &[(String, String)]) -> String {
    let from_attributes =
        || attributes.iter().rev().find(|(key, _)| key == "service.name").map(|(_, name)| name.clone());
    let name =
        env.text("OTEL_SERVICE_NAME").or_else(from_attributes).unwrap_or_else(|| code.service_name.clone());
    if name.is_empty() {
        env.complain(
            "service name",
            "is empty; name the service in `Telemetry::builder` or OTEL_SERVICE_NAME",
        );
    }
    name
}

fn queue_bytes(code: &Code, env: &mut Reader<'_>) -> usize {
    let bytes = code.queue_bytes.unwrap_or(QUEUE_BYTES);
    if bytes < MIN_QUEUE_BYTES {
        env.complain(
            "queue_bytes",
            format!("must be at least {MIN_QUEUE_BYTES}: records are queued in chunks"),
        );
    }
    bytes
}

fn limits(env: &mut Reader<'_>) -> Limits {
    let defaults = Limits::default();
    let mut limit = |name: &str, default| env.number(name).unwrap_or(default);
    let attributes = limit("OTEL_ATTRIBUTE_COUNT_LIMIT", defaults.attributes);
    Limits {
        attributes: limit("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", attributes),
        events: limit("OTEL_SPAN_EVENT_COUNT_LIMIT", defaults.events),
        links: limit("OTEL_SPAN_LINK_COUNT_LIMIT", defaults.links),
    }
}

fn sampler(env: &mut Reader<'_>) -> SamplerSettings {
    let share = env.ratio("OTEL_TRACES_SAMPLER_ARG").unwrap_or(1.0);
    match env.text("OTEL_TRACES_SAMPLER").as_deref() {
        None | Some("parentbased_always_on") => SamplerSettings::ParentBasedAlwaysOn,
        Some("parentbased_always_off") => SamplerSettings::ParentBasedAlwaysOff,
        Some("parentbased_traceidratio") => SamplerSettings::ParentBasedRatio(share),
        Some("always_on") => SamplerSettings::AlwaysOn,
        Some("always_off") => SamplerSettings::AlwaysOff,
        Some("traceidratio") => SamplerSettings::Ratio(share),
        Some(other) => {
            let known = "always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, \
                         parentbased_traceidratio";
            env.complain("OTEL_TRACES_SAMPLER", format!("`{other}` is not supported; use one of {known}"));
            SamplerSettings::ParentBasedAlwaysOn
        }
    }
}

fn temporality(env: &mut Reader<'_>) -> TemporalityPreference {
    const NAME: &str = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
    match env.text(NAME).map(|text| text.to_ascii_lowercase()).as_deref() {
        None | Some("cumulative") => TemporalityPreference::Cumulative,
        Some("delta") => TemporalityPreference::Delta,
        Some("lowmemory") => TemporalityPreference::LowMemory,
        Some(other) => {
            env.complain(NAME, format!("`{other}` is not one of cumulative, delta, lowmemory"));
            TemporalityPreference::Cumulative
        }
    }
}
