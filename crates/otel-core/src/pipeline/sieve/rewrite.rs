//! What a span says of its sampling, once that is decided.
//!
//! Fields are added at the end: of a field that is there twice, the last one counts, by the rules of protobuf.

use crate::record::Marks;
use crate::sampling::{SamplingState, Threshold};
use crate::wire::varint_len;

use super::known::{message, raw_state, state};

/// `Span.trace_state = 3`
const TRACE_STATE: u8 = 0x1a;

/// An attribute, whole: `otel_core.sampling.promoted` is true.
const PROMOTED: &[u8] = b"\x4a\x21\x0a\x1botel_core.sampling.promoted\x12\x02\x10\x01";

/// Writes decisions into spans.
#[derive(Debug, Default)]
pub(super) struct Rewriter {
    threshold: Option<Threshold>,
    promoted: bool,
    /// The trace state of the last span, and what is added to spans that have it.
    seen: Option<Vec<u8>>,
    added: Vec<u8>,
    framed: Vec<u8>,
}

impl Rewriter {
    /// Begins with the spans of another trace.
    pub(super) fn begin(&mut self, threshold: Option<Threshold>, promoted: bool) {
        (self.threshold, self.promoted) = (threshold, promoted);
        self.seen = None;
    }

    /// The framed span, with what was decided in it.
    pub(super) fn rewritten<'a>(&'a mut self, marks: &Marks, framed: &'a [u8]) -> &'a [u8] {
        let span = message(framed);
        // Nearly always all spans of a trace have the same trace state, most often none.
        let raw = if marks.has_state { raw_state(span) } else { &[] };
        if self.seen.as_deref() != Some(raw) {
            self.decide(span, marks.has_state);
            self.seen = Some(raw.to_vec());
        }
        if self.added.is_empty() {
            return framed;
        }
        let len = span.len() + self.added.len();
        self.framed.clear();
        self.framed.reserve(1 + varint_len(len as u64) + len);
        self.framed.extend(framed.first());
        put_varint(&mut self.framed, len);
        self.framed.extend_from_slice(span);
        self.framed.extend_from_slice(&self.added);
        &self.framed
    }

    /// Makes up what is added to a span like this.
    fn decide(&mut self, span: &[u8], has_state: bool) {
        self.added.clear();
        let old = if has_state { state(span) } else { Default::default() };
        let said = SamplingState::of(&old);
        if let Some(new) = said.rewritten(&old, self.threshold, said.explicit_randomness()) {
            let header = new.header();
            self.added.push(TRACE_STATE);
            put_varint(&mut self.added, header.len());
            self.added.extend_from_slice(header.as_bytes());
        }
        if self.promoted {
            self.added.extend_from_slice(PROMOTED);
        }
    }
}

fn put_varint(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}
