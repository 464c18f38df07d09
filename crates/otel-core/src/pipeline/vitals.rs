//! What the engine knows of itself, shared between its threads and whoever asks.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::record::Kind;

use super::complaints::Complaints;
use super::effort::Effort;
use super::health::Pulse;
use super::self_metrics::{Collecting, Durations};
use super::sieve::Sifting;

/// Figures of one pipeline that are not in its ledger.
#[derive(Debug)]
pub(crate) struct Vitals {
    pub(crate) pulse: Pulse,
    pub(crate) effort: Effort,
    pub(crate) durations: Durations,
    pub(crate) collecting: Collecting,
    pub(super) complaints: Complaints,
    pub(super) sifting: Sifting,
    handed_on: [Handed; Kind::COUNT],
    collections: AtomicU64,
    attempts: AtomicU64,
    throttled: AtomicU64,
    request_bytes: AtomicU64,
    spool_bytes: AtomicU64,
    spool_refusals: AtomicU64,
}

/// What was handed on from the queue in batches.
#[derive(Debug, Default)]
struct Handed {
    records: AtomicU64,
    bytes: AtomicU64,
}

impl Vitals {
    pub(crate) fn new() -> Self {
        Self {
            pulse: Pulse::new(),
            effort: Effort::default(),
            durations: Durations::default(),
            collecting: Collecting::default(),
            complaints: Complaints::default(),
            sifting: Sifting::default(),
            handed_on: Default::default(),
            collections: AtomicU64::new(0),
            attempts: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
            request_bytes: AtomicU64::new(0),
            spool_bytes: AtomicU64::new(0),
            spool_refusals: AtomicU64::new(0),
        }
    }

    /// A batch left the queue.
    pub(super) fn hand_on(&self, kind: Kind, records: u64, bytes: usize) {
        let handed = &self.handed_on[kind.index()];
        handed.records.fetch_add(records, Ordering::Relaxed);
        handed.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Records of a kind that have left the queue in batches, and their bytes.
    pub(crate) fn handed_on_of(&self, kind: Kind) -> (u64, u64) {
        let handed = &self.handed_on[kind.index()];
        (handed.records.load(Ordering::Relaxed), handed.bytes.load(Ordering::Relaxed))
    }

    /// Records that have left the queue in batches.
    pub(super) fn handed_on(&self) -> u64 {
        self.handed_on.iter().map(|handed| handed.records.load(Ordering::Relaxed)).sum()
    }

    /// Metrics were collected, on this thread.
    pub(super) fn collected(&self) {
        self.collections.fetch_add(1, Ordering::Relaxed);
        self.effort.note_reader();
        if let Some(took) = self.collecting.end() {
            self.durations.collection(took);
        }
    }

    /// An attempt at a destination is over, and was one too many for it or not.
    pub(super) fn attempted(&self, throttled: bool) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        self.throttled.fetch_add(u64::from(throttled), Ordering::Relaxed);
    }

    /// Attempts so far, and those that were throttled.
    pub(super) fn attempts(&self) -> (u64, u64) {
        let throttled = self.throttled.load(Ordering::Relaxed);
        (self.attempts.load(Ordering::Relaxed), throttled)
    }

    /// Requests take so much memory now.
    pub(super) fn note_request_bytes(&self, bytes: usize) {
        self.request_bytes.store(bytes as u64, Ordering::Relaxed);
    }

    /// A spool takes so many bytes on disk, where it took so many before.
    #[cfg(all(feature = "spool", unix))]
    pub(super) fn note_spool_bytes(&self, before: u64, now: u64) {
        self.spool_bytes.fetch_add(now.wrapping_sub(before), Ordering::Relaxed);
    }

    /// A spool did not take so many records.
    #[cfg(all(feature = "spool", unix))]
    pub(super) fn note_spool_refusal(&self, records: u64) {
        self.spool_refusals.fetch_add(records, Ordering::Relaxed);
    }

    /// Records that spools did not take.
    pub(super) fn spool_refusals(&self) -> u64 {
        self.spool_refusals.load(Ordering::Relaxed)
    }

    /// The bytes that spools take on disk.
    pub(super) fn spool_bytes(&self) -> u64 {
        self.spool_bytes.load(Ordering::Relaxed)
    }

    /// The memory that requests take.
    pub(super) fn request_bytes(&self) -> u64 {
        self.request_bytes.load(Ordering::Relaxed)
    }

    /// Collections of metrics so far.
    pub(super) fn collections(&self) -> u64 {
        self.collections.load(Ordering::Relaxed)
    }
}
