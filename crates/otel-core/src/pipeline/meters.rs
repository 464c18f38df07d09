//! Metrics: the SDK aggregates and collects; the pipeline carries.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{
    Aggregation, Instrument, InstrumentKind, MeterProviderBuilder, PeriodicReader, SdkMeterProvider,
    Stream as View, Temporality,
};
use prost::Message;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use crate::ledger::{DropReason, Ledger, Stream};
use crate::metric::Buckets;
use crate::otlp::{Batch, FRAME};
use crate::recorder::{StreamShape, Streams};
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
    if !settings.is_pushed(Stream::Metrics) {
        return provider;
    }
    let reader = PeriodicReader::builder(exporter).with_interval(settings.metrics.interval);
    provider.with_reader(reader.build())
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
/// everything else.
#[derive(Debug)]
pub(crate) struct Exporter {
    commands: UnboundedSender<Command>,
    ledger: Arc<Ledger>,
    vitals: Arc<Vitals>,
    temporality: TemporalityPreference,
}

impl Exporter {
    pub(crate) fn new(
        commands: UnboundedSender<Command>,
        ledger: Arc<Ledger>,
        vitals: Arc<Vitals>,
        temporality: TemporalityPreference,
    ) -> Self {
        Self { commands, ledger, vitals, temporality }
    }
}

impl PushMetricExporter for Exporter {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.vitals.collected();
        let request = ExportMetricsServiceRequest::from(metrics);
        let items = points(&request);
        if items == 0 {
            return Ok(());
        }
        self.ledger.metrics_created(items);
        let mut message = vec![0; FRAME];
        message.reserve(request.encoded_len());
        if let Err(error) = request.encode(&mut message) {
            self.ledger.metrics_dropped(DropReason::Refused, items);
            return Err(OTelSdkError::InternalFailure(error.to_string()));
        }
        let batch = Batch::new(Stream::Metrics, items, message);
        let (reply, delivered) = oneshot::channel();
        if self.commands.send(Command::Metrics { batch, reply }).is_err() {
            self.ledger.metrics_dropped(DropReason::AlreadyShutDown, items);
            return Err(OTelSdkError::AlreadyShutdown);
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
