//! OTLP over gRPC: a message that is bytes already, framed and sent as it is.
//!
//! tonic brings the connection: HTTP/2, reconnecting, time limits. Its codec would copy every message once more into a
//! buffer of its own; a unary call is little enough to make by hand.

mod answer;

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, TE};
use http::uri::Scheme;
use http::{Method, Request, Uri, Version};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::transport::{Channel, Endpoint};

use crate::ledger::Stream;
#[cfg(feature = "gzip")]
use crate::settings::Compression;
use crate::settings::{ExporterSettings, Problem};

use super::connector::{Connector, connector};
use super::transport::{self, CONNECT_TIMEOUT, USER_AGENT};
use super::{Attempt, Batch, FRAME, ProbeAnswer};

/// HTTP/2 flow-control windows for what the server sends.
const WINDOW: u32 = 4 * 1024 * 1024;

const GRPC_ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");

/// A connection to an OTLP server. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct GrpcClient {
    channel: Channel,
    headers: HeaderMap,
    #[cfg(feature = "gzip")]
    compression: Compression,
    max_bytes: usize,
}

impl GrpcClient {
    /// Prepares a connection, which is made when it is first needed. Must be called inside the runtime that
    /// will drive it.
    ///
    /// # Errors
    ///
    /// When the address, a header or a file for TLS cannot be used.
    pub(crate) fn new(settings: &ExporterSettings) -> Result<Self, Problem> {
        let malformed = |why: &str| {
            Problem::new("OTEL_EXPORTER_OTLP_ENDPOINT", format!("`{}`: {why}", settings.endpoint))
        };
        let address: Uri = settings.endpoint.parse().map_err(|_| malformed("is not an address"))?;
        let endpoint =
            Endpoint::from(without_tls(address.clone()).map_err(|_| malformed("is not an address"))?)
                .origin(address.clone())
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(settings.timeout)
                .initial_stream_window_size(WINDOW)
                .initial_connection_window_size(WINDOW)
                .user_agent(USER_AGENT)
                .map_err(|error| malformed(&error.to_string()))?;
        let door = Door { connector: connector(&address, &settings.tls, b"h2")?, address };
        Ok(Self {
            channel: endpoint.connect_with_connector_lazy(door),
            headers: headers(settings)?,
            #[cfg(feature = "gzip")]
            compression: settings.compression,
            max_bytes: settings.max_request_bytes,
        })
    }

    /// Makes one attempt.
    pub(crate) async fn send(&self, batch: &Batch) -> Attempt {
        self.exchange(batch, |_| ()).await
    }

    /// Makes one attempt, and looks at the clock of whoever answers.
    pub(crate) async fn probe(&self, batch: &Batch) -> ProbeAnswer {
        let mut date = None;
        let attempt = self.exchange(batch, |headers| date = transport::date(headers)).await;
        ProbeAnswer { attempt, date }
    }

    /// Makes one attempt, and lets `look` see the headers of the answer.
    async fn exchange(&self, batch: &Batch, look: impl FnOnce(&HeaderMap)) -> Attempt {
        let message = match self.message(batch) {
            Ok(message) => message,
            Err(ended) => return ended,
        };
        let mut channel = self.channel.clone();
        if let Err(error) = std::future::poll_fn(|cx| channel.poll_ready(cx)).await {
            return answer::none(&error);
        }
        let mut request = Request::new(Body::new(OneFrame(Some(message))));
        *request.method_mut() = Method::POST;
        *request.version_mut() = Version::HTTP_2;
        *request.uri_mut() = path(batch.stream);
        *request.headers_mut() = self.headers.clone();
        match channel.call(request).await {
            Ok(response) => {
                look(response.headers());
                answer::read(batch.stream, response).await
            }
            Err(error) => answer::none(&error),
        }
    }

    /// The message as it is sent. Its header is not part of what is limited.
    fn message(&self, batch: &Batch) -> Result<Bytes, Attempt> {
        let plain = batch.framed();
        transport::check_size(plain.len() - FRAME, self.max_bytes)?;
        #[cfg(feature = "gzip")]
        if self.compression == Compression::Gzip {
            let compressed = batch.compressed().map_err(Attempt::Refused)?;
            transport::check_size(compressed.len() - FRAME, self.max_bytes)?;
            return Ok(compressed);
        }
        Ok(plain)
    }
}

/// The address as tonic may see it. It has a TLS of its own, and refuses `https` addresses when another crate of
/// the program turns that on.
fn without_tls(address: Uri) -> Result<Uri, http::Error> {
    let mut parts = address.into_parts();
    parts.scheme = Some(Scheme::HTTP);
    Ok(Uri::from_parts(parts)?)
}

/// Connects to one address, whatever it is asked for.
struct Door {
    connector: Connector,
    address: Uri,
}

impl Service<Uri> for Door {
    type Response = <Connector as Service<Uri>>::Response;
    type Error = <Connector as Service<Uri>>::Error;
    type Future = <Connector as Service<Uri>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.connector.poll_ready(cx)
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        self.connector.call(self.address.clone())
    }
}

fn path(stream: Stream) -> Uri {
    Uri::from_static(match stream {
        Stream::Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        Stream::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        Stream::Metrics => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    })
}

fn headers(settings: &ExporterSettings) -> Result<HeaderMap, Problem> {
    let mut headers = transport::headers(&settings.headers)?;
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(TE, HeaderValue::from_static("trailers"));
    if transport::is_compressed(settings)? {
        headers.insert(GRPC_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(headers)
}

/// A body of one piece. Its length is not announced, as gRPC has a length of its own.
struct OneFrame(Option<Bytes>);

impl http_body::Body for OneFrame {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Status>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(http_body::Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }
}
