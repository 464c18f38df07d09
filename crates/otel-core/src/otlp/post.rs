//! JSON to servers that do not speak OTLP: another body, over the same connections.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use http::{Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::settings::{Problem, TlsSettings};

use super::Failure;
use super::connector::{Connector, connector};
use super::retry_after::retry_after;

/// Who sends.
const NAME: &str = concat!("otel-core/", env!("CARGO_PKG_VERSION"));

/// The most of an answer that is read: it says yes, or in a few words why not.
const MAX_ANSWER: usize = 64 * 1024;

/// How one request ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Posted {
    /// The server took it.
    Accepted,
    /// It may succeed later; the server may have said after how long at the earliest.
    Failed { after: Option<Duration>, why: String },
    /// It will never succeed.
    Refused { why: String },
}

/// A client of one address that JSON is posted to.
#[derive(Clone)]
pub(crate) struct PostClient {
    client: Client<Connector, Full<Bytes>>,
    address: Uri,
    headers: HeaderMap,
    timeout: Duration,
}

impl PostClient {
    /// Prepares a client; connections are made when they are needed.
    ///
    /// # Errors
    ///
    /// When a file for TLS cannot be used, or TLS is not part of this build.
    pub(crate) fn new(
        address: Uri,
        mut headers: HeaderMap,
        content: &'static str,
        tls: &TlsSettings,
        timeout: Duration,
    ) -> Result<Self, Problem> {
        let connector = connector(&address, tls, b"http/1.1")?;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content));
        headers.insert(USER_AGENT, HeaderValue::from_static(NAME));
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, address, headers, timeout })
    }

    /// Makes one attempt. Why it failed may repeat what the server said, whatever and however much that is.
    pub(crate) async fn post(&self, body: Vec<u8>) -> Posted {
        let mut request = Request::new(Full::from(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.address.clone();
        *request.headers_mut() = self.headers.clone();
        let attempt = async {
            match self.client.request(request).await {
                Ok(answer) => read(answer).await,
                Err(error) => failed(&Failure::of_connection(&error)),
            }
        };
        match tokio::time::timeout(self.timeout, attempt).await {
            Ok(posted) => posted,
            Err(_) => failed(&Failure::not_in_time()),
        }
    }
}

async fn read(answer: Response<Incoming>) -> Posted {
    let (head, body) = answer.into_parts();
    // The status alone decides; but a connection whose answer was not read cannot be used again.
    let said = Limited::new(body, MAX_ANSWER).collect().await;
    if head.status.is_success() {
        return Posted::Accepted;
    }
    let said = said.map(|body| String::from_utf8_lossy(&body.to_bytes()).into_owned()).unwrap_or_default();
    let why = match said.trim() {
        "" => format!("HTTP {}", head.status),
        said => format!("HTTP {}: {said}", head.status),
    };
    // A redirection is refused, too: nobody said that alerts may go where it leads.
    if head.status == StatusCode::TOO_MANY_REQUESTS || head.status.is_server_error() {
        return Posted::Failed { after: retry_after(&head.headers, SystemTime::now()), why };
    }
    Posted::Refused { why }
}

fn failed(why: &Failure) -> Posted {
    Posted::Failed { after: None, why: why.to_string() }
}
