//! Payments that are asked for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use otel_core::testing::{TestStatus, TestTelemetry};
use otel_core::{ERROR_TYPE, PseudonymKey, Sensitive, SpanKind, Timestamp};
use otel_ecommerce::Observability;
use otel_ecommerce::charge::Charge;
use otel_ecommerce::conventions::payment as said;
use otel_ecommerce::ids::{CaptureId, IdempotencyKey, OrderId, PaymentId, RefundId, TransactionId};
use otel_ecommerce::invalid::{Field, Invalid};
use otel_ecommerce::labels::{PaymentFailure, PaymentMethod, PaymentNetwork};

use super::check;
use crate::counter::{charge, mia};

#[test]
fn a_payment_has_its_facts_and_no_card() {
    let test = TestTelemetry::new();
    let token = Sensitive::new("tok_visa_4242").pseudonym(&PseudonymKey::new([9; 32]));
    let charge = everything().with_card(token);
    let shop = Observability::new(&test);
    shop.authorize_payment(&charge).approved(PaymentId("pi_1")).expect("an identifier");
    let recorded = test.finish();
    let span = recorded.span(&said::AUTHORIZE_PAYMENT);
    assert_eq!(span.kind, SpanKind::Client as i32);
    assert_eq!(span.status, TestStatus::Ok);
    let (user, token) = (mia().to_string(), token.to_string());
    let expected = [
        ("ecommerce.payment.method", "card"),
        ("ecommerce.payment.network", "visa"),
        ("ecommerce.currency.code", "EUR"),
        ("ecommerce.order.id", "o-1"),
        ("ecommerce.user.pseudonym", &user),
        ("ecommerce.payment.card.token", &token),
        ("ecommerce.payment.idempotency_key", "k-1"),
        ("ecommerce.payment.transaction.id", "pi_1"),
        ("ecommerce.payment.result", "approved"),
    ];
    check(span, &expected);
    assert_eq!(span.get(&said::AMOUNT), Some(5_990.into()));
    let event = recorded.event(&said::AUTHORIZED);
    assert_eq!(event.get(&said::TRANSACTION_ID), Some("pi_1".into()));
    assert_eq!(event.span_id, span.span_id);
    assert!(!format!("{recorded:?}").contains("tok_"));
}

#[test]
fn what_is_taken_and_given_back_are_clients_of_the_payment_service_too() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let charge = everything().with_payment(PaymentId("pi_1")).expect("an identifier");
    shop.capture_payment(&charge).approved(PaymentId("pi_1")).expect("an identifier");
    shop.refund_payment(&charge).approved(RefundId("re_1")).expect("an identifier");
    let recorded = test.finish();
    for def in [said::CAPTURE_PAYMENT, said::REFUND_PAYMENT] {
        let span = recorded.span(&def);
        assert_eq!(span.kind, SpanKind::Client as i32);
        let named = span.attributes.iter().filter(|(key, _)| key == said::TRANSACTION_ID.name()).count();
        assert_eq!((named, span.get(&said::TRANSACTION_ID)), (1, Some("pi_1".into())));
    }
    assert_eq!(recorded.event(&said::CAPTURED).get(&said::TRANSACTION_ID), Some("pi_1".into()));
    assert_eq!(recorded.span(&said::CAPTURE_PAYMENT).get(&said::MOVEMENT_ID), None, "it has one name");
    let refunded = recorded.event(&said::REFUNDED);
    assert_eq!(refunded.get(&said::TRANSACTION_ID), Some("pi_1".into()));
    assert_eq!(refunded.get(&said::MOVEMENT_ID), Some("re_1".into()));
    assert_eq!(recorded.span(&said::REFUND_PAYMENT).get(&said::MOVEMENT_ID), Some("re_1".into()));
}

#[test]
fn no_name_that_the_payment_service_gives_is_thrown_away() {
    let named = |id: TransactionId<'_>, payment: Option<&'static str>| {
        let test = TestTelemetry::new();
        let charge = match payment {
            Some(payment) => charge(100).with_payment(PaymentId(payment)).expect("an identifier"),
            None => charge(100),
        };
        Observability::new(&test).capture_payment(&charge).approved(id).expect("an identifier");
        let recorded = test.finish();
        let span = recorded.span(&said::CAPTURE_PAYMENT);
        let event = recorded.event(&said::CAPTURED);
        assert_eq!(event.get(&said::TRANSACTION_ID), span.get(&said::TRANSACTION_ID));
        assert_eq!(event.get(&said::MOVEMENT_ID), span.get(&said::MOVEMENT_ID));
        (span.get(&said::TRANSACTION_ID), span.get(&said::MOVEMENT_ID))
    };
    let (pi, ch) = (Some("pi_1".into()), Some("ch_1".into()));
    assert_eq!(named(PaymentId("pi_1").into(), None), (pi.clone(), None));
    assert_eq!(named(PaymentId("pi_1").into(), Some("pi_1")), (pi.clone(), None));
    assert_eq!(named(PaymentId("ch_1").into(), Some("pi_1")), (pi.clone(), ch.clone()));
    assert_eq!(named(CaptureId("ch_1").into(), Some("pi_1")), (pi, ch.clone()));
    assert_eq!(named(CaptureId("ch_1").into(), None), (None, ch));
}

