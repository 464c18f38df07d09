//! OTLP over HTTP/1.1, binary protobuf.

use std::convert::Infallible;
use std::future;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use tokio::net::{TcpListener, TcpStream};

use super::LARGEST_MESSAGE;
use super::inbox::{Inbox, Verdict};
use super::received::{RequestHead, Transport};
use super::signal::Export;

const PROTOBUF: HeaderValue = HeaderValue::from_static("application/x-protobuf");

/// Serves every connection of `listener`, until dropped.
pub(super) async fn serve(listener: TcpListener, inbox: Arc<Inbox>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(converse(stream, Arc::clone(&inbox)));
            }
            // The connection failed before it began, or descriptors ran out: the next attempt is another
            // matter.
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

async fn converse(stream: TcpStream, inbox: Arc<Inbox>) {
    // Without it answers are only later, not wrong.
    drop(stream.set_nodelay(true));
    let service = service_fn(|request| {
        let inbox = Arc::clone(&inbox);
        async move { Ok::<_, Infallible>(answer(request, &inbox).await) }
    });
    // A connection that breaks is the client's to notice.
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}

async fn answer(request: Request<Incoming>, inbox: &Inbox) -> Response<Full<Bytes>> {
    match request.uri().path() {
        "/v1/traces" => take::<ExportTraceServiceRequest>(request, inbox).await,
        "/v1/metrics" => take::<ExportMetricsServiceRequest>(request, inbox).await,
        "/v1/logs" => take::<ExportLogsServiceRequest>(request, inbox).await,
        _ => empty(StatusCode::NOT_FOUND),
    }
}

async fn take<E: Export>(request: Request<Incoming>, inbox: &Inbox) -> Response<Full<Bytes>> {
    if request.method() != Method::POST {
        let mut response = empty(StatusCode::METHOD_NOT_ALLOWED);
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    if !is_plain_protobuf(request.headers()) {
        return empty(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let (parts, body) = request.into_parts();
    let head = inbox.head(|| RequestHead::new(Transport::Http, parts.uri.path(), &parts.headers));
    let Ok(body) = Limited::new(body, LARGEST_MESSAGE).collect().await else {
        inbox.malformed(head);
        return empty(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let Ok(export) = E::decode(body.to_bytes()) else {
        inbox.malformed(head);
        return empty(StatusCode::BAD_REQUEST);
    };
    match inbox.take(head, export) {
        Verdict::Respond(response) => reply(StatusCode::OK, response.encode_to_vec().into()),
        Verdict::Unavailable => empty(StatusCode::SERVICE_UNAVAILABLE),
        Verdict::InvalidArgument => empty(StatusCode::BAD_REQUEST),
        Verdict::Silent => future::pending().await,
    }
}

/// Whether the body is what the headers must say it is: protobuf, and not compressed.
fn is_plain_protobuf(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let media_type = media_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    media_type.eq_ignore_ascii_case(PROTOBUF.as_bytes())
        && headers.get(CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity")
}

/// An answer without a message, which is also how the default of OTLP's error message is encoded.
fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    reply(status, Bytes::new())
}

fn reply(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, PROTOBUF);
    response
}
