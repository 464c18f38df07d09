//! OTLP: the envelope around encoded records, the forms a request has, and the transports that carry it.

mod batch;
mod buffers;
#[cfg(any(feature = "otlp-grpc", feature = "otlp-http"))]
mod connector;
mod envelope;
mod failure;
#[cfg(feature = "otlp-grpc")]
mod grpc;
#[cfg(all(feature = "gzip", any(feature = "otlp-grpc", feature = "otlp-http")))]
mod gzip;
#[cfg(feature = "otlp-http")]
mod http;
#[cfg(all(feature = "json", feature = "otlp-http"))]
mod inquiry;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "json")]
mod lines;
#[cfg(feature = "alert-http")]
mod post;
#[cfg(test)]
mod random;
#[cfg(any(feature = "otlp-grpc", feature = "otlp-http"))]
mod response;
#[cfg(feature = "otlp-http")]
mod retry_after;
#[cfg(any(feature = "otlp-grpc", feature = "otlp-http"))]
mod rpc_status;
mod split;
#[cfg(all(feature = "tls", any(feature = "otlp-grpc", feature = "otlp-http")))]
mod tls;
#[cfg(any(feature = "otlp-grpc", feature = "otlp-http"))]
mod transport;

pub(crate) use batch::{Batch, FRAME};
pub(crate) use buffers::Buffers;
pub(crate) use envelope::Batcher;
pub(crate) use failure::{Failure, FailureKind, Sign};
#[cfg(feature = "otlp-grpc")]
pub(crate) use grpc::GrpcClient;
#[cfg(feature = "otlp-http")]
pub(crate) use http::HttpClient;
#[cfg(all(feature = "json", feature = "otlp-http"))]
pub(crate) use inquiry::Inquiry;
#[cfg(feature = "json")]
pub(crate) use lines::JsonLines;
#[cfg(feature = "alert-http")]
pub(crate) use post::{PostClient, Posted};

use std::time::{Duration, SystemTime};

/// How one attempt to deliver a request ended.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(
    not(any(feature = "otlp-grpc", feature = "otlp-http")),
    expect(dead_code, reason = "only a transport ends in all these ways")
)]
pub(crate) enum Attempt {
    /// The destination took it, and rejected this many of its items. A message without rejected items is a
    /// warning.
    Accepted { rejected: u64, message: String },
    /// It may succeed later; the destination may have said after how long at the earliest.
    Retry { after: Option<Duration>, why: Failure },
    /// The request is too large, by our own limit or by the destination's word; its halves may not be.
    TooLarge(Failure),
    /// It will never succeed.
    Refused(Failure),
}

/// What an attempt brings back that is made to learn something.
#[derive(Debug)]
pub(crate) struct ProbeAnswer {
    pub(crate) attempt: Attempt,
    /// What time it was where the answer comes from.
    pub(crate) date: Option<SystemTime>,
}