#[test]
fn a_payment_that_panics_is_of_one_class_wherever_it_is_told() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _payment = shop.authorize_payment(&charge(100));
        panic!("as a handler does");
    }));
    assert!(panicked.is_err());
    let recorded = test.finish();
    let span = recorded.span(&said::AUTHORIZE_PAYMENT);
    assert!(matches!(span.status, TestStatus::Error(_)));
    let classes = span.attributes.iter().filter(|(key, _)| key == ERROR_TYPE.name());
    assert_eq!((classes.count(), span.get(&ERROR_TYPE)), (1, Some("panic".into())));
    assert_eq!(recorded.event(&said::FAILED).get(&ERROR_TYPE), Some("panic".into()));
    let took = |failure| {
        let labels = (PaymentMethod::Card, PaymentNetwork::Visa, Some(failure));
        recorded.histogram(&said::AUTHORIZATION_DURATION, labels).map_or(0, |took| took.count)
    };
    assert_eq!((took(PaymentFailure::Panic), took(PaymentFailure::Abandoned)), (1, 0));
}

#[test]
fn what_the_issuer_declines_is_no_error_of_the_shop() {
    for failure in PaymentFailure::ALL {
        let test = TestTelemetry::new();
        Observability::new(&test).authorize_payment(&charge(100)).failed(*failure);
        let recorded = test.finish();
        let span = recorded.span(&said::AUTHORIZE_PAYMENT);
        assert_eq!(span.get(&ERROR_TYPE), Some(failure.as_str().into()));
        let (def, result) = if failure.is_decline() {
            assert_eq!(span.status, TestStatus::Unset, "{failure:?}");
            (said::DECLINED, "declined")
        } else {
            assert!(matches!(span.status, TestStatus::Error(_)), "{failure:?}");
            (said::FAILED, "failed")
        };
        assert_eq!(span.get(&said::RESULT), Some(result.into()));
        assert_eq!(recorded.event(&def).get(&ERROR_TYPE), Some(failure.as_str().into()));
        assert_eq!(recorded.events().len(), 1);
    }
    let declines = PaymentFailure::ALL.iter().filter(|failure| failure.is_decline()).count();
    assert_eq!((declines, PaymentFailure::ALL.len()), (11, 19));
}

#[test]
fn a_payment_of_which_nobody_says_how_it_ended_has_failed() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let payment = shop.authorize_payment(&charge(100));
    test.advance(Duration::from_secs(3));
    drop(payment);
    let recorded = test.finish();
    let span = recorded.span(&said::AUTHORIZE_PAYMENT);
    assert_eq!(span.get(&ERROR_TYPE), Some("abandoned".into()));
    assert!(matches!(span.status, TestStatus::Error(_)));
}

#[test]
fn a_payment_that_was_made_is_recorded_even_if_its_name_is_none() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let named = shop.authorize_payment(&charge(100)).approved(PaymentId(""));
    assert_eq!(named, Err(Invalid::Empty(Field::Payment)));
    let recorded = test.finish();
    let span = recorded.span(&said::AUTHORIZE_PAYMENT);
    assert_eq!((span.status.clone(), span.get(&said::TRANSACTION_ID)), (TestStatus::Ok, None));
    assert_eq!(recorded.event(&said::AUTHORIZED).get(&said::TRANSACTION_ID), None);
}

fn everything() -> Charge<'static> {
    let charge = charge(5_990).with_user(mia()).with_order(OrderId("o-1")).expect("an order");
    charge.with_idempotency_key(IdempotencyKey("k-1")).expect("a key")
}

#[test]
fn a_clock_that_is_set_changes_no_duration_of_a_payment() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let began = test.now();
    for to in [began.after(Duration::from_secs(30)), Timestamp::from_unix_nanos(0)] {
        let charge = everything();
        let payment = shop.authorize_payment(&charge);
        test.advance(Duration::from_millis(250));
        test.set_clock(to);
        payment.approved(PaymentId("pi_1")).expect("an identifier");
    }
    let labels = (PaymentMethod::Card, PaymentNetwork::Visa, None);
    let told = test.finish().histogram(&said::AUTHORIZATION_DURATION, labels);
    assert_eq!(told.map(|took| (took.count, took.sum)), Some((2, 0.5)));
}
