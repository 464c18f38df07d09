//! Deferred events in the queue: counted, bounded and delivered as any other.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::thread;

use opentelemetry::Context;
use otel_core::ledger::{DropReason, Stream};
use otel_core::testing::{Answer, TestTelemetry};
use otel_core::{Deferred, Lane};

use super::*;
use crate::lanes::waits_for_room;

/// The smallest queue there may be.
const LEAST: usize = 8 * 32 * 1024;

const AUDITED: DeferredDef<Fact> = DeferredDef::new(HAPPENED.in_lane(Lane::Audit), written);

/// The numbers of the events that arrived, each of which came once.
fn arrived(receiver: &Receiver) -> BTreeSet<u64> {
    let received = receiver.received();
    let mut numbers = BTreeSet::new();
    for (_, _, record) in received.log_records() {
        let number = record.attributes.iter().find(|pair| pair.key == NUMBER.name()).unwrap();
        let value = number.value.clone().and_then(|value| value.value).unwrap();
        let opentelemetry_proto::tonic::common::v1::any_value::Value::IntValue(number) = value else {
            panic!("{value:?}");
        };
        assert!(numbers.insert(u64::try_from(number).unwrap()), "{number} came twice");
    }
    numbers
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn with_any_queue_everything_arrives_or_is_counted(
        threads in prop::collection::vec(0..6_000_u64, 1..5),
        queue_bytes in LEAST..(2 * LEAST),
    ) {
        let receiver = Receiver::counting().unwrap();
        let pipeline = builder(&receiver).queue_bytes(queue_bytes).install().unwrap();
        let (deferred, telemetry) = (pipeline.deferred(&FACTS), pipeline.telemetry());
        thread::scope(|scope| {
            for facts in threads.iter().copied() {
                let deferred = deferred.clone();
                scope.spawn(move || {
                    for number in 0..facts {
                        deferred.record(&numbered(number));
                        // In between, events that are written at once.
                        if number % 5 == 0 {
                            written(&numbered(number), telemetry.event(&HAPPENED)).emit();
                        }
                    }
                });
            }
        });
        // Losses make it an error; the books must balance all the same.
        let report = pipeline.shutdown(PATIENCE).unwrap_or_else(|undelivered| *undelivered.report());
        let created: u64 = threads.iter().map(|facts| facts + facts.div_ceil(5)).sum();
        let full = report.logs.dropped(DropReason::QueueFull);
        prop_assert_eq!((report.logs.created, report.pending(), report.lost()), (created, 0, full));
        prop_assert_eq!(receiver.counts().log_records, created - full);
    }
}

#[test]
fn a_shutdown_delivers_all_that_threads_have_left_that_are_gone() {
    const THREADS: u64 = 50;
    const EACH: u64 = 200;
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver).schedule_delay(Duration::from_secs(3_600)).install().unwrap();
    for thread in 0..THREADS {
        let deferred = pipeline.deferred(&FACTS);
        let record = move || (0..EACH).for_each(|at| deferred.record(&numbered(thread * EACH + at)));
        thread::spawn(record).join().unwrap();
    }
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!((report.logs.created, report.logs.exported), (THREADS * EACH, THREADS * EACH));
    assert!(arrived(&receiver).into_iter().eq(0..THREADS * EACH));
    pipeline.deferred(&FACTS).record(&numbered(0));
    let report = pipeline.report();
    assert_eq!(report.logs.created, THREADS * EACH + 1);
    assert_eq!(report.logs.dropped(DropReason::AlreadyShutDown), 1);
}

