//! How often what became of actions.

use std::sync::atomic::{AtomicU64, Ordering};

use super::audit::{ActionOutcome, ActionReason, Entry};

/// How many entries of the audit there are of each kind, rehearsals included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionCounts {
    outcomes: [u64; ActionOutcome::ALL.len()],
    refusals: [u64; ActionReason::ALL.len()],
    lost: u64,
}

impl ActionCounts {
    /// How often this became of an action.
    pub const fn of(&self, outcome: ActionOutcome) -> u64 {
        self.outcomes[outcome as usize]
    }

    /// How often an action was refused for this.
    pub const fn refused(&self, reason: ActionReason) -> u64 {
        self.refusals[reason as usize]
    }

    /// Alerts that no action heard of, because too many came at once or the process ended.
    pub const fn lost(&self) -> u64 {
        self.lost
    }
}

/// The same, while it grows.
#[derive(Debug, Default)]
pub(super) struct Counters {
    outcomes: [AtomicU64; ActionOutcome::ALL.len()],
    refusals: [AtomicU64; ActionReason::ALL.len()],
    lost: AtomicU64,
}

impl Counters {
    pub(super) fn count(&self, entry: &Entry) {
        self.outcomes[entry.outcome as usize].fetch_add(1, Ordering::Relaxed);
        if let (ActionOutcome::Refused, Some(reason)) = (entry.outcome, entry.reason) {
            self.refusals[reason as usize].fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn lose(&self) {
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> ActionCounts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        ActionCounts {
            outcomes: self.outcomes.each_ref().map(read),
            refusals: self.refusals.each_ref().map(read),
            lost: read(&self.lost),
        }
    }
}
