//! What is counted and timed.

use std::time::Duration;

use otel_core::testing::TestTelemetry;
use otel_ecommerce::conventions::{order, payment, user};
use otel_ecommerce::labels::{
    Action, ActionFailure, Channel, OrderFact, OrderFailure, OrderStatus, OrderViolation, PaymentFailure,
    PaymentMethod, PaymentNetwork, PaymentOperation, PaymentService, RegistrationResult, RegistrationSource,
};
use otel_ecommerce::order::Answer;
use otel_ecommerce::registration::RegistrationFailure;
use otel_ecommerce::{CATALOGUE, Metrics, Observability};

use crate::counter::{charge, completed, mia};

#[test]
fn handles_can_be_kept_anywhere() {
    fn check<T: Clone + Send + Sync + std::fmt::Debug + 'static>() {}
    check::<Observability>();
    check::<Metrics>();
}

#[test]
fn no_metric_has_more_series_than_every_backend_keeps() {
    for metric in CATALOGUE.metrics {
        assert!(metric.series <= 1_500, "{} may have {} series", metric.name, metric.series);
    }
}

#[test]
fn a_counter_that_has_not_counted_is_a_zero() {
    let test = TestTelemetry::new();
    let _shop = Observability::new(&test);
    let recorded = test.finish();
    let faults = recorded.counter(&user::ACTION_FAULTS, Action::Purchase);
    let violations =
        recorded.counter(&order::TRANSITION_VIOLATIONS, (OrderFact::Refunded, OrderViolation::Excess));
    assert_eq!((faults, violations), (Some(0), Some(0)));
    assert_eq!(
        recorded.series(&user::USER_ACTIONS.facts()),
        Action::ALL.len() * (ActionFailure::ALL.len() + 1)
    );
}

#[test]
fn actions_are_counted_by_name_and_failure() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    shop.track_user_action(mia(), Action::Purchase).finish(Ok(()));
    shop.track_user_action(mia(), Action::Purchase).finish(Ok(()));
    shop.track_user_action(mia(), Action::Purchase).finish(Err(ActionFailure::PaymentDeclined));
    shop.track_user_action(mia(), Action::Purchase).finish(Err(ActionFailure::Internal));
    drop(shop.track_user_action(mia(), Action::Browse));
    let recorded = test.finish();
    let count = |action, error| recorded.counter(&user::USER_ACTIONS, (action, error));
    assert_eq!(count(Action::Purchase, None), Some(2));
    assert_eq!(count(Action::Purchase, Some(ActionFailure::PaymentDeclined)), Some(1));
    assert_eq!(count(Action::Purchase, Some(ActionFailure::Internal)), Some(1));
    assert_eq!(count(Action::Browse, Some(ActionFailure::Abandoned)), Some(1));
    assert_eq!(recorded.counter(&user::ACTION_FAULTS, Action::Purchase), Some(1));
    assert_eq!(recorded.counter_total(&user::ACTION_FAULTS), 1);
}

