//! OTLP: the envelope around encoded records, and the transports that carry it.

mod buffers;
mod envelope;
#[cfg(feature = "otlp-grpc")]
mod grpc;
#[cfg(feature = "otlp-http")]
mod http;
#[cfg(any(feature = "otlp-grpc", feature = "otlp-http"))]
mod response;

pub(crate) use buffers::Buffers;
pub(crate) use envelope::{Batch, Batcher, FRAME};
#[cfg(feature = "otlp-grpc")]
pub(crate) use grpc::GrpcClient;
#[cfg(feature = "otlp-http")]
pub(crate) use http::HttpClient;

use std::time::Duration;

#[cfg(any(feature = "otlp-grpc", feature = "otlp-http"))]
use crate::settings::Problem;

/// How one attempt to deliver a request ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// The destination took it, and rejected this many of its items.
    Accepted { rejected: u64, message: String },
    #[cfg_attr(
        not(any(feature = "otlp-grpc", feature = "otlp-http")),
        expect(dead_code, reason = "only a transport can ask for another attempt")
    )]
    /// It may succeed later; the destination may have said when.
    Retry { after: Option<Duration>, why: Failure },
    /// It will never succeed.
    Refused(Failure),
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Whether nothing answered at all, which the user can do something about.
    pub(crate) unreachable: bool,
    pub(crate) why: String,
}

/// The innermost cause of an error, which is the one that says something: "connection refused" and not
/// "transport error".
#[cfg(any(feature = "otlp-grpc", feature = "otlp-http"))]
fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// The headers of a request.
///
/// # Errors
///
/// When a name or a value cannot be one.
#[cfg(any(feature = "otlp-grpc", feature = "otlp-http"))]
fn headers(pairs: &[(String, String)]) -> Result<::http::HeaderMap, Problem> {
    let mut headers = ::http::HeaderMap::with_capacity(pairs.len() + 2);
    for (name, value) in pairs {
        let malformed = |what: &str| Problem::new("OTEL_EXPORTER_OTLP_HEADERS", format!("`{name}` {what}"));
        let key: ::http::HeaderName = name.parse().map_err(|_| malformed("is not a header name"))?;
        let mut value: ::http::HeaderValue =
            value.parse().map_err(|_| malformed("has a value that no header can carry"))?;
        // Headers carry credentials; nothing may print them.
        value.set_sensitive(true);
        headers.insert(key, value);
    }
    Ok(headers)
}
