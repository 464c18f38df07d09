//! Seeded workloads: traces that live for a while, and tell late what they are worth and that they failed.

use std::time::Duration;

use opentelemetry::TraceId;

use super::{Bench, Facts, span};
use crate::sampling::tail::TailSampling;

/// How long a workload lasts.
const SECONDS: f64 = 6.0;

/// How many traces there are in one.
const TRACES: u16 = 1_200;

/// The largest span.
const MOST: usize = 1_400;

pub(super) struct Workload {
    pub(super) traces: Vec<Real>,
    events: Vec<Event>,
    setup: TailSampling,
}

/// A trace as it really was.
pub(super) struct Real {
    pub(super) id: TraceId,
    pub(super) value: f64,
    pub(super) error: bool,
}

struct Event {
    at: Duration,
    facts: Facts,
    len: usize,
}

impl Workload {
    /// A workload like no other: of two, one has a memory that is much too small, of two more, one a budget that is,
    /// and in one of two there is a storm.
    pub(super) fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let crowded = seed % 2 == 1;
        let setup = TailSampling::new()
            .memory(TailSampling::LEAST_MEMORY / 2 * 3)
            .spans_per_second([300.0, 500.0][(seed / 2 % 2) as usize])
            // Most errors are beyond their budget, so that there is something to estimate.
            .notable_share(0.05)
            .error_boost([2.0, 5.0][(seed / 8 % 2) as usize])
            .uniform_share(0.2)
            .slow(Duration::from_millis(2_500), 10.0)
            .grace(Duration::from_millis(50));
        let storm = (seed / 4 % 2 == 1).then(|| random.f64() * SECONDS);
        let mut workload = Self { traces: Vec::new(), events: Vec::new(), setup };
        for number in 0..TRACES {
            let lives = if crowded { 0.2 + 2.5 * random.f64() } else { 0.05 + 0.4 * random.f64() };
            let begins = match storm {
                Some(storm) if number % 4 == 0 => storm + 0.4 * random.f64(),
                _ => SECONDS * random.f64(),
            };
            workload.add(begins, lives, number, &mut random);
        }
        workload.events.sort_by_key(|event| event.at);
        workload
    }

    fn add(&mut self, begins: f64, lives: f64, number: u16, random: &mut fastrand::Rng) {
        let trace = Real {
            id: TraceId::from(random.u128(..)),
            value: 10.0 * (0.6 * normal(random)).exp(),
            error: random.u32(..3) == 0,
        };
        let spans = random.u32(1..=6);
        // A second-long trace is a large one, too.
        let sizes = if lives > 0.5 { 200..MOST } else { 40..MOST / 4 };
        let (told, failed) = (random.u32(..spans), random.u32(..spans));
        for span_number in 0..spans {
            let facts = Facts {
                local_root: span_number + 1 == spans,
                error: trace.error && span_number >= failed,
                duration: Duration::from_secs_f64(lives),
                worth: if span_number >= told { trace.value as f32 } else { 0.0 },
                key: number % 5,
                ..span(trace.id)
            };
            let at = begins + lives * f64::from(span_number + 1) / f64::from(spans);
            self.events.push(Event {
                at: Duration::from_secs_f64(at),
                facts,
                len: random.usize(sizes.clone()),
            });
        }
        self.traces.push(trace);
    }

    /// What comes out of a tail sampler that sees all of it.
    pub(super) fn run(&self, naive: bool) -> Bench {
        let mut bench = Bench::new(self.setup);
        bench.tail.naive = naive;
        let bytes = vec![7; MOST];
        for Event { at, facts, len } in &self.events {
            bench.tick(*at);
            bench.offer(*at, facts, &bytes[..*len]);
        }
        bench.flush();
        bench
    }
}

/// A number of the normal distribution.
pub(super) fn normal(random: &mut fastrand::Rng) -> f64 {
    (-2.0 * (1.0 - random.f64()).ln()).sqrt() * (std::f64::consts::TAU * random.f64()).cos()
}
