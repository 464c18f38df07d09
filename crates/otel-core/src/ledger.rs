//! The ledger: what became of everything that was created.
//!
//! For each signal and lane, `created + recovered = exported + rejected + dropped(reason) + sampled_out +
//! spooled + pending`.
//! `pending` is what is in memory, queued or on its way; after a shutdown it is zero, or something was lost without a
//! reason, which is a bug. `spooled` is on disk, and is recovered by the next process.
//!
//! With several destinations each has an account of its own, and the identity holds for each.

mod book;
mod report;

pub(crate) use book::{Account, Ledger};
pub use report::{Counts, DestinationReport, Report};

use crate::record::Signal;

/// A kind of telemetry on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stream {
    /// Spans.
    Traces,
    /// Log records and events.
    Logs,
    /// Metric data points.
    Metrics,
}

impl Stream {
    /// Every stream, in order.
    pub const ALL: [Self; 3] = [Self::Traces, Self::Logs, Self::Metrics];

    /// The signal's name in OTLP paths.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Logs => "logs",
            Self::Metrics => "metrics",
        }
    }
}

impl Signal {
    /// The signal whose records make up a stream, if it is one that travels in lanes.
    pub(crate) const fn of(stream: Stream) -> Option<Self> {
        match stream {
            Stream::Traces => Some(Self::Span),
            Stream::Logs => Some(Self::Log),
            Stream::Metrics => None,
        }
    }
}

impl From<Signal> for Stream {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Span => Self::Traces,
            Signal::Log => Self::Logs,
        }
    }
}

/// Why something created was not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DropReason {
    /// There was no room in the queue, for its lane or for its destination.
    QueueFull,
    /// It came after the shutdown.
    AlreadyShutDown,
    /// Every attempt failed for as long as a request is tried.
    ExportFailed,
    /// The destination refused it for good.
    Refused,
    /// The shutdown's deadline passed before it was delivered.
    DeadlineExceeded,
    /// It alone is larger than a request may be.
    TooLarge,
    /// It was removed from the spool to make room for newer ones.
    Evicted,
    /// It was in the spool for too long.
    Expired,
    /// It could not be read back from the spool.
    Damaged,
    /// It was deferred, and what writes such events failed.
    WriterFailed,
}

impl DropReason {
    /// Every reason, in order.
    pub const ALL: [Self; 10] = [
        Self::QueueFull,
        Self::AlreadyShutDown,
        Self::ExportFailed,
        Self::Refused,
        Self::DeadlineExceeded,
        Self::TooLarge,
        Self::Evicted,
        Self::Expired,
        Self::Damaged,
        Self::WriterFailed,
    ];

    /// The reason's name, as `error.type` has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::AlreadyShutDown => "already_shutdown",
            Self::ExportFailed => "export_failed",
            Self::Refused => "refused",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::TooLarge => "too_large",
            Self::Evicted => "evicted",
            Self::Expired => "expired",
            Self::Damaged => "damaged",
            Self::WriterFailed => "writer_failed",
        }
    }
}
