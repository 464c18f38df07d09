//! How metrics are aggregated, and how often they are collected.

use std::time::Duration;

use super::parse::{self, Parsed};
use super::shown::Shown;
use super::{Code, Reader};

/// How metrics are aggregated, and how often they are collected.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MetricSettings {
    pub(crate) interval: Duration,
    pub(crate) temporality: TemporalityPreference,
    /// The buckets of histograms that do not declare theirs: those of the OpenTelemetry API.
    pub(crate) histograms: HistogramAggregation,
}

/// `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TemporalityPreference {
    #[default]
    Cumulative,
    Delta,
    LowMemory,
}

/// `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum HistogramAggregation {
    #[default]
    Explicit,
    Exponential,
}

const INTERVAL: Duration = Duration::from_secs(60);

impl MetricSettings {
    pub(super) fn resolve(code: &Code, env: &mut Reader<'_>) -> Self {
        let interval = env
            .setting("metrics.interval")
            .code("metric_interval", code.metric_interval)
            .variable("OTEL_METRIC_EXPORT_INTERVAL", parse::millis)
            .checked(parse::a_while)
            .or(INTERVAL);
        let temporality = env
            .setting("metrics.temporality")
            .variable("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", |text| {
                parse::one_of(&TEMPORALITIES, text)
            })
            .or(TemporalityPreference::default());
        let histograms = env
            .setting("metrics.histograms")
            .variable("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", |text| {
                parse::one_of(&AGGREGATIONS, text)
            })
            .or(HistogramAggregation::default());
        env.setting("metrics.exemplars")
            .variable("OTEL_METRICS_EXEMPLAR_FILTER", exemplars)
            .or(NO_EXEMPLARS.to_owned());
        Self { interval, temporality, histograms }
    }
}

const TEMPORALITIES: [(&str, TemporalityPreference); 3] = [
    ("cumulative", TemporalityPreference::Cumulative),
    ("delta", TemporalityPreference::Delta),
    ("lowmemory", TemporalityPreference::LowMemory),
];

const AGGREGATIONS: [(&str, HistogramAggregation); 2] = [
    ("explicit_bucket_histogram", HistogramAggregation::Explicit),
    ("base2_exponential_bucket_histogram", HistogramAggregation::Exponential),
];

const NO_EXEMPLARS: &str = "always_off";

fn exemplars(text: &str) -> Parsed<String> {
    match text.to_ascii_lowercase().as_str() {
        NO_EXEMPLARS => Ok(NO_EXEMPLARS.to_owned()),
        "always_on" | "trace_based" => Err(format!(
            "`{text}` asks for exemplars, which the OpenTelemetry SDK for Rust has not; use {NO_EXEMPLARS}"
        )),
        _ => Err(format!("`{text}` is not supported; use {NO_EXEMPLARS}")),
    }
}

/// The word for a value in a list of words.
fn word<T: PartialEq>(words: &[(&str, T)], value: &T) -> String {
    words.iter().find(|(_, known)| known == value).map(|(word, _)| (*word).to_owned()).unwrap_or_default()
}

impl Shown for TemporalityPreference {
    fn shown(&self) -> String {
        word(&TEMPORALITIES, self)
    }
}

impl Shown for HistogramAggregation {
    fn shown(&self) -> String {
        word(&AGGREGATIONS, self)
    }
}
