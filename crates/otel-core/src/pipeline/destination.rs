//! Where batches go.

use std::io::{IsTerminal as _, Stdout};
#[cfg(feature = "json")]
use std::path::Path;
#[cfg(feature = "testing")]
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};

#[cfg(feature = "testing")]
use bytes::Bytes;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use crate::console::Console;
use crate::ledger::Stream;
#[cfg(feature = "json")]
use crate::otlp::JsonLines;
use crate::otlp::{Attempt, Batch, Failure, FailureKind, ProbeAnswer};
#[cfg(any(feature = "otlp-grpc", feature = "otlp-http"))]
use crate::settings::Protocol;
use crate::settings::{ExporterSettings, Problem};

/// Where the batches of a stream go.
pub(crate) enum Destination {
    #[cfg(feature = "otlp-grpc")]
    Grpc(String, crate::otlp::GrpcClient),
    #[cfg(feature = "otlp-http")]
    Http(String, Box<crate::otlp::HttpClient>),
    Console(Box<Mutex<Console<Stdout>>>),
    /// OTLP/JSON, appended to a file.
    #[cfg(feature = "json")]
    JsonFile(String, JsonLines),
    /// OTLP/JSON on standard output.
    #[cfg(feature = "json")]
    JsonStdout(JsonLines<Stdout>),
    #[cfg(feature = "testing")]
    Memory(Arc<Memory>),
    Nowhere,
}

impl Destination {
    /// Prepares an OTLP destination. Must be called inside the runtime that will drive it.
    ///
    /// # Errors
    ///
    /// When a setting is malformed, or the protocol is not part of this build.
    pub(crate) fn otlp(settings: &ExporterSettings) -> Result<Self, Problem> {
        match settings.protocol {
            #[cfg(feature = "otlp-grpc")]
            Protocol::Grpc => crate::otlp::GrpcClient::new(settings)
                .map(|client| Self::Grpc(format!("{} (gRPC)", settings.shown_endpoint()), client)),
            #[cfg(feature = "otlp-http")]
            Protocol::HttpProtobuf | Protocol::HttpJson => crate::otlp::HttpClient::new(settings)
                .map(|client| Self::Http(format!("{} (HTTP)", settings.shown_endpoint()), Box::new(client))),
            #[cfg(not(all(feature = "otlp-grpc", feature = "otlp-http")))]
            other => {
                let why = format!(
                    "{other:?} is not part of this build: enable the feature `otlp-grpc` or `otlp-http`"
                );
                Err(Problem::new("OTEL_EXPORTER_OTLP_PROTOCOL", why))
            }
        }
    }

    pub(crate) fn console() -> Self {
        let out = std::io::stdout();
        let colour = out.is_terminal();
        Self::Console(Box::new(Mutex::new(Console::new(out).with_colour(colour))))
    }

    /// Prepares a file that OTLP/JSON is appended to.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened.
    #[cfg(feature = "json")]
    pub(crate) fn json_file(path: &Path, setting: &str) -> Result<Self, Problem> {
        let lines = JsonLines::append_to(path, setting)?;
        Ok(Self::JsonFile(path.display().to_string(), lines))
    }

    #[cfg(feature = "json")]
    pub(crate) fn json_stdout() -> Self {
        Self::JsonStdout(JsonLines::stdout())
    }

