//! What it costs to hold a span until its trace is over: traces of six spans, 300 bytes each.
//!
//! `cargo bench -p otel-benches --bench tail`. Everything is in it: a span is found its trace, written, weighed, decided
//! on, and copied out if it is kept. The arms differ in how many traces are open at once, and in how many are kept.
//! Before, ten million spans have to leave the memory as it was.

use std::collections::VecDeque;
use std::time::Duration;

use allocation_counter::measure;
use criterion::{Criterion, Throughput};
use otel_core::sampling::TailSampling;
use otel_core::testing::TailBuffer;

const SPANS: u64 = 6;
const TRACES: u64 = 1_000;
const TEN_MILLION: u64 = 10_000_000;

fn main() {
    no_growth();
    let mut criterion = Criterion::default()
        .sample_size(40)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    let mut group = criterion.benchmark_group("tail/span_of_six");
    group.throughput(Throughput::Elements(TRACES * SPANS));
    for (arm, open, share) in [
        ("100_open_5_percent", 100, 0.05),
        ("10_000_open_5_percent", 10_000, 0.05),
        ("10_000_open_all", 10_000, f64::INFINITY),
        ("evicting", 100_000, 0.05),
    ] {
        let mut flow = Flow::new(open, share);
        group.bench_function(arm, |bencher| bencher.iter(|| (0..TRACES).for_each(|_| flow.trace())));
    }
    group.finish();
    criterion.final_summary();
}

/// Ten million spans, after which there is as much memory as after the first.
fn no_growth() {
    let mut flow = Flow::new(10_000, 0.05);
    let measured = measure(|| {
        while flow.buffer.spans()[0] < TEN_MILLION {
            flow.trace();
        }
    });
    assert_eq!(measured.count_total, 0, "{measured:?}");
}

/// Traces that overlap: each has its spans spread over the time in which many others begin.
struct Flow {
    buffer: TailBuffer,
    now: Duration,
    random: fastrand::Rng,
    open: VecDeque<u128>,
}

/// Traces in a second of the buffer's time.
const RATE: u32 = 50_000;

impl Flow {
    fn new(open: usize, share: f64) -> Self {
        let budget = f64::from(RATE) * SPANS as f64 * share;
        // The grace is as short as it can be: what is open is what the arm says.
        let setup = TailSampling::new()
            .spans_per_second(budget)
            .bytes_per_second(f64::INFINITY)
            .grace(Duration::from_nanos(1));
        let mut random = fastrand::Rng::with_seed(1);
        // One more, so that a trace can begin before another ends.
        let mut traces = VecDeque::with_capacity(open + 1);
        traces.extend((0..open).map(|_| random.u128(..)));
        Self { buffer: TailBuffer::new(&setup), now: Duration::ZERO, random, open: traces }
    }

    /// One trace begins and one ends; four that are open have a span more.
    fn trace(&mut self) {
        self.now += Duration::from_secs(1) / RATE;
        self.buffer.tick(self.now);
        let begins = self.random.u128(..);
        self.open.push_back(begins);
        self.span(begins, false);
        for fifth in 1..SPANS as usize - 1 {
            let at = self.open.len() * fifth / (SPANS as usize - 1);
            self.span(self.open[at], false);
        }
        if let Some(ends) = self.open.pop_front() {
            self.span(ends, true);
        }
    }

    fn span(&mut self, trace: u128, root: bool) {
        let worth = (trace >> 64) as u8;
        self.buffer.offer(self.now, trace, root, f32::from(worth), &[7; 300]);
    }
}
