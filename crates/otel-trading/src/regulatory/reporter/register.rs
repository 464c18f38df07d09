//! What left under which reference.

use std::collections::BTreeMap;

use super::Refusal;
use crate::regulatory::filing::{Action, Reference};

/// What is known under a reference: a record can leave, be cancelled, and leave again corrected.
#[derive(Debug)]
pub(super) struct Register {
    entries: BTreeMap<Reference, Entry>,
    most: usize,
}

#[derive(Debug, Default)]
struct Entry {
    /// Whether what left last under the reference stands; `None` when nothing left.
    left: Option<bool>,
    /// The same, once all that waits has left.
    will: Option<bool>,
    /// How many records wait.
    waiting: usize,
}

impl Register {
    pub(super) const fn new(most: usize) -> Self {
        Self { entries: BTreeMap::new(), most }
    }

    pub(super) fn len(&self) -> u64 {
        u64::try_from(self.entries.len()).unwrap_or(u64::MAX)
    }

    /// Remembers what left in an earlier run; says whether there is room for it.
    pub(super) fn recall(&mut self, reference: Reference, action: Action) -> bool {
        if self.entries.len() >= self.most && !self.entries.contains_key(&reference) {
            return false;
        }
        let entry = self.entries.entry(reference).or_default();
        entry.left = Some(action == Action::New);
        entry.will = entry.left;
        true
    }

    /// Takes in a record that is to wait.
    pub(super) fn admit(&mut self, reference: &Reference, action: Action) -> Result<(), Refusal> {
        let will = self.entries.get(reference).and_then(|entry| entry.will);
        possible(will, action)?;
        if self.entries.len() >= self.most && !self.entries.contains_key(reference) {
            return Err(Refusal::RegisterFull);
        }
        let entry = self.entries.entry(reference.clone()).or_default();
        entry.will = Some(action == Action::New);
        entry.waiting += 1;
        Ok(())
    }

    /// Whether a record that waits may leave now: what it was admitted after may have been refused.
    pub(super) fn may_leave(&self, reference: &Reference, action: Action) -> bool {
        let left = self.entries.get(reference).and_then(|entry| entry.left);
        possible(left, action).is_ok()
    }

    /// A record left, or never will.
    pub(super) fn settle(&mut self, reference: &Reference, action: Action, has_left: bool) {
        let Some(entry) = self.entries.get_mut(reference) else { return };
        entry.waiting = entry.waiting.saturating_sub(1);
        if has_left {
            entry.left = Some(action == Action::New);
        }
        if entry.waiting == 0 {
            entry.will = entry.left;
        }
        if entry.waiting == 0 && entry.left.is_none() {
            self.entries.remove(reference);
        }
    }
}

fn possible(stands: Option<bool>, action: Action) -> Result<(), Refusal> {
    match (action, stands) {
        (Action::New, Some(true)) => Err(Refusal::Duplicate),
        (Action::Cancellation, None | Some(false)) => Err(Refusal::NothingToCancel),
        _ => Ok(()),
    }
}
