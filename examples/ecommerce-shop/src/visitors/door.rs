//! The way into the shop: HTTP, with a span for each request, whose trace goes on inside.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use http::{HeaderValue, Method, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use otel_core::{Catalogue, Key, Outcome, SpanDef, SpanKind, Telemetry, Text};
use otel_ecommerce::conventions::gateway::{METHOD, STATUS};
use otel_ecommerce::labels;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::WalkError;
use super::answer::Answer;
use crate::export::Propagate;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The largest answer that anybody reads.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// A request, as a visitor sees it: a client span of the semantic conventions.
const REQUEST: SpanDef =
    SpanDef::new("HTTP", SpanKind::Client, "A request of a visitor.").with_own_names(&TEMPLATE);

/// What was asked for.
const TEMPLATE: Key<Text> = Key::new("url.template", "The template of the path, never the path.");

/// What visitors record.
const CATALOGUE: Catalogue = Catalogue {
    name: "ecommerce-shop/visitors",
    version: env!("CARGO_PKG_VERSION"),
    attributes: &[METHOD.facts(), STATUS.facts(), TEMPLATE.facts(), otel_core::ERROR_TYPE.facts()],
    spans: &[REQUEST],
    events: &[],
    metrics: &[],
    alerts: &[],
};

/// The door of a shop. Clones share its connections.
#[derive(Clone)]
pub struct Door {
    address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
    telemetry: Telemetry,
    propagate: Propagate,
}

/// A request that is about to be made.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    method: Method,
    template: &'static str,
    path: String,
    session: Option<&'a str>,
    idempotency_key: Option<&'a str>,
    body: Bytes,
}

impl<'a> Request<'a> {
    /// A request for what a template with `{}` in it says, which `argument` stands for; it is escaped.
    pub fn new(method: Method, template: &'static str, argument: &str) -> Self {
        let path = template.replace("{}", &escaped(argument));
        Self { method, template, path, session: None, idempotency_key: None, body: Bytes::new() }
    }

    /// What is asked for: the method, and the template of the path.
    pub(super) fn target(&self) -> (Method, &'static str) {
        (self.method.clone(), self.template.split('?').next().unwrap_or_default())
    }

    /// Asked by somebody whom the shop knows.
    #[must_use]
    pub const fn by(mut self, session: &'a str) -> Self {
        self.session = Some(session);
        self
    }

    /// Carried out once, however often it is asked for.
    #[must_use]
    pub const fn once(mut self, key: &'a str) -> Self {
        self.idempotency_key = Some(key);
        self
    }

    /// With something to say.
    #[must_use]
    pub fn with(mut self, body: &impl Serialize) -> Self {
        // Words are texts and numbers, which JSON has; without a body, the shop would say that it lacks one.
        self.body = serde_json::to_vec(body).unwrap_or_default().into();
        self
    }
}

impl Door {
    /// The door at this address.
    pub fn new(address: SocketAddr, telemetry: &Telemetry, propagate: Propagate) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { address, client, telemetry: telemetry.with_scope(&CATALOGUE), propagate }
    }

    /// Asks for something, which comes with the status `well`.
    ///
    /// # Errors
    ///
    /// When nobody answers.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        request: Request<'_>,
        well: StatusCode,
    ) -> Result<Answer<T>, WalkError> {
        let mut span = self.telemetry.span(&REQUEST);
        let (method, template) = request.target();
        span.rename(&format!("{method} {template}")).set(&METHOD, label(&method)).set(&TEMPLATE, template);
        let headers = self.propagate.headers(&span.context());
        match tokio::time::timeout(PATIENCE, self.exchange(request, headers)).await {
            Ok(Ok((status, body))) => {
                span.set(&STATUS, status.as_u16().into());
                // To who asks, an answer from 400 on is an error, say the semantic conventions.
                let is_error = status.is_client_error() || status.is_server_error();
                span.finish(if is_error { Outcome::Error(kind(status)) } else { Outcome::Ok });
                Ok(Answer::read(well, status, &body))
            }
            Ok(Err(why)) => {
                span.finish(Outcome::Error("connection"));
                Err(WalkError::Gone(why))
            }
            Err(_) => {
                span.finish(Outcome::Error("timeout"));
                Err(WalkError::Gone(format!("{template} takes more than {PATIENCE:?}")))
            }
        }
    }

    async fn exchange(
        &self,
        request: Request<'_>,
        headers: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(StatusCode, Bytes), String> {
        let uri: Uri = format!("http://{}{}", self.address, request.path).parse().map_err(text)?;
        let mut built = http::Request::builder().method(request.method).uri(uri);
        for (name, value) in headers {
            built = built.header(name, value);
        }
        if let Some(session) = request.session {
            let mut value = HeaderValue::from_str(&format!("Bearer {session}")).map_err(text)?;
            value.set_sensitive(true);
            built = built.header(header::AUTHORIZATION, value);
        }
        if let Some(key) = request.idempotency_key {
            built = built.header("idempotency-key", key);
        }
        if !request.body.is_empty() {
            built = built.header(header::CONTENT_TYPE, "application/json");
        }
        let request = built.body(Full::new(request.body)).map_err(text)?;
        let (head, body) = self.client.request(request).await.map_err(text)?.into_parts();
        let body = Limited::new(body, MOST_BYTES).collect().await.map_err(|error| error.to_string())?;
        Ok((head.status, body.to_bytes()))
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("address", &self.address).finish_non_exhaustive()
    }
}

/// What an error says, and what lies behind it: that of a client alone says little.
fn text(error: impl std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(behind) = cause {
        text.push_str(": ");
        text.push_str(&behind.to_string());
        cause = behind.source();
    }
    text
}

fn label(method: &Method) -> labels::Method {
    match *method {
        Method::GET => labels::Method::Get,
        Method::PUT => labels::Method::Put,
        Method::POST => labels::Method::Post,
        _ => labels::Method::Other,
    }
}

/// The class of error is the status, say the semantic conventions; of those that nobody expects, the hundreds.
fn kind(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "400",
        401 => "401",
        402 => "402",
        404 => "404",
        409 => "409",
        422 => "422",
        429 => "429",
        500 => "500",
        503 => "503",
        ..500 => "4xx",
        _ => "5xx",
    }
}

/// A text as a path and a query may have it: RFC 3986 lets these stand, and percent signs stand for everything else.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte));
            }
            other => escaped.push_str(&format!("%{other:02X}")),
        }
    }
    escaped
}
