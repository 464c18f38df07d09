//! Orders.

mod restarts;

use std::collections::BTreeSet;
use std::time::Duration;

use otel_core::testing::{TestStatus, TestTelemetry};
use otel_core::{Context, ERROR_TYPE, Timestamp};
use otel_ecommerce::conventions::order::{self as said, ORDER_STEP, ORDER_SUMMARY, PROCESS_ORDER};
use otel_ecommerce::conventions::payment;
use otel_ecommerce::ids::{CaptureId, CartId, CheckoutId, PaymentId, RefundId, ReturnId, VoidId};
use otel_ecommerce::labels::{Action, OrderFailure, OrderStatus, OrderViolation};
use otel_ecommerce::order::{Answer, Progress};
use otel_ecommerce::{Observability, conventions};

use super::check;
use crate::counter::{completed, euros, mia, order};

#[test]
fn an_order_has_its_facts() {
    let test = TestTelemetry::new();
    let placed = Timestamp::from_unix_nanos(1_704_000_000_000_000_000);
    let new = order("o-1").with_user(mia()).with_cart(CartId("cart-1")).expect("a cart");
    let new = new.with_checkout(CheckoutId("k-1")).expect("a checkout");
    let new = new.with_placed_at(placed, test.now()).expect("in the past");
    let mut order = Observability::new(&test).track_order_processing(&new);
    assert_eq!(order.payment_authorized(PaymentId("p-1"), euros(5_990)), Answer::Accepted);
    assert_eq!(order.order_completed(), Answer::Accepted);
    assert_eq!(order.payment_captured(CaptureId("p-1"), euros(5_990)), Answer::Accepted);
    assert_eq!(order.order_shipped(), Answer::Accepted);
    assert_eq!(order.order_delivered(), Answer::Accepted);
    assert_eq!(order.items_returned(ReturnId("b-1"), 1), Answer::Accepted);
    assert_eq!(order.order_refunded(RefundId("r-1"), euros(1_000)), Answer::Accepted);
    order.finish();
    let recorded = test.finish();
    let span = recorded.span(&PROCESS_ORDER);
    let user = mia().to_string();
    let expected = [
        ("ecommerce.order.id", "o-1"),
        ("ecommerce.channel", "web"),
        ("ecommerce.currency.code", "EUR"),
        ("ecommerce.user.pseudonym", &user),
        ("ecommerce.cart.id", "cart-1"),
        ("ecommerce.checkout.id", "k-1"),
        ("ecommerce.order.status", "delivered"),
    ];
    check(span, &expected);
    let numbers = [
        (&said::TOTAL, 5_990),
        (&said::AUTHORIZED_AMOUNT, 5_990),
        (&said::CAPTURED_AMOUNT, 5_990),
        (&said::REFUNDED_AMOUNT, 1_000),
    ];
    for (key, number) in numbers {
        assert_eq!(span.get(key), Some(number.into()), "{key:?}");
    }
    assert_eq!((span.get(&said::ITEMS), span.get(&said::ITEMS_RETURNED)), (Some(3.into()), Some(1.into())));
    assert_eq!(span.get(&said::PLACED_AT), Some(1_704_000_000_000_000_000_i64.into()));
    assert_eq!(span.status, TestStatus::Ok);
    let distinct: BTreeSet<_> = span.attributes.iter().map(|(name, _)| name).collect();
    assert_eq!(distinct.len(), span.attributes.len(), "{:?}", span.attributes);
}

