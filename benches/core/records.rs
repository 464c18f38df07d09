//! Events, alone and inside a span, and the text of a decimal.

use std::hint::black_box;

use criterion::Criterion;
use otel_benches::bursts::Arm;
use otel_benches::stock::Stock;
use otel_benches::workload::Work;
use otel_benches::{case_study, idiomatic, ours};
use otel_core::pipeline::Pipeline;
use otel_core::{Decimal, Telemetry};

pub(crate) fn bench(criterion: &mut Criterion) {
    events(criterion);
    spans_with_events(criterion);
    decimals(criterion);
}

fn events(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("core/event");
    let mut work = Work::seeded();

    let stock = Stock::new();
    let (arm, logger) = (Arm::new(&stock, 1), stock.logger());
    group.bench_function("case_study", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || case_study::event(&logger, work.item())));
    });
    arm.account("core/event/case_study");

    let stock = Stock::new();
    let (arm, logger) = (Arm::new(&stock, 1), stock.logger());
    group.bench_function("idiomatic", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || idiomatic::event(&logger, work.item())));
    });
    arm.account("core/event/idiomatic");

    let pipeline = pipeline();
    let arm = Arm::new(&pipeline, 1);
    group.bench_function("ours", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || ours::event(&pipeline, work.item())));
    });
    arm.account("core/event/ours");

    let telemetry = Telemetry::noop();
    group.bench_function("noop", |bencher| bencher.iter(|| ours::event(&telemetry, work.item())));
    group.finish();
}

fn spans_with_events(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("core/span_with_event");
    let mut work = Work::seeded();

    let stock = Stock::new();
    let (arm, tracer, logger) = (Arm::with_signals(&stock, 2, 1), stock.tracer(), stock.logger());
    group.bench_function("case_study", |bencher| {
        bencher.iter_custom(|times| {
            arm.warm(times, || case_study::span_with_event(&tracer, &logger, work.item()))
        });
    });
    arm.account("core/span_with_event/case_study");

    let stock = Stock::new();
    let (arm, tracer, logger) = (Arm::with_signals(&stock, 2, 1), stock.tracer(), stock.logger());
    group.bench_function("idiomatic", |bencher| {
        bencher.iter_custom(|times| {
            arm.warm(times, || idiomatic::span_with_event(&tracer, &logger, work.item()))
        });
    });
    arm.account("core/span_with_event/idiomatic");

    let pipeline = pipeline();
    let arm = Arm::with_signals(&pipeline, 2, 1);
    group.bench_function("ours", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || ours::span_with_event(&pipeline, work.item())));
    });
    arm.account("core/span_with_event/ours");

    let telemetry = Telemetry::noop();
    group.bench_function("noop", |bencher| bencher.iter(|| ours::span_with_event(&telemetry, work.item())));
    group.finish();
}

/// A span with one attribute, a decimal as exact text: `to_string` where the API takes no other.
fn decimals(criterion: &mut Criterion) {
    use opentelemetry::KeyValue;
    use opentelemetry::trace::{Span as _, Tracer as _};

    let mut group = criterion.benchmark_group("core/decimal");
    let price = Decimal::new(187_2550, 4).unwrap_or(Decimal::whole(187));

    let stock = Stock::new();
    let (arm, tracer) = (Arm::new(&stock, 1), stock.tracer());
    group.bench_function("idiomatic", |bencher| {
        bencher.iter_custom(|times| {
            arm.warm(times, || {
                let mut span = tracer.start("item_handling");
                span.set_attribute(KeyValue::new("bench.item.price", black_box(price).to_string()));
                span.end();
            })
        });
    });
    arm.account("core/decimal/idiomatic");

    let pipeline = pipeline();
    let arm = Arm::new(&pipeline, 1);
    group.bench_function("ours", |bencher| {
        bencher.iter_custom(|times| {
            arm.warm(times, || {
                pipeline.span(&ours::HANDLE).set(&ours::PRICE, black_box(price));
            })
        });
    });
    arm.account("core/decimal/ours");
    group.finish();
}

#[expect(clippy::expect_used, reason = "a benchmark without its arm has nothing to measure")]
fn pipeline() -> Pipeline {
    ours::pipeline().expect("the pipeline starts")
}
