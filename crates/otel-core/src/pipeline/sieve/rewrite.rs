//! What a span says of its sampling, once that is decided.
//!
//! Fields are added at the end: of a field that is there twice, the last one counts, by the rules of protobuf.

use crate::otel::TRACE_STATE;
use crate::record::Marks;
use crate::sampling::conventions::PROMOTED;
use crate::sampling::{SamplingState, Threshold};
use crate::wire::{Buffer, attribute_of};

use super::known::{message, parsed, raw_state};

/// Writes decisions into spans.
#[derive(Debug, Default)]
pub(super) struct Rewriter {
    threshold: Option<Threshold>,
    promoted: bool,
    /// The trace state of the last span, and what is added to spans that have it.
    seen: Option<Vec<u8>>,
    added: Buffer,
    framed: Buffer,
}

impl Rewriter {
    /// Begins with the spans of another trace.
    pub(super) fn begin(&mut self, threshold: Option<Threshold>, promoted: bool) {
        (self.threshold, self.promoted) = (threshold, promoted);
        self.seen = None;
    }

    /// The framed span, with what was decided in it.
    pub(super) fn rewritten<'a>(&'a mut self, marks: &Marks, framed: &'a [u8]) -> &'a [u8] {
        let Some(tag) = framed.first() else { return framed };
        let span = message(framed);
        // Nearly always all spans of a trace have the same trace state, most often none.
        let raw = raw_state(marks, span);
        if self.seen.as_deref() != Some(raw) {
            self.decide(raw);
            self.seen = Some(raw.to_vec());
        }
        if self.added.len() == 0 {
            return framed;
        }
        self.framed.clear();
        self.framed.put([*tag]);
        self.framed.varint((span.len() + self.added.len()) as u64);
        self.framed.put_slice(span);
        self.framed.put_slice(self.added.as_slice());
        self.framed.as_slice()
    }

    /// Makes up what is added to spans with this trace state.
    fn decide(&mut self, raw: &[u8]) {
        self.added.clear();
        let old = parsed(raw);
        let said = SamplingState::of(&old);
        if let Some(new) = said.rewritten(&old, self.threshold, said.explicit_randomness()) {
            self.added.field(TRACE_STATE, new.header().as_bytes());
        }
        if self.promoted {
            self.added.boolean(attribute_of::SPAN, PROMOTED.encoded(), true);
        }
    }
}
