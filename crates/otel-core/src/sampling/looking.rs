//! Looking at traces that the head does not sample, because what is worth keeping is only known at their end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::head::{Choose, Decision, Fate, HeadSampler, Question};

use super::trace_state::SamplingState;
use super::{Randomness, Threshold};

/// From which randomness on traces are looked at, in the upper 16 of 56 bits, which a header has room for. Clones share
/// it.
#[derive(Clone, Debug)]
pub(crate) struct Look(Arc<AtomicU32>);

/// One more than the highest threshold there is.
const NOTHING: u32 = 1 << 16;

/// The bits of a randomness below the upper 16.
const BELOW: u32 = 40;

impl Look {
    /// Looks at this share of all traces, or at the next smaller one that can be said.
    pub(crate) fn new(share: f64) -> Self {
        let look = Self(Arc::new(AtomicU32::new(NOTHING)));
        look.at(share);
        look
    }

    /// Looks at another share from now on.
    pub(crate) fn at(&self, share: f64) {
        // The cast saturates, and what is no number looks at nothing.
        let shown = (share.clamp(0.0, 1.0) * f64::from(NOTHING)) as u32;
        self.0.store(NOTHING - shown, Ordering::Relaxed);
    }

    fn from(&self) -> Option<u16> {
        u16::try_from(self.0.load(Ordering::Relaxed)).ok()
    }
}

/// The threshold that a header says in 16 bits.
pub(crate) const fn threshold(upper: u16) -> Option<Threshold> {
    Threshold::exactly((upper as u64) << BELOW)
}

/// A head sampler, and a look at some of what it does not sample.
#[derive(Debug)]
pub(crate) struct Looking {
    head: HeadSampler,
    look: Look,
}

impl Looking {
    pub(crate) const fn new(head: HeadSampler, look: Look) -> Self {
        Self { head, look }
    }
}

impl Choose for Looking {
    fn choose(&self, question: &Question<'_>) -> Decision {
        let mut decision = self.head.decide(question);
        decision.looked = self.look.from();
        if decision.fate == Fate::Dropped
            && let Some(threshold) = decision.looked.and_then(threshold)
            && threshold.keeps(randomness(&decision, question))
        {
            decision.fate = Fate::Recorded;
        }
        decision
    }

    fn is_certain(&self, has_parent: bool) -> bool {
        self.head.is_certain(has_parent)
    }

    fn looks_from(&self) -> Option<u16> {
        self.look.from()
    }
}

/// The randomness of a trace: what the span's trace state will say, or else its id.
fn randomness(decision: &Decision, question: &Question<'_>) -> Randomness {
    let state = match &decision.more {
        Some(more) => Some(&more.trace_state),
        None => question.parent.map(opentelemetry::trace::SpanContext::trace_state),
    };
    state.map_or_else(
        || Randomness::of(question.trace_id),
        |state| SamplingState::of(state).randomness(question.trace_id),
    )
}
