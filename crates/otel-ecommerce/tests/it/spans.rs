//! What the guards record.

mod orders;
mod parents;
mod payments;
mod people;
mod stock;

use otel_core::testing::{TestSpan, TestTelemetry};
use otel_core::{Context, Telemetry};
use otel_ecommerce::labels::{Action, RegistrationSource, SearchType};
use otel_ecommerce::order::Answer;
use otel_ecommerce::{Observability, OrderSpan, ParkedOrder};

use crate::counter::{charge, mia, order};

#[test]
fn orders_can_be_kept_and_moved() {
    fn check<T: Send + Sync + std::fmt::Debug + 'static>() {}
    check::<OrderSpan>();
    check::<ParkedOrder>();
}

#[test]
fn what_happens_finds_its_place_in_a_trace() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let action = shop.track_user_action(mia(), Action::Purchase);
    let entered = action.enter();
    shop.track_order_processing(&order("inside")).finish();
    shop.authorize_payment(&charge(100)).failed(otel_ecommerce::labels::PaymentFailure::Timeout);
    shop.reserve_inventory().finish();
    shop.search_catalog(SearchType::Text, otel_core::Sensitive::new("x")).found(1);
    shop.create_user(RegistrationSource::Form).created(mia());
    shop.track_order_processing_in(&order("alone"), &Context::new()).finish();
    shop.track_user_action_in(mia(), Action::Browse, &Context::new()).finish(Ok(()));
    drop(entered);
    let context = action.context();
    shop.track_order_processing_in(&order("elsewhere"), &context).finish();
    shop.track_user_action_in(mia(), Action::ViewOrder, &context).finish(Ok(()));
    action.finish(Ok(()));
    let recorded = test.finish();
    let last = recorded.spans().last().expect("a span").span_id.clone();
    let parents: Vec<_> = recorded.spans().iter().map(|span| span.parent_span_id.clone()).collect();
    let inside = || last.clone();
    let expected = [
        inside(),
        inside(),
        inside(),
        inside(),
        inside(),
        String::new(),
        String::new(),
        inside(),
        inside(),
        String::new(),
    ];
    assert_eq!(parents, expected);
}

#[test]
fn without_telemetry_the_life_of_an_order_is_still_right() {
    let shop = Observability::new(&Telemetry::noop());
    let mut order = shop.track_order_processing(&order("o-1"));
    assert_eq!(order.order_completed(), Answer::Accepted);
    let mut order = order.park().resume();
    assert_eq!(order.order_delivered(), Answer::Accepted);
    assert!(matches!(order.order_cancelled(None), Answer::Refused(_)));
    shop.track_user_action(mia(), Action::Browse).finish(Ok(()));
}

fn check(span: &TestSpan, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        let found = span.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        assert_eq!(found, Some((*value).into()), "{name} of {}", span.name);
    }
}
