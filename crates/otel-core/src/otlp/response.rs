//! What a destination answers.

use prost::Message;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceResponse;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;

use crate::ledger::Stream;

use super::Attempt;
use super::failure::quoted;

/// Reads the body of a successful answer: how many items were rejected in spite of it, and why.
///
/// A body that is no such message does not undo the success.
pub(super) fn accepted(stream: Stream, body: &[u8]) -> Attempt {
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
    partially(partial)
}

/// Reads the body of a successful answer in JSON.
#[cfg(all(feature = "otlp-http", feature = "json"))]
pub(super) fn accepted_json(stream: Stream, body: &[u8]) -> Attempt {
    let rejected = match stream {
        Stream::Traces => "rejectedSpans",
        Stream::Logs => "rejectedLogRecords",
        Stream::Metrics => "rejectedDataPoints",
    };
    let answer: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let partial = answer.as_ref().and_then(|answer| answer.get("partialSuccess"));
    partially(partial.map(|partial| {
        let message = partial.get("errorMessage").and_then(serde_json::Value::as_str);
        (partial.get(rejected).and_then(integer).unwrap_or(0), message.unwrap_or_default().to_owned())
    }))
}

/// A 64-bit integer is written as text, and may be written as a number.
#[cfg(all(feature = "otlp-http", feature = "json"))]
fn integer(value: &serde_json::Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn partially(partial: Option<(i64, String)>) -> Attempt {
    let (rejected, message) = partial.unwrap_or_default();
    Attempt::Accepted { rejected: u64::try_from(rejected).unwrap_or(0), message: quoted(&message) }
}
