//! Reading the body of a request: all of it, some of it, or slowly.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

use super::dialect::Unread;

/// How fast a body is read.
#[derive(Clone, Copy)]
pub(super) enum Pace {
    /// As it comes.
    Free,
    /// This many bytes at a time, each time taking this long.
    Slow { bytes: usize, every: Duration },
}

/// A body on its way in.
///
/// What is not read holds up the client: HTTP/2 grants it no more, and HTTP/1.1 leaves it in the socket.
pub(super) struct Reader {
    incoming: Incoming,
    read: BytesMut,
}

impl Reader {
    pub(super) fn new(incoming: Incoming) -> Self {
        Self { incoming, read: BytesMut::new() }
    }

    /// Reads until there are as many bytes as `enough` says of those that were read, or no more come.
    pub(super) async fn read_until(&mut self, enough: impl Fn(&[u8]) -> usize) {
        while self.read.len() < enough(&self.read) {
            match self.next().await {
                Some(Ok(bytes)) => self.read.extend_from_slice(&bytes),
                Some(Err(_)) | None => return,
            }
        }
    }

    /// Reads everything.
    ///
    /// Of a body that is too large the rest is read and thrown away, so that the client is still there to hear it.
    pub(super) async fn read_all(&mut self, pace: Pace, limit: usize) -> Result<Bytes, Unread> {
        let mut fits = true;
        while let Some(bytes) = self.next().await {
            let bytes = bytes?;
            if let Pace::Slow { bytes: at_a_time, every } = pace {
                let times = bytes.len().div_ceil(at_a_time.max(1));
                tokio::time::sleep(every * u32::try_from(times).unwrap_or(u32::MAX)).await;
            }
            fits &= self.read.len() + bytes.len() <= limit;
            if fits {
                self.read.extend_from_slice(&bytes);
            }
        }
        if fits { Ok(self.read.split().freeze()) } else { Err(Unread::TooLarge) }
    }

    async fn next(&mut self) -> Option<Result<Bytes, Unread>> {
        loop {
            match self.incoming.frame().await? {
                // Trailers of a request mean nothing to OTLP.
                Ok(frame) => {
                    if let Ok(bytes) = frame.into_data() {
                        return Some(Ok(bytes));
                    }
                }
                Err(_) => return Some(Err(Unread::BrokenOff)),
            }
        }
    }
}