    /// How it is spoken to, in the words of `otel.component.type`.
    pub(crate) const fn dialect(&self) -> &'static str {
        match self {
            #[cfg(feature = "otlp-grpc")]
            Self::Grpc(..) => "otlp_grpc",
            // Protobuf or JSON, the conventions have one word for each; ours says which in the endpoint.
            #[cfg(feature = "otlp-http")]
            Self::Http(..) => "otlp_http",
            Self::Console(_) => "console",
            #[cfg(feature = "json")]
            Self::JsonFile(..) => "otlp_json_file",
            #[cfg(feature = "json")]
            Self::JsonStdout(_) => "otlp_json_stdout",
            #[cfg(feature = "testing")]
            Self::Memory(_) => "memory",
            Self::Nowhere => "noop",
        }
    }

    /// The endpoint, in the words of a diagnostic.
    pub(crate) fn endpoint(&self) -> &str {
        match self {
            #[cfg(feature = "otlp-grpc")]
            Self::Grpc(endpoint, _) => endpoint,
            #[cfg(feature = "otlp-http")]
            Self::Http(endpoint, _) => endpoint,
            Self::Console(_) => "standard output",
            #[cfg(feature = "json")]
            Self::JsonFile(path, _) => path,
            #[cfg(feature = "json")]
            Self::JsonStdout(_) => "standard output (JSON)",
            #[cfg(feature = "testing")]
            Self::Memory(_) => "memory",
            Self::Nowhere => "nowhere",
        }
    }

    /// Makes one attempt to deliver a request.
    pub(crate) async fn send(&self, batch: &Batch) -> Attempt {
        match self {
            #[cfg(feature = "otlp-grpc")]
            Self::Grpc(_, client) => client.send(batch).await,
            #[cfg(feature = "otlp-http")]
            Self::Http(_, client) => client.send(batch).await,
            Self::Console(console) => {
                print(&mut console.lock().unwrap_or_else(PoisonError::into_inner), batch)
            }
            #[cfg(feature = "json")]
            Self::JsonFile(_, lines) => lines.send(batch),
            #[cfg(feature = "json")]
            Self::JsonStdout(lines) => lines.send(batch),
            #[cfg(feature = "testing")]
            Self::Memory(memory) => memory.keep(batch),
            Self::Nowhere => accepted(),
        }
    }

    /// Makes one attempt to learn something. What is in this process has no clock of its own.
    pub(crate) async fn probe(&self, batch: &Batch) -> ProbeAnswer {
        match self {
            #[cfg(feature = "otlp-grpc")]
            Self::Grpc(_, client) => client.probe(batch).await,
            #[cfg(feature = "otlp-http")]
            Self::Http(_, client) => client.probe(batch).await,
            _ => ProbeAnswer { attempt: self.send(batch).await, date: None },
        }
    }

    /// Prints what the console held back for too long.
    pub(crate) fn tick(&self, now_unix_nanos: u64) {
        if let Self::Console(console) = self {
            console.lock().unwrap_or_else(PoisonError::into_inner).tick(now_unix_nanos);
        }
    }

    /// Prints everything the console held back.
    pub(crate) fn finish(&self) {
        if let Self::Console(console) = self {
            console.lock().unwrap_or_else(PoisonError::into_inner).finish();
        }
    }
}

fn accepted() -> Attempt {
    Attempt::Accepted { rejected: 0, message: String::new() }
}

fn print(console: &mut Console<Stdout>, batch: &Batch) -> Attempt {
    let message = batch.message();
    let printed = match batch.stream {
        Stream::Traces => ExportTraceServiceRequest::decode(message).map(|request| console.traces(&request)),
        Stream::Logs => ExportLogsServiceRequest::decode(message).map(|request| console.logs(&request)),
        Stream::Metrics => {
            ExportMetricsServiceRequest::decode(message).map(|request| console.metrics(&request))
        }
    };
    match printed {
        Ok(()) => accepted(),
        Err(error) => Attempt::Refused(Failure::new(FailureKind::Refused, error.to_string())),
    }
}

/// Keeps requests in memory, for tests.
#[cfg(feature = "testing")]
#[derive(Debug, Default)]
pub(crate) struct Memory {
    requests: Mutex<Vec<(Stream, Bytes)>>,
}

#[cfg(feature = "testing")]
impl Memory {
    fn keep(&self, batch: &Batch) -> Attempt {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push((batch.stream, batch.message()));
        accepted()
    }

    pub(crate) fn requests(&self) -> Vec<(Stream, Bytes)> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
