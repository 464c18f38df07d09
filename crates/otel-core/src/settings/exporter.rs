//! Where each stream goes, decided.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::ledger::Stream;

use super::effective::REDACTED;
use super::shown::Shown;

/// How OTLP is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// OTLP over gRPC, usually on port 4317.
    Grpc,
    /// OTLP over HTTP with binary protobuf, usually on port 4318.
    HttpProtobuf,
    /// OTLP over HTTP with JSON, usually on port 4318.
    HttpJson,
}

impl Protocol {
    /// The protocol's name, as `OTEL_EXPORTER_OTLP_PROTOCOL` has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grpc => "grpc",
            Self::HttpProtobuf => "http/protobuf",
            Self::HttpJson => "http/json",
        }
    }
}

impl Shown for Protocol {
    fn shown(&self) -> String {
        self.as_str().to_owned()
    }
}

/// How requests are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// With gzip, at its fastest level.
    Gzip,
}

impl Shown for Compression {
    fn shown(&self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::Gzip => "gzip".to_owned(),
        }
    }
}

/// What becomes of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exporter {
    /// It is sent to an OTLP endpoint.
    Otlp,
    /// It is printed on standard output, for people.
    Console,
    /// It is written to standard output as OTLP-JSON lines, for programs.
    JsonStdout,
    /// It is thrown away, unless it has another destination.
    Nothing,
}

/// A place where telemetry goes, and what goes there.
#[derive(Clone, Debug)]
pub(crate) struct DestinationSettings {
    /// Its name, unlike that of all others: lower case, digits, `-` and `_`.
    pub(crate) name: String,
    /// How each stream goes there, where it does.
    pub(crate) routes: [Option<Route>; Stream::ALL.len()],
}

/// How one stream goes to one destination.
#[derive(Clone, Debug)]
pub(crate) enum Route {
    Otlp(Box<ExporterSettings>),
    Console,
    Json(JsonTarget),
    /// Metrics only, and fetched rather than sent.
    Prometheus {
        host: String,
        port: u16,
    },
    /// The only route of its stream.
    Nothing,
}

/// Where OTLP-JSON lines are written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum JsonTarget {
    Stdout,
    File(PathBuf),
}

/// An OTLP endpoint and how to talk to it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ExporterSettings {
    pub(crate) protocol: Protocol,
    /// For gRPC the server, for HTTP the full address of the stream. It begins with `http://` or `https://`.
    pub(crate) endpoint: String,
    /// Each name once, whatever its case.
    pub(crate) headers: Vec<(String, String)>,
    /// How long one attempt may take.
    pub(crate) timeout: Duration,
    pub(crate) compression: Compression,
    /// How an `https` endpoint is trusted, and how we show who we are.
    pub(crate) tls: TlsSettings,
    /// The most bytes of a request, before and after compression.
    pub(crate) max_request_bytes: usize,
}

impl ExporterSettings {
    /// The endpoint as it may be shown: what stands in a query may be a key.
    pub(crate) fn shown_endpoint(&self) -> String {
        super::endpoint::redacted(&self.endpoint)
    }

    /// Whether the endpoint is spoken to over TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.endpoint.starts_with("https://")
    }

    /// The host and port that are connected to.
    pub(crate) fn authority(&self) -> String {
        super::endpoint::with_port(&self.endpoint, if self.is_secure() { 443 } else { 80 })
    }

    /// What of these settings is nobody's business: the values of headers, and the query of the address.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let query = self.endpoint.split_once(['?', '#']).map(|(_, query)| query);
        self.headers.iter().map(|(_, value)| value.as_str()).chain(query)
    }
}

impl fmt::Debug for ExporterSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| (name, REDACTED)).collect();
        f.debug_struct("ExporterSettings")
            .field("protocol", &self.protocol)
            .field("endpoint", &self.shown_endpoint())
            .field("headers", &headers)
            .field("timeout", &self.timeout)
            .field("compression", &self.compression)
            .field("tls", &self.tls)
            .field("max_request_bytes", &self.max_request_bytes)
            .finish()
    }
}

/// Files for TLS. Without an authority of its own, the system's are trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TlsSettings {
    pub(crate) authority: Option<PemFile>,
    /// The certificate chain and the key we show to the server.
    pub(crate) identity: Option<(PemFile, PemFile)>,
}

/// A PEM file, and the setting that named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PemFile {
    pub(crate) setting: String,
    pub(crate) path: PathBuf,
}
