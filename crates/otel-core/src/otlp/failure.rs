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
    /// What exactly was noticed, where that says more than the kind.
    pub(crate) sign: Option<Sign>,
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

/// What exactly was noticed: for whoever is asked why nothing arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(all(feature = "tls", feature = "otlp-grpc")),
    expect(dead_code, reason = "only gRPC with TLS shows all these signs")
)]
pub(crate) enum Sign {
    /// The host is there, and nobody listens at the port.
    ConnectionRefused,
    /// The time was up.
    Late,
    /// An answer with this HTTP status.
    Http(u16),
    /// An answer with this gRPC status.
    Grpc(i32),
    /// A success that has no gRPC status.
    NoGrpcStatus,
    /// The server's certificate was signed by nobody we trust.
    UnknownAuthority,
    /// The server's certificate is out of date.
    CertificateExpired,
    /// The server's certificate is from the future.
    CertificateNotYetValid,
    /// The server's certificate is for another host.
    OtherHost,
    /// The server does not like our certificate, or that there is none.
    ClientCertificate,
    /// TLS found no application protocol that both speak.
    NoCommonProtocol,
    /// What answered does not speak TLS.
    NotTls,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, why: impl Into<String>) -> Self {
        Self { kind, why: why.into(), sign: None }
    }

    /// The same failure, with what exactly was noticed.
    #[cfg_attr(
        not(any(feature = "otlp-grpc", feature = "otlp-http")),
        expect(dead_code, reason = "only a transport notices more")
    )]
    pub(super) fn showing(self, sign: Sign) -> Self {
        Self { sign: Some(sign), ..self }
    }

    /// The time was up before an answer came.
    pub(crate) fn not_in_time() -> Self {
        let late = Self::new(FailureKind::NoAnswer, "no answer within the timeout");
        Self { sign: Some(Sign::Late), ..late }
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
