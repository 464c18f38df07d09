//! What stands between a text and everything that leaves.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::suspicion;
use crate::time::Timestamp;

use super::finding::Finding;
use super::key_ring::KeyRing;
use super::kind::Kind;
use super::policy::{Action, Policy};
use super::{credentials, find, replacement};

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
        self.clean_by(&self.policy, text, at)
    }

    /// The same by another policy.
    pub(super) fn clean_by<'text>(
        &self,
        policy: &Policy,
        text: &'text str,
        at: Timestamp,
    ) -> Cow<'text, str> {
        let mut clean = Cow::Borrowed(text);
        for _ in 0..ROUNDS {
            if !suspicion::suspects(clean.as_bytes()) {
                return clean;
            }
            let found = find::within(&clean, |kind| policy.action(kind) != Action::Keep);
            match self.replaced(policy, &clean, &found, at) {
                None => return clean,
                Some(replaced) => clean = Cow::Owned(replaced),
            }
        }
        // Whoever wrote a text that forms secrets out of what hides them does not get it out at all.
        self.count(Kind::Secret, Action::Drop);
        Cow::Owned(replacement::marker("text"))
    }

    /// What may leave of a text that stands under a name which announces a secret; `None` when the text is none.
    pub(super) fn clean_announced(&self, name: &str, text: &str) -> Option<String> {
        let kind = credentials::announced(name, text)?;
        self.count(kind, Action::Drop);
        Some(replacement::marker(kind.as_str()))
    }

    /// What may leave of a value that was declared to be of this kind; `None` when nothing may.
    pub(super) fn disguise(&self, kind: Kind, value: &str, at: Timestamp) -> Option<String> {
        let action = self.policy.action(kind);
        if action == Action::Keep {
            return Some(self.clean(value, at).into_owned());
        }
        let (done, text) = replacement::of(kind, action, value, self.keys.as_ref(), at);
        // A mask shows something of what it is made for, and all sorts of anything else.
        let fits = done != Action::Mask || !matches!(kind, Kind::Email | Kind::Iban) || is_all(kind, value);
        let done = if fits { done } else { Action::Drop };
        self.count(kind, done);
        (done != Action::Drop).then_some(text)
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
    fn replaced(&self, policy: &Policy, text: &str, found: &[Finding], at: Timestamp) -> Option<String> {
        let (mut replaced, mut done) = (None::<String>, 0);
        for finding in found {
            let value = &text[finding.range.clone()];
            let action = policy.action(finding.kind);
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

/// Whether a value is of this kind, and nothing else.
fn is_all(kind: Kind, value: &str) -> bool {
    let found = find::within(value, |it| it == kind);
    matches!(found.as_slice(), [finding] if finding.range == (0..value.len()))
}
