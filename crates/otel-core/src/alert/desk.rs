//! Where detectors leave what they observed, for the alert machine to fetch.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Mutex, PoisonError};

use opentelemetry::{SpanId, TraceId};

use super::label::AlertLabel;
use super::level::AlertLevel;
use super::rule::AlertRule;
use crate::time::Timestamp;

/// The most labels an observed instance has.
pub(crate) const MAX_LABELS: usize = 4;

/// The most bytes the values of these labels have together.
const MAX_TEXT: usize = 128;

/// What was observed, of a fixed size: leaving it allocates nothing.
#[derive(Debug)]
pub(crate) struct Observation {
    pub(crate) subject: Subject,
    pub(crate) at: Timestamp,
    pub(crate) trace: (TraceId, SpanId),
}

/// What an observation is about.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "the large one is the usual one, and must not be allocated")]
pub(crate) enum Subject {
    /// The value of one instance of a rule.
    Value { rule: &'static AlertRule, value: f64, labels: Labels },
    /// Something that somebody has to know, in their own words.
    Sent { level: AlertLevel, title: Box<str>, message: Box<str> },
}

/// The labels of an observation, in place.
#[derive(Debug)]
pub(crate) struct Labels {
    keys: [(&'static str, u8); MAX_LABELS],
    count: u8,
    text: [u8; MAX_TEXT],
}

impl Labels {
    /// `None` when there are too many labels, or too much in them.
    fn new(labels: &[AlertLabel<'_>]) -> Option<Self> {
        let mut kept = Self { keys: [("", 0); MAX_LABELS], count: 0, text: [0; MAX_TEXT] };
        let mut used = 0;
        for (at, label) in labels.iter().enumerate() {
            *kept.keys.get_mut(at)? = (label.key, u8::try_from(label.value.len()).ok()?);
            let end = used + label.value.len();
            kept.text.get_mut(used..end)?.copy_from_slice(label.value.as_bytes());
            used = end;
            kept.count += 1;
        }
        Some(kept)
    }

    /// Each label's key and value.
    #[cfg_attr(not(feature = "pipeline"), expect(dead_code, reason = "only the engine reads observations"))]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let mut rest = self.text.as_slice();
        self.keys.iter().take(usize::from(self.count)).map(move |(key, length)| {
            let (value, after) = rest.split_at_checked(usize::from(*length)).unwrap_or_default();
            rest = after;
            (*key, str::from_utf8(value).unwrap_or_default())
        })
    }
}

/// The producers' end of the way to the alert machine: a queue of a fixed length.
#[derive(Debug)]
pub(crate) struct Desk {
    queue: SyncSender<Observation>,
    /// Observations that found the queue full or the machine gone.
    dropped: AtomicU64,
    /// Observations that had more labels than fit.
    refused: AtomicU64,
    /// The last spans that failed, the oldest first.
    failures: Mutex<VecDeque<Failure>>,
}

/// A span that failed: evidence for a rule about the metrics of its scope.
#[derive(Clone, Copy, Debug)]
struct Failure {
    scope: u16,
    trace: (TraceId, SpanId),
    at: Timestamp,
}

/// Failed spans that are remembered, of all scopes together.
const FAILURES: usize = 64;

impl Desk {
    #[cfg_attr(not(feature = "pipeline"), expect(dead_code, reason = "only the engine has a machine"))]
    pub(crate) fn new(queue: SyncSender<Observation>) -> Self {
        Self {
            queue,
            dropped: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            failures: Mutex::new(VecDeque::with_capacity(FAILURES)),
        }
    }

    pub(crate) fn observe(
        &self,
        rule: &'static AlertRule,
        labels: &[AlertLabel<'_>],
        value: f64,
        at: Timestamp,
        trace: (TraceId, SpanId),
    ) {
        match Labels::new(labels) {
            Some(labels) => {
                self.leave(Observation { subject: Subject::Value { rule, value, labels }, at, trace });
            }
            None => {
                self.refused.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    pub(crate) fn leave(&self, observation: Observation) {
        // The machine looks by itself and never waits here, so nobody has to be woken up.
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) = self.queue.try_send(observation) {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Remembers a span that failed, unless another thread does so at this moment: one of them is enough.
    pub(crate) fn failed(&self, scope: u16, trace: (TraceId, SpanId), at: Timestamp) {
        if let Ok(mut failures) = self.failures.try_lock() {
            if failures.len() == FAILURES {
                failures.pop_front();
            }
            failures.push_back(Failure { scope, trace, at });
        }
    }

    /// The last span of a scope that failed, and when.
    #[cfg_attr(not(feature = "pipeline"), expect(dead_code, reason = "only the engine asks"))]
    pub(crate) fn last_failure(&self, scope: u16) -> Option<(TraceId, SpanId, Timestamp)> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let last = failures.iter().rev().find(|failure| failure.scope == scope)?;
        Some((last.trace.0, last.trace.1, last.at))
    }

    /// Observations lost so far, because the queue was full or the machine gone.
    #[cfg_attr(not(feature = "pipeline"), expect(dead_code, reason = "only the engine reports"))]
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Observations refused so far, because their labels did not fit.
    #[cfg_attr(not(feature = "pipeline"), expect(dead_code, reason = "only the engine reports"))]
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}
