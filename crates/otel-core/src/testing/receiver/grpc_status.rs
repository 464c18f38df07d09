//! gRPC statuses, written by hand so that no client is tested against its own idea of them.

use std::fmt::Write as _;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
const DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");

/// A gRPC status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "gRPC says what its codes mean")]
pub enum GrpcCode {
    Ok = 0,
    Cancelled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}

impl GrpcCode {
    /// Every code there is, in the order of their numbers.
    pub const ALL: [Self; 17] = [
        Self::Ok,
        Self::Cancelled,
        Self::Unknown,
        Self::InvalidArgument,
        Self::DeadlineExceeded,
        Self::NotFound,
        Self::AlreadyExists,
        Self::PermissionDenied,
        Self::ResourceExhausted,
        Self::FailedPrecondition,
        Self::Aborted,
        Self::OutOfRange,
        Self::Unimplemented,
        Self::Internal,
        Self::Unavailable,
        Self::DataLoss,
        Self::Unauthenticated,
    ];

    /// What a gateway answers over HTTP: the Collector's table.
    const fn http(self) -> u16 {
        match self {
            Self::Ok => 200,
            Self::InvalidArgument | Self::FailedPrecondition | Self::OutOfRange => 400,
            Self::Unauthenticated => 401,
            Self::PermissionDenied => 403,
            Self::NotFound => 404,
            Self::AlreadyExists | Self::Aborted => 409,
            Self::ResourceExhausted => 429,
            Self::Cancelled => 499,
            Self::Unimplemented => 501,
            Self::Unavailable => 503,
            Self::DeadlineExceeded => 504,
            Self::Unknown | Self::Internal | Self::DataLoss => 500,
        }
    }
}

/// A gRPC status: a code, its words, and what comes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrpcStatus {
    code: i32,
    http: u16,
    message: String,
    details: Details,
    in_trailers: bool,
}

/// What stands in `grpc-status-details-bin`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Details {
    Absent,
    /// A `google.rpc.Status` with one `google.rpc.RetryInfo`.
    RetryDelay {
        seconds: i64,
        nanos: i32,
    },
    /// Bytes, encoded as such a header must be.
    Bytes(Vec<u8>),
    /// Text that does not even decode to bytes.
    Text(String),
}

impl GrpcStatus {
    /// A status with this code, and nothing else.
    #[must_use]
    pub const fn new(code: GrpcCode) -> Self {
        Self {
            code: code as i32,
            http: code.http(),
            message: String::new(),
            details: Details::Absent,
            in_trailers: false,
        }
    }

    /// A status with a number that need not be any code's.
    #[must_use]
    pub const fn numbered(code: i32) -> Self {
        let mut status = Self::new(GrpcCode::Unknown);
        status.code = code;
        status
    }

    /// Says why.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Tells the client, by a `RetryInfo`, to come back no sooner than this.
    #[must_use]
    pub fn retry_after(self, delay: Duration) -> Self {
        let nanos = i32::try_from(delay.subsec_nanos()).unwrap_or(i32::MAX);
        self.retry_delay(i64::try_from(delay.as_secs()).unwrap_or(i64::MAX), nanos)
    }

    /// Tells the client to come back after a delay that need not make sense: it may be negative or absurd.
    #[must_use]
    pub fn retry_delay(mut self, seconds: i64, nanos: i32) -> Self {
        self.details = Details::RetryDelay { seconds, nanos };
        self
    }

    /// Sends these bytes as the details of the status, whatever they are.
    #[must_use]
    pub fn details(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.details = Details::Bytes(bytes.into());
        self
    }

    /// Sends this text where the details should be, as it is: something that is not even base64.
    #[must_use]
    pub fn details_text(mut self, text: impl Into<String>) -> Self {
        self.details = Details::Text(text.into());
        self
    }

    /// Sends the status after the headers of the answer, in trailers. Otherwise it comes alone, which gRPC calls
    /// "trailers only".
    #[must_use]
    pub const fn in_trailers(mut self) -> Self {
        self.in_trailers = true;
        self
    }

