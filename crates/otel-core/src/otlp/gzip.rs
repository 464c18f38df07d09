//! Compression, at gzip's fastest level: telemetry repeats itself so much that more effort buys little.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::batch::write_frame;
use super::buffers::Buffers;
use super::{FRAME, Failure, FailureKind};

/// Telemetry shrinks to a fifth or less.
const USUAL_SHARE: usize = 5;

/// The compressed message behind the header gRPC wants; over HTTP the header is left out.
///
/// # Errors
///
/// When the compressor fails, which it has no reason to.
pub(super) fn framed(message: &[u8], buffers: &Buffers) -> Result<Bytes, Failure> {
    let mut room = buffers.take(FRAME + message.len() / USUAL_SHARE);
    room.resize(FRAME, 0);
    let mut encoder = GzEncoder::new(room, Compression::fast());
    let written = encoder.write_all(message).and_then(|()| encoder.finish());
    let mut framed = written
        .map_err(|error| Failure::new(FailureKind::Refused, format!("it cannot be compressed: {error}")))?;
    write_frame(&mut framed, true);
    Ok(buffers.lend(framed))
}
