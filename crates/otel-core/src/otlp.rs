//! OTLP: the envelope around encoded records, and the transports that carry it.

mod buffers;
mod envelope;
#[cfg(feature = "otlp-grpc")]
mod grpc;
#[cfg(feature = "otlp-http")]
mod http;
#[cfg(any(feature = "otlp-grpc", feature = "otlp-http"))]
mod response;
#[cfg(any(feature = "otlp-grpc", feature = "otlp-http"))]
mod transport;

pub(crate) use buffers::Buffers;
pub(crate) use envelope::{Batch, Batcher, FRAME};
#[cfg(feature = "otlp-grpc")]
pub(crate) use grpc::GrpcClient;
#[cfg(feature = "otlp-http")]
pub(crate) use http::HttpClient;

use std::time::Duration;

/// How one attempt to deliver a request ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// The destination took it, and rejected this many of its items.
    Accepted { rejected: u64, message: String },
    /// It may succeed later; the destination may have said when.
    #[cfg_attr(
        not(any(feature = "otlp-grpc", feature = "otlp-http")),
        expect(dead_code, reason = "only a transport can ask for another attempt")
    )]
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
