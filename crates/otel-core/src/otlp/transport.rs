//! What the transports share: limits, names and headers.

use std::time::{Duration, SystemTime};

use http::header::{DATE, HeaderMap, HeaderName, HeaderValue};

use crate::settings::{Compression, ExporterSettings, Problem};

use super::{Attempt, Failure, FailureKind};

/// How long a connection may take to be made.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The most of an answer that is read, by the specification.
pub(super) const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// The longest wait a destination can ask for. Whoever says more means "not now".
pub(super) const MAX_WAIT: Duration = Duration::from_secs(60 * 60);

/// Who sends: a distribution, and the kind of exporter it has, as the specification asks.
pub(super) const USER_AGENT: &str =
    concat!("otel-core/", env!("CARGO_PKG_VERSION"), " OTel-OTLP-Exporter-Rust/", env!("CARGO_PKG_VERSION"));

/// The headers of a request.
///
/// # Errors
///
/// When a name or a value cannot be one.
pub(super) fn headers(pairs: &[(String, String)]) -> Result<HeaderMap, Problem> {
    let mut headers = HeaderMap::with_capacity(pairs.len() + 3);
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

/// What time it is by the headers of an answer.
pub(super) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?.trim()).ok()
}

/// Whether a request of `len` bytes may be sent.
///
/// # Errors
///
/// How the attempt ends that is not made.
pub(super) fn check_size(len: usize, max_bytes: usize) -> Result<(), Attempt> {
    if len <= max_bytes {
        return Ok(());
    }
    let why = format!("a request of {len} bytes is more than the {max_bytes} that may be sent");
    Err(Attempt::TooLarge(Failure::new(FailureKind::Refused, why)))
}

/// Whether requests are compressed.
///
/// # Errors
///
/// When they should be, and that is not part of this build.
pub(super) fn is_compressed(settings: &ExporterSettings) -> Result<bool, Problem> {
    let compressed = settings.compression == Compression::Gzip;
    if compressed && cfg!(not(feature = "gzip")) {
        let why = "gzip is not part of this build: enable the feature `gzip`";
        return Err(Problem::new("OTEL_EXPORTER_OTLP_COMPRESSION", why));
    }
    Ok(compressed)
}