#[test]
fn orders_are_counted_by_what_they_come_to_and_timed_until_they_are_handed_over() {
    let test = TestTelemetry::new();
    let mut order = completed(&test);
    test.advance(Duration::from_secs(90));
    assert_eq!(order.order_shipped(), Answer::Accepted);
    test.advance(Duration::from_secs(90));
    assert_eq!(order.order_delivered(), Answer::Accepted);
    order.finish();
    let mut order = completed(&test);
    test.advance(Duration::from_secs(5));
    assert_eq!(order.order_stalled(OrderFailure::OutOfStock), Answer::Accepted);
    assert_eq!(order.order_cancelled(Some(OrderFailure::OutOfStock)), Answer::Accepted);
    assert_eq!(order.order_shipped(), Answer::Refused(OrderViolation::Illegal));
    order.finish();
    let recorded = test.finish();
    let count = |status, error| recorded.counter(&order::ORDERS, (status, Channel::Web, error));
    assert_eq!(count(OrderStatus::PaymentDue, None), Some(2));
    assert_eq!(count(OrderStatus::Processing, None), Some(2));
    assert_eq!(count(OrderStatus::InTransit, None), Some(1));
    assert_eq!(count(OrderStatus::Delivered, None), Some(1));
    assert_eq!(count(OrderStatus::Problem, Some(OrderFailure::OutOfStock)), Some(1));
    assert_eq!(count(OrderStatus::Cancelled, Some(OrderFailure::OutOfStock)), Some(1));
    assert_eq!(recorded.counter_total(&order::ORDERS), 8);
    let took = |error| recorded.histogram(&order::PROCESSING_DURATION, (Channel::Web, error));
    assert_eq!(took(None).map(|took| (took.count, took.sum)), Some((1, 90.0)));
    assert_eq!(took(Some(OrderFailure::OutOfStock)).map(|took| (took.count, took.sum)), Some((1, 5.0)));
    assert_eq!(recorded.counter(&order::FACTS, OrderFact::InTransit), Some(2));
    let violations = recorded.counter_total(&order::TRANSITION_VIOLATIONS);
    let illegal =
        recorded.counter(&order::TRANSITION_VIOLATIONS, (OrderFact::InTransit, OrderViolation::Illegal));
    assert_eq!((violations, illegal), (1, Some(1)));
}

#[test]
fn payments_are_timed_by_why_they_were_not_made_and_declines_are_left_out_of_the_ratio() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let asked = [
        None,
        None,
        Some(PaymentFailure::InsufficientFunds),
        Some(PaymentFailure::SuspectedFraud),
        Some(PaymentFailure::Timeout),
    ];
    for failure in asked {
        let payment = shop.authorize_payment(&charge(100));
        test.advance(Duration::from_secs(2));
        match failure {
            None => payment.approved(otel_ecommerce::ids::PaymentId("p")).expect("an identifier"),
            Some(failure) => payment.failed(failure),
        }
    }
    let payment = shop.refund_payment(&charge(100));
    test.advance(Duration::from_secs(1));
    payment.failed(PaymentFailure::Unavailable);
    let recorded = test.finish();
    let took = |error| {
        let labels = (PaymentMethod::Card, PaymentNetwork::Visa, error);
        recorded.histogram(&payment::AUTHORIZATION_DURATION, labels).map(|took| (took.count, took.sum))
    };
    assert_eq!(took(None), Some((2, 4.0)));
    assert_eq!(took(Some(PaymentFailure::InsufficientFunds)), Some((1, 2.0)));
    assert_eq!(took(Some(PaymentFailure::Timeout)), Some((1, 2.0)));
    let ratio = |service| recorded.counter(&payment::AUTHORIZATIONS, (PaymentMethod::Card, service));
    assert_eq!((ratio(PaymentService::Served), ratio(PaymentService::Failed)), (Some(2), Some(1)));
    let labels = (PaymentOperation::Refund, PaymentMethod::Card, Some(PaymentFailure::Unavailable));
    let took = recorded.histogram(&payment::OPERATION_DURATION, labels);
    assert_eq!(took.map(|took| (took.count, took.sum)), Some((1, 1.0)));
}

#[test]
fn registrations_are_counted_without_telling_who_has_an_account() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    shop.create_user(RegistrationSource::Form).created(mia());
    shop.create_user(RegistrationSource::Form).failed(RegistrationFailure::Validation);
    shop.create_user(RegistrationSource::Form).failed(RegistrationFailure::Duplicate);
    shop.create_user(RegistrationSource::Form).failed(RegistrationFailure::Repository);
    drop(shop.create_user(RegistrationSource::Form));
    let recorded = test.finish();
    let count = |result| recorded.counter(&user::REGISTRATIONS, (RegistrationSource::Form, result));
    let counts = RegistrationResult::ALL.iter().map(|result| count(*result).expect("a count"));
    assert_eq!(counts.collect::<Vec<_>>(), [1, 2, 1, 1, 0]);
}
