//! Metrics: the SDK aggregates and collects; the pipeline carries.

mod clean;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::metrics::{
    Aggregation, Instrument, InstrumentKind, MeterProviderBuilder, PeriodicReader, SdkMeterProvider,
    Stream as View, Temporality,
};
use prost::Message;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot::{self, error::TryRecvError};

use crate::alerting::Gate;
use crate::ledger::{DropReason, Ledger, Stream};
use crate::metric::Buckets;
use crate::otlp::{Batch, FRAME};
use crate::recorder::{StreamShape, Streams};
use crate::sensitive::Guard;
use crate::settings::{HistogramAggregation, Settings, TemporalityPreference};

use super::drain::Command;
use super::vitals::Vitals;

/// The most buckets of an exponential histogram, and its finest scale: the specification's defaults.
const MAX_BUCKETS: u32 = 160;
const MAX_SCALE: i8 = 20;

/// Buckets of a histogram that would be exponential where that is not possible: three to a decade, from a tenth of a
/// millisecond, or the cent of a cent, to five million of whatever it is.
#[rustfmt::skip]
const THREE_TO_A_DECADE: [f64; 33] = [
    1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 1e-1, 2.5e-1, 5e-1,
    1e0, 2.5e0, 5e0, 1e1, 2.5e1, 5e1, 1e2, 2.5e2, 5e2, 1e3, 2.5e3, 5e3,
    1e4, 2.5e4, 5e4, 1e5, 2.5e5, 5e5, 1e6, 2.5e6, 5e6,
];

/// A meter provider that collects as often as the settings say and sends what it collected through the pipeline.
pub(crate) fn provider(
    resource: opentelemetry_sdk::Resource,
    streams: Streams,
    exporter: Exporter,
    settings: &Settings,
) -> MeterProviderBuilder {
    let shapes = Shapes { streams, histograms: settings.metrics.histograms, scraped: settings.is_scraped() };
    let provider = SdkMeterProvider::builder()
        .with_resource(resource)
        .with_view(move |instrument: &Instrument| shapes.of(instrument));
    if !exporter.pushed && exporter.alerts_every().is_none() {
        return provider;
    }
    let asked = Arc::clone(&exporter.asked);
    let interval = exporter.collecting_every();
    let periodic = PeriodicReader::builder(exporter).with_interval(interval).build();
    provider.with_reader(Reader { periodic, asked })
}

/// The SDK's reader, and how many wait for what it collects: its timer asks for nothing, a flush does.
#[derive(Debug)]
struct Reader {
    periodic: PeriodicReader<Exporter>,
    asked: Arc<AtomicUsize>,
}

impl MetricReader for Reader {
    fn register_pipeline(&self, pipeline: Weak<opentelemetry_sdk::metrics::Pipeline>) {
        self.periodic.register_pipeline(pipeline);
    }

    fn collect(&self, into: &mut ResourceMetrics) -> OTelSdkResult {
        self.periodic.collect(into)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let flushed = self.periodic.force_flush();
        self.asked.fetch_sub(1, Ordering::SeqCst);
        flushed
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        // For good: nothing is collected after the last time.
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.periodic.shutdown_with_timeout(timeout)
    }

    fn temporality(&self, kind: InstrumentKind) -> Temporality {
        self.periodic.temporality(kind)
    }
}

/// What shape the stream of an instrument has.
struct Shapes {
    streams: Streams,
    histograms: HistogramAggregation,
    /// Whether Prometheus, whose text format has no exponential histograms, fetches metrics. The SDK leaves such a
    /// histogram out without a word, so there must be none.
    scraped: bool,
}

impl Shapes {
    fn of(&self, instrument: &Instrument) -> Option<View> {
        match self.streams.shape(instrument.name()) {
            Some(shape) => self.ours(shape),
            None => self.of_the_api(instrument),
        }
    }

    /// The stream of one of our metrics: just large enough for its series, and with its buckets.
    fn ours(&self, shape: StreamShape) -> Option<View> {
        // One more than the series, so that the last one is not taken for overflow.
        let stream = View::builder().with_cardinality_limit(shape.series + 1);
        let stream = match shape.buckets {
            None => stream,
            Some(Buckets::Exponential) if self.scraped => {
                stream.with_aggregation(explicit(&THREE_TO_A_DECADE))
            }
            Some(Buckets::Exponential) => stream.with_aggregation(EXPONENTIAL),
            Some(Buckets::Explicit(bounds)) => stream.with_aggregation(explicit(bounds)),
        };
        stream.build().ok()
    }

    /// The stream of a metric of the OpenTelemetry API, where it is not what the SDK would make by itself.
    fn of_the_api(&self, instrument: &Instrument) -> Option<View> {
        let exponential = instrument.kind() == InstrumentKind::Histogram
            && self.histograms == HistogramAggregation::Exponential;
        let stream = exponential.then(|| View::builder().with_aggregation(EXPONENTIAL))?;
        stream.build().ok()
    }
}

const EXPONENTIAL: Aggregation = Aggregation::Base2ExponentialHistogram {
    max_size: MAX_BUCKETS,
    max_scale: MAX_SCALE,
    record_min_max: true,
};

fn explicit(bounds: &[f64]) -> Aggregation {
    Aggregation::ExplicitBucketHistogram { boundaries: bounds.to_vec(), record_min_max: true }
}

