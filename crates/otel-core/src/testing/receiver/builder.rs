//! Setting a receiver up.

use std::io;

use super::Receiver;
use super::tls::TlsIdentity;

/// The largest export request that is taken unless said otherwise.
const MAX_REQUEST_BYTES: usize = 64 * 1024 * 1024;

/// How much one connection, and one stream of it, may have under way: a window that never holds up a flood.
const WINDOW: u32 = 16 * 1024 * 1024;

/// Sets a receiver up.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is started"]
pub struct ReceiverBuilder {
    pub(super) keeps: bool,
    pub(super) tls: Option<TlsIdentity>,
    pub(super) max_request_bytes: usize,
    pub(super) window: u32,
}

impl ReceiverBuilder {
    pub(super) const fn new() -> Self {
        Self { keeps: true, tls: None, max_request_bytes: MAX_REQUEST_BYTES, window: WINDOW }
    }

    /// Counts what arrives and keeps nothing of it, for more telemetry than memory holds.
    pub const fn counting(mut self) -> Self {
        self.keeps = false;
        self
    }

    /// Speaks TLS on both ports.
    pub fn tls(mut self, identity: TlsIdentity) -> Self {
        self.tls = Some(identity);
        self
    }

    /// The largest message that is taken, before and after it is unpacked; 64 MiB unless said otherwise. A larger
    /// one is answered with HTTP 413, or with gRPC's `RESOURCE_EXHAUSTED`.
    pub const fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.max_request_bytes = bytes;
        self
    }

    /// How many bytes a gRPC client may send before they are read, from 64 KiB on: how soon it notices a slow
    /// receiver.
    pub const fn window(mut self, bytes: u32) -> Self {
        self.window = bytes;
        self
    }

    /// Starts the receiver.
    ///
    /// # Errors
    ///
    /// When a port of the loopback interface cannot be bound, the thread cannot be started, or the texts for TLS
    /// are not what they should be.
    pub fn start(self) -> io::Result<Receiver> {
        Receiver::begin(self)
    }
}
