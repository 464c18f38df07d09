//! OTLP over gRPC, spoken by hand: a server that keeps every rule could not break one when told to.

use bytes::{Buf as _, Bytes};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::request::Parts;
use http::{HeaderName, Method, Response, StatusCode};

use crate::ledger::Stream;

use super::answer::Reply;
use super::body::AnswerBody;
use super::dialect::{Dialect, Message, Unread, gunzip};
use super::grpc_status::{GrpcCode, GrpcStatus};
use super::http_status::HttpStatus;
use super::received::Transport;
use super::signal;

const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");
const ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");

/// A flag for compression, and the length of the message in four bytes.
const FRAME: usize = 5;

/// The words of OTLP over gRPC.
pub(super) struct Grpc;

impl Dialect for Grpc {
    const TRANSPORT: Transport = Transport::Grpc;

    fn admit(head: &Parts) -> Result<Stream, Reply> {
        if head.method != Method::POST || !is_grpc(&head.headers) {
            return Err(Reply::Http(HttpStatus::new(StatusCode::UNSUPPORTED_MEDIA_TYPE.as_u16())));
        }
        let path = head.uri.path();
        let unknown = || Reply::Grpc(GrpcStatus::new(GrpcCode::Unimplemented).message("no such method"));
        Stream::ALL.into_iter().find(|stream| signal::method(*stream) == path).ok_or_else(unknown)
    }

    fn length(_: &Parts, begun: &[u8]) -> Option<usize> {
        begun.get(1..FRAME).map(|mut length| length.get_u32() as usize + FRAME)
    }

    fn message(head: &Parts, mut body: Bytes, limit: usize) -> Result<Message, Unread> {
        if body.len() < FRAME {
            return Err(Unread::Malformed);
        }
        let (flag, length) = (body.get_u8(), body.get_u32() as usize);
        if length > limit {
            return Err(Unread::TooLarge);
        }
        if body.len() != length {
            return Err(Unread::Malformed);
        }
        let gzip = head.headers.get(ENCODING).is_some_and(|encoding| encoding == "gzip");
        match flag {
            0 => Ok(Message { bytes: body, compressed: false }),
            1 if gzip => Ok(Message { bytes: gunzip(&body, limit)?, compressed: true }),
            _ => Err(Unread::Malformed),
        }
    }

    fn complaint(unread: Unread) -> Reply {
        let (code, why) = match unread {
            Unread::Malformed | Unread::BrokenOff => (GrpcCode::Internal, "the message cannot be read"),
            Unread::TooLarge => (GrpcCode::ResourceExhausted, "the message is too large"),
        };
        Reply::Grpc(GrpcStatus::new(code).message(why))
    }

    fn respond(reply: &Reply) -> Response<AnswerBody> {
        match reply {
            Reply::Message(message) => success(message),
            Reply::Grpc(status) if status.is_in_trailers() => {
                answer(AnswerBody::with_trailers(Bytes::new(), status.headers()))
            }
            Reply::Grpc(status) => {
                let mut response = answer(AnswerBody::whole(Bytes::new()));
                response.headers_mut().extend(status.headers());
                response
            }
            Reply::Http(status) => {
                let mut response = Response::new(AnswerBody::whole(Bytes::copy_from_slice(status.bytes())));
                *response.status_mut() = status.code();
                *response.headers_mut() = status.headers();
                response
            }
        }
    }
}

fn success(message: &[u8]) -> Response<AnswerBody> {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let framed = [&[0], length.to_be_bytes().as_slice(), message].concat();
    answer(AnswerBody::with_trailers(framed.into(), GrpcStatus::new(GrpcCode::Ok).headers()))
}

fn answer(body: AnswerBody) -> Response<AnswerBody> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, GRPC);
    response
}

fn is_grpc(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|media| media.as_bytes().starts_with(GRPC.as_bytes()))
}
