//! What an HTTP server's answer means, by the rules of OTLP.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use http::{Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use prost::Message as _;

use crate::ledger::Stream;
use crate::otlp::failure::quoted;
use crate::otlp::retry_after::retry_after;
use crate::otlp::rpc_status::RpcStatus;
use crate::otlp::transport::MAX_ANSWER;
use crate::otlp::{Attempt, Failure, FailureKind, Sign, response};

pub(super) const PROTOBUF: &str = "application/x-protobuf";
pub(super) const JSON: &str = "application/json";

pub(super) async fn read(stream: Stream, answer: Response<Incoming>) -> Attempt {
    let (head, body) = answer.into_parts();
    let content = Content::of(&head.headers);
    // The status alone says what became of the request, whether or not the rest can be read.
    let body = match Limited::new(body, MAX_ANSWER).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => Bytes::new(),
    };
    if head.status.is_success() {
        return match content {
            #[cfg(feature = "json")]
            Content::Json => response::accepted_json(stream, &body),
            Content::Protobuf => response::accepted(stream, &body),
            Content::Unreadable => response::accepted(stream, &[]),
        };
    }
    let said = content.status_message(&body).map(|said| quoted(&said)).filter(|said| !said.is_empty());
    let why = match said {
        Some(said) => format!("HTTP {}: {said}", head.status),
        None => format!("HTTP {}", head.status),
    };
    failed(head.status, &head.headers, why)
}

/// There was no answer.
pub(super) fn none(error: &(dyn std::error::Error + 'static)) -> Attempt {
    Attempt::Retry { after: None, why: Failure::of_connection(error) }
}

/// There was no answer in time.
pub(super) fn late() -> Attempt {
    Attempt::Retry { after: None, why: Failure::not_in_time() }
}

/// The retryable codes of the OTLP specification. A redirection is not one: nobody said that telemetry may go
/// where it leads.
fn failed(status: StatusCode, headers: &HeaderMap, why: String) -> Attempt {
    let failure = |kind| Failure::new(kind, why).showing(Sign::Http(status.as_u16()));
    match status {
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => Attempt::Retry {
            after: retry_after(headers, SystemTime::now()),
            why: failure(FailureKind::Throttled),
        },
        StatusCode::PAYLOAD_TOO_LARGE => Attempt::TooLarge(failure(FailureKind::Refused)),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            Attempt::Refused(failure(FailureKind::Unauthorised))
        }
        _ => Attempt::Refused(failure(FailureKind::Refused)),
    }
}

/// How the body of an answer is written.
#[derive(Clone, Copy)]
enum Content {
    Protobuf,
    #[cfg(feature = "json")]
    Json,
    /// A page of a proxy, or compressed although nobody asked for it.
    Unreadable,
}

impl Content {
    fn of(headers: &HeaderMap) -> Self {
        let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if headers.contains_key(CONTENT_ENCODING) {
            return Self::Unreadable;
        }
        #[cfg(feature = "json")]
        if kind.eq_ignore_ascii_case(JSON) {
            return Self::Json;
        }
        // Who does not say how it is written answers as it was asked, or not at all.
        if kind.is_empty() || kind.eq_ignore_ascii_case(PROTOBUF) { Self::Protobuf } else { Self::Unreadable }
    }

    /// The message of the `google.rpc.Status` that comes with a failure.
    fn status_message(self, body: &Bytes) -> Option<String> {
        match self {
            Self::Protobuf => RpcStatus::decode(body.clone()).ok().map(|status| status.message),
            #[cfg(feature = "json")]
            Self::Json => {
                let status: serde_json::Value = serde_json::from_slice(body).ok()?;
                Some(status.get("message")?.as_str()?.to_owned())
            }
            Self::Unreadable => None,
        }
    }
}