#[test]
fn events_belong_to_their_order_and_can_be_read_alone() {
    let test = TestTelemetry::new();
    let mut order = completed(&test);
    assert_eq!(order.order_refunded(RefundId("r-1"), euros(0)), Answer::Refused(OrderViolation::Amount));
    assert_eq!(order.order_stalled(OrderFailure::Address), Answer::Accepted);
    assert_eq!(order.order_completed(), Answer::Accepted);
    order.finish();
    let recorded = test.finish();
    let span = recorded.span(&PROCESS_ORDER);
    for event in recorded.events() {
        assert_eq!((&event.trace_id, &event.span_id), (&span.trace_id, &span.span_id), "{event:?}");
        assert_eq!(event.get(&conventions::ORDER_ID), Some("o-1".into()), "{event:?}");
        assert!(event.get(&said::STATUS).is_some(), "{event:?}");
    }
    let authorized = recorded.event(&said::AUTHORIZED);
    assert_eq!(authorized.get(&payment::TRANSACTION_ID), Some("p-auth".into()));
    assert_eq!(authorized.get(&payment::AMOUNT), Some(5_990.into()));
    assert_eq!(authorized.get(&said::PREVIOUS_STATUS), None);
    let done = recorded.event(&said::COMPLETED);
    assert_eq!(done.get(&said::PREVIOUS_STATUS), Some("payment_due".into()));
    assert_eq!(done.get(&said::STATUS), Some("processing".into()));
    assert_eq!(recorded.event(&said::STALLED).get(&ERROR_TYPE), Some("address".into()));
    assert_eq!(recorded.events_of(&said::RESUMED).len(), 1, "a purchase is completed once");
    let wrong = recorded.event(&said::VIOLATED);
    assert_eq!(wrong.get(&said::VIOLATION), Some("amount".into()));
    assert_eq!(wrong.get(&said::FACT), Some("refunded".into()));
    assert!(recorded.events_of(&said::REFUNDED).is_empty());
    assert_eq!(span.get(&ERROR_TYPE), None, "the problem was solved");
}

#[test]
fn what_is_wrong_can_be_compared_with_the_payment_service() {
    let test = TestTelemetry::new();
    let mut order = completed(&test);
    let answer = order.payment_captured(CaptureId("ch_stray"), euros(5_991));
    assert_eq!(answer, Answer::Tolerated(OrderViolation::Excess));
    assert!(!order.payment_authorized(PaymentId("p-auth"), euros(1)).is_believed());
    assert!(!order.payment_captured(CaptureId(" "), euros(2)).is_believed());
    assert!(!order.items_returned(ReturnId("b-1"), 1).is_believed());
    order.finish();
    let recorded = test.finish();
    let [stray, conflict, nameless, back] = recorded.events_of(&said::VIOLATED)[..] else { panic!("four") };
    assert_eq!(stray.get(&payment::MOVEMENT_ID), Some("ch_stray".into()));
    assert_eq!(stray.get(&payment::AMOUNT), Some(5_991.into()));
    assert_eq!(stray.get(&conventions::CURRENCY), Some("EUR".into()));
    assert_eq!(conflict.get(&payment::TRANSACTION_ID), Some("p-auth".into()));
    assert_eq!(conflict.get(&said::VIOLATION), Some("conflict".into()));
    assert_eq!((nameless.get(&payment::MOVEMENT_ID), nameless.get(&payment::AMOUNT)), (None, Some(2.into())));
    assert_eq!((back.get(&said::RETURN_ID), back.get(&said::ITEMS)), (Some("b-1".into()), Some(1.into())));
    let captured = recorded.event(&said::CAPTURED);
    assert_eq!(captured.get(&payment::AMOUNT), Some(5_991.into()), "it is believed");
}

#[test]
fn every_way_to_pay_is_on_the_span_once_it_was_used() {
    let test = TestTelemetry::new();
    let mut order = completed(&test);
    assert_eq!(order.payment_voided(VoidId("v-1"), euros(990)), Answer::Accepted);
    assert_eq!(order.payment_received(PaymentId("voucher"), euros(10)), Answer::Accepted);
    order.finish();
    completed(&test).finish();
    let recorded = test.finish();
    let [both, neither] = recorded.spans_of(&PROCESS_ORDER)[..] else { panic!("two orders") };
    assert_eq!(both.get(&said::VOIDED_AMOUNT), Some(990.into()));
    assert_eq!(both.get(&said::RECEIVED_AMOUNT), Some(10.into()));
    assert_eq!((neither.get(&said::VOIDED_AMOUNT), neither.get(&said::RECEIVED_AMOUNT)), (None, None));
    assert_eq!(recorded.event(&said::RECEIVED).get(&payment::TRANSACTION_ID), Some("voucher".into()));
    assert_eq!(recorded.event(&said::VOIDED).get(&payment::MOVEMENT_ID), Some("v-1".into()));
}

