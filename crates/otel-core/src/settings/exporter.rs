//! Where each stream goes.

use std::path::PathBuf;
use std::time::Duration;

use crate::ledger::Stream;

use super::{Code, Reader};

/// How OTLP is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// OTLP over gRPC, usually on port 4317.
    Grpc,
    /// OTLP over HTTP with binary protobuf, usually on port 4318.
    HttpProtobuf,
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

/// What becomes of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exporter {
    /// It is sent to an OTLP endpoint.
    Otlp,
    /// It is printed on standard output, for people.
    Console,
    /// It is thrown away.
    Nothing,
}

/// Where one stream goes.
#[derive(Clone, Debug)]
pub(crate) enum Route {
    Otlp(ExporterSettings),
    Console,
    Nothing,
}

/// An OTLP endpoint and how to talk to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExporterSettings {
    pub(crate) protocol: Protocol,
    /// For gRPC the server, for HTTP the full address of the stream.
    pub(crate) endpoint: String,
    pub(crate) headers: Vec<(String, String)>,
    /// How long one attempt may take.
    pub(crate) timeout: Duration,
    pub(crate) compression: Compression,
    /// How an `https` endpoint is trusted, and how we show who we are.
    pub(crate) tls: TlsSettings,
    /// The most bytes of a request, before and after compression.
    pub(crate) max_request_bytes: usize,
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

/// The most bytes of a request unless said otherwise: what a gRPC server takes unless told otherwise.
const MAX_REQUEST_BYTES: usize = 4 * 1024 * 1024;

const PREFIX: &str = "OTEL_EXPORTER_OTLP";
const TIMEOUT: Duration = Duration::from_secs(10);

impl ExporterSettings {
    pub(crate) fn resolve(code: &Code, env: &mut Reader<'_>) -> [Route; Stream::ALL.len()] {
        Stream::ALL.map(|stream| match exporter(code, env, stream) {
            Exporter::Otlp => Route::Otlp(Self::of(stream, code, env)),
            Exporter::Console => Route::Console,
            Exporter::Nothing => Route::Nothing,
        })
    }

    fn of(stream: Stream, code: &Code, env: &mut Reader<'_>) -> Self {
        refuse_what_is_not_there(stream, env);
        let endpoint = Endpoint::find(stream, code, env);
        let protocol = protocol(stream, code, env).unwrap_or_else(|| endpoint.usual_protocol());
        let mut headers = env.pairs(&generic("HEADERS"));
        headers.extend(env.pairs(&specific(stream, "HEADERS")));
        headers.extend(code.headers.iter().cloned());
        let timeout = code
            .timeout
            .or(env.millis(&specific(stream, "TIMEOUT")))
            .or(env.millis(&generic("TIMEOUT")))
            .unwrap_or(TIMEOUT);
        Self {
            protocol,
            endpoint: endpoint.address(protocol, stream, env),
            headers,
            timeout,
            compression: Compression::None,
            tls: TlsSettings::default(),
            max_request_bytes: MAX_REQUEST_BYTES,
        }
    }
}

fn exporter(code: &Code, env: &mut Reader<'_>, stream: Stream) -> Exporter {
    let name = format!("OTEL_{}_EXPORTER", stream.as_str().to_ascii_uppercase());
    if let Some(exporter) = code.exporter {
        return exporter;
    }
    match env.text(&name).as_deref() {
        None | Some("otlp") => Exporter::Otlp,
        Some("console") => Exporter::Console,
        Some("none") => Exporter::Nothing,
        Some(other) => {
            env.complain(&name, format!("`{other}` is not supported; use otlp, console or none"));
            Exporter::Nothing
        }
    }
}

fn protocol(stream: Stream, code: &Code, env: &mut Reader<'_>) -> Option<Protocol> {
    if code.protocol.is_some() {
        return code.protocol;
    }
    let name = [specific(stream, "PROTOCOL"), generic("PROTOCOL")]
        .into_iter()
        .find(|name| env.text(name).is_some())?;
    match env.text(&name)?.as_str() {
        "grpc" => Some(Protocol::Grpc),
        "http/protobuf" => Some(Protocol::HttpProtobuf),
        other => {
            env.complain(&name, format!("`{other}` is not supported; use grpc or http/protobuf"));
            None
        }
    }
}

/// Settings that change what is sent or how it is protected are refused rather than ignored.
fn refuse_what_is_not_there(stream: Stream, env: &mut Reader<'_>) {
    for option in ["CERTIFICATE", "CLIENT_KEY", "CLIENT_CERTIFICATE"] {
        for name in [generic(option), specific(stream, option)] {
            if env.text(&name).is_some() {
                env.complain(&name, "TLS is not supported yet; send to a local collector over http://");
            }
        }
    }
    for name in [generic("COMPRESSION"), specific(stream, "COMPRESSION")] {
        if env.text(&name).is_some_and(|compression| compression != "none") {
            env.complain(&name, "compression is not supported yet; use none");
        }
    }
}

/// An endpoint as it was given.
struct Endpoint {
    setting: String,
    /// `None` when nobody gave one.
    url: Option<String>,
    /// Whether it is meant for this stream alone, and used as it is.
    exact: bool,
}

impl Endpoint {
    fn find(stream: Stream, code: &Code, env: &Reader<'_>) -> Self {
        let (own, all) = (specific(stream, "ENDPOINT"), generic("ENDPOINT"));
        if code.endpoint.is_some() {
            return Self { setting: "endpoint".to_owned(), url: code.endpoint.clone(), exact: false };
        }
        match env.text(&own) {
            Some(url) => Self { setting: own, url: Some(url), exact: true },
            None => Self { url: env.text(&all), setting: all, exact: false },
        }
    }

    /// Port 4317 is registered for OTLP over gRPC; everything else is HTTP, the specification's default.
    fn usual_protocol(&self) -> Protocol {
        let url = self.url.as_deref().unwrap_or_default().trim_end_matches('/');
        if url.ends_with(":4317") { Protocol::Grpc } else { Protocol::HttpProtobuf }
    }

    fn address(&self, protocol: Protocol, stream: Stream, env: &mut Reader<'_>) -> String {
        let default = match protocol {
            Protocol::Grpc => "http://localhost:4317",
            Protocol::HttpProtobuf => "http://localhost:4318",
        };
        let url = self.url.as_deref().unwrap_or(default);
        self.check(url, env);
        match protocol {
            Protocol::HttpProtobuf if !self.exact => {
                format!("{}/v1/{}", url.trim_end_matches('/'), stream.as_str())
            }
            Protocol::HttpProtobuf | Protocol::Grpc => url.to_owned(),
        }
    }

    fn check(&self, url: &str, env: &mut Reader<'_>) {
        let authority = url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
        if authority.is_some_and(|authority| authority.contains('@')) {
            // The address holds a secret, so it is not repeated.
            let name = generic("HEADERS");
            env.complain(&self.setting, format!("an address with credentials is not supported; use {name}"));
        } else if url.starts_with("https://") {
            env.complain(
                &self.setting,
                format!("`{url}` asks for TLS, which is not supported yet; use http://"),
            );
        } else if !url.starts_with("http://")
            || authority
                .is_none_or(|authority| authority.is_empty() || authority.contains(char::is_whitespace))
        {
            env.complain(&self.setting, format!("`{url}` is not an address like http://localhost:4317"));
        }
    }
}

fn generic(option: &str) -> String {
    format!("{PREFIX}_{option}")
}

fn specific(stream: Stream, option: &str) -> String {
    format!("{PREFIX}_{}_{option}", stream.as_str().to_ascii_uppercase())
}
