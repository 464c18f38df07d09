//! A span with six attributes without a guard and with one, and with a tail sampler behind it.
//!
//! `under_load` has the pipeline's thread at work at the same time, on another core if there is one: where two cores
//! share what they calculate with, or a cache, it slows the caller. `apart` is what the caller pays by itself.

use criterion::Criterion;
use otel_benches::bursts::Arm;
use otel_benches::ours;
use otel_benches::workload::{Item, Work};
use otel_core::Telemetry;
use otel_core::pipeline::{InstallError, Pipeline};

/// What is recorded, and what with.
type Operation = fn(&Telemetry, &Item);
type Start = fn() -> Result<Pipeline, InstallError>;

const ARMS: [(&str, Operation, Start); 5] = [
    ("neither", ours::span_of_words, ours::pipeline),
    ("guard", ours::span, ours::pipeline),
    ("tail_all", ours::span_of_words, || ours::pipeline_with_tail(ours::keeping_all())),
    ("guard_tail_all", ours::span, || ours::pipeline_with_tail(ours::keeping_all())),
    ("guard_tail_few", ours::span, || ours::pipeline_with_tail(ours::keeping(10_000.0))),
];

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut work = Work::seeded();
    let mut group = criterion.benchmark_group("core/guarded_span_under_load");
    for (name, operation, start) in ARMS {
        let pipeline = started(start);
        let arm = Arm::new(&pipeline, 1);
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|times| arm.warm(times, || operation(&pipeline, work.item())));
        });
        arm.account(&format!("core/guarded_span_under_load/{name}"));
    }
    group.finish();

    let mut group = criterion.benchmark_group("core/guarded_span_apart");
    for (name, operation, start) in ARMS {
        let pipeline = started(start);
        let arm = Arm::new(&pipeline, 1);
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|times| arm.apart(times, || operation(&pipeline, work.item())));
        });
        arm.account(&format!("core/guarded_span_apart/{name}"));
    }
    group.finish();
}

#[expect(clippy::expect_used, reason = "a benchmark without its arm has nothing to measure")]
fn started(start: Start) -> Pipeline {
    start().expect("the pipeline starts")
}
