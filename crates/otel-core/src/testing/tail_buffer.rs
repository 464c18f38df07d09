//! The tail sampler by itself: without the pipeline, for measurements.

use std::time::Duration;

use opentelemetry::TraceId;

use crate::sampling::{Decided, Facts, Head, Randomness, Tail, TailSampling, Threshold};

/// The tail sampler by itself: what the pipeline holds traces in until they are over.
#[derive(Debug)]
pub struct TailBuffer {
    tail: Tail,
    exported: u64,
}

impl TailBuffer {
    /// A sampler that holds nothing.
    ///
    /// # Panics
    ///
    /// When it cannot be as it is asked for.
    pub fn new(setup: &TailSampling) -> Self {
        match Tail::new(setup) {
            Ok(tail) => Self { tail, exported: 0 },
            #[expect(clippy::panic, reason = "a test or a measurement without its sampler has failed")]
            Err(unfit) => panic!("{unfit}"),
        }
    }

    /// Offers a span of a trace: its root, with which it ends, or another.
    pub fn offer(&mut self, now: Duration, trace_id: u128, root: bool, worth: f32, span: &[u8]) {
        let trace_id = TraceId::from(trace_id);
        let facts = Facts {
            trace_id,
            randomness: Randomness::of(trace_id),
            local_root: root,
            error: false,
            duration: Duration::from_millis(1),
            worth,
            key: 0,
            head: Head::At(Threshold::ALWAYS),
            sampled: true,
            bulk: false,
        };
        let Self { tail, exported } = self;
        tail.offer(now, &facts, span, &mut |decided| *exported += bytes(&decided));
    }

    /// Lets time pass.
    pub fn tick(&mut self, now: Duration) {
        let Self { tail, exported } = self;
        tail.tick(now, &mut |decided| *exported += bytes(&decided));
    }

    /// Spans that were offered, those that were kept, and those that are held.
    pub const fn spans(&self) -> [u64; 3] {
        let counts = self.tail.counts();
        [counts.offered.spans, counts.kept.spans, counts.held.spans]
    }

    /// The bytes of all spans that came out.
    pub const fn exported(&self) -> u64 {
        self.exported
    }
}

fn bytes(decided: &Decided<'_>) -> u64 {
    match decided {
        Decided::Kept { spans, .. } => (*spans).map(|span| span.len() as u64).sum(),
        Decided::Dropped { .. } => 0,
    }
}
