//! OTLP/JSON: requests written as JSON, straight from their protobuf bytes.
//!
//! The definitions of OTLP stand in `schema` as data, and one walk over the bytes writes any message of them.

mod schema;
#[cfg(test)]
mod tests;
mod text;
mod walk;

use bytes::Bytes;

use crate::ledger::Stream;

use super::{Failure, FailureKind};

/// JSON takes about this much more room than protobuf.
const GROWTH: usize = 3;

/// A request as one line of OTLP/JSON, without the line break.
///
/// # Errors
///
/// When the request is not valid protobuf.
pub(super) fn line(stream: Stream, request: &[u8]) -> Result<Bytes, Failure> {
    let schema = match stream {
        Stream::Traces => &schema::TRACES,
        Stream::Logs => &schema::LOGS,
        Stream::Metrics => &schema::METRICS,
    };
    let mut line = Vec::with_capacity(GROWTH * request.len());
    match walk::write(&mut line, schema, request) {
        Ok(()) => Ok(Bytes::from(line)),
        Err(walk::Malformed) => Err(Failure::new(FailureKind::Refused, "the request is not valid protobuf")),
    }
}
