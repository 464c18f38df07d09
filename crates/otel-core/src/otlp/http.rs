//! OTLP over HTTP, in binary protobuf or JSON.

mod answer;

use std::time::Duration;

use bytes::Bytes;
use http::header::{self, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, Request, Uri};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

#[cfg(feature = "gzip")]
use crate::settings::Compression;
use crate::settings::{ExporterSettings, Problem, Protocol};

#[cfg(feature = "gzip")]
use super::FRAME;
use super::connector::{Connector, connector};
use super::transport::{self, USER_AGENT};
use super::{Attempt, Batch, Failure, ProbeAnswer};

/// A client of one OTLP address. Clones share its connections.
#[derive(Clone, Debug)]
pub(crate) struct HttpClient {
    client: Client<Connector, Full<Bytes>>,
    uri: Uri,
    headers: HeaderMap,
    protocol: Protocol,
    #[cfg(feature = "gzip")]
    compression: Compression,
    timeout: Duration,
    max_bytes: usize,
}

impl HttpClient {
    /// Prepares a client; connections are made when they are needed.
    ///
    /// # Errors
    ///
    /// When the address, a header or a file for TLS cannot be used.
    pub(crate) fn new(settings: &ExporterSettings) -> Result<Self, Problem> {
        let uri = settings.endpoint.parse().map_err(|_| {
            let why = format!("`{}` is not an address", settings.endpoint);
            Problem::new("OTEL_EXPORTER_OTLP_ENDPOINT", why)
        })?;
        let connector = connector(&uri, &settings.tls, b"http/1.1")?;
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            uri,
            headers: headers(settings)?,
            protocol: settings.protocol,
            #[cfg(feature = "gzip")]
            compression: settings.compression,
            timeout: settings.timeout,
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
        let stream = batch.stream;
        let body = match self.body(batch) {
            Ok(body) => body,
            Err(ended) => return ended,
        };
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        let attempt = async {
            match self.client.request(request).await {
                Ok(response) => {
                    look(response.headers());
                    answer::read(stream, response).await
                }
                Err(error) => answer::none(&error),
            }
        };
        match tokio::time::timeout(self.timeout, attempt).await {
            Ok(attempt) => attempt,
            Err(_) => answer::late(),
        }
    }

    /// The body as it is sent.
    fn body(&self, batch: &Batch) -> Result<Bytes, Attempt> {
        let plain = self.plain(batch).map_err(Attempt::Refused)?;
        transport::check_size(plain.len(), self.max_bytes)?;
        #[cfg(feature = "gzip")]
        if self.compression == Compression::Gzip {
            let compressed = self.compressed(batch).map_err(Attempt::Refused)?;
            transport::check_size(compressed.len(), self.max_bytes)?;
            return Ok(compressed);
        }
        Ok(plain)
    }

    fn plain(&self, batch: &Batch) -> Result<Bytes, Failure> {
        match self.protocol {
            #[cfg(feature = "json")]
            Protocol::HttpJson => batch.json(),
            _ => Ok(batch.message()),
        }
    }

    #[cfg(feature = "gzip")]
    fn compressed(&self, batch: &Batch) -> Result<Bytes, Failure> {
        let framed = match self.protocol {
            #[cfg(feature = "json")]
            Protocol::HttpJson => batch.json_compressed(),
            _ => batch.compressed(),
        };
        // The header is gRPC's.
        framed.map(|framed| framed.slice(FRAME..))
    }
}

fn headers(settings: &ExporterSettings) -> Result<HeaderMap, Problem> {
    let mut headers = transport::headers(&settings.headers)?;
    let content = if settings.protocol == Protocol::HttpJson {
        if cfg!(not(feature = "json")) {
            let why = "http/json is not part of this build: enable the feature `json`";
            return Err(Problem::new("OTEL_EXPORTER_OTLP_PROTOCOL", why));
        }
        answer::JSON
    } else {
        answer::PROTOBUF
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content));
    headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    if transport::is_compressed(settings)? {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(headers)
}
