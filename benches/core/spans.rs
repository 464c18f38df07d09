//! Spans with six attributes: sampled, under a parent, left out, and with cold caches.

use criterion::Criterion;
use opentelemetry::trace::noop::NoopTracer;
use opentelemetry_sdk::trace::Sampler;
use otel_benches::bursts::Arm;
use otel_benches::cold::Evictor;
use otel_benches::scratch::Scratch;
use otel_benches::stock::Stock;
use otel_benches::workload::Work;
use otel_benches::{case_study, idiomatic, ours};
use otel_core::Telemetry;
use otel_core::pipeline::Pipeline;

pub(crate) fn bench(criterion: &mut Criterion) {
    roots(criterion);
    children(criterion);
    left_out(criterion);
    cold(criterion);
}

fn roots(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("core/span");
    let mut work = Work::seeded();

    let stock = Stock::new();
    let (arm, tracer) = (Arm::new(&stock, 1), stock.tracer());
    group.bench_function("case_study", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || case_study::span(&tracer, work.item())));
    });
    arm.account("core/span/case_study");

    let stock = Stock::new();
    let (arm, tracer) = (Arm::new(&stock, 1), stock.tracer());
    group.bench_function("idiomatic", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || idiomatic::span(&tracer, work.item())));
    });
    arm.account("core/span/idiomatic");

    // The other way to set attributes, to show that the arm above is the faster one.
    let stock = Stock::new();
    let (arm, tracer) = (Arm::new(&stock, 1), stock.tracer());
    group.bench_function("idiomatic_one_by_one", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || idiomatic::span_if_recording(&tracer, work.item())));
    });
    arm.account("core/span/idiomatic_one_by_one");

    let pipeline = pipeline();
    let arm = Arm::new(&pipeline, 1);
    group.bench_function("ours", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || ours::span(&pipeline, work.item())));
    });
    arm.account("core/span/ours");

    // Nobody takes anything, so all of it ends on disk.
    let (pipeline, _directory) = spooled_pipeline();
    let arm = Arm::new(&pipeline, 1);
    group.bench_function("ours_spooled", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || ours::span(&pipeline, work.item())));
    });
    arm.account("core/span/ours_spooled");

    let telemetry = Telemetry::noop();
    group.bench_function("noop", |bencher| bencher.iter(|| ours::span(&telemetry, work.item())));
    let tracer = NoopTracer::new();
    group.bench_function("stock_noop", |bencher| {
        bencher.iter(|| idiomatic::span_if_recording(&tracer, work.item()));
    });
    group.finish();
}

/// The same under an active parent.
fn children(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("core/child_span");
    let mut work = Work::seeded();

    let stock = Stock::new();
    let (arm, tracer, current) = (Arm::new(&stock, 1), stock.tracer(), stock.current(true));
    group.bench_function("case_study", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || case_study::span(&tracer, work.item())));
    });
    arm.account("core/child_span/case_study");
    drop(current);

    let stock = Stock::new();
    let (arm, tracer, current) = (Arm::new(&stock, 1), stock.tracer(), stock.current(true));
    group.bench_function("idiomatic", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || idiomatic::span(&tracer, work.item())));
    });
    arm.account("core/child_span/idiomatic");
    drop(current);

    let pipeline = pipeline();
    let parent = pipeline.span(&ours::HANDLE);
    let (arm, _current) = (Arm::new(&pipeline, 1), parent.enter());
    group.bench_function("ours", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || ours::span(&pipeline, work.item())));
    });
    arm.account("core/child_span/ours");
    group.finish();
}

/// Spans that are not sampled: by the sampler, and because their parent is not.
fn left_out(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("core/span_not_sampled");
    let mut work = Work::seeded();
    let stock = Stock::with_sampler(Sampler::AlwaysOff);
    let tracer = stock.tracer();
    group.bench_function("case_study", |bencher| bencher.iter(|| case_study::span(&tracer, work.item())));
    group.bench_function("idiomatic", |bencher| {
        bencher.iter(|| idiomatic::span_if_recording(&tracer, work.item()));
    });
    let pipeline = sampled(Sampler::AlwaysOff);
    group.bench_function("ours", |bencher| bencher.iter(|| ours::span(&pipeline, work.item())));
    group.finish();

    let mut group = criterion.benchmark_group("core/span_under_unsampled_parent");
    let parent_based = || Sampler::ParentBased(Box::new(Sampler::AlwaysOff));
    let stock = Stock::with_sampler(parent_based());
    let (tracer, current) = (stock.tracer(), stock.current(true));
    group.bench_function("case_study", |bencher| bencher.iter(|| case_study::span(&tracer, work.item())));
    group.bench_function("idiomatic", |bencher| {
        bencher.iter(|| idiomatic::span_if_recording(&tracer, work.item()));
    });
    drop(current);
    let pipeline = sampled(parent_based());
    let parent = pipeline.span(&ours::HANDLE);
    let _current = parent.enter();
    group.bench_function("ours", |bencher| bencher.iter(|| ours::span(&pipeline, work.item())));
    group.finish();
}

/// A span when everything around it has been pushed out of the caches.
fn cold(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("core/span_cold");
    group.sample_size(20);
    let mut work = Work::seeded();
    let mut evictor = Evictor::new();

    let stock = Stock::new();
    let (arm, tracer) = (Arm::new(&stock, 1), stock.tracer());
    group.bench_function("case_study", |bencher| {
        bencher.iter_custom(|times| arm.cold(times, &mut evictor, || case_study::span(&tracer, work.item())));
    });
    arm.account("core/span_cold/case_study");

    let stock = Stock::new();
    let (arm, tracer) = (Arm::new(&stock, 1), stock.tracer());
    group.bench_function("idiomatic", |bencher| {
        bencher.iter_custom(|times| arm.cold(times, &mut evictor, || idiomatic::span(&tracer, work.item())));
    });
    arm.account("core/span_cold/idiomatic");

    let pipeline = pipeline();
    let arm = Arm::new(&pipeline, 1);
    group.bench_function("ours", |bencher| {
        bencher.iter_custom(|times| arm.cold(times, &mut evictor, || ours::span(&pipeline, work.item())));
    });
    arm.account("core/span_cold/ours");

    // What the measuring itself takes, to be subtracted.
    let arm = Arm::new((), 0);
    group.bench_function("nothing", |bencher| {
        bencher.iter_custom(|times| arm.cold(times, &mut evictor, || {}));
    });
    group.finish();
}

#[expect(clippy::expect_used, reason = "a benchmark without its arm has nothing to measure")]
fn spooled_pipeline() -> (Pipeline, Scratch) {
    let directory = Scratch::new("core").expect("a directory for the spool");
    (ours::spooled_pipeline(directory.path()).expect("the pipeline starts"), directory)
}

#[expect(clippy::expect_used, reason = "a benchmark without its arm has nothing to measure")]
fn pipeline() -> Pipeline {
    ours::pipeline().expect("the pipeline starts")
}

#[expect(clippy::expect_used, reason = "a benchmark without its arm has nothing to measure")]
fn sampled(sampler: Sampler) -> Pipeline {
    ours::sampled_pipeline(sampler).expect("the pipeline starts")
}
