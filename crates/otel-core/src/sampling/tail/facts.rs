//! What is known of a span that ended, and of a trace so far.

use std::time::Duration;

use opentelemetry::TraceId;

use crate::sampling::{Randomness, Threshold};

/// What the buffer has to know of a span.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) trace_id: TraceId,
    pub(crate) randomness: Randomness,
    /// Whether its parent, if it has one, is of another process: with its end, the trace is over here.
    pub(crate) local_root: bool,
    pub(crate) error: bool,
    pub(crate) duration: Duration,
    /// What the domain says the span is worth, in a unit of its own; zero where it says nothing.
    pub(crate) worth: f32,
    /// The stratum of its trace: tenant, route or signature, numbered.
    pub(crate) key: u16,
    pub(crate) head: Head,
    /// Whether the head sampled it, and said so to other services; else it was recorded only to be looked at here.
    pub(crate) sampled: bool,
    /// Whether it is in the lane `bulk`.
    pub(crate) bulk: bool,
}

/// What the head did before, as a span says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// This span does not know; another may.
    Unsaid,
    /// Nobody knows with which probability it is recorded.
    Unknown,
    /// The threshold below which the trace would not have been recorded, which is [`Threshold::ALWAYS`] where
    /// everything is.
    At(Threshold),
}

impl Head {
    /// What two spans of a trace say together.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Unsaid, said) | (said, Self::Unsaid) => said,
            (Self::At(one), Self::At(other)) => Self::At(one.max(other)),
        }
    }
}

/// What is known of a trace, and all that its worth may depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct TraceFacts {
    /// The highest worth of its spans.
    pub value: f64,
    /// Whether one of its spans failed.
    pub error: bool,
    /// The duration of its longest span.
    pub duration: Duration,
    /// How many spans it has.
    pub spans: u32,
    /// Its stratum.
    pub key: u16,
}

/// What a trace is worth, as a domain sees it: a pure function of what is known of the trace, in any unit.
///
/// It must not depend on the trace's identifier or on anything random: weights would not be true any more. What is
/// negative or not a number is worth nothing.
pub type Worth = fn(&TraceFacts) -> f64;

/// The worth of a trace is the highest worth of its spans.
pub(super) fn value(facts: &TraceFacts) -> f64 {
    facts.value
}
