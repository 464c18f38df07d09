//! OTLP over HTTP/1.1, binary protobuf.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use crate::ledger::Stream;

use super::answer::Reply;
use super::body::AnswerBody;
use super::dialect::{Dialect, Message, Unread, gunzip};
use super::grpc_status::GrpcStatus;
use super::http_status::{HttpStatus, RetryAfter};
use super::received::Transport;

const PROTOBUF: HeaderValue = HeaderValue::from_static("application/x-protobuf");

/// The words of OTLP over HTTP.
pub(super) struct Http;

impl Dialect for Http {
    const TRANSPORT: Transport = Transport::Http;

    fn admit(head: &Parts) -> Result<Stream, Reply> {
        let status = |code: StatusCode| HttpStatus::new(code.as_u16());
        let name = head.uri.path().strip_prefix("/v1/").unwrap_or_default();
        let Some(stream) = Stream::ALL.into_iter().find(|stream| stream.as_str() == name) else {
            return Err(Reply::Http(status(StatusCode::NOT_FOUND)));
        };
        if head.method != Method::POST {
            let refused = status(StatusCode::METHOD_NOT_ALLOWED).header(ALLOW.as_str(), "POST");
            return Err(Reply::Http(refused));
        }
        let headers = &head.headers;
        if is_protobuf(headers) && (is_plain(headers) || is_gzip(headers)) {
            Ok(stream)
        } else {
            Err(Reply::Http(status(StatusCode::UNSUPPORTED_MEDIA_TYPE)))
        }
    }

    fn length(head: &Parts, _: &[u8]) -> Option<usize> {
        head.headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
    }

    fn message(head: &Parts, body: Bytes, limit: usize) -> Result<Message, Unread> {
        if is_gzip(&head.headers) {
            return Ok(Message { bytes: gunzip(&body, limit)?, compressed: true });
        }
        Ok(Message { bytes: body, compressed: false })
    }

    fn complaint(unread: Unread) -> Reply {
        let code = match unread {
            Unread::Malformed | Unread::BrokenOff => StatusCode::BAD_REQUEST,
            Unread::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        };
        Reply::Http(HttpStatus::new(code.as_u16()))
    }

    fn respond(reply: &Reply) -> Response<AnswerBody> {
        match reply {
            Reply::Message(message) => success(message.clone()),
            Reply::Grpc(status) => failure(&gateway(status)),
            Reply::Http(status) => failure(status),
        }
    }
}

fn success(message: Vec<u8>) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::whole(message.into()));
    response.headers_mut().insert(CONTENT_TYPE, PROTOBUF);
    response
}

fn failure(status: &HttpStatus) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::whole(Bytes::copy_from_slice(status.bytes())));
    *response.status_mut() = status.code();
    *response.headers_mut() = status.headers();
    response
}

/// What a gateway makes of a gRPC status.
fn gateway(status: &GrpcStatus) -> HttpStatus {
    let translated = HttpStatus::new(status.http()).body(status.encoded());
    match status.retry_seconds() {
        Some(seconds) => translated.retry_after(RetryAfter::Seconds(seconds)),
        None => translated,
    }
}

fn is_protobuf(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let media_type = media_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    media_type.eq_ignore_ascii_case(PROTOBUF.as_bytes())
}

fn is_plain(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity")
}

fn is_gzip(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip")
}
