//! Where the telemetry goes, and what became of it.

use std::net::SocketAddr;
use std::time::Duration;

use otel_core::Telemetry;
use otel_core::alerting::{Alert, Alerting};
use otel_core::ledger::{Counts, Report};
use otel_core::pipeline::{Diagnosis, Pipeline};
use otel_core::settings::{Exporter, Protocol};
use otel_core::testing::{self, Receiver};

/// How long the pipeline may take to deliver what is left.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a destination that did not take everything may be asked why.
const BEDSIDE: Duration = Duration::from_secs(5);

/// Lines between two looks at the pipeline.
const LINES_BETWEEN_LOOKS: u64 = 1_000;

/// Records that may wait in the pipeline before the replay waits for them.
const MOST_WAITING: u64 = 50_000;

/// Where the telemetry is to go.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'a> {
    /// Standard output, readable.
    Console,
    /// An OTLP endpoint.
    Endpoint(&'a str),
    /// A receiver in this process.
    Here,
}

/// A pipeline, and the receiver it exports to when nobody named another.
pub(crate) struct Export {
    pipeline: Pipeline,
    /// Whether the telemetry goes to an endpoint that somebody named.
    is_sent_away: bool,
    receiver: Option<Receiver>,
}

/// What became of everything that was recorded.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) report: Report,
    /// What arrived, where the receiver is in this process.
    pub(crate) received: Option<testing::Counts>,
    /// Why not everything arrived, where an endpoint was named and did not take it.
    pub(crate) diagnosis: Option<Diagnosis>,
}

impl Export {
    /// A pipeline to `target`.
    ///
    /// # Errors
    ///
    /// A sentence for the user, when a port cannot be bound or a setting is wrong.
    pub(crate) fn open(target: Target<'_>, scraped_at: Option<u16>) -> Result<Self, String> {
        let builder = Telemetry::builder(env!("CARGO_PKG_NAME"))
            .service_version(env!("CARGO_PKG_VERSION"))
            .alerting(Alerting::new().rules(&otel_trading::CATALOGUE));
        let builder = match scraped_at {
            Some(port) => builder.prometheus("localhost", port),
            None => builder,
        };
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
    pub(crate) fn telemetry(&self) -> &Telemetry {
        &self.pipeline
    }

    /// Where metrics can be fetched.
    pub(crate) fn scraped_at(&self) -> Option<SocketAddr> {
        self.pipeline.prometheus_address()
    }

    /// Waits when too much waits to be delivered: a replay is faster than any market, and must not lose what a
    /// market would not.
    pub(crate) fn keep_up_with(&self, line: u64) {
        if line.is_multiple_of(LINES_BETWEEN_LOOKS) && self.pipeline.report().pending() > MOST_WAITING {
            // What is not delivered in time is in the final report.
            let _ = self.pipeline.flush(PATIENCE);
        }
    }

    /// Looks at the metrics, and says which alerts there are.
    pub(crate) fn alerts(&self) -> Vec<Alert> {
        self.pipeline.alerts_now(PATIENCE)
    }

    /// Delivers what is left.
    pub(crate) fn close(self) -> Delivery {
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
    pub(crate) fn lost(&self) -> u64 {
        self.rows().iter().map(Row::lost).sum()
    }

    /// Spans, events and metric points.
    pub(crate) fn rows(&self) -> [Row; 3] {
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
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) sent: Counts,
    pub(crate) received: Option<u64>,
}

impl Row {
    /// Created, and not arrived: dropped, rejected, unaccounted for, or accepted and never seen by the receiver.
    pub(crate) fn lost(&self) -> u64 {
        let unseen = self.received.map_or(0, |received| self.sent.exported.saturating_sub(received));
        self.sent.lost() + self.sent.pending() + unseen
    }
}
