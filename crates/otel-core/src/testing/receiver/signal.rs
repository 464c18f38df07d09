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

use super::received::{Counts, Received};

/// An export request of one signal.
pub(super) trait Export: prost::Message + Default {
    /// What such a request is answered with.
    type Response: prost::Message + Default;

    /// The gRPC method that takes it.
    const METHOD: &'static str;

    /// Adds what is in it.
    fn count(&self, counts: &mut Counts);

    /// Files it with the rest.
    fn keep(self, received: &mut Received);

    /// The answer that says that `items` of it were rejected.
    fn partial(items: i64, message: String) -> Self::Response;
}

impl Export for ExportTraceServiceRequest {
    type Response = ExportTraceServiceResponse;

    const METHOD: &'static str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

    fn count(&self, counts: &mut Counts) {
        let scopes = self.resource_spans.iter().flat_map(|under| &under.scope_spans);
        counts.spans += total(scopes.map(|scope| scope.spans.len()));
    }

    fn keep(self, received: &mut Received) {
        received.traces.push(self);
    }

    fn partial(rejected_spans: i64, error_message: String) -> Self::Response {
        let partial_success = Some(ExportTracePartialSuccess { rejected_spans, error_message });
        ExportTraceServiceResponse { partial_success }
    }
}

impl Export for ExportLogsServiceRequest {
    type Response = ExportLogsServiceResponse;

    const METHOD: &'static str = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

    fn count(&self, counts: &mut Counts) {
        let scopes = self.resource_logs.iter().flat_map(|under| &under.scope_logs);
        counts.log_records += total(scopes.map(|scope| scope.log_records.len()));
    }

    fn keep(self, received: &mut Received) {
        received.logs.push(self);
    }

    fn partial(rejected_log_records: i64, error_message: String) -> Self::Response {
        let partial_success = Some(ExportLogsPartialSuccess { rejected_log_records, error_message });
        ExportLogsServiceResponse { partial_success }
    }
}

impl Export for ExportMetricsServiceRequest {
    type Response = ExportMetricsServiceResponse;

    const METHOD: &'static str = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    fn count(&self, counts: &mut Counts) {
        let scopes = self.resource_metrics.iter().flat_map(|under| &under.scope_metrics);
        let metrics = scopes.flat_map(|scope| &scope.metrics);
        counts.metric_points += total(metrics.map(|metric| metric.data.as_ref().map_or(0, points)));
    }

    fn keep(self, received: &mut Received) {
        received.metrics.push(self);
    }

    fn partial(rejected_data_points: i64, error_message: String) -> Self::Response {
        let partial_success = Some(ExportMetricsPartialSuccess { rejected_data_points, error_message });
        ExportMetricsServiceResponse { partial_success }
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
