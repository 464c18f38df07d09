//! Where the telemetry goes, and what became of it.

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use otel_core::alerting::{Alert, Alerting};
use otel_core::ledger::{Counts, Report};
use otel_core::pipeline::{Diagnosis, Pipeline};
use otel_core::settings::{Exporter, Protocol};
use otel_core::testing::{self, Receiver};
use otel_core::{Context, Telemetry};

use crate::scrape::{Scrape, ScrapeError};

/// How long the pipeline may take to deliver what is left.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a destination that did not take everything may be asked why.
const BEDSIDE: Duration = Duration::from_secs(5);

/// Records that may wait in the pipeline before whoever makes them waits for them.
const MOST_WAITING: u64 = 20_000;

/// Where the telemetry is to go.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a program's own type: nobody else matches it")]
pub enum Target<'a> {
    /// Standard output, readable.
    Console,
    /// An OTLP endpoint.
    Endpoint(&'a str),
    /// A receiver in this process.
    Here,
}

/// A pipeline, and the receiver it exports to when nobody named another.
#[derive(Debug)]
pub struct Export {
    pipeline: Pipeline,
    /// Whether the telemetry goes to an endpoint that somebody named.
    is_sent_away: bool,
    receiver: Option<Receiver>,
}

/// What became of everything that was recorded.
#[derive(Debug)]
pub struct Delivery {
    report: Report,
    /// What arrived, where the receiver is in this process.
    received: Option<testing::Counts>,
    diagnosis: Option<Diagnosis>,
}

/// Puts the span of a context into the headers of a request, so that its trace goes on where the request is served.
#[derive(Clone)]
pub struct Propagate(Arc<Inject>);

type Inject = dyn Fn(&Context) -> HashMap<String, String> + Send + Sync;

impl Export {
    /// A pipeline to `target`, whose metrics can also be fetched at this port; without one, at one that is free.
    ///
    /// # Errors
    ///
    /// A sentence for the user, when a port cannot be bound or a setting is wrong.
    pub fn open(target: Target<'_>, scraped_at: Option<u16>) -> Result<Self, String> {
        let builder = Telemetry::builder(env!("CARGO_PKG_NAME"))
            .service_version(env!("CARGO_PKG_VERSION"))
            .alerting(Alerting::new().rules(&otel_ecommerce::CATALOGUE))
            // The report reads its figures where a Prometheus would: wherever else they go, they are the same.
            .prometheus("localhost", scraped_at.unwrap_or_default());
        let (builder, receiver) = match target {
            Target::Console => (builder.exporter(Exporter::Console), None),
            Target::Endpoint(endpoint) => (builder.endpoint(endpoint), None),
            Target::Here => {
                let receiver = Receiver::counting()
                    .map_err(|error| format!("cannot start a receiver in this process: {error}"))?;
                let builder = builder.endpoint(receiver.grpc_endpoint()).protocol(Protocol::Grpc);
                (builder, Some(receiver))
            }
        };
        let pipeline = builder.install().map_err(|error| error.to_string())?;
        Ok(Self { pipeline, is_sent_away: matches!(target, Target::Endpoint(_)), receiver })
    }

    /// The handle to record with.
    pub fn telemetry(&self) -> &Telemetry {
        &self.pipeline
    }

    /// How traces go on in other processes.
    pub fn propagate(&self) -> Propagate {
        let propagator = self.pipeline.propagator();
        Propagate(Arc::new(move |context| {
            let mut headers = HashMap::new();
            propagator.inject_context(context, &mut headers);
            headers
        }))
    }

    /// Where metrics can be fetched.
    pub fn scraped_at(&self) -> Option<SocketAddr> {
        self.pipeline.prometheus_address()
    }

    /// The metrics as they are now, fetched as a Prometheus fetches them.
    ///
    /// # Errors
    ///
    /// When they cannot be fetched, or are not what Prometheus can read.
    pub fn metrics(&self) -> Result<Scrape, ScrapeError> {
        Scrape::fetch(self.scraped_at().ok_or(ScrapeError::Nowhere)?)
    }

    /// Waits when too much waits to be delivered: a replay is faster than any shop, and must not lose what a shop
    /// would not.
    pub fn keep_up(&self) {
        if self.pipeline.report().pending() > MOST_WAITING {
            // What is not delivered in time is in the final report.
            let _ = self.pipeline.flush(PATIENCE);
        }
    }

    /// Looks at the metrics, and says which alerts there are.
    pub fn alerts(&self) -> Vec<Alert> {
        self.pipeline.alerts_now(PATIENCE)
    }

    /// Delivers what is left.
    pub fn close(self) -> Delivery {
        let (report, diagnosis) = match self.pipeline.shutdown(PATIENCE) {
            Ok(report) => (report, None),
            Err(undelivered) => {
                let diagnosis = self.is_sent_away.then(|| self.pipeline.doctor(BEDSIDE));
                (*undelivered.report(), diagnosis)
            }
        };
        Delivery { report, received: self.receiver.map(|receiver| receiver.counts()), diagnosis }
    }
}

impl Delivery {
    /// Everything that was recorded and did not arrive, as far as anybody here can know.
    pub fn lost(&self) -> u64 {
        self.rows().iter().map(Row::lost).sum()
    }

    /// Why not everything arrived, where an endpoint was named and did not take it.
    pub const fn diagnosis(&self) -> Option<&Diagnosis> {
        self.diagnosis.as_ref()
    }

    /// Spans, events and metric points.
    fn rows(&self) -> [Row; 3] {
        let Report { spans, logs, metric_points, .. } = self.report;
        let received = self.received;
        [
            Row { name: "spans", sent: spans, received: received.map(|counts| counts.spans) },
            Row { name: "events", sent: logs, received: received.map(|counts| counts.log_records) },
            Row {
                name: "metric points",
                sent: metric_points,
                received: received.map(|counts| counts.metric_points),
            },
        ]
    }
}

/// What became of one kind of telemetry.
struct Row {
    name: &'static str,
    sent: Counts,
    received: Option<u64>,
}

impl Row {
    /// Created, and not arrived: dropped, rejected, unaccounted for, or accepted and never seen by the receiver.
    fn lost(&self) -> u64 {
        let unseen = self.received.map_or(0, |received| self.sent.exported.saturating_sub(received));
        self.sent.lost() + self.sent.pending() + unseen
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n  {:<20}{:>10}{:>10}{:>10}{:>10}", "", "created", "sent", "received", "lost")?;
        for row in self.rows() {
            let received = row.received.map_or_else(|| "?".to_owned(), |received| received.to_string());
            let (created, sent, lost) = (row.sent.created, row.sent.exported, row.lost());
            writeln!(f, "  {:<20}{created:>10}{sent:>10}{received:>10}{lost:>10}", row.name)?;
        }
        writeln!(f, "\nlost = {}", self.lost())
    }
}

impl Propagate {
    /// No trace goes on anywhere.
    pub fn nothing() -> Self {
        Self(Arc::new(|_| HashMap::new()))
    }

    /// The headers that carry the span of a context on.
    pub fn headers(&self, context: &Context) -> HashMap<String, String> {
        (self.0)(context)
    }
}

impl fmt::Debug for Propagate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Propagate")
    }
}
