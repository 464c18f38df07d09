//! Caches as an application leaves them that does other things in between.

use std::hint::black_box;

/// More than the third-level cache of most machines, and much more than what one core has of it.
const BUFFER: usize = 32 * 1024 * 1024;

/// The size of a cache line.
const LINE: usize = 64;

/// A buffer that is walked to push everything else out of the caches.
#[derive(Debug)]
pub struct Evictor {
    buffer: Vec<u8>,
}

impl Evictor {
    /// Allocates the buffer.
    pub fn new() -> Self {
        Self { buffer: vec![1; BUFFER] }
    }

    /// Walks the buffer, writing a byte of every line.
    pub fn evict(&mut self) {
        for byte in self.buffer.iter_mut().step_by(LINE) {
            *byte = byte.wrapping_add(1);
        }
        black_box(&self.buffer);
    }
}

impl Default for Evictor {
    fn default() -> Self {
        Self::new()
    }
}
