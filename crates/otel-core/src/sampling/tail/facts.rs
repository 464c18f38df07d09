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
    /// The threshold below which the head would not have had the trace recorded, which is
    /// [`Threshold::ALWAYS`] where it records everything; `None` when its probability is not known.
    pub(crate) head: Option<Threshold>,
    /// Whether the head sampled it, and said so to other services; else it was recorded only to be looked at here.
    pub(crate) sampled: bool,
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
