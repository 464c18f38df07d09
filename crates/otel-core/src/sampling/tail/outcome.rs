//! What becomes of spans, and the books of it.

use opentelemetry::TraceId;

use super::facts::Facts;
use super::spans::Spans;
use crate::sampling::Threshold;

/// A decision on spans: they leave the buffer with it.
#[derive(Debug)]
pub(crate) enum Decided<'a> {
    /// To be exported.
    Kept {
        #[cfg_attr(not(test), expect(dead_code, reason = "the spans say it, too"))]
        trace_id: TraceId,
        /// What to write as `th`. `None` when the probability is not known, because the head's was not: then a `th`
        /// that is there has to go.
        threshold: Option<Threshold>,
        /// Whether the head did not sample it, so that other services have not recorded their part.
        promoted: bool,
        spans: Spans<'a>,
    },
    /// Not to be exported.
    Dropped {
        #[cfg_attr(not(test), expect(dead_code, reason = "the books have it, too"))]
        reason: Reason,
        tally: Tally,
    },
}

/// Why spans are not exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The trace's randomness did not reach its threshold.
    SampledOut,
    /// The buffer's memory was needed for traces with a higher priority.
    Evicted,
    /// The trace had been decided on, and was sampled out.
    Late,
}

/// How many spans, and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) spans: u64,
    pub(crate) bytes: u64,
    /// How many of the spans are in the lane `bulk`.
    pub(crate) bulk: u64,
}

/// What became of everything that was offered: `offered = kept + dropped(reason) + held`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tallies {
    pub(crate) offered: Tally,
    pub(crate) kept: Tally,
    pub(crate) held: Tally,
    dropped: [Tally; Reason::ALL.len()],
}

impl Reason {
    pub(crate) const ALL: [Self; 3] = [Self::SampledOut, Self::Evicted, Self::Late];

    /// The reason's name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::SampledOut => "sampled_out",
            Self::Evicted => "evicted",
            Self::Late => "late",
        }
    }
}

impl Tallies {
    pub(crate) const fn dropped(&self, reason: Reason) -> Tally {
        self.dropped[reason as usize]
    }

    pub(super) fn drop(&mut self, reason: Reason, tally: Tally) {
        self.dropped[reason as usize].add(tally);
    }
}

impl Tally {
    pub(super) const fn one(facts: &Facts, span: &[u8]) -> Self {
        Self { spans: 1, bytes: span.len() as u64, bulk: facts.bulk as u64 }
    }

    pub(super) const fn add(&mut self, other: Self) {
        self.spans += other.spans;
        self.bytes += other.bytes;
        self.bulk += other.bulk;
    }

    pub(super) const fn take(&mut self, other: Self) {
        self.spans -= other.spans;
        self.bytes -= other.bytes;
        self.bulk -= other.bulk;
    }
}
