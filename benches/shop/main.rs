//! The domain of shops: something that somebody does, sampled and not, and an order that is paid for, in every arm.
//!
//! `cargo bench -p otel-benches --bench shop`. No figure is valid whose arm says that it lost something.
//!
//! `ours` does more than the other arms: it runs every fact about an order through its life cycle, which refuses what
//! cannot be true and adds its amounts up.

mod case_study;
mod idiomatic;
mod visits;

use std::time::Duration;

use criterion::Criterion;
use opentelemetry_sdk::trace::Sampler;
use otel_benches::bursts::Arm;
use otel_benches::ours;
use otel_benches::stock::Stock;
use otel_core::Telemetry;
use otel_core::pipeline::Pipeline;
use otel_ecommerce::Observability;

use visits::{Visit, Visits};

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(40)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    actions(&mut criterion);
    actions_that_are_not_sampled(&mut criterion);
    orders(&mut criterion);
    criterion.final_summary();
}

/// Something that somebody does, and that succeeds: one span, and one measurement.
fn actions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("shop/user_action");
    let mut visits = Visits::seeded();

    let stock = Stock::new();
    let (arm, monitor) = (Arm::new(&stock, 1), case_study::Monitor::new(&stock));
    group.bench_function("case_study", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || monitor.user_action(visits.visit())));
    });
    arm.account("shop/user_action/case_study");

    let stock = Stock::new();
    let (arm, monitor) = (Arm::new(&stock, 1), idiomatic::Monitor::new(&stock));
    group.bench_function("idiomatic", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || monitor.user_action(visits.visit())));
    });
    arm.account("shop/user_action/idiomatic");

    let pipeline = pipeline();
    let (arm, shop) = (Arm::new(&pipeline, 1), Observability::new(&pipeline));
    group.bench_function("ours", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || act(&shop, visits.visit())));
    });
    arm.account("shop/user_action/ours");

    let shop = Observability::new(&Telemetry::noop());
    group.bench_function("noop", |bencher| bencher.iter(|| act(&shop, visits.visit())));
    group.finish();
}

/// The same, where no trace is sampled; the measurement stays.
fn actions_that_are_not_sampled(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("shop/user_action_unsampled");
    let mut visits = Visits::seeded();

    let stock = Stock::with_sampler(Sampler::AlwaysOff);
    let (arm, monitor) = (Arm::new(&stock, 0), case_study::Monitor::new(&stock));
    group.bench_function("case_study", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || monitor.user_action(visits.visit())));
    });

    let stock = Stock::with_sampler(Sampler::AlwaysOff);
    let (arm, monitor) = (Arm::new(&stock, 0), idiomatic::Monitor::new(&stock));
    group.bench_function("idiomatic", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || monitor.user_action(visits.visit())));
    });

    let pipeline = unsampled();
    let (arm, shop) = (Arm::new(&pipeline, 0), Observability::new(&pipeline));
    group.bench_function("ours", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || act(&shop, visits.visit())));
    });
    group.finish();
}

fn act(shop: &Observability, visit: &Visit) {
    shop.track_user_action(visit.user, visit.action()).finish(Ok(()));
}

/// An order that is placed, authorised and prepared: one span, two events, four measurements.
fn orders(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("shop/process_order");
    let mut visits = Visits::seeded();

    let stock = Stock::new();
    let (arm, monitor) = (Arm::new(&stock, 1), case_study::Monitor::new(&stock));
    group.bench_function("case_study", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || monitor.order(visits.visit())));
    });
    arm.account("shop/process_order/case_study");

    let stock = Stock::new();
    let (arm, monitor) = (Arm::with_signals(&stock, 3, 2), idiomatic::Monitor::new(&stock));
    group.bench_function("idiomatic", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || monitor.order(visits.visit())));
    });
    arm.account("shop/process_order/idiomatic");

    let pipeline = pipeline();
    let (arm, shop) = (Arm::with_signals(&pipeline, 3, 2), Observability::new(&pipeline));
    group.bench_function("ours", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || process(&shop, visits.visit())));
    });
    arm.account("shop/process_order/ours");

    let shop = Observability::new(&Telemetry::noop());
    group.bench_function("noop", |bencher| bencher.iter(|| process(&shop, visits.visit())));
    group.finish();
}

fn process(shop: &Observability, visit: &Visit) {
    let mut order = shop.track_order_processing(&visit.new_order());
    let _ = order.payment_authorized(visit.payment(), visit.total);
    let _ = order.order_completed();
    order.finish();
}

#[expect(clippy::expect_used, reason = "a benchmark without its arm has nothing to measure")]
fn pipeline() -> Pipeline {
    ours::pipeline().expect("the pipeline starts")
}

#[expect(clippy::expect_used, reason = "a benchmark without its arm has nothing to measure")]
fn unsampled() -> Pipeline {
    ours::pipeline_sampled_by("always_off", "").expect("the pipeline starts")
}
