//! What a gRPC server's answer means, by the rules of OTLP.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::header::HeaderMap;
use http::{Response, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tonic::body::Body;
use tonic::metadata::MetadataMap;
use tonic::{Code, Status};

use crate::ledger::Stream;
use crate::otlp::failure::quoted;
use crate::otlp::rpc_status::retry_delay;
use crate::otlp::transport::MAX_ANSWER;
use crate::otlp::{Attempt, FRAME, Failure, FailureKind, Sign, response};

const DETAILS: &str = "grpc-status-details-bin";

/// Reads a unary answer: the status comes in the trailers, or in the headers when there is nothing else.
pub(super) async fn read(stream: Stream, answer: Response<Body>) -> Attempt {
    let (head, body) = answer.into_parts();
    let status = status_in(&head.headers);
    if let Some(Err(failed)) = status {
        return failed;
    }
    if !head.status.is_success() {
        let why = format!("HTTP {}", head.status);
        return failed(code_of(head.status), None, why, Sign::Http(head.status.as_u16()));
    }
    let body = match Limited::new(body, MAX_ANSWER).collect().await {
        Ok(body) => body,
        // It would only be sent again, and be answered so again.
        Err(error) if error.is::<LengthLimitError>() => {
            let why =
                format!("the answer is larger than {MAX_ANSWER} bytes, which are the most that are read");
            return Attempt::Refused(Failure::new(FailureKind::Refused, why));
        }
        Err(error) => return none(error.as_ref()),
    };
    match body.trailers().and_then(status_in).or(status) {
        Some(Ok(())) => response::accepted(stream, &message(&body.to_bytes())),
        Some(Err(failed)) => failed,
        // It is no gRPC server that answers, however content it is.
        None => failed(Code::Unknown, None, "an answer without a gRPC status".to_owned(), Sign::NoGrpcStatus),
    }
}

/// There was no answer.
pub(super) fn none(error: &(dyn Error + 'static)) -> Attempt {
    Attempt::Retry { after: None, why: Failure::of_connection(error) }
}

/// The message of an answer without its frame header. A compressed one was not asked for and is not read.
fn message(framed: &Bytes) -> Bytes {
    match framed.first() {
        Some(0) if framed.len() > FRAME => framed.slice(FRAME..),
        _ => Bytes::new(),
    }
}

/// What headers or trailers say of the request, if they do.
fn status_in(headers: &HeaderMap) -> Option<Result<(), Attempt>> {
    let mut headers = headers.clone();
    // tonic panics when the details are not base64, so they are taken out first.
    let details = headers.remove(DETAILS).and_then(|value| {
        let mut only = HeaderMap::with_capacity(1);
        only.insert(DETAILS, value);
        MetadataMap::from_headers(only).get_bin(DETAILS)?.to_bytes().ok()
    });
    let status = Status::from_header_map(&headers)?;
    let said = quoted(status.message());
    let why = if said.is_empty() { status.code().description().to_owned() } else { said };
    let delay = details.and_then(|details| retry_delay(&details));
    let code = status.code();
    Some(if code == Code::Ok { Ok(()) } else { Err(failed(code, delay, why, Sign::Grpc(code.into()))) })
}

/// The retryable codes of the OTLP specification.
fn failed(code: Code, delay: Option<Duration>, why: String, sign: Sign) -> Attempt {
    let failure = |kind| Failure::new(kind, why).showing(sign);
    match code {
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss => Attempt::Retry { after: delay, why: failure(FailureKind::Throttled) },
        // Only a server that says when expects to recover.
        Code::ResourceExhausted if delay.is_some() => {
            Attempt::Retry { after: delay, why: failure(FailureKind::Throttled) }
        }
        Code::Unauthenticated | Code::PermissionDenied => {
            Attempt::Refused(failure(FailureKind::Unauthorised))
        }
        _ => Attempt::Refused(failure(FailureKind::Refused)),
    }
}

/// What a proxy means that answers without gRPC, by gRPC's own table.
fn code_of(status: StatusCode) -> Code {
    match status.as_u16() {
        400 => Code::Internal,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::Unimplemented,
        429 | 502..=504 => Code::Unavailable,
        _ => Code::Unknown,
    }
}
