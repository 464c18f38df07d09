//! What has arrived, for a test to look at.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;

/// An absent scope means an empty one, says OTLP.
static NO_SCOPE: InstrumentationScope = InstrumentationScope {
    name: String::new(),
    version: String::new(),
    attributes: Vec::new(),
    dropped_attributes_count: 0,
};

/// How much a receiver has received.
///
/// A refused request counts as a request, and what was in it does not count: it is expected again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Spans of all requests that were not refused.
    pub spans: u64,
    /// Log records of all requests that were not refused.
    pub log_records: u64,
    /// Data points of all five kinds of metric, of all requests that were not refused.
    pub metric_points: u64,
    /// Export requests whose head has come.
    pub begun: u64,
    /// Export requests, whatever became of them; each from the moment at which that is known.
    pub requests: u64,
    /// Requests whose body was not the message that it should have been.
    pub malformed: u64,
    /// Requests that were read and answered with an error.
    pub refused: u64,
    /// Requests that were larger than the receiver takes.
    pub too_large: u64,
    /// Requests that were not read to their end: the client went away, or the receiver was told not to.
    pub broken_off: u64,
    /// Requests whose message came compressed, and could be read.
    pub compressed: u64,
    /// Connections, whatever became of them.
    pub connections: u64,
    /// Connections on which TLS came to nothing.
    pub failed_handshakes: u64,
}

/// Everything a receiver has received, each request as it came.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Received {
    /// The trace exports that were not refused, oldest first.
    pub traces: Vec<ExportTraceServiceRequest>,
    /// The log exports that were not refused, oldest first.
    pub logs: Vec<ExportLogsServiceRequest>,
    /// The metric exports that were not refused, oldest first.
    pub metrics: Vec<ExportMetricsServiceRequest>,
    /// What surrounded each request, the refused and the malformed ones included, oldest first.
    pub requests: Vec<RequestHead>,
}

/// What surrounded the message of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestHead {
    /// How it came.
    pub transport: Transport,
    /// The path it was sent to: `/v1/traces`, or the gRPC method.
    pub path: String,
    /// Its headers, or gRPC metadata; names are lower case, and bytes that are not UTF-8 are replaced.
    pub headers: Vec<(String, String)>,
}

/// How a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transport {
    /// OTLP over gRPC.
    Grpc,
    /// OTLP over HTTP, binary protobuf.
    Http,
}

impl Received {
    /// Every span, with the resource and the scope it came under.
    pub fn spans(&self) -> impl Iterator<Item = (Option<&Resource>, &InstrumentationScope, &Span)> {
        self.traces.iter().flat_map(|request| &request.resource_spans).flat_map(|under| {
            under.scope_spans.iter().flat_map(move |scoped| {
                let scope = scoped.scope.as_ref().unwrap_or(&NO_SCOPE);
                scoped.spans.iter().map(move |span| (under.resource.as_ref(), scope, span))
            })
        })
    }

    /// Every log record, with the resource and the scope it came under.
    pub fn log_records(
        &self,
    ) -> impl Iterator<Item = (Option<&Resource>, &InstrumentationScope, &LogRecord)> {
        self.logs.iter().flat_map(|request| &request.resource_logs).flat_map(|under| {
            under.scope_logs.iter().flat_map(move |scoped| {
                let scope = scoped.scope.as_ref().unwrap_or(&NO_SCOPE);
                scoped.log_records.iter().map(move |record| (under.resource.as_ref(), scope, record))
            })
        })
    }

    /// Every metric, once for each export it was in, with the resource and the scope it came under.
    pub fn metrics(&self) -> impl Iterator<Item = (Option<&Resource>, &InstrumentationScope, &Metric)> {
        self.metrics.iter().flat_map(|request| &request.resource_metrics).flat_map(|under| {
            under.scope_metrics.iter().flat_map(move |scoped| {
                let scope = scoped.scope.as_ref().unwrap_or(&NO_SCOPE);
                scoped.metrics.iter().map(move |metric| (under.resource.as_ref(), scope, metric))
            })
        })
    }
}

impl RequestHead {
    /// The value of the header `name`, given in lower case; the first, when there are several.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn new(transport: Transport, path: &str, headers: &http::HeaderMap) -> Self {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        Self { transport, path: path.to_owned(), headers }
    }
}
