//! Effort: what the telemetry itself costs, in processor time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The processor time of the pipeline's own threads.
#[derive(Debug, Default)]
pub(crate) struct Effort {
    drain_nanos: AtomicU64,
    keeper_nanos: AtomicU64,
    reader_nanos: AtomicU64,
}

impl Effort {
    /// Notes the time of the thread that calls this, which is the drain.
    pub(super) fn note_drain(&self) {
        note(&self.drain_nanos);
    }

    /// Notes the time of the thread that calls this, which collects metrics.
    pub(super) fn note_reader(&self) {
        note(&self.reader_nanos);
    }

    /// Adds the time that the thread which calls this, a keeper's, has spent since it noted the last.
    #[cfg(all(feature = "spool", unix))]
    pub(super) fn note_keeper(&self, last: &mut u64) {
        let now = AtomicU64::new(*last);
        note(&now);
        let now = now.into_inner();
        self.keeper_nanos.fetch_add(now.saturating_sub(*last), Ordering::Relaxed);
        *last = now;
    }

    /// The processor time so far.
    pub(super) fn time(&self) -> Duration {
        let nanos = [&self.drain_nanos, &self.keeper_nanos, &self.reader_nanos];
        Duration::from_nanos(nanos.iter().map(|nanos| nanos.load(Ordering::Relaxed)).sum())
    }
}

#[cfg(unix)]
fn note(nanos: &AtomicU64) {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let whole = u64::try_from(spent.tv_sec).unwrap_or(0).saturating_mul(1_000_000_000);
    nanos.store(whole.saturating_add(u64::try_from(spent.tv_nsec).unwrap_or(0)), Ordering::Relaxed);
}

/// Elsewhere the time of a single thread is not to be had, and zero is reported.
#[cfg(not(unix))]
fn note(_: &AtomicU64) {}
