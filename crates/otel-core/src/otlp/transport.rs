//! What the transports share: limits, names, headers, and the words for what went wrong.

use std::time::Duration;

use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::settings::Problem;

/// How long a connection may take to be made.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The most of an answer that is read, by the specification.
pub(super) const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// Who sends: a distribution, and the kind of exporter it has, as the specification asks.
pub(super) const USER_AGENT: &str =
    concat!("otel-core/", env!("CARGO_PKG_VERSION"), " OTel-OTLP-Exporter-Rust/", env!("CARGO_PKG_VERSION"));

/// The innermost cause of an error, which is the one that says something: "connection refused" and not
/// "transport error".
pub(super) fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// The headers of a request.
///
/// # Errors
///
/// When a name or a value cannot be one.
pub(super) fn headers(pairs: &[(String, String)]) -> Result<HeaderMap, Problem> {
    let mut headers = HeaderMap::with_capacity(pairs.len() + 2);
    for (name, value) in pairs {
        let malformed = |what: &str| Problem::new("OTEL_EXPORTER_OTLP_HEADERS", format!("`{name}` {what}"));
        let key: HeaderName = name.parse().map_err(|_| malformed("is not a header name"))?;
        let mut value: HeaderValue =
            value.parse().map_err(|_| malformed("has a value that no header can carry"))?;
        // Headers carry credentials; nothing may print them.
        value.set_sensitive(true);
        headers.insert(key, value);
    }
    Ok(headers)
}
