//! Metrics: the SDK aggregates and collects; the pipeline carries.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{
    Aggregation, Instrument, PeriodicReader, SdkMeterProvider, Stream as View, Temporality,
};
use prost::Message;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use crate::ledger::{DropReason, Ledger, Stream};
use crate::metric::Buckets;
use crate::otlp::{Batch, FRAME};
use crate::recorder::{StreamShape, Streams};
use crate::settings::TemporalityPreference;

use super::drain::Command;
use super::vitals::Vitals;

/// The most buckets of an exponential histogram, and its finest scale: the specification's defaults.
const MAX_BUCKETS: u32 = 160;
const MAX_SCALE: i8 = 20;

/// A meter provider that collects every `interval` and sends what it collected through the pipeline.
pub(crate) fn provider(
    resource: opentelemetry_sdk::Resource,
    streams: Streams,
    exporter: Exporter,
    interval: Duration,
) -> SdkMeterProvider {
    let reader = PeriodicReader::builder(exporter).with_interval(interval).build();
    SdkMeterProvider::builder()
        .with_resource(resource)
        .with_reader(reader)
        .with_view(move |instrument: &Instrument| view(streams.shape(instrument.name())?))
        .build()
}

/// The stream of one of our metrics: just large enough for its series, and with its buckets.
fn view(shape: StreamShape) -> Option<View> {
    // One more than the series, so that the last one is not taken for overflow.
    let stream = View::builder().with_cardinality_limit(shape.series + 1);
    let stream = match shape.buckets {
        None => stream,
        Some(Buckets::Exponential) => stream.with_aggregation(Aggregation::Base2ExponentialHistogram {
            max_size: MAX_BUCKETS,
            max_scale: MAX_SCALE,
            record_min_max: true,
        }),
        Some(Buckets::Explicit(bounds)) => stream.with_aggregation(Aggregation::ExplicitBucketHistogram {
            boundaries: bounds.to_vec(),
            record_min_max: true,
        }),
    };
    stream.build().ok()
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
