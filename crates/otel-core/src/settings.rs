//! Settings: what the code says, then the `OTEL_*` variables, then the specification's defaults.
//!
//! Everything is read once, when a pipeline is installed, and every problem is reported at once. What came of it, and
//! who said so, is what [`Pipeline::effective_settings`](crate::pipeline::Pipeline::effective_settings) shows;
//! [`VARIABLES`] says what each variable means and what becomes of it.

mod actions;
mod code;
mod destination;
mod effective;
mod endpoint;
mod entities;
mod environment;
mod exporter;
mod features;
mod identity;
mod level;
mod limits;
mod metrics;
mod otlp;
mod parse;
mod propagator;
mod queue;
mod reader;
mod sampler;
mod shown;
mod spool;
mod typo;
mod variables;

use std::fmt;
use std::time::Duration;

pub(crate) use actions::ActionMode;
pub(crate) use code::Code;
pub use destination::OtlpDestination;
pub use effective::{EffectiveSettings, EffectiveValue, Origin};
pub use environment::Environment;
#[cfg(any(
    feature = "alert-http",
    all(feature = "tls", any(feature = "otlp-grpc", feature = "otlp-http"))
))]
pub(crate) use exporter::PemFile;
#[cfg(any(feature = "otlp-grpc", feature = "otlp-http"))]
pub(crate) use exporter::TlsSettings;
pub use exporter::{Compression, Exporter, Protocol};
pub(crate) use exporter::{DestinationSettings, ExporterSettings, JsonTarget, Route};
pub(crate) use level::LogLevel;
pub(crate) use metrics::{HistogramAggregation, MetricSettings, TemporalityPreference};
pub(crate) use propagator::{PropagationSettings, Propagator};
pub(crate) use queue::{Backoff, BatchSettings, QueueSettings};
pub(crate) use reader::Reader;
pub(crate) use sampler::{RemoteSettings, RootSampler, SamplerSettings};
pub(crate) use spool::SpoolSettings;
pub use spool::{Durability, Spool, WhenFull};
pub use variables::{Group, Treatment, VARIABLES, Variable};

use crate::ledger::Stream;
use crate::recorder::Limits;
use crate::sampling::TailSampling;

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

/// Everything in force.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) disabled: bool,
    pub(crate) log_level: LogLevel,
    pub(crate) propagation: PropagationSettings,
    pub(crate) service_name: String,
    /// Resource attributes beside the service's name, in order of increasing precedence.
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) sampler: SamplerSettings,
    pub(crate) tail: Option<TailSampling>,
    pub(crate) limits: Limits,
    /// Where telemetry goes. Every stream has at least one route.
    pub(crate) destinations: Vec<DestinationSettings>,
    pub(crate) batch: BatchSettings,
    /// How long all attempts to deliver one request may take together, by stream.
    pub(crate) retry_for: [Duration; Stream::ALL.len()],
    pub(crate) backoff: Backoff,
    pub(crate) metrics: MetricSettings,
    pub(crate) queue: QueueSettings,
    pub(crate) spool: Option<SpoolSettings>,
    /// What may be done about alerts without a person.
    pub(crate) actions: ActionMode,
    /// Whether the pipeline reports on itself.
    pub(crate) self_metrics: bool,
    /// All of this in words, with who said so.
    pub(crate) effective: EffectiveSettings,
}

impl Settings {
    /// Resolves everything.
    ///
    /// # Errors
    ///
    /// All problems there are.
    pub(crate) fn resolve(code: &Code, environment: &Environment) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::new(environment);
        let env = &mut reader;
        let disabled = env.setting("sdk.disabled").variable("OTEL_SDK_DISABLED", parse::flag).or(false);
        let log_level = LogLevel::resolve(env);
        let self_metrics = env.setting("sdk.self_metrics").code("self_metrics", code.self_metrics).or(true);
        let propagation = PropagationSettings::resolve(code, env);
        let (service_name, attributes) = identity::resolve(code, env);
        let mut settings = Self {
            disabled,
            log_level,
            propagation,
            service_name,
            attributes,
            sampler: SamplerSettings::resolve(code, env),
            tail: sampler::tail(code, env),
            limits: limits::resolve(env),
            batch: BatchSettings::resolve(code, env),
            retry_for: queue::retry_for(code, env),
            backoff: Backoff::resolve(code, env),
            metrics: MetricSettings::resolve(code, env),
            queue: QueueSettings::resolve(code, env),
            self_metrics,
            destinations: destination::resolve(code, env),
            spool: SpoolSettings::resolve(code, env),
            actions: ActionMode::resolve(env),
            effective: EffectiveSettings::default(),
        };
        settings.check(env);
        let (effective, problems) = reader.finish();
        settings.effective = effective;
        if disabled {
            // Who turns telemetry off does so because something is wrong with it.
            problems.into_iter().for_each(|problem| settings.effective.notice(problem.to_string()));
            return Ok(settings);
        }
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }

    /// What no setting can know by itself.
    fn check(&self, env: &mut Reader<'_>) {
        if !self.is_scraped() {
            return;
        }
        if self.metrics.histograms == HistogramAggregation::Exponential {
            env.complain(
                "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
                "Prometheus's text format has no exponential histograms; use explicit_bucket_histogram",
            );
        }
        env.notice(
            "prometheus: histograms without bounds of their own have explicit buckets instead of exponential \
             ones, which the text format has not"
                .to_owned(),
        );
    }

    /// Whether a stream is sent somewhere, rather than only fetched.
    pub(crate) fn is_pushed(&self, stream: Stream) -> bool {
        let mut routes = self.destinations.iter().map(|destination| &destination.routes[stream as usize]);
        routes.any(|route| !matches!(route, None | Some(Route::Prometheus { .. })))
    }

    /// Whether metrics are fetched by Prometheus.
    pub(crate) fn is_scraped(&self) -> bool {
        self.prometheus().is_some()
    }

    /// The host and port where metrics are fetched by Prometheus, if they are.
    pub(crate) fn prometheus(&self) -> Option<(&str, u16)> {
        let mut routes = self.destinations.iter().flat_map(|destination| &destination.routes).flatten();
        routes.find_map(|route| match route {
            Route::Prometheus { host, port } => Some((host.as_str(), *port)),
            _ => None,
        })
    }
}