#[test]
fn a_full_queue_drops_the_newest_and_counts_them_to_the_last() {
    const FACTS_RECORDED: u64 = 50_000;
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::Silent);
    let pipeline = builder(&receiver).queue_bytes(LEAST).export_timeout(PATIENCE).install().unwrap();
    let deferred = pipeline.deferred(&FACTS);
    (0..FACTS_RECORDED).for_each(|number| deferred.record(&numbered(number)));
    let report = *pipeline.shutdown(Duration::from_millis(200)).unwrap_err().report();
    let full = report.logs.dropped(DropReason::QueueFull);
    assert_eq!((report.logs.created, report.pending()), (FACTS_RECORDED, 0), "{report}");
    assert!(full > 0, "{report}");
    assert_eq!(full + report.logs.dropped(DropReason::DeadlineExceeded), FACTS_RECORDED, "{report}");
}

#[test]
fn the_audit_lane_waits_for_room_and_loses_nothing() {
    const AUDITS: u64 = 60_000;
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::Unavailable);
    let pipeline = builder(&receiver).queue_bytes(1024 * 1024).install().unwrap();
    // Nine megabytes fit neither into the queue nor into the requests under way.
    let deferred = pipeline.deferred(&AUDITED);
    waits_for_room(&receiver, &pipeline, AUDITS, |number| deferred.record(&numbered(number)));
    let report = pipeline.shutdown(PATIENCE).unwrap();
    let audited = report.of_lane(Stream::Logs, Lane::Audit);
    assert_eq!((audited.created, audited.exported, report.pending()), (AUDITS, AUDITS, 0), "{report}");
    assert!(arrived(&receiver).into_iter().eq(0..AUDITS));
}

#[test]
fn two_telemetries_share_nothing() {
    let (one, two) = (TestTelemetry::new(), TestTelemetry::new());
    // Another definition comes first in the second, so that numbers differ.
    let other = two.deferred(&DeferredDef::<u8>::new(HAPPENED, |_, event| event));
    let (first, second) = (one.deferred(&FACTS), two.deferred(&FACTS));
    (0..3).for_each(|number| first.record(&numbered(number)));
    (0..2).for_each(|number| second.record(&numbered(number)));
    other.record(&1);
    let texts = |telemetry: TestTelemetry| {
        let recorded = telemetry.finish();
        recorded.events().iter().map(|event| event.get(&NUMBER).is_some()).collect::<Vec<_>>()
    };
    assert_eq!(texts(one), [true; 3]);
    assert_eq!(texts(two), [true, true, false]);
}

#[test]
fn suppressed_telemetry_and_none_at_all_record_nothing() {
    let test = TestTelemetry::new();
    let (deferred, nothing) = (test.deferred(&FACTS), Telemetry::noop().deferred(&FACTS));
    nothing.record(&numbered(1));
    nothing.record_at(&numbered(1), Timestamp::default());
    {
        let _suppressed = Context::enter_telemetry_suppressed_scope();
        deferred.record(&numbered(2));
    }
    deferred.record(&numbered(3));
    let recorded = test.finish();
    assert_eq!(recorded.events().iter().map(|it| it.get(&NUMBER)).collect::<Vec<_>>(), [Some(3.into())]);
}

/// Records a fact when it is dropped.
struct Late(Deferred<Fact>);

impl Drop for Late {
    fn drop(&mut self) {
        self.0.record(&numbered(1));
    }
}

thread_local! {
    static FIRST: RefCell<Option<Late>> = const { RefCell::new(None) };
    static LAST: RefCell<Option<Late>> = const { RefCell::new(None) };
}

#[test]
fn what_is_recorded_while_a_thread_is_being_destroyed_arrives() {
    let test = TestTelemetry::new();
    let deferred = test.deferred(&FACTS);
    let on_thread = move || {
        // Of these, one is dropped before the thread's own outbox is gone, and one after it.
        FIRST.with(|first| *first.borrow_mut() = Some(Late(deferred.clone())));
        deferred.record(&numbered(0));
        LAST.with(|last| *last.borrow_mut() = Some(Late(deferred.clone())));
    };
    thread::spawn(on_thread).join().unwrap();
    assert_eq!(test.finish().events().len(), 3);
}