    pub(super) const fn is_ok(&self) -> bool {
        self.code == 0
    }

    pub(super) const fn is_in_trailers(&self) -> bool {
        self.in_trailers
    }

    /// The status of HTTP that means the same.
    pub(super) const fn http(&self) -> u16 {
        self.http
    }

    /// The delay that it tells, for `Retry-After`, which knows whole seconds only.
    pub(super) fn retry_seconds(&self) -> Option<u64> {
        match self.details {
            Details::RetryDelay { seconds, nanos } => {
                Some(u64::try_from(seconds).ok()?.saturating_add(u64::from(nanos > 0)))
            }
            Details::Absent | Details::Bytes(_) | Details::Text(_) => None,
        }
    }

    /// The status as headers, or as trailers.
    pub(super) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(3);
        headers.insert(STATUS, HeaderValue::from(self.code));
        if !self.message.is_empty() {
            headers.insert(MESSAGE, visible(&percent_encoded(&self.message)));
        }
        match &self.details {
            Details::Absent => {}
            Details::RetryDelay { seconds, nanos } => {
                let delay = RetryDelay { seconds: *seconds, nanos: *nanos };
                headers.insert(DETAILS, visible(&base64(&delay.in_status(self))));
            }
            Details::Bytes(bytes) => {
                headers.insert(DETAILS, visible(&base64(bytes)));
            }
            Details::Text(text) => {
                headers.insert(DETAILS, visible(text));
            }
        }
        headers
    }

    /// The status as the body of an HTTP error: a `google.rpc.Status`.
    pub(super) fn encoded(&self) -> Vec<u8> {
        let mut status = Vec::new();
        integer(1, i64::from(self.code), &mut status);
        delimited(2, self.message.as_bytes(), &mut status);
        status
    }
}

/// `google.rpc.RetryInfo.retry_delay`.
struct RetryDelay {
    seconds: i64,
    nanos: i32,
}

impl RetryDelay {
    const TYPE: &[u8] = b"type.googleapis.com/google.rpc.RetryInfo";

    /// The `google.rpc.Status` whose only detail it is.
    fn in_status(&self, status: &GrpcStatus) -> Vec<u8> {
        let (mut delay, mut info, mut any) = (Vec::new(), Vec::new(), Vec::new());
        integer(1, self.seconds, &mut delay);
        integer(2, i64::from(self.nanos), &mut delay);
        delimited(1, &delay, &mut info);
        delimited(1, Self::TYPE, &mut any);
        delimited(2, &info, &mut any);
        let mut encoded = status.encoded();
        delimited(3, &any, &mut encoded);
        encoded
    }
}

/// Writes a field of protobuf's `int32` or `int64`, unless it says what its absence says.
fn integer(field: u8, value: i64, out: &mut Vec<u8>) {
    if value == 0 {
        return;
    }
    out.push(field << 3);
    varint(value.cast_unsigned(), out);
}

/// Writes a field of bytes, text or a message.
fn delimited(field: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(field << 3 | 2);
    varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// What gRPC makes of a message, which may hold anything, for a header, which may not.
fn percent_encoded(message: &str) -> String {
    let mut encoded = String::with_capacity(message.len());
    for byte in message.bytes() {
        match byte {
            b' '..=b'~' if byte != b'%' => encoded.push(char::from(byte)),
            // Writing to a string does not fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    encoded
}

/// Base64 without padding, as gRPC asks of senders.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .enumerate()
            .fold(0_usize, |bits, (at, byte)| bits | usize::from(*byte) << (16 - 8 * at));
        // Each byte takes one digit more than it fills.
        (0..=group.len()).for_each(|at| text.push(char::from(ALPHABET[bits >> (18 - 6 * at) & 63])));
    }
    text
}

/// A header's value; nothing, when the text cannot be one.
fn visible(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
