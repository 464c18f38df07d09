//! What differs between the two transports.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::Response;
use http::request::Parts;

use crate::ledger::Stream;

use super::answer::Reply;
use super::attempt::Fate;
use super::body::AnswerBody;
use super::received::Transport;

/// How one transport says things.
pub(super) trait Dialect: Send + Sync + 'static {
    /// Its name in what is recorded.
    const TRANSPORT: Transport;

    /// The signal of an export request, by its head alone.
    ///
    /// # Errors
    ///
    /// What is answered to something that is none.
    fn admit(head: &Parts) -> Result<Stream, Reply>;

    /// The whole length of a body, when it is known from the head or the first bytes.
    fn length(head: &Parts, begun: &[u8]) -> Option<usize>;

    /// The message in a body: out of its frame, and unpacked to at most `limit` bytes.
    fn message(head: &Parts, body: Bytes, limit: usize) -> Result<Message, Unread>;

    /// How it tells a client that its request was not read.
    fn complaint(unread: Unread) -> Reply;

    /// The answer that says `reply`.
    fn respond(reply: &Reply) -> Response<AnswerBody>;
}

/// An export request, still encoded.
pub(super) struct Message {
    pub(super) bytes: Bytes,
    pub(super) compressed: bool,
}

/// Why a request could not be read or understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    Malformed,
    TooLarge,
    BrokenOff,
}

impl From<Unread> for Fate {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Malformed => Self::Malformed,
            Unread::TooLarge => Self::TooLarge,
            Unread::BrokenOff => Self::BrokenOff,
        }
    }
}

/// Unpacks what was packed with gzip, unless it is larger than that.
pub(super) fn gunzip(packed: &[u8], limit: usize) -> Result<Bytes, Unread> {
    let mut message = Vec::new();
    // One byte more than the limit tells that there was one.
    let most = limit as u64 + 1;
    MultiGzDecoder::new(packed).take(most).read_to_end(&mut message).map_err(|_| Unread::Malformed)?;
    if message.len() > limit { Err(Unread::TooLarge) } else { Ok(message.into()) }
}
