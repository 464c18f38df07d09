//! Where telemetry goes: one place or several.

use std::path::PathBuf;
use std::time::Duration;

use crate::ledger::Stream;

use super::code::OtlpOptions;
use super::effective::Origin;
use super::exporter::{DestinationSettings, JsonTarget, Route};
use super::features::{JSON, PROMETHEUS};
use super::otlp::Way;
use super::parse::{self, Parsed};
use super::shown::Shown;
use super::{Code, Compression, Exporter, Protocol, Reader};

/// Another OTLP endpoint that telemetry goes to, beside the one of the environment and the builder.
///
/// The `OTEL_EXPORTER_OTLP_*` variables say nothing about it, so that no credentials go to the wrong place.
///
/// ```
/// use otel_core::ledger::Stream;
/// use otel_core::settings::OtlpDestination;
///
/// let auditors = OtlpDestination::new("auditors", "https://audit.example:4317")
///     .header("authorization", "Bearer …")
///     .streams(&[Stream::Logs]);
/// # let _ = auditors;
/// ```
#[derive(Clone, Debug)]
#[must_use = "a destination is used when it is given to `Builder::also_to`"]
pub struct OtlpDestination {
    name: String,
    streams: Vec<Stream>,
    otlp: OtlpOptions,
}

impl OtlpDestination {
    /// A destination for all streams. Its name is at most 32 lower-case letters, digits, `-` and `_`; its address
    /// is such as [`Builder::endpoint`](crate::pipeline::Builder::endpoint) takes.
    pub fn new(name: impl Into<String>, endpoint: impl Into<String>) -> Self {
        let otlp = OtlpOptions { endpoint: Some(endpoint.into()), ..OtlpOptions::default() };
        Self { name: name.into(), streams: Stream::ALL.to_vec(), otlp }
    }

    /// How OTLP is spoken: gRPC for port 4317 and HTTP with protobuf otherwise, unless said here.
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.otlp.protocol = Some(protocol);
        self
    }

    /// A header, or gRPC metadata, for every request. Its value is never printed.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.otlp.headers.push((name.into(), value.into()));
        self
    }

    /// How long one attempt to deliver a request may take; 10 s unless said here.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.otlp.timeout = Some(timeout);
        self
    }

    /// How requests are compressed; not at all unless said here.
    pub fn compression(mut self, compression: Compression) -> Self {
        self.otlp.compression = Some(compression);
        self
    }

    /// A PEM file with the authorities that the server is trusted by, in place of the system's.
    pub fn certificate_authority(mut self, path: impl Into<PathBuf>) -> Self {
        self.otlp.authority = Some(path.into());
        self
    }

    /// The PEM files of the certificate that is shown to the server, and of its key.
    pub fn client_certificate(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.otlp.identity = Some((certificate.into(), key.into()));
        self
    }

    /// The streams that go there; all unless said here.
    pub fn streams(mut self, streams: &[Stream]) -> Self {
        self.streams = streams.to_vec();
        self
    }

    fn resolve(&self, env: &mut Reader<'_>) -> DestinationSettings {
        let Self { name, streams, otlp } = self;
        let routes = Stream::ALL.map(|stream| {
            let way = Way { to: name, stream, options: otlp, environment: false };
            streams.contains(&stream).then(|| Route::Otlp(Box::new(way.resolve(env))))
        });
        DestinationSettings { name: name.clone(), routes }
    }
}

/// What a stream's exporter can be, beside nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Otlp,
    Console,
    Json,
    Prometheus,
}

const TARGETS: [(&str, Target); 4] = [
    ("otlp", Target::Otlp),
    ("console", Target::Console),
    ("otlp/stdout", Target::Json),
    ("prometheus", Target::Prometheus),
];

impl Shown for Target {
    fn shown(&self) -> String {
        let name = TARGETS.iter().find(|(_, target)| target == self).map(|(name, _)| *name);
        name.unwrap_or_default().to_owned()
    }
}

const JSON_FILE: &str = "file";
const NOTHING: &str = "nothing";

/// The names of destinations that are there without one being given; no other can have them.
const OWN_NAMES: [&str; 6] = ["main", "console", "stdout", "prometheus", JSON_FILE, NOTHING];

