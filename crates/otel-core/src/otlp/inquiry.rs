//! Asking a server something over HTTP that is no telemetry.

use std::time::Duration;

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{Request, Uri};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::settings::{Problem, TlsSettings};

use super::Failure;
use super::connector::{Connector, connector};
use super::transport::USER_AGENT;

/// One question that can be asked again and again.
#[derive(Debug)]
pub(crate) struct Inquiry {
    client: Client<Connector, Empty<Bytes>>,
    uri: Uri,
    timeout: Duration,
    max_bytes: usize,
}

impl Inquiry {
    /// Prepares to ask at this address, which `setting` gave; an answer may take so long, and be so long.
    ///
    /// # Errors
    ///
    /// When the address cannot be used.
    pub(crate) fn new(
        setting: &str,
        address: &str,
        timeout: Duration,
        max_bytes: usize,
    ) -> Result<Self, Problem> {
        let uri: Uri =
            address.parse().map_err(|_| Problem::new(setting, "has no address that can be asked"))?;
        // Without credentials, and trusted as the system says.
        let connector = connector(&uri, &TlsSettings::default(), b"http/1.1")
            .map_err(|why| Problem::new(setting, why.why))?;
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector), uri, timeout, max_bytes })
    }

    /// Asks once.
    ///
    /// # Errors
    ///
    /// In words: why there is no answer that can be read.
    pub(crate) async fn ask(&self) -> Result<Bytes, String> {
        let answered = tokio::time::timeout(self.timeout, self.exchange()).await;
        answered.unwrap_or_else(|_| Err(Failure::not_in_time().why))
    }

    async fn exchange(&self) -> Result<Bytes, String> {
        let mut request = Request::new(Empty::new());
        *request.uri_mut() = self.uri.clone();
        let headers = request.headers_mut();
        headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let answer = self.client.request(request).await;
        let (head, body) = answer.map_err(|error| Failure::of_connection(&error).why)?.into_parts();
        if !head.status.is_success() {
            return Err(format!("HTTP {}", head.status));
        }
        let body = Limited::new(body, self.max_bytes).collect().await;
        Ok(body.map_err(|_| "the answer breaks off, or is too long".to_owned())?.to_bytes())
    }
}
