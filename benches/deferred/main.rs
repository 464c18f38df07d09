//! The order path: what happens to orders, in every arm. Here `ours` is the tape, `ours_made` the same with the making of
//! the fact, and `ours_encoded` the event that the recording thread writes.
//!
//! `cargo bench -p otel-benches --bench deferred`. No figure is valid whose arm says that it lost something. These are
//! means; single operations are what `--bin percentiles` is for.

use std::time::Duration;

use criterion::Criterion;
use otel_benches::bursts::Arm;
use otel_benches::cold::Evictor;
use otel_benches::order_flow::{self, OrderFlow};
use otel_benches::ours;
use otel_benches::stock::Stock;
use otel_core::Telemetry;
use otel_core::pipeline::Pipeline;
use otel_trading::{Observability, OrderTape};

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(40)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    warm(&mut criterion);
    cold(&mut criterion);
    criterion.final_summary();
}

fn warm(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("deferred/order_event");
    let mut flow = OrderFlow::seeded();

    let stock = Stock::new();
    let (arm, logger) = (Arm::new(&stock, 1), stock.logger());
    group.bench_function("case_study", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || order_flow::case_study(&logger, flow.message())));
    });
    arm.account("deferred/order_event/case_study");

    let stock = Stock::new();
    let (arm, logger) = (Arm::new(&stock, 1), stock.logger());
    group.bench_function("idiomatic", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || order_flow::idiomatic(&logger, flow.message())));
    });
    arm.account("deferred/order_event/idiomatic");

    let pipeline = pipeline();
    let (arm, trading) = (Arm::new(&pipeline, 1), Observability::new(&pipeline));
    group.bench_function("ours_encoded", |bencher| {
        let mut encoded = || order_flow::encoded(&pipeline, trading.metrics(), flow.message());
        bencher.iter_custom(|times| arm.warm(times, &mut encoded));
    });
    arm.account("deferred/order_event/ours_encoded");

    let pipeline = self::pipeline();
    let (arm, tape) = (Arm::new(&pipeline, 1), OrderTape::new(&pipeline));
    group.bench_function("ours_made", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || order_flow::made_and_taped(&tape, flow.message())));
    });
    arm.account("deferred/order_event/ours_made");

    let pipeline = self::pipeline();
    let (arm, tape) = (Arm::new(&pipeline, 1), OrderTape::new(&pipeline));
    group.bench_function("ours", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || order_flow::taped(&tape, flow.message())));
    });
    arm.account("deferred/order_event/ours");

    let tape = OrderTape::new(&Telemetry::noop());
    group.bench_function("noop", |bencher| bencher.iter(|| order_flow::taped(&tape, flow.message())));
    group.finish();
}

/// Each with cold caches, which take far longer to push everything out of than what is measured.
fn cold(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("deferred/order_event_cold");
    group.sample_size(10);
    let (mut flow, mut evictor) = (OrderFlow::seeded(), Evictor::new());

    let stock = Stock::new();
    let (arm, logger) = (Arm::new(&stock, 1), stock.logger());
    group.bench_function("idiomatic", |bencher| {
        bencher.iter_custom(|times| {
            arm.cold(times, &mut evictor, || order_flow::idiomatic(&logger, flow.message()))
        });
    });
    arm.account("deferred/order_event_cold/idiomatic");

    let pipeline = pipeline();
    let (arm, tape) = (Arm::new(&pipeline, 1), OrderTape::new(&pipeline));
    group.bench_function("ours", |bencher| {
        bencher
            .iter_custom(|times| arm.cold(times, &mut evictor, || order_flow::taped(&tape, flow.message())));
    });
    arm.account("deferred/order_event_cold/ours");

    // What the measuring itself takes, to be subtracted.
    let arm = Arm::new((), 0);
    group.bench_function("nothing", |bencher| {
        bencher.iter_custom(|times| arm.cold(times, &mut evictor, || {}));
    });
    group.finish();
}

#[expect(clippy::expect_used, reason = "a benchmark without its arm has nothing to measure")]
fn pipeline() -> Pipeline {
    ours::pipeline().expect("the pipeline starts")
}
