//! What a destination answers.

use prost::Message;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceResponse;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;

use crate::ledger::Stream;

use super::Attempt;

/// Reads the body of a successful answer: how many items were rejected in spite of it, and why.
///
/// A body that is no such message does not undo the success.
pub(crate) fn accepted(stream: Stream, body: &[u8]) -> Attempt {
    let partial = match stream {
        Stream::Traces => ExportTraceServiceResponse::decode(body)
            .ok()
            .and_then(|response| response.partial_success)
            .map(|partial| (partial.rejected_spans, partial.error_message)),
        Stream::Logs => ExportLogsServiceResponse::decode(body)
            .ok()
            .and_then(|response| response.partial_success)
            .map(|partial| (partial.rejected_log_records, partial.error_message)),
        Stream::Metrics => ExportMetricsServiceResponse::decode(body)
            .ok()
            .and_then(|response| response.partial_success)
            .map(|partial| (partial.rejected_data_points, partial.error_message)),
    };
    let (rejected, message) = partial.unwrap_or_default();
    Attempt::Accepted { rejected: u64::try_from(rejected).unwrap_or(0), message }
}
