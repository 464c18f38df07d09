//! What differs between the three signals.

use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsPartialSuccess, ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;

use prost::Message as _;

use crate::ledger::Stream;

use super::received::{Counts, Received};

/// An export request of one signal.
pub(super) trait Export: prost::Message + Default {
    /// Adds what is in it.
    fn count(&self, counts: &mut Counts);

    /// Files it with the rest.
    fn keep(self, received: &mut Received);
}

impl Export for ExportTraceServiceRequest {
    fn count(&self, counts: &mut Counts) {
        let scopes = self.resource_spans.iter().flat_map(|under| &under.scope_spans);
        counts.spans += total(scopes.map(|scope| scope.spans.len()));
    }

    fn keep(self, received: &mut Received) {
        received.traces.push(self);
    }
}

impl Export for ExportLogsServiceRequest {
    fn count(&self, counts: &mut Counts) {
        let scopes = self.resource_logs.iter().flat_map(|under| &under.scope_logs);
        counts.log_records += total(scopes.map(|scope| scope.log_records.len()));
    }

    fn keep(self, received: &mut Received) {
        received.logs.push(self);
    }
}

impl Export for ExportMetricsServiceRequest {
    fn count(&self, counts: &mut Counts) {
        let scopes = self.resource_metrics.iter().flat_map(|under| &under.scope_metrics);
        let metrics = scopes.flat_map(|scope| &scope.metrics);
        counts.metric_points += total(metrics.map(|metric| metric.data.as_ref().map_or(0, points)));
    }

    fn keep(self, received: &mut Received) {
        received.metrics.push(self);
    }
}

/// The gRPC method that takes the exports of a signal.
pub(super) const fn method(stream: Stream) -> &'static str {
    match stream {
        Stream::Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        Stream::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        Stream::Metrics => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    }
}

/// The answer, encoded, that says that `rejected` items of an export were not taken.
pub(super) fn partial(stream: Stream, rejected: i64, why: &str) -> Vec<u8> {
    let error_message = why.to_owned();
    match stream {
        Stream::Traces => {
            let partial_success = Some(ExportTracePartialSuccess { rejected_spans: rejected, error_message });
            ExportTraceServiceResponse { partial_success }.encode_to_vec()
        }
        Stream::Logs => {
            let partial_success =
                Some(ExportLogsPartialSuccess { rejected_log_records: rejected, error_message });
            ExportLogsServiceResponse { partial_success }.encode_to_vec()
        }
        Stream::Metrics => {
            let partial_success =
                Some(ExportMetricsPartialSuccess { rejected_data_points: rejected, error_message });
            ExportMetricsServiceResponse { partial_success }.encode_to_vec()
        }
    }
}

fn points(data: &Data) -> usize {
    match data {
        Data::Gauge(gauge) => gauge.data_points.len(),
        Data::Sum(sum) => sum.data_points.len(),
        Data::Histogram(histogram) => histogram.data_points.len(),
        Data::ExponentialHistogram(histogram) => histogram.data_points.len(),
        Data::Summary(summary) => summary.data_points.len(),
    }
}

fn total(lengths: impl Iterator<Item = usize>) -> u64 {
    lengths.map(|length| u64::try_from(length).unwrap_or(u64::MAX)).sum()
}