/// Every destination there is. Each stream has at least one.
pub(super) fn resolve(code: &Code, env: &mut Reader<'_>) -> Vec<DestinationSettings> {
    let targets = Stream::ALL.map(|stream| targets(stream, code, env));
    let mut all = Vec::new();
    for (name, target) in [("main", Target::Otlp), ("console", Target::Console), ("stdout", Target::Json)] {
        let routes = Stream::ALL.map(|stream| {
            let chosen = targets[stream as usize].contains(&target);
            chosen.then(|| route(target, stream, code, env))
        });
        add(&mut all, name, routes);
    }
    if targets[Stream::Metrics as usize].contains(&Target::Prometheus) {
        add(&mut all, "prometheus", [None, None, Some(prometheus(code, env))]);
    }
    if let Some(path) = &code.json_file {
        JSON.require("json_file", env);
        env.enter("file.path", path.shown(), Origin::Code);
        add(&mut all, JSON_FILE, Stream::ALL.map(|_| Some(Route::Json(JsonTarget::File(path.clone())))));
    }
    for destination in &code.also_to {
        check_name(destination, &all, env);
        all.push(destination.resolve(env));
    }
    let idle = Stream::ALL.map(|stream| {
        let reached = all.iter().any(|destination| destination.routes[stream as usize].is_some());
        (!reached).then_some(Route::Nothing)
    });
    add(&mut all, NOTHING, idle);
    all
}

/// Adds a destination, if anything goes there.
fn add(all: &mut Vec<DestinationSettings>, name: &str, routes: [Option<Route>; Stream::ALL.len()]) {
    if routes.iter().any(Option::is_some) {
        all.push(DestinationSettings { name: name.to_owned(), routes });
    }
}

fn targets(stream: Stream, code: &Code, env: &mut Reader<'_>) -> Vec<Target> {
    let of_code = code.exporter.map(|exporter| match exporter {
        Exporter::Otlp => vec![Target::Otlp],
        Exporter::Console => vec![Target::Console],
        Exporter::JsonStdout => vec![Target::Json],
        Exporter::Nothing => Vec::new(),
    });
    let variable = format!("OTEL_{}_EXPORTER", stream.as_str().to_ascii_uppercase());
    let (mut targets, setting) = env
        .setting(format!("{}.exporter", stream.as_str()))
        .code("exporter", of_code)
        .variable(&variable, |text| by_names(stream, text))
        .or_by(vec![Target::Otlp]);
    if targets.contains(&Target::Json) {
        JSON.require(&setting, env);
    }
    if targets.contains(&Target::Prometheus) {
        PROMETHEUS.require(&setting, env);
    } else if stream == Stream::Metrics && code.prometheus.is_some() {
        PROMETHEUS.require("prometheus", env);
        targets.push(Target::Prometheus);
        env.enter("metrics.exporter", targets.shown(), Origin::Code);
    }
    targets
}

fn by_names(stream: Stream, text: &str) -> Parsed<Vec<Target>> {
    // Only metrics are something that Prometheus takes.
    let targets = if stream == Stream::Metrics { &TARGETS[..] } else { &TARGETS[..3] };
    parse::several_of(targets, text)
}

fn route(target: Target, stream: Stream, code: &Code, env: &mut Reader<'_>) -> Route {
    match target {
        Target::Otlp => {
            let way = Way { to: "main", stream, options: &code.otlp, environment: true };
            Route::Otlp(Box::new(way.resolve(env)))
        }
        Target::Console => Route::Console,
        Target::Json => Route::Json(JsonTarget::Stdout),
        Target::Prometheus => prometheus(code, env),
    }
}

fn prometheus(code: &Code, env: &mut Reader<'_>) -> Route {
    let (host, port) = code.prometheus.clone().unzip();
    let host = env
        .setting("prometheus.host")
        .code("prometheus", host)
        .variable("OTEL_EXPORTER_PROMETHEUS_HOST", parse::text)
        .or("localhost".to_owned());
    let port = env
        .setting("prometheus.port")
        .code("prometheus", port)
        .variable("OTEL_EXPORTER_PROMETHEUS_PORT", parse::number)
        .or(9464);
    Route::Prometheus { host, port }
}

fn check_name(destination: &OtlpDestination, earlier: &[DestinationSettings], env: &mut Reader<'_>) {
    let name = &destination.name;
    let setting = format!("also_to `{name}`");
    let may_be_in_it = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
    if name.is_empty() || name.len() > 32 || !name.chars().all(may_be_in_it) {
        env.complain(setting, "a name is at most 32 lower-case letters, digits, `-` and `_`");
    } else if OWN_NAMES.contains(&name.as_str()) || earlier.iter().any(|other| other.name == *name) {
        env.complain(setting, "another destination has this name");
    } else if destination.streams.is_empty() {
        env.complain(setting, "no stream goes there");
    }
}
