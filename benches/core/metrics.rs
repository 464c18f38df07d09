//! Measurements through labels. Nothing is queued, so nothing can be lost.

use criterion::Criterion;
use otel_benches::stock::Stock;
use otel_benches::workload::Work;
use otel_benches::{case_study, idiomatic, ours};
use otel_core::Telemetry;
use otel_core::pipeline::Pipeline;

pub(crate) fn bench(criterion: &mut Criterion) {
    let stock = Stock::new();
    let case_study = case_study::Metrics::new(&stock.meter());
    let idiomatic = idiomatic::Metrics::new(&stock.meter());
    let (pipeline, noop) = (pipeline(), Telemetry::noop());
    let mut work = Work::seeded();

    let mut group = criterion.benchmark_group("core/counter");
    let (ours, off) = (pipeline.counter(&ours::ITEMS), noop.counter(&ours::ITEMS));
    group.bench_function("case_study", |bencher| bencher.iter(|| case_study.handled(work.item())));
    group.bench_function("idiomatic", |bencher| bencher.iter(|| idiomatic.handled(work.item())));
    group.bench_function("ours", |bencher| {
        bencher.iter(|| {
            let item = work.item();
            ours.add(1, (item.direction, item.class));
        });
    });
    group.bench_function("noop", |bencher| {
        bencher.iter(|| {
            let item = work.item();
            off.add(1, (item.direction, item.class));
        });
    });
    group.finish();

    let mut group = criterion.benchmark_group("core/histogram");
    let ours = pipeline.histogram(&ours::DURATION);
    group.bench_function("case_study", |bencher| bencher.iter(|| case_study.took(work.item())));
    group.bench_function("idiomatic", |bencher| bencher.iter(|| idiomatic.took(work.item())));
    group.bench_function("ours", |bencher| {
        bencher.iter(|| {
            let item = work.item();
            ours.record(item.weight, item.direction);
        });
    });
    // The default of `HistogramDef`, which the stock SDK only has through a view.
    let ours = pipeline.histogram(&ours::EXPONENTIAL);
    group.bench_function("ours_exponential", |bencher| {
        bencher.iter(|| {
            let item = work.item();
            ours.record(item.weight, item.direction);
        });
    });
    group.finish();

    let mut group = criterion.benchmark_group("core/gauge");
    let ours = pipeline.gauge(&ours::WAITING);
    group.bench_function("case_study", |bencher| bencher.iter(|| case_study.waiting(work.item())));
    group.bench_function("idiomatic", |bencher| bencher.iter(|| idiomatic.waiting(work.item())));
    group.bench_function("ours", |bencher| {
        bencher.iter(|| {
            let item = work.item();
            ours.record(item.quantity, item.direction);
        });
    });
    group.finish();
}

#[expect(clippy::expect_used, reason = "a benchmark without its arm has nothing to measure")]
fn pipeline() -> Pipeline {
    ours::pipeline().expect("the pipeline starts")
}
