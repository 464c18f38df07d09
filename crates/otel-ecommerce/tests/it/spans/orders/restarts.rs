//! Orders that outlive the process that began them.

use otel_core::testing::TestTelemetry;
use otel_ecommerce::Observability;
use otel_ecommerce::conventions::order::{self as said, ORDER_STEP, ORDER_SUMMARY, PROCESS_ORDER};
use otel_ecommerce::ids::CaptureId;
use otel_ecommerce::labels::{OrderFailure, OrderStatus, OrderViolation};
use otel_ecommerce::order::{Answer, Progress};

use crate::counter::{completed, euros, order};

#[test]
fn an_order_that_is_met_midway_is_neither_counted_nor_timed_from_its_beginning() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let before = completed(&test);
    let origin = before.context();
    before.finish();
    let new = order("o-2");
    let progress = Progress { authorized: euros(5_990), ..Progress::unpaid(OrderStatus::Processing, &new) };
    let mut met = shop.track_order_midway(&new, &progress, Some(&origin)).expect("an order");
    assert_eq!(met.order_stalled(OrderFailure::Fulfilment), Answer::Accepted);
    assert_eq!(met.order_completed(), Answer::Accepted);
    assert_eq!(met.order_shipped(), Answer::Accepted);
    assert_eq!(met.payment_captured(CaptureId("c"), euros(5_990)), Answer::Accepted);
    met.finish();
    let recorded = test.finish();
    let [first, met] = recorded.spans_of(&PROCESS_ORDER)[..] else { panic!("two orders") };
    assert_eq!(met.links, std::slice::from_ref(&first.span_id));
    assert_eq!(recorded.events_of(&said::COMPLETED).len(), 1, "that of the first order");
    assert_eq!(recorded.events_of(&said::RESUMED).len(), 1);
    assert_eq!(recorded.values(&said::PROCESSING_DURATION.facts()).len(), 0);
}

#[test]
fn what_is_delivered_again_after_a_restart_is_not_added_again() {
    let test = TestTelemetry::new();
    let mut before = completed(&test);
    assert_eq!(before.payment_captured(CaptureId("ch_1"), euros(4_000)), Answer::Accepted);
    let before = before.park();
    let progress = before.lifecycle().progress();
    drop(before);
    let shop = Observability::new(&test);
    let mut met = shop.track_order_midway(&order("o-1"), &progress, None).expect("an order");
    let again = met.payment_captured(CaptureId("ch_1"), euros(4_000));
    assert_eq!(again, Answer::Refused(OrderViolation::Repeated));
    assert_eq!(met.lifecycle().captured(), euros(4_000));
    met.finish();
    assert_eq!(test.finish().events_of(&said::CAPTURED).len(), 1);
}

#[test]
fn that_an_order_was_bought_is_told_once_in_all() {
    let completed_after = |progress: &dyn Fn(Progress) -> Progress, status| {
        let test = TestTelemetry::new();
        let new = order("o-1");
        let progress = progress(Progress::unpaid(status, &new));
        let mut met = Observability::new(&test).track_order_midway(&new, &progress, None).expect("an order");
        assert!(met.order_completed().is_believed());
        met.finish();
        let recorded = test.finish();
        (recorded.events_of(&said::COMPLETED).len(), recorded.events_of(&said::RESUMED).len())
    };
    assert_eq!(completed_after(&|it| it, OrderStatus::Problem), (1, 0), "a problem before it was paid for");
    let bounced = |it| Progress { completed: true, ..it };
    assert_eq!(completed_after(&bounced, OrderStatus::PaymentDue), (0, 1), "a debit that bounced");
    let sent = |it| Progress { completed: false, ..it };
    assert_eq!(completed_after(&sent, OrderStatus::InTransit), (1, 0), "sent before anybody said so");
}

#[test]
fn that_an_order_was_bought_is_told_even_if_that_it_was_sent_overtakes_it() {
    let test = TestTelemetry::new();
    let mut order = Observability::new(&test).track_order_processing(&order("o-1"));
    assert_eq!(order.order_shipped(), Answer::Tolerated(OrderViolation::Skipped));
    assert_eq!(order.order_completed(), Answer::Tolerated(OrderViolation::Overtaken));
    assert_eq!(order.order_completed(), Answer::Refused(OrderViolation::Overtaken));
    order.finish();
    let recorded = test.finish();
    let done = recorded.event(&said::COMPLETED);
    assert_eq!(
        (done.get(&said::STATUS), done.get(&said::PREVIOUS_STATUS)),
        (Some("in_transit".into()), None)
    );
    assert_eq!(recorded.events_of(&said::RESUMED).len(), 0);
}

#[test]
fn an_order_has_one_origin_however_often_it_is_met_again() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let before = completed(&test).park();
    let origin = before.origin().expect("it began somewhere").clone();
    let progress = before.lifecycle().progress();
    drop(before);
    let met = shop.track_order_midway(&order("o-1"), &progress, Some(&origin)).expect("an order").park();
    let again = met.origin().expect("it began somewhere").clone();
    let met_again = shop.track_order_midway(&order("o-1"), &progress, Some(&again)).expect("an order");
    met.resume().finish();
    met_again.finish();
    let recorded = test.finish();
    let [first, met, met_again] = recorded.spans_of(&PROCESS_ORDER)[..] else { panic!("three") };
    for later in [met, met_again, recorded.span(&ORDER_STEP)] {
        assert_eq!(later.links, std::slice::from_ref(&first.span_id), "{}", later.name);
    }
    let [_, summary] = recorded.spans_of(&ORDER_SUMMARY)[..] else { panic!("of each that was parked") };
    let parts = [first, met, recorded.span(&ORDER_STEP)].map(|part| part.span_id.clone());
    assert_eq!((&summary.links[..], summary.get(&said::PARTS)), (&parts[..], Some(3.into())));
}
