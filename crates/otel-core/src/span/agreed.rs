//! Traces that need nobody to pass their id on.

use std::fmt;

use opentelemetry::TraceId;

/// A trace whose id follows from what it is about, so that everybody who knows that is in the same trace: processes
/// that never speak to one another, a process after its restart, and a person with an order's number in hand.
///
/// ```
/// use otel_core::AgreedTrace;
///
/// let trace = AgreedTrace::of("trading.order", &["XNYS", "2026-11-23", "c-1"]);
/// assert_eq!(trace, AgreedTrace::of("trading.order", &["XNYS", "2026-11-23", "c-1"]));
/// assert_ne!(trace, AgreedTrace::of("trading.order", &["XNYS", "2026-11-23c", "-1"]));
/// assert_eq!(trace.to_string().len(), 32);
/// ```
///
/// The id is a BLAKE3 hash and no secret: who can guess the parts can find the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AgreedTrace(TraceId);

impl AgreedTrace {
    /// The trace of a thing of this kind that these parts identify, in this order. What they identify must be unique for
    /// as long as traces are kept: a number that is used again every day needs the day.
    pub fn of(kind: &str, parts: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("otel-core agreed trace v1");
        for part in std::iter::once(&kind).chain(parts) {
            // With its length first, no part can end in what another begins with.
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let mut id = [0; 16];
        hasher.finalize_xof().fill(&mut id);
        Self(TraceId::from_bytes(id))
    }

    /// The id of the trace.
    pub const fn id(self) -> u128 {
        u128::from_be_bytes(self.0.to_bytes())
    }

    pub(crate) const fn trace_id(self) -> TraceId {
        self.0
    }
}

/// The id as backends show it: 32 hexadecimal digits.
impl fmt::Display for AgreedTrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
