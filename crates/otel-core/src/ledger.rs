//! The ledger: what became of everything that was created.
//!
//! For each signal, `created = exported + rejected + dropped + pending`. `pending` is what is queued or on its
//! way; after a shutdown it is zero, or something was lost without a reason, which is a bug.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::record::Signal;
use crate::recorder::Recorder;

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
    /// The queue's byte budget was spent.
    QueueFull,
    /// It came after the shutdown.
    AlreadyShutDown,
    /// Every attempt within the export timeout failed.
    ExportFailed,
    /// The destination refused it for good.
    Refused,
    /// The shutdown's deadline passed before it was delivered.
    DeadlineExceeded,
}

impl DropReason {
    /// Every reason, in order.
    pub const ALL: [Self; 5] =
        [Self::QueueFull, Self::AlreadyShutDown, Self::ExportFailed, Self::Refused, Self::DeadlineExceeded];

    /// The reason's name, as `error.type` has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::AlreadyShutDown => "already_shutdown",
            Self::ExportFailed => "export_failed",
            Self::Refused => "refused",
            Self::DeadlineExceeded => "deadline_exceeded",
        }
    }
}

/// What became of the items of one stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Items that were finished and handed over.
    pub created: u64,
    /// Items a destination accepted.
    pub exported: u64,
    /// Items a destination took and rejected, by OTLP's partial success.
    pub rejected: u64,
    /// Spans the head sampler left out. They are not part of `created`.
    pub sampled_out: u64,
    dropped: [u64; DropReason::ALL.len()],
}

impl Counts {
    /// Items dropped for `reason`.
    pub const fn dropped(&self, reason: DropReason) -> u64 {
        self.dropped[reason as usize]
    }

    /// Items dropped for any reason.
    pub fn dropped_total(&self) -> u64 {
        self.dropped.iter().sum()
    }

    /// Items that did not and will not arrive.
    pub fn lost(&self) -> u64 {
        self.rejected + self.dropped_total()
    }

    /// Items queued or on their way; after a shutdown, items that were lost without a reason.
    pub fn pending(&self) -> u64 {
        self.created.saturating_sub(self.exported + self.lost())
    }
}

/// What became of everything a pipeline was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Spans.
    pub spans: Counts,
    /// Log records and events.
    pub logs: Counts,
    /// Metric data points.
    pub metric_points: Counts,
}

impl Report {
    /// The counts of one stream.
    pub const fn of(&self, stream: Stream) -> &Counts {
        match stream {
            Stream::Traces => &self.spans,
            Stream::Logs => &self.logs,
            Stream::Metrics => &self.metric_points,
        }
    }

    fn of_mut(&mut self, stream: Stream) -> &mut Counts {
        match stream {
            Stream::Traces => &mut self.spans,
            Stream::Logs => &mut self.logs,
            Stream::Metrics => &mut self.metric_points,
        }
    }

    /// Items that did not and will not arrive, over all streams.
    pub fn lost(&self) -> u64 {
        Stream::ALL.iter().map(|stream| self.of(*stream).lost()).sum()
    }

    /// Items neither delivered nor lost yet, over all streams.
    pub fn pending(&self) -> u64 {
        Stream::ALL.iter().map(|stream| self.of(*stream).pending()).sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, stream) in Stream::ALL.into_iter().enumerate() {
            let counts = self.of(stream);
            let separator = if at == 0 { "" } else { "; " };
            let item = match stream {
                Stream::Traces => "spans",
                Stream::Logs => "log records",
                Stream::Metrics => "metric points",
            };
            write!(f, "{separator}{item}: {} of {} delivered", counts.exported, counts.created)?;
            if counts.rejected > 0 {
                write!(f, ", {} rejected", counts.rejected)?;
            }
            for reason in DropReason::ALL.into_iter().filter(|reason| counts.dropped(*reason) > 0) {
                write!(f, ", {} dropped ({})", counts.dropped(reason), reason.as_str())?;
            }
            if counts.pending() > 0 {
                write!(f, ", {} pending", counts.pending())?;
            }
        }
        Ok(())
    }
}

/// The running counts of one pipeline, beside those its outboxes still hold.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    streams: [StreamCounters; Stream::ALL.len()],
}

#[derive(Debug, Default)]
struct StreamCounters {
    created: AtomicU64,
    exported: AtomicU64,
    rejected: AtomicU64,
    dropped: [AtomicU64; DropReason::ALL.len()],
}

impl Ledger {
    pub(crate) fn created(&self, stream: Stream, items: u64) {
        add(&self.of(stream).created, items);
    }

    /// A destination answered: it took `items`, and rejected some of them.
    pub(crate) fn delivered(&self, stream: Stream, items: u64, rejected: u64) {
        let rejected = rejected.min(items);
        add(&self.of(stream).exported, items - rejected);
        add(&self.of(stream).rejected, rejected);
    }

    pub(crate) fn dropped(&self, stream: Stream, reason: DropReason, items: u64) {
        add(&self.of(stream).dropped[reason as usize], items);
    }

    /// The counts now, with those of all outboxes.
    pub(crate) fn report(&self, recorder: &Recorder) -> Report {
        let mut report = Report::default();
        // Outcomes are read before origins, so that nothing looks delivered before it was created.
        for stream in Stream::ALL {
            let counters = self.of(stream);
            let counts = report.of_mut(stream);
            counts.exported = read(&counters.exported);
            counts.rejected = read(&counters.rejected);
            counts.dropped = std::array::from_fn(|reason| read(&counters.dropped[reason]));
            counts.created = read(&counters.created);
        }
        recorder.for_each_count(|outbox| {
            for signal in [Signal::Span, Signal::Log] {
                let (outbox, counts) = (outbox.of(signal), report.of_mut(signal.into()));
                counts.dropped[DropReason::QueueFull as usize] += read(&outbox.queue_full);
                counts.dropped[DropReason::AlreadyShutDown as usize] += read(&outbox.already_shut_down);
                counts.created += read(&outbox.created);
            }
            report.spans.sampled_out += read(&outbox.sampled_out);
        });
        report
    }

    fn of(&self, stream: Stream) -> &StreamCounters {
        &self.streams[stream as usize]
    }
}

fn add(counter: &AtomicU64, items: u64) {
    counter.fetch_add(items, Ordering::Relaxed);
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}