#[test]
fn facts_that_would_not_be_known_again_are_counted() {
    let test = TestTelemetry::new();
    let mut order = completed(&test);
    for number in 0..20 {
        let id = format!("c-{number}");
        assert_eq!(order.payment_captured(CaptureId(&id), euros(1)), Answer::Accepted);
    }
    order.finish();
    assert_eq!(test.finish().counter(&said::FORGOTTEN, ()), Some(5));
}

#[test]
fn an_order_that_waits_keeps_nothing_of_the_requests_that_brought_it() {
    #[derive(Debug)]
    struct Body(std::sync::Arc<()>);
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let body = std::sync::Arc::new(());
    let request = || Context::current().with_value(Body(std::sync::Arc::clone(&body)));
    let of_request = request();
    assert!(of_request.get::<Body>().is_some_and(|it| std::sync::Arc::ptr_eq(&it.0, &body)));
    let new = order("o-1");
    let progress = Progress::unpaid(OrderStatus::Processing, &new);
    let mut parked = {
        let _guard = request().attach();
        let first = shop.track_order_midway(&new, &progress, Some(&of_request)).expect("an order");
        [completed(&test).park(), first.park()]
    };
    drop(of_request);
    for _ in 0..3 {
        let _guard = request().attach();
        parked = parked.map(|order| order.resume().park());
    }
    assert_eq!(std::sync::Arc::strong_count(&body), 1, "somebody else has it");
    assert!(parked.iter().all(|order| order.origin().is_some()));
    parked.into_iter().for_each(otel_ecommerce::ParkedOrder::finish);
}

#[test]
fn an_order_ends_as_what_it_came_to() {
    let ends: [(Option<OrderFailure>, TestStatus); 3] = [
        (None, TestStatus::Unset),
        (Some(OrderFailure::Fraud), TestStatus::Unset),
        (Some(OrderFailure::OutOfStock), TestStatus::Error(String::new())),
    ];
    for (failure, status) in ends {
        let test = TestTelemetry::new();
        let mut order = completed(&test);
        assert_eq!(order.order_cancelled(failure), Answer::Accepted);
        order.finish();
        let recorded = test.finish();
        let span = recorded.span(&PROCESS_ORDER);
        assert_eq!(span.status, status, "{failure:?}");
        assert_eq!(span.get(&ERROR_TYPE), failure.map(|failure| failure.as_str().into()));
        assert_eq!(recorded.event(&said::CANCELLED).get(&ERROR_TYPE), span.get(&ERROR_TYPE));
    }
}

#[test]
fn what_cannot_follow_is_told_with_what_it_met_and_nothing_else() {
    let test = TestTelemetry::new();
    let mut order = completed(&test);
    assert_eq!(order.order_cancelled(None), Answer::Accepted);
    assert_eq!(order.order_shipped(), Answer::Refused(OrderViolation::Illegal));
    assert_eq!(order.order_cancelled(None), Answer::Refused(OrderViolation::Repeated));
    order.finish();
    let recorded = test.finish();
    let [illegal, repeated] = recorded.events_of(&said::VIOLATED)[..] else { panic!("two violations") };
    assert_eq!(illegal.get(&said::STATUS), Some("cancelled".into()));
    assert_eq!(illegal.get(&said::FACT), Some("in_transit".into()));
    assert_eq!(illegal.get(&said::VIOLATION), Some("illegal".into()));
    assert_eq!(repeated.get(&said::VIOLATION), Some("repeated".into()));
    assert!(recorded.events_of(&said::SHIPPED).is_empty());
    assert_eq!(recorded.events_of(&said::CANCELLED).len(), 1);
}

#[test]
fn the_last_items_that_come_back_are_the_return_of_the_order() {
    let test = TestTelemetry::new();
    let mut order = completed(&test);
    assert_eq!(order.order_delivered(), Answer::Accepted);
    assert_eq!(order.items_returned(ReturnId("b-1"), 2), Answer::Accepted);
    assert_eq!(order.items_returned(ReturnId("b-2"), 1), Answer::Accepted);
    order.finish();
    let recorded = test.finish();
    assert_eq!(recorded.event(&said::SOME_RETURNED).get(&said::ITEMS), Some(2.into()));
    assert_eq!(recorded.event(&said::RETURNED).get(&said::PREVIOUS_STATUS), Some("delivered".into()));
}

