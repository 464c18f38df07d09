//! Why an attempt failed: a kind to decide by, and words to tell an operator.

#[cfg(any(feature = "otlp-grpc", feature = "otlp-http"))]
mod cause;

use std::fmt;

#[cfg(any(feature = "otlp-grpc", feature = "otlp-http"))]
pub(super) use cause::quoted;

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    pub(crate) why: String,
}

/// What kind of failure it was: who can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(all(feature = "tls", any(feature = "otlp-grpc", feature = "otlp-http"))),
    expect(dead_code, reason = "only a transport with TLS fails in all these ways")
)]
pub(crate) enum FailureKind {
    /// Nothing answers there.
    Unreachable,
    /// One side does not trust the other, or they found no way to speak TLS.
    Tls,
    /// It answered that it does not know us, or does not let us.
    Unauthorised,
    /// It answered that it will not take this request.
    Refused,
    /// It answered that it cannot take anything at the moment.
    Throttled,
    /// The connection, or the time, ended before an answer came.
    NoAnswer,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, why: impl Into<String>) -> Self {
        Self { kind, why: why.into() }
    }

    /// The time was up before an answer came.
    pub(crate) fn not_in_time() -> Self {
        Self::new(FailureKind::NoAnswer, "no answer within the timeout")
    }

    /// Whether nothing answered at all.
    pub(crate) fn is_unreachable(&self) -> bool {
        self.kind == FailureKind::Unreachable
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}
