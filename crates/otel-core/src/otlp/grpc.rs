//! OTLP over gRPC, with a codec that passes bytes through.

use std::time::Duration;

use bytes::{Buf as _, BufMut as _, Bytes};
use http::uri::PathAndQuery;
use tonic::client::Grpc;
use tonic::codec::{BufferSettings, Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::{AsciiMetadataKey, AsciiMetadataValue, MetadataMap};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};

use crate::ledger::Stream;
use crate::settings::{ExporterSettings, Problem};

use super::{Attempt, Failure, response, root_cause};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// HTTP/2 flow-control windows for what the server sends, and the size of our writes to it.
const WINDOW: u32 = 4 * 1024 * 1024;

/// A connection to an OTLP server. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct GrpcClient {
    channel: Grpc<Channel>,
    headers: MetadataMap,
}

impl GrpcClient {
    /// Prepares a connection, which is made when it is first needed. Must be called inside the runtime that
    /// will drive it.
    ///
    /// # Errors
    ///
    /// When the address or a header is malformed.
    pub(crate) fn new(settings: &ExporterSettings) -> Result<Self, Problem> {
        let malformed = |why: String| Problem::new("OTEL_EXPORTER_OTLP_ENDPOINT", why);
        let endpoint = Endpoint::from_shared(settings.endpoint.clone())
            .map_err(|error| malformed(format!("`{}`: {}", settings.endpoint, root_cause(&error))))?
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(settings.timeout)
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .user_agent(concat!("OTel-OTLP-Exporter-Rust/", env!("CARGO_PKG_VERSION"), " otel-core"))
            .map_err(|error| malformed(root_cause(&error)))?;
        Ok(Self { channel: Grpc::new(endpoint.connect_lazy()), headers: metadata(&settings.headers)? })
    }

    /// Makes one attempt.
    pub(crate) async fn send(&self, stream: Stream, body: Bytes) -> Attempt {
        let mut channel = self.channel.clone();
        if let Err(error) = channel.ready().await {
            return Attempt::Retry {
                after: None,
                why: Failure { unreachable: true, why: root_cause(&error) },
            };
        }
        let mut request = Request::new(body);
        *request.metadata_mut() = self.headers.clone();
        match channel.unary(request, path(stream), RawCodec).await {
            Ok(answer) => response::accepted(stream, &answer.into_inner()),
            Err(status) => failed(&status),
        }
    }
}

fn path(stream: Stream) -> PathAndQuery {
    PathAndQuery::from_static(match stream {
        Stream::Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        Stream::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        Stream::Metrics => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    })
}

fn metadata(headers: &[(String, String)]) -> Result<MetadataMap, Problem> {
    let mut metadata = MetadataMap::with_capacity(headers.len());
    for (name, value) in headers {
        let malformed = |what: &str| Problem::new("OTEL_EXPORTER_OTLP_HEADERS", format!("`{name}` {what}"));
        let key: AsciiMetadataKey =
            name.to_ascii_lowercase().parse().map_err(|_| malformed("is not a header name"))?;
        let value: AsciiMetadataValue =
            value.parse().map_err(|_| malformed("has a value that no header can carry"))?;
        metadata.insert(key, value);
    }
    Ok(metadata)
}

/// The retryable codes of the OTLP specification. `ResourceExhausted` is only one with a retry delay, which the
/// details of the status would carry.
fn failed(status: &Status) -> Attempt {
    let cause = std::error::Error::source(status).map_or_else(|| status.message().to_owned(), root_cause);
    let why = if cause.is_empty() { status.code().description().to_owned() } else { cause };
    let unreachable = status.code() == Code::Unavailable && std::error::Error::source(status).is_some();
    let failure = Failure { unreachable, why };
    match status.code() {
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss => Attempt::Retry { after: None, why: failure },
        _ => Attempt::Refused(failure),
    }
}

/// Requests and answers are bytes already.
#[derive(Clone, Copy, Debug)]
struct RawCodec;

impl Codec for RawCodec {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self::Encoder {
        Self
    }

    fn decoder(&mut self) -> Self::Decoder {
        Self
    }
}

impl Encoder for RawCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        out.reserve(item.len());
        out.put(item);
        Ok(())
    }

    fn buffer_settings(&self) -> BufferSettings {
        // `encode` reserves what it needs, so nothing is gained by starting large.
        BufferSettings::new(1024, WINDOW as usize)
    }
}

impl Decoder for RawCodec {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, bytes: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(bytes.copy_to_bytes(bytes.remaining())))
    }
}