/// Encodes what the SDK collected and hands it to the pipeline, where it shares transport, retries and ledger with
/// everything else. The alert machine sees everything that is collected, whether it is sent or not.
#[derive(Debug)]
pub(crate) struct Exporter {
    commands: UnboundedSender<Command>,
    ledger: Arc<Ledger>,
    vitals: Arc<Vitals>,
    temporality: TemporalityPreference,
    interval: Duration,
    /// Whether metrics are sent, and not only looked at.
    pushed: bool,
    guard: Guard,
    alerts: Option<Arc<Gate>>,
    asked: Arc<AtomicUsize>,
    sending: Mutex<Sending>,
}

/// What became of the last metrics that were sent on time.
#[derive(Debug, Default)]
struct Sending {
    last: Option<Instant>,
    under_way: Option<oneshot::Receiver<bool>>,
}

impl Exporter {
    pub(crate) fn new(
        commands: UnboundedSender<Command>,
        ledger: Arc<Ledger>,
        vitals: Arc<Vitals>,
        settings: &Settings,
        guard: Guard,
        alerts: Option<Arc<Gate>>,
    ) -> Self {
        Self {
            commands,
            ledger,
            vitals,
            temporality: settings.metrics.temporality,
            interval: settings.metrics.interval,
            pushed: settings.is_pushed(Stream::Metrics),
            guard,
            alerts,
            asked: Arc::default(),
            sending: Mutex::default(),
        }
    }

    /// How often the alert machine wants to see metrics.
    fn alerts_every(&self) -> Option<Duration> {
        self.alerts.as_ref().map(|alerts| alerts.every())
    }

    /// How often metrics are collected: what was collected as differences has to be sent, so then not more often.
    fn collecting_every(&self) -> Duration {
        match self.alerts_every() {
            Some(every) if !self.pushed => every,
            Some(every) if self.is_cumulative() => every.min(self.interval),
            _ => self.interval,
        }
    }

    const fn is_cumulative(&self) -> bool {
        matches!(self.temporality, TemporalityPreference::Cumulative)
    }

    /// Whether it is time to send what the timer collected. What is cumulative can be left for the next time, when the
    /// last is still under way: nobody has to wait for a destination that does not answer.
    fn is_due(&self) -> bool {
        if !self.is_cumulative() {
            return true;
        }
        let mut sending = self.sending.lock().unwrap_or_else(PoisonError::into_inner);
        let busy =
            sending.under_way.as_mut().is_some_and(|reply| reply.try_recv() == Err(TryRecvError::Empty));
        // Timers are never quite on time.
        let early = self.interval.saturating_sub(self.collecting_every() / 2);
        let due = !busy && sending.last.is_none_or(|last| last.elapsed() >= early);
        if due {
            sending.last = Some(Instant::now());
        }
        due
    }

    /// Hands everything that was collected to the pipeline; `None` when there is nothing.
    fn send(&self, metrics: &ResourceMetrics) -> Result<Option<oneshot::Receiver<bool>>, OTelSdkError> {
        let mut request = ExportMetricsServiceRequest::from(metrics);
        clean::clean(&mut request, &self.guard);
        let items = points(&request);
        if items == 0 {
            return Ok(None);
        }
        let mut message = vec![0; FRAME];
        message.reserve(request.encoded_len());
        if let Err(error) = request.encode(&mut message) {
            self.ledger.metrics_lost(DropReason::Refused, items);
            return Err(OTelSdkError::InternalFailure(error.to_string()));
        }
        let batch = Batch::new(Stream::Metrics, items, message);
        let (reply, delivered) = oneshot::channel();
        if self.commands.send(Command::Metrics { batch, reply }).is_err() {
            self.ledger.metrics_lost(DropReason::AlreadyShutDown, items);
            return Err(OTelSdkError::AlreadyShutdown);
        }
        Ok(Some(delivered))
    }
}

impl PushMetricExporter for Exporter {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.vitals.collected();
        if let Some(alerts) = &self.alerts {
            alerts.collected(metrics);
        }
        let looking = self.alerts.as_ref().map_or(0, |alerts| alerts.looking());
        let asked = self.asked.load(Ordering::SeqCst) > looking;
        if looking > 0 && !asked && self.is_cumulative() {
            return Ok(());
        }
        if !self.pushed || !asked && !self.is_due() {
            return Ok(());
        }
        let Some(delivered) = self.send(metrics)? else { return Ok(()) };
        if !asked && self.is_cumulative() {
            self.sending.lock().unwrap_or_else(PoisonError::into_inner).under_way = Some(delivered);
            return Ok(());
        }
        match delivered.await {
            Ok(true) => Ok(()),
            // The pipeline has counted it and told its operator why.
            Ok(false) | Err(_) => Err(OTelSdkError::InternalFailure("metrics were not delivered".to_owned())),
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        match self.temporality {
            TemporalityPreference::Cumulative => Temporality::Cumulative,
            TemporalityPreference::Delta => Temporality::Delta,
            TemporalityPreference::LowMemory => Temporality::LowMemory,
        }
    }
}

/// The number of data points in a request.
fn points(request: &ExportMetricsServiceRequest) -> u64 {
    let metrics = request.resource_metrics.iter().flat_map(|resource| &resource.scope_metrics);
    let data = metrics.flat_map(|scope| &scope.metrics).filter_map(|metric| metric.data.as_ref());
    let points = data.map(|data| match data {
        Data::Gauge(gauge) => gauge.data_points.len(),
        Data::Sum(sum) => sum.data_points.len(),
        Data::Histogram(histogram) => histogram.data_points.len(),
        Data::ExponentialHistogram(histogram) => histogram.data_points.len(),
        Data::Summary(summary) => summary.data_points.len(),
    });
    points.sum::<usize>() as u64
}
