//! What waits until it can be delivered.

use std::time::Duration;

use crate::Lane;
use crate::settings::Spool;

use super::Builder;

impl Builder {
    /// The bytes that finished spans and events may take while they wait: at least 256 KiB, and 64 MiB unless said
    /// otherwise. When they are spent, new ones are dropped and counted.
    pub fn queue_bytes(mut self, bytes: usize) -> Self {
        self.code.queue_bytes = Some(bytes);
        self
    }

    /// The bytes of the queue that are kept for one lane and those above it: an eighth for audit and a sixteenth for
    /// alert unless said otherwise. Other lanes have no reserve.
    pub fn reserve(mut self, lane: Lane, bytes: usize) -> Self {
        self.code.reserves.push((lane, bytes));
        self
    }

    /// How long a thread that records an audit event waits for room; as long as it takes unless said otherwise.
    pub fn audit_patience(mut self, patience: Option<Duration>) -> Self {
        self.code.audit_patience = patience;
        self
    }

    /// A queue on disk, for what cannot be delivered at once.
    pub fn spool(mut self, spool: Spool) -> Self {
        self.code.spool = Some(spool);
        self
    }

    /// Whether the pipeline reports metrics about itself, as it does unless said otherwise.
    pub fn self_metrics(mut self, report: bool) -> Self {
        self.code.self_metrics = Some(report);
        self
    }
}
