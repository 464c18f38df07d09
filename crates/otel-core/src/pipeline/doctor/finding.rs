//! What a doctor finds.

use std::fmt;

use crate::event::Severity;
use crate::ledger::{DropReason, Stream};

use super::super::health::Stage;

/// One reason why telemetry does not arrive, or something worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of trouble it is.
    pub kind: FindingKind,
    /// How bad it is: with an error nothing of its subject arrives, with a warning some of it is lost. The rest is
    /// worth knowing.
    pub severity: Severity,
    /// What it is about.
    pub subject: Subject,
    /// What was seen, in words. No secret is among them.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// The pipeline as a whole.
    Pipeline,
    /// The setting of this name.
    Setting(String),
    /// A stream, wherever it goes.
    Stream(Stream),
    /// Streams on their way to a destination.
    Destination {
        /// The destination's name.
        name: String,
        /// Where it is, without what may be a secret; `None` where that is not the point.
        endpoint: Option<String>,
        /// The streams, in order.
        streams: Vec<Stream>,
    },
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pipeline => f.write_str("the pipeline"),
            Self::Setting(name) => f.write_str(name),
            Self::Stream(stream) => f.write_str(stream.as_str()),
            Self::Destination { name, endpoint, streams } => {
                let streams: Vec<_> = streams.iter().map(|stream| stream.as_str()).collect();
                write!(f, "{} to `{name}`", streams.join(", "))?;
                endpoint.iter().try_for_each(|endpoint| write!(f, ", {endpoint}"))
            }
        }
    }
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident = $title:literal,)+) => {
        /// What kind of trouble it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum FindingKind {
            $($(#[doc = $doc])+ $kind,)+
            /// A stage of the pipeline has work and gets nowhere.
            Stuck(Stage),
            /// Records were dropped.
            Dropped(DropReason),
        }

        impl fmt::Display for FindingKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$kind => f.write_str($title),)+
                    Self::Stuck(stage) => write!(f, "the {} is stuck", stage.as_str()),
                    Self::Dropped(reason) => write!(f, "records were dropped: {}", reason.as_str()),
                }
            }
        }
    };
}

kinds! {
    /// `OTEL_SDK_DISABLED` is set.
    Disabled = "telemetry is switched off",
    /// The pipeline was shut down.
    ShutDown = "the pipeline was shut down",
    /// A setting could be used when the pipeline was installed and cannot be used now.
    UnusableSetting = "a setting cannot be used any more",
    /// The name of the host has no address.
    UnknownHost = "the host's name does not resolve",
    /// The host is there, and nobody listens at the port.
    NobodyListens = "nobody listens at the endpoint",
    /// There is no connection to the host.
    Unreachable = "the endpoint cannot be reached",
    /// There is a connection, and no answer.
    NoAnswer = "the endpoint does not answer in time",
    /// The connection ended before an answer came.
    BrokenOff = "the endpoint breaks off before it answers",
    /// gRPC is spoken to who speaks HTTP, or the reverse.
    WrongProtocol = "the endpoint speaks another protocol",
    /// The address is `http`, and who listens there speaks TLS.
    TlsExpected = "the endpoint speaks TLS, and its address says http",
    /// The address is `https`, and who listens there does not speak TLS.
    TlsNotSpoken = "the endpoint does not speak TLS, and its address says https",
    /// The server's certificate was signed by nobody we trust.
    UnknownAuthority = "the endpoint's certificate is of an unknown authority",
    /// The server's certificate is out of date.
    CertificateExpired = "the endpoint's certificate has expired",
    /// The server's certificate is not valid yet.
    CertificateNotYetValid = "the endpoint's certificate is not valid yet",
    /// The server's certificate is for another host.
    WrongHost = "the endpoint's certificate is for another host",
    /// The server wants a certificate of us, or another one.
    ClientCertificate = "the endpoint asks for a client certificate that it trusts",
    /// TLS failed in another way.
    TlsFailed = "TLS cannot be agreed on",
    /// It does not know us: HTTP 401, gRPC `UNAUTHENTICATED`.
    Unauthenticated = "the endpoint does not know who we are",
    /// It knows us and does not let us: HTTP 403, gRPC `PERMISSION_DENIED`.
    Forbidden = "the endpoint does not let us",
    /// It takes no such requests there: HTTP 404, gRPC `UNIMPLEMENTED`.
    NotServed = "the endpoint takes no such requests",
    /// It sends us elsewhere, where telemetry does not follow.
    Redirected = "the endpoint sends us elsewhere",
    /// It wants to be left alone for a while: HTTP 429, gRPC `RESOURCE_EXHAUSTED`.
    Throttled = "the endpoint throttles",
    /// It failed by its own word: HTTP 500, 502, 503, 504, gRPC `UNAVAILABLE`, `INTERNAL`, …
    ServerError = "the endpoint fails",
    /// It finds requests too large: HTTP 413.
    TooLarge = "the endpoint finds requests too large",
    /// It refuses requests for another reason.
    Refused = "the endpoint refuses requests",
    /// It takes requests and rejects what is in them.
    Rejected = "items are rejected",
    /// It took everything and has something to say all the same.
    Warned = "the endpoint warns",
    /// It could not be asked in time.
    NotExamined = "the endpoint could not be asked",
    /// Our clock and that of the server disagree.
    ClockOff = "the clock is off",
    /// Our clock shows a time that cannot be.
    ClockImplausible = "the clock cannot be right",
    /// A stream has no exporter.
    NoExporter = "a stream has no exporter",
    /// Metrics are fetched rather than sent.
    OnlyFetched = "metrics are fetched, and sent nowhere",
    /// The sampler leaves every root span out.
    SamplerOff = "the sampler leaves all traces out",
    /// Spans were left out by the sampler.
    SampledOut = "spans were sampled out",
    /// Nothing was recorded.
    NothingRecorded = "nothing was recorded",
    /// Spans were begun and have not ended.
    StillOpen = "spans are still open",
    /// Something was recorded, and it is too early.
    Waiting = "records wait to be sent",
    /// Diagnostics are not shown.
    DiagnosticsHidden = "diagnostics are hidden",
    /// What the settings' reader noticed.
    Notice = "a setting may not be what it seems",
}
