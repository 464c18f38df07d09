//! What people do, and accounts.

use std::panic::{AssertUnwindSafe, catch_unwind};

use otel_core::ERROR_TYPE;
use otel_core::testing::{TestSpan, TestStatus, TestTelemetry};
use otel_ecommerce::conventions::user::{
    CREATE_USER, REGISTRATION_RESULT, REGISTRATIONS, USER_ACTION, USER_CREATED,
};
use otel_ecommerce::ids::SessionId;
use otel_ecommerce::labels::{Action, ActionFailure, Channel, RegistrationResult, RegistrationSource};
use otel_ecommerce::registration::RegistrationFailure;
use otel_ecommerce::{CATALOGUE, Observability, conventions};

use super::check;
use crate::counter::mia;

#[test]
fn an_action_has_one_name_and_nobody_in_clear() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let mut action = shop.track_user_action(mia(), Action::AddToCart);
    action.set_channel(Channel::Mobile).set_session(SessionId("s-1")).expect("a visit");
    action.finish(Ok(()));
    let recorded = test.finish();
    let span = recorded.span(&USER_ACTION);
    assert_eq!((span.scope.as_str(), span.name.as_str()), ("otel-ecommerce", "user_action"));
    let pseudonym = mia().to_string();
    let expected = [
        ("ecommerce.user.action.name", "add_to_cart"),
        ("ecommerce.user.pseudonym", &pseudonym),
        ("ecommerce.channel", "mobile"),
        ("session.id", "s-1"),
    ];
    check(span, &expected);
    assert_eq!((span.attributes.len(), span.status.clone()), (4, TestStatus::Ok));
    assert!(!format!("{recorded:?}").contains("mia@"));
}

#[test]
fn what_the_shop_fails_at_is_an_error_and_what_it_refuses_is_none() {
    for failure in ActionFailure::ALL {
        let test = TestTelemetry::new();
        Observability::new(&test).track_user_action(mia(), Action::Purchase).finish(Err(*failure));
        let recorded = test.finish();
        let span = recorded.span(&USER_ACTION);
        assert_eq!(span.get(&ERROR_TYPE), Some(failure.as_str().into()));
        assert_eq!(matches!(span.status, TestStatus::Error(_)), failure.is_fault(), "{failure:?}");
        assert_eq!(span.status == TestStatus::Unset, !failure.is_fault(), "{failure:?}");
    }
    let faults: Vec<_> = ActionFailure::ALL.iter().filter(|failure| failure.is_fault()).collect();
    assert_eq!(faults.len(), 5, "{faults:?}");
}

#[test]
fn an_action_that_nobody_ends_was_abandoned_and_one_that_panics_is_a_fault() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    drop(shop.track_user_action(mia(), Action::Purchase));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _action = shop.track_user_action(mia(), Action::Purchase);
        panic!("as a handler does");
    }));
    assert!(panicked.is_err());
    let recorded = test.finish();
    let [abandoned, panicked] = recorded.spans_of(&USER_ACTION)[..] else { panic!("two spans") };
    assert_eq!(abandoned.get(&ERROR_TYPE), Some("abandoned".into()));
    assert_eq!(abandoned.status, TestStatus::Unset);
    assert_eq!(panicked.get(&ERROR_TYPE), Some("panic".into()));
    assert!(matches!(panicked.status, TestStatus::Error(_)));
}

#[test]
fn an_account_is_told_by_its_pseudonym() {
    let test = TestTelemetry::new();
    Observability::new(&test).create_user(RegistrationSource::Checkout).created(mia());
    let recorded = test.finish();
    let span = recorded.span(&CREATE_USER);
    assert_eq!(span.status, TestStatus::Ok);
    assert_eq!(span.get(&REGISTRATION_RESULT), Some("created".into()));
    let event = recorded.event(&USER_CREATED);
    assert_eq!(event.get(&conventions::USER), Some(mia().to_string().as_str().into()));
    assert_eq!(event.span_id, span.span_id);
}

#[test]
fn a_registration_that_panics_is_of_one_class_wherever_it_is_told() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _registration = shop.create_user(RegistrationSource::Form);
        panic!("as a handler does");
    }));
    assert!(panicked.is_err());
    let recorded = test.finish();
    let span = recorded.span(&CREATE_USER);
    assert_eq!(span.get(&ERROR_TYPE), Some("panic".into()));
    assert_eq!(span.get(&REGISTRATION_RESULT), Some("panic".into()));
    let count = |result| recorded.counter(&REGISTRATIONS, (RegistrationSource::Form, result));
    assert_eq!((count(RegistrationResult::Panic), count(RegistrationResult::Abandoned)), (Some(1), Some(0)));
}

#[test]
fn an_address_that_is_taken_looks_like_one_that_is_no_address() {
    let [validation, duplicate, repository] =
        [RegistrationFailure::Validation, RegistrationFailure::Duplicate, RegistrationFailure::Repository]
            .map(everything_of);
    // Not `assert_eq`: it is a page of text.
    assert!(validation == duplicate, "telemetry tells who has an account");
    assert!(validation != repository, "what has to be put right is not seen");
    assert!(!duplicate.contains("duplicate"));
    assert_eq!(
        ActionFailure::from(RegistrationFailure::Validation),
        ActionFailure::from(RegistrationFailure::Duplicate)
    );
    assert!(ActionFailure::from(RegistrationFailure::Repository).is_fault());
}

/// Everything that leaves when a registration fails, ids and times included: those of a test are always the same.
fn everything_of(failure: RegistrationFailure) -> String {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let action = shop.track_user_action(mia(), Action::SignUp);
    shop.create_user(RegistrationSource::Form).failed(failure);
    action.finish(Err(failure.into()));
    let recorded = test.finish();
    let is_open = |span: &&TestSpan| span.status == TestStatus::Ok;
    assert_eq!(recorded.spans().iter().filter(is_open).count(), 0);
    let metrics = CATALOGUE.metrics.iter().map(|metric| {
        let mut values = recorded.values(metric);
        values.sort_by(|(one, _), (other, _)| one.cmp(other));
        (metric.name, values)
    });
    format!("{:?} {:?} {:?}", recorded.spans(), recorded.events(), metrics.collect::<Vec<_>>())
}
