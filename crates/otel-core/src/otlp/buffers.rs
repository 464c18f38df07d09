//! Buffers for batches, used again and again.
//!
//! A batch is about a mebibyte. Memory of that size, asked of the allocator for each batch, comes fresh from the
//! operating system each time, page by page; under load that was a sixth of the pipeline's time.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// Buffers kept: those of the batches in flight, and those being filled.
const KEPT: usize = 8;

/// A buffer that had to grow beyond this is not kept.
const MAX_KEPT_ROOM: usize = 4 * 1024 * 1024;

/// A few buffers that come back when nobody needs their bytes any more. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buffers(Arc<Mutex<Vec<Vec<u8>>>>);

impl Buffers {
    /// An empty buffer with room for at least `room` bytes.
    pub(super) fn take(&self, room: usize) -> Vec<u8> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut buffer = kept.unwrap_or_default();
        buffer.reserve(room);
        buffer
    }

    /// Shares the bytes of a buffer; the buffer comes back when the last of them is dropped.
    pub(super) fn lend(&self, buffer: Vec<u8>) -> Bytes {
        Bytes::from_owner(Lent { buffer, home: self.clone() })
    }

    /// Takes a buffer back.
    pub(super) fn keep(&self, mut buffer: Vec<u8>) {
        buffer.clear();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT && buffer.capacity() <= MAX_KEPT_ROOM {
            kept.push(buffer);
        }
    }
}

struct Lent {
    buffer: Vec<u8>,
    home: Buffers,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.buffer
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.home.keep(std::mem::take(&mut self.buffer));
    }
}
