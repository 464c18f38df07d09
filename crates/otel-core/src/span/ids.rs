//! Which span it is, as numbers.

use opentelemetry::trace::TraceState;
use opentelemetry::{SpanId, TraceFlags, TraceId};

use crate::draft::Identity;

/// The flag of W3C Trace Context that says that somebody records the trace.
const SAMPLED: u8 = 0x01;

/// The ids of a span: enough to say that something belongs to it, and small enough to be part of a fact.
///
/// They come from [`Span::ids`](crate::Span::ids), or from an agreement, such as a trace id made from an order's.
/// Ids that are zero are no ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpanIds {
    pub(crate) trace_id: u128,
    pub(crate) span_id: u64,
    pub(crate) flags: u8,
}

impl SpanIds {
    /// The span with these ids, of which it is not known whether it is sampled.
    pub const fn new(trace_id: u128, span_id: u64) -> Self {
        Self { trace_id, span_id, flags: 0 }
    }

    /// The same span, which is known to be sampled.
    #[must_use]
    pub const fn sampled(mut self) -> Self {
        self.flags |= SAMPLED;
        self
    }

    /// The id of its trace.
    pub const fn trace_id(self) -> u128 {
        self.trace_id
    }

    /// Its own id.
    pub const fn span_id(self) -> u64 {
        self.span_id
    }

    /// Whether it is known to be sampled.
    pub const fn is_sampled(self) -> bool {
        self.flags & SAMPLED != 0
    }
}

impl From<&Identity> for SpanIds {
    fn from(identity: &Identity) -> Self {
        Self {
            trace_id: u128::from_be_bytes(identity.trace_id.to_bytes()),
            span_id: u64::from_be_bytes(identity.span_id.to_bytes()),
            flags: identity.flags.to_u8(),
        }
    }
}

impl From<SpanIds> for Identity {
    fn from(ids: SpanIds) -> Self {
        Self {
            trace_id: TraceId::from(ids.trace_id),
            span_id: SpanId::from(ids.span_id),
            flags: TraceFlags::new(ids.flags),
            trace_state: TraceState::NONE,
        }
    }
}
