//! The trading domain: an order from its beginning to its fill, and a trade, in every arm.
//!
//! `cargo bench -p otel-benches --bench trading`. No figure is valid whose arm says that it lost something.
//!
//! `ours` does more than the other arms: it runs every fact through the order's life cycle, which refuses what cannot
//! be true and remembers the reports it has seen.

mod case_study;
mod idiomatic;
mod orders;

use std::time::Duration;

use criterion::Criterion;
use otel_benches::bursts::Arm;
use otel_benches::ours;
use otel_benches::stock::Stock;
use otel_core::Telemetry;
use otel_core::pipeline::Pipeline;
use otel_trading::{Observability, OrderSpan};

use orders::Orders;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(40)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    lifecycles(&mut criterion);
    events(&mut criterion);
    trades(&mut criterion);
    criterion.final_summary();
}

/// An order is sent, acknowledged, filled, and over: one span, two events, six measurements.
fn lifecycles(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("trading/order_lifecycle");
    let mut orders = Orders::seeded();

    let stock = Stock::new();
    let (arm, monitor) = (Arm::with_signals(&stock, 4, 3), case_study::Monitor::new(&stock));
    group.bench_function("case_study", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || monitor.lifecycle(orders.order())));
    });
    arm.account("trading/order_lifecycle/case_study");

    let stock = Stock::new();
    let (arm, monitor) = (Arm::with_signals(&stock, 3, 2), idiomatic::Monitor::new(&stock));
    group.bench_function("idiomatic", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || monitor.lifecycle(orders.order())));
    });
    arm.account("trading/order_lifecycle/idiomatic");

    let pipeline = pipeline();
    let (arm, trading) = (Arm::with_signals(&pipeline, 3, 2), Observability::new(&pipeline));
    group.bench_function("ours", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || lifecycle(&trading, orders.order())));
    });
    arm.account("trading/order_lifecycle/ours");

    let trading = Observability::new(&Telemetry::noop());
    group.bench_function("noop", |bencher| bencher.iter(|| lifecycle(&trading, orders.order())));
    group.finish();
}

fn lifecycle(trading: &Observability, order: &orders::Order) {
    let mut span = trading.track_order_lifecycle(&order.new_order());
    span.order_acknowledged(&order.acknowledgement());
    span.order_filled(&order.fill());
    span.finish();
}

/// An order that is past its beginning, so that what comes next is nothing but one event.
fn acknowledged(trading: &Observability, order: &orders::Order) -> OrderSpan {
    let mut span = trading.track_order_lifecycle(&order.new_order());
    span.order_acknowledged(&order.acknowledgement());
    span
}

/// One event of an order that is being followed: the order path in the narrow sense.
fn events(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("trading/order_event");
    let mut orders = Orders::seeded();

    let stock = Stock::new();
    let (arm, monitor) = (Arm::new(&stock, 1), case_study::Monitor::new(&stock));
    let span = monitor.begin(orders.order());
    group.bench_function("case_study", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || monitor.changed(&span, orders.order())));
    });
    arm.account("trading/order_event/case_study");

    let stock = Stock::new();
    let (arm, monitor) = (Arm::new(&stock, 1), idiomatic::Monitor::new(&stock));
    let span = monitor.begin(orders.order());
    group.bench_function("idiomatic", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || monitor.restated(&span, orders.order())));
    });
    arm.account("trading/order_event/idiomatic");

    let pipeline = pipeline();
    let (arm, trading) = (Arm::new(&pipeline, 1), Observability::new(&pipeline));
    let mut span = acknowledged(&trading, orders.order());
    group.bench_function("ours", |bencher| {
        bencher.iter_custom(|times| {
            arm.warm(times, || {
                span.order_restated(&orders.order().acknowledgement());
            })
        });
    });
    arm.account("trading/order_event/ours");

    let trading = Observability::new(&Telemetry::noop());
    let mut span = acknowledged(&trading, orders.order());
    group.bench_function("noop", |bencher| {
        bencher.iter(|| {
            span.order_restated(&orders.order().acknowledgement());
        });
    });
    group.finish();
}

fn trades(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("trading/trade_execution");
    let mut orders = Orders::seeded();

    let stock = Stock::new();
    let (arm, monitor) = (Arm::with_signals(&stock, 2, 1), case_study::Monitor::new(&stock));
    group.bench_function("case_study", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || monitor.trade(orders.order())));
    });
    arm.account("trading/trade_execution/case_study");

    let stock = Stock::new();
    let (arm, monitor) = (Arm::with_signals(&stock, 2, 1), idiomatic::Monitor::new(&stock));
    group.bench_function("idiomatic", |bencher| {
        bencher.iter_custom(|times| arm.warm(times, || monitor.trade(orders.order())));
    });
    arm.account("trading/trade_execution/idiomatic");

    let pipeline = pipeline();
    let (arm, trading) = (Arm::with_signals(&pipeline, 2, 1), Observability::new(&pipeline));
    group.bench_function("ours", |bencher| {
        bencher
            .iter_custom(|times| arm.warm(times, || trading.track_trade_execution(&orders.order().trade())));
    });
    arm.account("trading/trade_execution/ours");

    let trading = Observability::new(&Telemetry::noop());
    group.bench_function("noop", |bencher| {
        bencher.iter(|| trading.track_trade_execution(&orders.order().trade()));
    });
    group.finish();
}

#[expect(clippy::expect_used, reason = "a benchmark without its arm has nothing to measure")]
fn pipeline() -> Pipeline {
    ours::pipeline().expect("the pipeline starts")
}
