//! What the sieve says of itself, for whoever asks from another thread.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::sampling::{Reason, Tallies};

/// Figures of the tail sampler.
#[derive(Debug)]
pub(crate) struct Sifting {
    kept: AtomicU64,
    dropped: [AtomicU64; Reason::ALL.len()],
    held: AtomicU64,
    held_bytes: AtomicU64,
    /// The bits of the factor for the budgets.
    factor: AtomicU64,
}

impl Default for Sifting {
    fn default() -> Self {
        Self {
            kept: AtomicU64::new(0),
            dropped: Default::default(),
            held: AtomicU64::new(0),
            held_bytes: AtomicU64::new(0),
            factor: AtomicU64::new(1_f64.to_bits()),
        }
    }
}

impl Sifting {
    /// Takes note of what became of everything so far.
    pub(in crate::pipeline) fn note(&self, tallies: &Tallies) {
        self.kept.store(tallies.kept.spans, Ordering::Relaxed);
        for (mine, reason) in self.dropped.iter().zip(Reason::ALL) {
            mine.store(tallies.dropped(reason).spans, Ordering::Relaxed);
        }
        self.held.store(tallies.held.spans, Ordering::Relaxed);
        self.held_bytes.store(tallies.held.bytes, Ordering::Relaxed);
    }

    /// The budgets were changed.
    pub(in crate::pipeline) fn scaled(&self, factor: f64) {
        self.factor.store(factor.to_bits(), Ordering::Relaxed);
    }

    /// Spans that were decided on, by what was decided.
    pub(in crate::pipeline) fn decisions(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let dropped = self.dropped.iter().zip(Reason::ALL).map(|(spans, reason)| (reason.as_str(), spans));
        let all = [("kept", &self.kept)].into_iter().chain(dropped);
        all.map(|(name, spans)| (name, spans.load(Ordering::Relaxed)))
    }

    /// The spans that wait for a decision, and their bytes.
    pub(in crate::pipeline) fn held(&self) -> (u64, u64) {
        (self.held.load(Ordering::Relaxed), self.held_bytes.load(Ordering::Relaxed))
    }

    /// The share of the budgets that may be used.
    pub(in crate::pipeline) fn factor(&self) -> f64 {
        f64::from_bits(self.factor.load(Ordering::Relaxed))
    }
}