#[test]
fn a_step_belongs_to_what_brings_it_and_links_to_where_the_order_began() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let parked = completed(&test).park();
    assert_eq!(test.recorded().spans().len(), 1, "a parked order has no open span");
    let callback = shop.track_user_action_in(mia(), Action::Other, &Context::new());
    let entered = callback.enter();
    let mut step = parked.resume();
    assert_eq!(step.order_shipped(), Answer::Accepted);
    let parked = step.park();
    drop(entered);
    callback.finish(Ok(()));
    let mut step = parked.resume_in(&Context::new());
    assert_eq!(step.order_delivered(), Answer::Accepted);
    step.finish();
    let recorded = test.finish();
    let first = recorded.span(&PROCESS_ORDER);
    let [inside, alone] = recorded.spans_of(&ORDER_STEP)[..] else { panic!("two steps") };
    let callback = recorded.span(&conventions::user::USER_ACTION);
    assert_eq!(inside.parent_span_id, callback.span_id);
    assert_eq!(alone.parent_span_id, "");
    for step in [inside, alone] {
        assert_ne!(step.trace_id, first.trace_id);
        assert_eq!(step.links, std::slice::from_ref(&first.span_id));
        assert_eq!(step.get(&conventions::ORDER_ID), Some("o-1".into()));
        assert_eq!(step.get(&said::CAPTURED_AMOUNT), Some(0.into()));
    }
    assert_eq!(recorded.event(&said::DELIVERED).span_id, alone.span_id);
    assert_eq!(alone.get(&said::STATUS), Some("delivered".into()));
}

#[test]
fn an_order_that_was_parked_is_summed_up_with_links_to_its_parts() {
    let test = TestTelemetry::new();
    let mut parked = completed(&test).park();
    for number in 0..3 {
        test.advance(Duration::from_secs(24 * 3600));
        let mut step = parked.resume();
        let id = format!("c-{number}");
        assert_eq!(step.payment_captured(CaptureId(&id), euros(1_000)), Answer::Accepted);
        parked = step.park();
    }
    assert!(test.recorded().spans_of(&ORDER_SUMMARY).is_empty(), "it is not over");
    assert_eq!(parked.lifecycle().captured(), euros(3_000));
    parked.finish();
    completed(&test).finish();
    let recorded = test.finish();
    let summary = recorded.span(&ORDER_SUMMARY);
    let mut parts = vec![recorded.spans_of(&PROCESS_ORDER)[0].span_id.clone()];
    parts.extend(recorded.spans_of(&ORDER_STEP).iter().map(|step| step.span_id.clone()));
    assert_eq!(summary.links, parts);
    assert_eq!((summary.parent_span_id.as_str(), summary.get(&said::PARTS)), ("", Some(4.into())));
    assert_eq!(summary.end.since(summary.start), Duration::from_secs(3 * 24 * 3600));
    assert_eq!(summary.get(&said::CAPTURED_AMOUNT), Some(3_000.into()));
    assert_eq!(summary.get(&said::STATUS), Some("processing".into()));
}

#[test]
fn an_order_of_more_parts_than_are_linked_says_how_many_there_were() {
    let test = TestTelemetry::new();
    let mut parked = completed(&test).park();
    for _ in 0..100 {
        parked = parked.resume().park();
    }
    parked.finish();
    let recorded = test.finish();
    let summary = recorded.span(&ORDER_SUMMARY);
    assert_eq!((summary.links.len(), summary.get(&said::PARTS)), (64, Some(101.into())));
}

#[test]
fn an_identifier_of_any_length_is_kept() {
    let test = TestTelemetry::new();
    let long = "an-order-identifier-of-more-than-forty-six-bytes-in-all";
    let mut order = Observability::new(&test).track_order_processing(&order(long));
    assert_eq!(order.order_completed(), Answer::Accepted);
    order.finish();
    assert_eq!(test.finish().event(&said::COMPLETED).get(&conventions::ORDER_ID), Some(long.into()));
}
