//! What the tail sampler promises, by itself: seeded, without a clock and without a thread.

mod bars;
mod decisions;
mod estimates;
mod memory;
mod model;
mod workload;

use std::collections::HashMap;
use std::time::Duration;

use opentelemetry::TraceId;

use super::{Decided, Facts, Head, Reason, Tail, TailSampling, Tally, TraceFacts, Unfit};
use crate::sampling::{Randomness, Threshold};

/// A tail sampler, and what came out of it.
struct Bench {
    tail: Tail,
    kept: HashMap<TraceId, Kept>,
    dropped: HashMap<u8, Tally>,
}

/// What came out of one trace.
#[derive(Clone, Debug, PartialEq)]
struct Kept {
    threshold: Option<Threshold>,
    promoted: bool,
    spans: Vec<Vec<u8>>,
}

impl Bench {
    fn new(setup: TailSampling) -> Self {
        let tail = Tail::new(&setup).expect("the setup is fit");
        Self { tail, kept: HashMap::new(), dropped: HashMap::new() }
    }

    fn offer(&mut self, now: Duration, facts: &Facts, span: &[u8]) {
        let Self { tail, kept, dropped } = self;
        tail.offer(now, facts, span, &mut |decided| note(kept, dropped, &decided));
    }

    fn tick(&mut self, now: Duration) {
        let Self { tail, kept, dropped } = self;
        tail.tick(now, &mut |decided| note(kept, dropped, &decided));
    }

    fn flush(&mut self) {
        let Self { tail, kept, dropped } = self;
        tail.flush(&mut |decided| note(kept, dropped, &decided));
    }

    fn dropped(&self, reason: Reason) -> u64 {
        self.dropped.get(&(reason as u8)).map_or(0, |tally| tally.spans)
    }

    /// `offered = kept + dropped + held`, and what was said is what was counted.
    fn assert_balanced(&self) {
        let counts = self.tail.counts();
        let mut out = counts.held;
        out.add(counts.kept);
        for reason in Reason::ALL {
            out.add(counts.dropped(reason));
            assert_eq!(counts.dropped(reason).spans, self.dropped(reason), "{reason:?}");
        }
        assert_eq!(counts.offered, out, "{counts:?}");
        let spans = self.kept.values().flat_map(|kept| &kept.spans);
        let kept = spans.fold(Tally::default(), |mut sum, span| {
            sum.add(Tally::one(&self::span(TraceId::INVALID), span));
            sum
        });
        assert_eq!(counts.kept, kept);
    }

    /// What is written is short, reads as what it is, and was reached.
    fn assert_legal(&self) {
        for (id, kept) in &self.kept {
            let threshold = kept.threshold.expect("the head is known");
            assert!(threshold.keeps(Randomness::of(*id)), "{id} {threshold}");
            assert_eq!(Threshold::parse(&threshold.to_string()), Some(threshold));
            assert_eq!(Threshold::rounded_up(threshold.rejected()), threshold);
        }
    }
}

fn note(kept: &mut HashMap<TraceId, Kept>, dropped: &mut HashMap<u8, Tally>, decided: &Decided<'_>) {
    match *decided {
        Decided::Kept { trace_id, threshold, promoted, spans } => {
            let trace = kept.entry(trace_id).or_insert(Kept { threshold, promoted, spans: Vec::new() });
            assert_eq!((trace.threshold, trace.promoted), (threshold, promoted), "one trace, one threshold");
            trace.spans.extend(spans.map(<[u8]>::to_vec));
        }
        Decided::Dropped { reason, tally } => dropped.entry(reason as u8).or_default().add(tally),
    }
}

/// A span of which only the trace is of interest.
fn span(trace_id: TraceId) -> Facts {
    Facts {
        trace_id,
        randomness: Randomness::of(trace_id),
        local_root: false,
        error: false,
        duration: Duration::from_millis(1),
        worth: 1.0,
        key: 0,
        head: Head::At(Threshold::ALWAYS),
        sampled: true,
        bulk: false,
    }
}

fn root(trace: TraceId) -> Facts {
    Facts { local_root: true, ..span(trace) }
}
