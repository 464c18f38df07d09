//! OTLP over HTTP with binary protobuf.

use std::time::Duration;

use bytes::Bytes;
use http::header::{self, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use http::{Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::ledger::Stream;
use crate::settings::{ExporterSettings, Problem};

use super::transport::{self, CONNECT_TIMEOUT, MAX_ANSWER, USER_AGENT, root_cause};
use super::{Attempt, Batch, Failure, response};

/// A client of one OTLP address. Clones share its connections.
#[derive(Clone, Debug)]
pub(crate) struct HttpClient {
    client: Client<HttpConnector, Full<Bytes>>,
    uri: Uri,
    headers: HeaderMap,
    timeout: Duration,
}

impl HttpClient {
    /// Prepares a client; connections are made when they are needed.
    ///
    /// # Errors
    ///
    /// When the address or a header is malformed.
    pub(crate) fn new(settings: &ExporterSettings) -> Result<Self, Problem> {
        let uri = settings.endpoint.parse().map_err(|_| {
            let why = format!("`{}` is not an address", settings.endpoint);
            Problem::new("OTEL_EXPORTER_OTLP_ENDPOINT", why)
        })?;
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, uri, headers: headers(&settings.headers)?, timeout: settings.timeout })
    }

    /// Makes one attempt.
    pub(crate) async fn send(&self, batch: &Batch) -> Attempt {
        let stream = batch.stream;
        let mut request = Request::new(Full::new(batch.message()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        let attempt = async {
            match self.client.request(request).await {
                Ok(answer) => read(stream, answer).await,
                Err(error) => retry(error.is_connect(), root_cause(&error)),
            }
        };
        match tokio::time::timeout(self.timeout, attempt).await {
            Ok(attempt) => attempt,
            Err(_) => retry(false, "no answer within the timeout".to_owned()),
        }
    }
}

async fn read(stream: Stream, answer: Response<Incoming>) -> Attempt {
    let status = answer.status();
    let after = retry_after(answer.headers());
    let body = match Limited::new(answer.into_body(), MAX_ANSWER).collect().await {
        Ok(body) => body.to_bytes(),
        // The status alone says that the request was taken.
        Err(_) if status.is_success() => Bytes::new(),
        Err(error) => return retry(false, error.to_string()),
    };
    let why = Failure { unreachable: false, why: format!("HTTP {status}") };
    match status {
        status if status.is_success() => response::accepted(stream, &body),
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => Attempt::Retry { after, why },
        _ => Attempt::Refused(why),
    }
}

/// `Retry-After` in seconds. A date is left to the back-off, which is never far from it.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn retry(unreachable: bool, why: String) -> Attempt {
    Attempt::Retry { after: None, why: Failure { unreachable, why } }
}

fn headers(pairs: &[(String, String)]) -> Result<HeaderMap, Problem> {
    let mut headers = transport::headers(pairs)?;
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-protobuf"));
    headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    Ok(headers)
}
