//! What stands between a text and everything that leaves.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::suspicion;
use crate::time::Timestamp;

use super::find;
use super::finding::Finding;
use super::key_ring::KeyRing;
use super::kind::Kind;
use super::policy::{Action, Policy};
use super::replacement;

/// How often what was put in is looked at again: it can form something new with what stands beside it.
const ROUNDS: usize = 4;

/// Makes texts harmless, and counts what it did; it never says what it hid.
///
/// A text that was cleaned is left as it is when it is cleaned again.
#[derive(Debug)]
pub struct Guard {
    policy: Policy,
    keys: Option<KeyRing>,
    done: [[AtomicU64; Action::ALL.len()]; Kind::ALL.len()],
}

/// How often something was done with findings of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redaction {
    /// What was found.
    pub kind: Kind,
    /// What was done with it.
    pub action: Action,
    /// How often.
    pub count: u64,
}

impl Guard {
    /// A guard that goes by this policy, and has no keys for pseudonyms.
    pub fn new(policy: Policy) -> Self {
        Self { policy, keys: None, done: Default::default() }
    }

    /// The same guard with keys for pseudonyms.
    #[must_use]
    pub fn with_keys(mut self, keys: KeyRing) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Its policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The text with something harmless in the place of everything that must not leave; pseudonyms are those of the
    /// time `at`.
    pub fn clean<'text>(&self, text: &'text str, at: Timestamp) -> Cow<'text, str> {
        let mut clean = Cow::Borrowed(text);
        for _ in 0..ROUNDS {
            if !suspicion::suspects(clean.as_bytes()) {
                return clean;
            }
            let found = find::within(&clean, |kind| self.policy.action(kind) != Action::Keep);
            match self.replaced(&clean, &found, at) {
                None => return clean,
                Some(replaced) => clean = Cow::Owned(replaced),
            }
        }
        // Whoever wrote a text that forms secrets out of what hides them does not get it out at all.
        self.count(Kind::Secret, Action::Drop);
        Cow::Owned(replacement::marker("text"))
    }

    /// What was done so far, without what never happened.
    pub fn redactions(&self) -> Vec<Redaction> {
        let all = Kind::ALL.into_iter().flat_map(|kind| Action::ALL.map(|action| (kind, action)));
        all.map(|(kind, action)| Redaction {
            kind,
            action,
            count: self.counter(kind, action).load(Ordering::Relaxed),
        })
        .filter(|redaction| redaction.count > 0)
        .collect()
    }

    /// `None` when nothing is to be replaced by anything else.
    fn replaced(&self, text: &str, found: &[Finding], at: Timestamp) -> Option<String> {
        let (mut replaced, mut done) = (None::<String>, 0);
        for finding in found {
            let value = &text[finding.range.clone()];
            let action = self.policy.action(finding.kind);
            let (action, instead) = replacement::of(finding.kind, action, value, self.keys.as_ref(), at);
            if instead == value {
                continue;
            }
            let clean = replaced.get_or_insert_with(|| String::with_capacity(text.len()));
            clean.push_str(&text[done..finding.range.start]);
            clean.push_str(&instead);
            done = finding.range.end;
            self.count(finding.kind, action);
        }
        let mut clean = replaced?;
        clean.push_str(&text[done..]);
        Some(clean)
    }

    fn count(&self, kind: Kind, action: Action) {
        self.counter(kind, action).fetch_add(1, Ordering::Relaxed);
    }

    fn counter(&self, kind: Kind, action: Action) -> &AtomicU64 {
        &self.done[kind as usize][action as usize]
    }
}
