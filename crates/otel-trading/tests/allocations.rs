//! How often the hot path asks for memory: never, once the pipeline is warm.
//!
//! The allocator counts for each thread, so the pipeline's own, which exports all the while, does not count.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use allocation_counter::measure;
use otel_core::pipeline::Pipeline;
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::Receiver;
use otel_core::{Decimal, Telemetry, Timestamp};
use otel_trading::ids::{ClientOrderId, ExecId, Mic, OrderId, Symbol};
use otel_trading::labels::{ExecType, OrderStatus, OrderType, RejectReason, Side};
use otel_trading::latency::Reaction;
use otel_trading::order::{Fill, NewOrder, Report};
use otel_trading::tape::{TapedOrder, TooLong};
use otel_trading::{AuditTape, OrderTape, Price, Quantity, TickToTrade};

/// Enough to meet the pipeline's thread in the middle of a collection many times.
const MANY: usize = 40_000;

/// The orders between two looks at the receiver: their facts fill a chunk of 32 KiB in each lane, but for a tenth.
const ROUND: usize = 50;
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn a_fact_is_made_and_taped_without_asking_for_memory() {
    let (receiver, pipeline) = installed();
    let (tape, audit) = (OrderTape::new(&pipeline), AuditTape::new(&pipeline));
    let mut at = 0;
    let mut round = || {
        let measured = measure(|| {
            for _ in 0..ROUND {
                at += 1;
                life(at, |fact| if at % 2 == 0 { tape.record(&fact) } else { audit.record(&fact) })
                    .expect("identifiers that fit");
            }
        });
        let created = pipeline.report().logs.created;
        assert!(receiver.wait_until(PATIENCE, |counts| counts.log_records >= created));
        measured.count_total
    };
    let _warm_up: u64 = (0..MANY / ROUND / 4).map(|_| round()).sum();
    let measured: u64 = (0..MANY / ROUND).map(|_| round()).sum();
    assert_eq!(measured, 0, "allocations in {MANY}");
    let report = pipeline.shutdown(PATIENCE).expect("all of it");
    assert_eq!(report.logs.exported, report.logs.created);
    assert!(report.logs.created >= 4 * MANY as u64, "{report}");
}

#[test]
fn a_reaction_is_timed_and_corrected_without_asking_for_memory() {
    let (_receiver, pipeline) = installed();
    let timed = TickToTrade::new(&pipeline, "itch");
    let sampled = timed.clone().expecting(Duration::from_micros(1));
    let mut at = 0;
    let mut react = || {
        at += 1;
        let [tick_received, order_sent] = [500, at % 10_000].map(Timestamp::from_unix_nanos);
        timed.reacted(Mic("XNYS"), &Reaction { tick_received, order_sent });
        sampled.reacted(Mic("XLON"), &Reaction { tick_received, order_sent });
    };
    (0..MANY / 10).for_each(|_| react());
    assert_eq!(measure(|| (0..MANY).for_each(|_| react())).count_total, 0);
}

/// The life of an order, in four facts.
fn life(number: u64, mut tell: impl FnMut(otel_trading::tape::OrderFact)) -> Result<(), TooLong> {
    let venue = ["XNYS", "XLON", "XETR"][number as usize % 3];
    let (side, limit) = (Side::ALL[number as usize % 4], Price(Decimal::whole(48)));
    let order = TapedOrder::new(&NewOrder {
        price: Some(limit),
        ..NewOrder::new(
            ClientOrderId("O-2024-000000017"),
            Symbol("SJM"),
            Mic(venue),
            side,
            OrderType::Limit,
            Quantity::whole(500),
        )
    })?;
    tell(order.submitted());
    let report = Report { order_id: Some(OrderId("V-17")), ..Report::new(ExecId("E-1")) };
    tell(order.reported(ExecType::New, OrderStatus::New, &report)?);
    let fill = Fill::new(ExecId("E-2"), Quantity::whole(500), limit);
    tell(order.executed(OrderStatus::Filled, &fill)?.received_at(Timestamp::from_unix_nanos(number)));
    tell(order.reported(ExecType::Rejected, OrderStatus::Rejected, &report)?.because(RejectReason::Other));
    Ok(())
}

fn installed() -> (Receiver, Pipeline) {
    let receiver = Receiver::counting().expect("a receiver");
    let nothing: [(String, String); 0] = [];
    let pipeline = Telemetry::builder("allocations")
        .environment(Environment::of(nothing))
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .export_timeout(PATIENCE)
        .queue_bytes(256 * 1024 * 1024)
        .schedule_delay(Duration::from_millis(1))
        .install()
        .expect("a pipeline");
    (receiver, pipeline)
}
