//! OTLP over gRPC: a message that is bytes already, framed and sent as it is.
//!
//! tonic brings the connection: HTTP/2, reconnecting, time limits. Its codec would copy every message once more into a
//! buffer of its own; a unary call is little enough to make by hand.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf as _, Bytes};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, TE};
use http::{Method, Request, Response, Uri, Version};
use http_body_util::{BodyExt as _, Limited};
use tonic::body::Body;
use tonic::codegen::Service as _;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};

use crate::ledger::Stream;
use crate::settings::{ExporterSettings, Problem};

use super::transport::{self, CONNECT_TIMEOUT, MAX_ANSWER, USER_AGENT, root_cause};
use super::{Attempt, Batch, FRAME, Failure, response};

/// HTTP/2 flow-control windows for what the server sends.
const WINDOW: u32 = 4 * 1024 * 1024;

/// A connection to an OTLP server. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct GrpcClient {
    channel: Channel,
    headers: HeaderMap,
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
            .user_agent(USER_AGENT)
            .map_err(|error| malformed(root_cause(&error)))?;
        Ok(Self { channel: endpoint.connect_lazy(), headers: headers(&settings.headers)? })
    }

    /// Makes one attempt.
    pub(crate) async fn send(&self, batch: &Batch) -> Attempt {
        let mut channel = self.channel.clone();
        if let Err(error) = std::future::poll_fn(|cx| channel.poll_ready(cx)).await {
            return retry(true, &error);
        }
        let mut request = Request::new(Body::new(OneFrame(Some(batch.framed()))));
        *request.method_mut() = Method::POST;
        *request.version_mut() = Version::HTTP_2;
        *request.uri_mut() = path(batch.stream);
        *request.headers_mut() = self.headers.clone();
        match channel.call(request).await {
            Ok(answer) => read(batch.stream, answer).await,
            Err(error) => retry(true, &error),
        }
    }
}

/// Reads a unary answer: the status comes in the trailers, or in the headers when there is nothing else.
async fn read(stream: Stream, answer: Response<Body>) -> Attempt {
    let (head, body) = answer.into_parts();
    if let Some(status) = Status::from_header_map(&head.headers)
        && status.code() != Code::Ok
    {
        return failed(&status);
    }
    if !head.status.is_success() {
        return failed(&Status::new(code_of(head.status), format!("HTTP {}", head.status)));
    }
    let body = match Limited::new(body, MAX_ANSWER).collect().await {
        Ok(body) => body,
        Err(error) => return retry(false, error.as_ref()),
    };
    match body.trailers().and_then(Status::from_header_map) {
        Some(status) if status.code() != Code::Ok => failed(&status),
        _ => {
            let mut message = body.to_bytes();
            message.advance(FRAME.min(message.len()));
            response::accepted(stream, &message)
        }
    }
}

/// What a proxy means that answers without gRPC, by gRPC's own table.
fn code_of(status: http::StatusCode) -> Code {
    match status.as_u16() {
        400 => Code::Internal,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::Unimplemented,
        429 | 502..=504 => Code::Unavailable,
        _ => Code::Unknown,
    }
}

fn retry(unreachable: bool, error: &(dyn std::error::Error + 'static)) -> Attempt {
    Attempt::Retry { after: None, why: Failure { unreachable, why: root_cause(error) } }
}

fn path(stream: Stream) -> Uri {
    Uri::from_static(match stream {
        Stream::Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        Stream::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        Stream::Metrics => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    })
}

fn headers(pairs: &[(String, String)]) -> Result<HeaderMap, Problem> {
    let mut headers = transport::headers(pairs)?;
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(TE, HeaderValue::from_static("trailers"));
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
