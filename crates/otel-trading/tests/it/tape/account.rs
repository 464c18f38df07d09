//! Whatever the queue holds: what was created is what was exported and what was dropped, to the last fact.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

use otel_core::Lane;
use otel_core::ledger::{DropReason, Stream};
use otel_core::testing::Answer;
use otel_trading::Metrics;
use otel_trading::ids::Mic;
use otel_trading::labels::Venue;
use proptest::prelude::*;

use super::*;

/// The smallest queue there may be: some nine hundred facts.
const LEAST: usize = 256 * 1024;

fn sent() -> otel_trading::tape::OrderFact {
    TapedOrder::new(&new_order()).expect("an order that fits").submitted()
}

#[test]
fn a_full_queue_drops_the_newest_and_counts_them_to_the_last() {
    const FACTS: u64 = 50_000;
    let receiver = Receiver::start().expect("a receiver");
    receiver.answer_with(Answer::Silent);
    let pipeline =
        builder(&receiver).queue_bytes(LEAST).export_timeout(PATIENCE).install().expect("a pipeline");
    let (tape, fact) = (OrderTape::new(&pipeline), sent());
    (0..FACTS).for_each(|_| tape.record(&fact));
    let report = *pipeline.shutdown(Duration::from_millis(200)).expect_err("nobody answered").report();
    let counts = report.of_lane(Stream::Logs, Lane::Normal);
    let full = counts.dropped(DropReason::QueueFull);
    assert!(full > FACTS / 2, "{report}");
    assert_eq!((counts.created, counts.exported, report.pending()), (FACTS, 0, 0), "{report}");
    assert_eq!(full + counts.dropped(DropReason::DeadlineExceeded), FACTS, "{report}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn created_is_exported_and_dropped_and_the_metrics_have_all_of_it(
        threads in prop::collection::vec(0..4_000_u64, 1..4),
        audited in 0..400_u64,
    ) {
        let receiver = Receiver::start().expect("a receiver");
        let pipeline = builder(&receiver).queue_bytes(LEAST).install().expect("a pipeline");
        let (tape, audit, fact) = (OrderTape::new(&pipeline), AuditTape::new(&pipeline), sent());
        thread::scope(|scope| {
            for facts in threads.iter().copied() {
                let (tape, audit) = (tape.clone(), audit.clone());
                scope.spawn(move || {
                    (0..facts).for_each(|_| tape.record(&fact));
                    (0..audited).for_each(|_| audit.record(&fact));
                });
            }
        });
        let report = pipeline.shutdown(PATIENCE).unwrap_or_else(|undelivered| *undelivered.report());
        let (normal, audited) = (threads.iter().sum::<u64>(), audited * threads.len() as u64);
        let counts = report.of_lane(Stream::Logs, Lane::Normal);
        let dropped = counts.dropped(DropReason::QueueFull);
        prop_assert_eq!((counts.created, counts.exported + dropped), (normal, normal), "{}", report);
        let counts = report.of_lane(Stream::Logs, Lane::Audit);
        prop_assert_eq!((counts.created, counts.exported), (audited, audited), "{}", report);
        prop_assert_eq!((report.pending(), report.lost()), (0, dropped), "{}", report);
        let received = receiver.received();
        prop_assert_eq!(received.log_records().count() as u64, normal + audited - dropped);
        // All facts are of one kind, so all of them are in one series, and what was dropped as well.
        let name = conventions::ORDER_EVENTS.facts().name;
        let counted = received.metrics().find(|(_, _, metric)| metric.name == name);
        let expected = format!("AsInt({})", normal + audited);
        let has_all = counted.is_some_and(|(_, _, metric)| format!("{metric:?}").contains(&expected));
        prop_assert!(has_all || normal + audited == 0, "{} is not in {:?}", expected, counted);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    /// However many venues there are, and wherever the tape keeps them.
    #[test]
    fn a_venue_has_one_label_whoever_counts(codes in prop::collection::vec("[A-C]{1,2}[0-9]{0,2}", 1..120)) {
        let (taped, by_hand) = (TestTelemetry::new(), TestTelemetry::new());
        let (tape, trading) = (OrderTape::new(&taped), Observability::new(&by_hand));
        for code in &codes {
            let new = NewOrder { venue: Mic(code), ..new_order() };
            tape.record(&TapedOrder::new(&new).expect("an order that fits").submitted());
            let metrics = trading.metrics();
            metrics.order_event(ExecType::Submitted, metrics.venue(new.venue), new.side);
        }
        let overflowed = |test: &TestTelemetry| test.capped::<Venue>().overflowed();
        prop_assert_eq!(overflowed(&taped), overflowed(&by_hand));
        let facts = conventions::ORDER_EVENTS.facts();
        prop_assert_eq!(taped.finish().values(&facts), by_hand.finish().values(&facts));
    }
}

#[test]
fn the_audit_tape_waits_for_room_and_drops_nothing() {
    const FACTS: u64 = 40_000;
    let receiver = Receiver::start().expect("a receiver");
    receiver.answer_with(Answer::Unavailable);
    let pipeline = builder(&receiver).queue_bytes(4 * LEAST).install().expect("a pipeline");
    let recorded = AtomicU64::new(0);
    thread::scope(|scope| {
        let (done, finished) = mpsc::channel();
        let (tape, fact, recorded) = (AuditTape::new(&pipeline), sent(), &recorded);
        scope.spawn(move || {
            for _ in 0..FACTS {
                tape.record(&fact);
                recorded.fetch_add(1, Ordering::Relaxed);
            }
            // Whoever asked has seen enough when nobody listens.
            let _ = done.send(());
        });
        // Eleven megabytes fit neither into the queue nor into the requests under way: the thread stands still.
        let mut seen = 0;
        loop {
            assert!(finished.recv_timeout(Duration::from_millis(300)).is_err(), "nobody waited");
            let now = recorded.load(Ordering::Relaxed);
            if now == seen {
                break;
            }
            seen = now;
        }
        receiver.answer_with(Answer::Accept);
        finished.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no room: {}", pipeline.report()));
    });
    let report = pipeline.shutdown(PATIENCE).expect("all of it");
    let counts = report.of_lane(Stream::Logs, Lane::Audit);
    assert_eq!((counts.created, counts.exported), (FACTS, FACTS), "{report}");
    assert_eq!((report.pending(), report.lost()), (0, 0), "{report}");
    assert_eq!(receiver.received().log_records().count() as u64, FACTS);
}

#[test]
fn every_series_of_order_events_has_room_and_nothing_overflows() {
    let test = TestTelemetry::new();
    let trading = Observability::new(&test);
    let metrics: &Metrics = trading.metrics();
    let facts = conventions::ORDER_EVENTS.facts();
    assert_eq!(facts.series, otel_core::MAX_SERIES, "as many as a metric may have");
    // One venue more than is kept apart, so that `other` is used as well.
    let venues: Vec<String> = (0..26).map(|number| format!("V{number:03}")).collect();
    for name in &venues {
        for side in Side::ALL {
            let new =
                NewOrder { venue: Mic(name), side: *side, order_type: OrderType::Limit, ..order("c-1") };
            let taped = TapedOrder::new(&new).expect("an order that fits");
            let tape = OrderTape::new(&test);
            for exec_type in ExecType::ALL {
                tape.record(
                    &taped.reported(*exec_type, OrderStatus::New, &Report::default()).expect("a fact"),
                );
                metrics.order_event(*exec_type, metrics.venue(new.venue), *side);
            }
        }
    }
    let recorded = test.finish();
    assert_eq!(recorded.series(&facts), 2_000);
    assert_eq!(recorded.counter_total(&conventions::ORDER_EVENTS), 2 * 26 * 20 * 4);
    let values = recorded.values(&facts);
    assert!(values.iter().all(|(labels, _)| labels.len() == 3), "an overflow has labels of its own");
    // Two venues share it, each counted on the tape and beside it.
    let venue = facts.dimensions[1].key;
    let is_other = |(key, value): &(String, String)| key == venue && value == "other";
    let of_other = values.iter().filter(|(labels, _)| labels.iter().any(is_other));
    assert!(of_other.map(|(_, count)| *count).eq(std::iter::repeat_n(4.0, 80)));
}
