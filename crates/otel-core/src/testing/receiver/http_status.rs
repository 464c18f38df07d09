//! HTTP statuses, and when they say to come back.

use std::time::{Duration, SystemTime};

use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};

/// An HTTP status: a code, headers, and a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpStatus {
    status: u16,
    headers: Vec<(String, String)>,
    retry_after: Option<RetryAfter>,
    body: Vec<u8>,
}

/// What stands in `Retry-After`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u64),
    /// A date.
    Date(SystemTime),
    /// The date that is this far off when the answer is sent. Dates have no fractions of a second, so the one
    /// that is sent can be up to a second earlier.
    DateIn(Duration),
    /// Anything at all.
    Raw(String),
}

impl HttpStatus {
    /// A status with no headers and an empty body.
    #[must_use]
    pub const fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), retry_after: None, body: Vec::new() }
    }

    /// Tells the client when to come back.
    #[must_use]
    pub fn retry_after(mut self, retry_after: RetryAfter) -> Self {
        self.retry_after = Some(retry_after);
        self
    }

    /// Adds a header. What cannot be one is left out.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Says what is wrong on a page, as proxies do.
    #[must_use]
    pub fn page(mut self, html: impl Into<String>) -> Self {
        self.body = html.into().into_bytes();
        self.header(CONTENT_TYPE.as_str(), "text/html")
    }

    /// Sends these bytes as a body of protobuf, whatever they are.
    #[must_use]
    pub fn body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = bytes.into();
        self.header(CONTENT_TYPE.as_str(), "application/x-protobuf")
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The code; what is none is an error of the server, which is what it would be.
    pub(super) fn code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.body
    }

    pub(super) fn headers(&self) -> HeaderMap {
        let given = self.headers.iter().map(|(name, value)| (name.as_str(), value.clone()));
        let told = self.retry_after.as_ref().map(|retry| (RETRY_AFTER.as_str(), retry.text()));
        let pairs = given.chain(told).filter_map(|(name, value)| {
            Some((name.parse::<HeaderName>().ok()?, value.parse::<HeaderValue>().ok()?))
        });
        pairs.collect()
    }
}

impl RetryAfter {
    fn text(&self) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::Date(date) => httpdate::fmt_http_date(*date),
            Self::DateIn(delay) => httpdate::fmt_http_date(SystemTime::now() + *delay),
            Self::Raw(text) => text.clone(),
        }
    }
}
