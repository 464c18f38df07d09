//! The data protection officer of a pipeline: what is behind its guard.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use super::allow_list::AllowList;
use super::declared::{self, Declared};
use super::guard::{Guard, Redaction};
use super::kind::Kind;
use super::policy::{Action, Policy};
use super::setup::Privacy;
use crate::clock::Wall;
use crate::recorder::Streams;
use crate::sensitive::{Bearer, Censor, Nature, Origin};

/// Decides what leaves a pipeline, and counts what does not.
#[derive(Debug)]
pub(crate) struct Officer {
    guard: Guard,
    /// The policy for texts of declared attributes.
    declared: Policy,
    headers: AllowList,
    /// `None` while attributes of others may have any key.
    strict: Option<Declared>,
    streams: Streams,
    wall: Wall,
    undeclared: [AtomicU64; Bearer::ALL.len()],
}

impl Officer {
    pub(crate) fn new(privacy: Privacy, streams: &Streams, wall: Wall) -> Self {
        let Privacy { policy, keys, headers, declared } = privacy;
        let guard = Guard::new(policy);
        let strict = declared.map(|all| Declared::by(&all, headers.clone(), streams.clone()));
        Self {
            guard: match keys {
                Some(keys) => guard.with_keys(keys),
                None => guard,
            },
            declared: of_machines(policy),
            headers,
            strict,
            streams: streams.clone(),
            wall,
            undeclared: Default::default(),
        }
    }

    /// What was done so far, without what never happened.
    pub(crate) fn redactions(&self) -> Vec<Redaction> {
        self.guard.redactions()
    }

    /// How many attributes of others were left out so far, because nobody had declared them; `None` where nobody has to.
    pub(crate) fn undeclared(&self) -> Option<[(Bearer, u64); Bearer::ALL.len()]> {
        let count = |bearer: Bearer| (bearer, self.undeclared[bearer as usize].load(Ordering::Relaxed));
        self.strict.as_ref().map(|_| Bearer::ALL.map(count))
    }
}

/// The same policy for texts that speak of machines: their addresses stay.
fn of_machines(policy: Policy) -> Policy {
    [Kind::IpAddress, Kind::MacAddress]
        .into_iter()
        .fold(policy, |policy, kind| policy.with(kind, Action::Keep).unwrap_or(policy))
}

impl Censor for Officer {
    fn clean(&self, text: &str, origin: Origin) -> Option<String> {
        let policy = match origin {
            Origin::Declared => &self.declared,
            Origin::Free => self.guard.policy(),
        };
        match self.guard.clean_by(policy, text, self.wall.now()) {
            Cow::Borrowed(_) => None,
            Cow::Owned(clean) => Some(clean),
        }
    }

    fn clean_value(&self, key: &str, value: &str, origin: Origin) -> Option<String> {
        // What a metric of ours is measured by is declared, and no secret, whatever it is called.
        if declared::is_dimension(&self.streams, key) {
            return self.clean(value, Origin::Declared);
        }
        self.guard.clean_announced(key, value).or_else(|| self.clean(value, origin))
    }

    fn disguise(&self, nature: Nature, value: &str, then: &mut dyn FnMut(&str)) {
        if let Some(text) = self.guard.disguise(nature.into(), value, self.wall.now()) {
            then(&text);
        }
    }

    fn lets_out(&self, key: &str, bearer: Bearer) -> bool {
        let out = self.strict.as_ref().is_none_or(|declared| declared.has(key, bearer));
        if !out {
            self.undeclared[bearer as usize].fetch_add(1, Ordering::Relaxed);
        }
        out
    }

    fn shows_header(&self, name: &str) -> bool {
        self.headers.permits(name)
    }
}
