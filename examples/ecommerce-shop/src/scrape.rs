//! Metrics as a Prometheus sees them: fetched from `/metrics`, and read by the names that definitions have.

mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use otel_core::MetricFacts;
use otel_core::alerting::names;

use text::Series;

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// All metrics at one moment.
#[derive(Clone, Debug, Default)]
pub struct Scrape {
    series: Vec<Series>,
}

/// What the series that are meant have in common: labels and their values, by the keys of the definitions.
pub type Having<'a> = &'a [(&'static str, &'a str)];

/// Why there are no metrics to read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ScrapeError {
    /// There is no address to fetch them from: telemetry is switched off.
    Nowhere,
    /// They could not be fetched.
    Unreachable(String),
    /// A line of them cannot be read.
    Line(usize),
}

impl Scrape {
    /// Fetches the page. It must not be called from within an asynchronous task, for it waits.
    ///
    /// # Errors
    ///
    /// When it cannot be fetched or read.
    pub fn fetch(address: SocketAddr) -> Result<Self, ScrapeError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| ScrapeError::Unreachable(error.to_string()))?;
        let page = runtime.block_on(async { tokio::time::timeout(PATIENCE, page(address)).await });
        let page = page.map_err(|_| ScrapeError::Unreachable("it takes too long".to_owned()))?;
        Self::read(&page.map_err(ScrapeError::Unreachable)?)
    }

    /// Reads a page in Prometheus' text format.
    ///
    /// # Errors
    ///
    /// When a line of it is none.
    pub fn read(page: &str) -> Result<Self, ScrapeError> {
        let lines = page.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let read = |(at, line)| Series::read(line).ok_or(ScrapeError::Line(at + 1));
        Ok(Self { series: lines.map(read).collect::<Result<_, _>>()? })
    }

    /// The sum over all series of a counter or gauge that have these labels.
    pub fn sum(&self, metric: &MetricFacts, having: Having<'_>) -> u64 {
        whole(self.of(metric, "", having).map(|series| series.value).sum())
    }

    /// The same, by the values of one label. What is nothing is left out.
    pub fn by(&self, metric: &MetricFacts, key: &str, having: Having<'_>) -> BTreeMap<String, u64> {
        self.sums(metric, "", key, having)
    }

    /// How many values a histogram has.
    pub fn count(&self, metric: &MetricFacts, having: Having<'_>) -> u64 {
        whole(self.of(metric, "_count", having).map(|series| series.value).sum())
    }

    /// The same, by the values of one label. What is nothing is left out.
    pub fn counts_by(&self, metric: &MetricFacts, key: &str, having: Having<'_>) -> BTreeMap<String, u64> {
        self.sums(metric, "_count", key, having)
    }

    /// About what half of a histogram's values are below, in the unit of the metric: as `histogram_quantile` has it,
    /// which takes values to be spread evenly within their bucket.
    pub fn median(&self, metric: &MetricFacts, having: Having<'_>) -> Option<f64> {
        let mut buckets = BTreeMap::<u64, (f64, f64)>::new();
        for series in self.of(metric, "_bucket", having) {
            let bound: f64 = series.label("le")?.parse().ok()?;
            // Bounds are not negative, and so sort as their bits do.
            buckets.entry(bound.to_bits()).or_insert((bound, 0.0)).1 += series.value;
        }
        let half = buckets.values().next_back().map(|(_, all)| all / 2.0).filter(|half| *half > 0.0)?;
        let (mut low, mut below) = (0.0, 0.0);
        for (bound, count) in buckets.into_values() {
            if count >= half {
                let share = (half - below) / (count - below);
                // Of the last bucket nobody knows more than where it begins.
                return Some(if bound.is_finite() { low + (bound - low) * share } else { low });
            }
            (low, below) = (bound, count);
        }
        None
    }

    fn sums(
        &self,
        metric: &MetricFacts,
        suffix: &str,
        key: &str,
        having: Having<'_>,
    ) -> BTreeMap<String, u64> {
        let key = label(key);
        let mut sums = BTreeMap::<String, f64>::new();
        for series in self.of(metric, suffix, having) {
            *sums.entry(series.label(&key).unwrap_or_default().to_owned()).or_default() += series.value;
        }
        sums.into_iter().map(|(value, sum)| (value, whole(sum))).filter(|(_, sum)| *sum > 0).collect()
    }

    fn of(&self, metric: &MetricFacts, suffix: &str, having: Having<'_>) -> impl Iterator<Item = &Series> {
        // What Prometheus has no name for, it has no series of.
        let name = names::metric_name(metric).unwrap_or_default() + suffix;
        let having: Vec<(String, String)> =
            having.iter().map(|(key, value)| (label(key), (*value).to_owned())).collect();
        self.series.iter().filter(move |series| {
            series.name == name && having.iter().all(|(key, value)| series.label(key) == Some(value.as_str()))
        })
    }
}

fn label(key: &str) -> String {
    names::label_name(key).unwrap_or_default()
}

/// Counts are whole, and a cast saturates.
fn whole(value: f64) -> u64 {
    value.round() as u64
}

async fn page(address: SocketAddr) -> Result<String, String> {
    let uri = format!("http://{address}/metrics").parse().map_err(|_| format!("{address} is no address"))?;
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let reply = client.get(uri).await.map_err(|error| error.to_string())?;
    if !reply.status().is_success() {
        return Err(format!("the answer was {}", reply.status()));
    }
    let body = reply.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
    String::from_utf8(body.into()).map_err(|error| error.to_string())
}

impl fmt::Display for ScrapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nowhere => f.write_str("metrics are nowhere: telemetry is switched off"),
            Self::Unreachable(why) => write!(f, "cannot fetch metrics: {why}"),
            Self::Line(number) => write!(f, "cannot read line {number} of the metrics"),
        }
    }
}

impl std::error::Error for ScrapeError {}
