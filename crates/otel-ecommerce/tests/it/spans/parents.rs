//! Guards as parents: across `await`, and on other threads.

use std::future::Future;
use std::pin::pin;
use std::task::{Poll, Waker};

use otel_core::testing::{Recorded, TestTelemetry};
use otel_core::{Context, Sensitive, SpanDef};
use otel_ecommerce::conventions::{
    gateway, inventory, order as orders, payment, search, store as stores, user,
};
use otel_ecommerce::gateway::{Request, Route};
use otel_ecommerce::labels::{Action, Method, RegistrationSource, SearchType, System};
use otel_ecommerce::store::{Operation, StoreSettings};
use otel_ecommerce::{DataStore, Gateway, Observability};

use crate::counter::{charge, mia, order};

#[test]
fn what_is_awaited_inside_of_a_guard_is_a_part_of_it() {
    check(&payment::AUTHORIZE_PAYMENT, |shop, _| done(shop.authorize_payment(&charge(1)).wrap(act(shop))));
    check(&inventory::RESERVE_INVENTORY, |shop, _| done(shop.reserve_inventory().wrap(act(shop))));
    check(&search::SEARCH_CATALOG, |shop, _| {
        done(shop.search_catalog(SearchType::Text, Sensitive::new("x")).wrap(act(shop)));
    });
    check(&user::CREATE_USER, |shop, _| done(shop.create_user(RegistrationSource::Form).wrap(act(shop))));
    check(&orders::PROCESS_ORDER, |shop, _| done(shop.track_order_processing(&order("o-1")).wrap(act(shop))));
    check(&gateway::REQUEST, |shop, test| {
        done(Gateway::new(test, &[]).request(&Request::new(Method::Get, Route::UNMATCHED)).wrap(act(shop)));
    });
    check(&stores::CLIENT_OPERATION, |shop, test| {
        let store = DataStore::new(test, System::Redis, &StoreSettings::default());
        done(store.operation(&Operation::command("GET")).wrap(act(shop)));
    });
}

#[test]
fn a_guard_goes_under_the_parent_that_is_given() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let parent = shop.track_user_action(mia(), Action::Purchase);
    let context = parent.context();
    // It is current, and yet nobody asked for it.
    let other = shop.track_user_action(mia(), Action::Browse);
    let entered = other.enter();
    for context in [&context, &Context::new()] {
        drop(shop.authorize_payment_in(&charge(1), context));
        drop(shop.capture_payment_in(&charge(1), context));
        drop(shop.refund_payment_in(&charge(1), context));
        drop(shop.reserve_inventory_in(context));
        drop(shop.search_catalog_in(SearchType::Text, Sensitive::new("x"), context));
        drop(shop.create_user_in(RegistrationSource::Form, context));
    }
    drop(entered);
    other.finish(Ok(()));
    parent.finish(Ok(()));
    let recorded = test.finish();
    let parent = recorded.spans_of(&user::USER_ACTION)[1].span_id.clone();
    let defs = [
        payment::AUTHORIZE_PAYMENT,
        payment::CAPTURE_PAYMENT,
        payment::REFUND_PAYMENT,
        inventory::RESERVE_INVENTORY,
        search::SEARCH_CATALOG,
        user::CREATE_USER,
    ];
    for def in defs {
        let parents: Vec<_> =
            recorded.spans_of(&def).iter().map(|span| span.parent_span_id.as_str()).collect();
        assert_eq!(parents, [parent.as_str(), ""], "{}", def.name());
    }
}

/// What is done inside of the future is a child of the span of the guard, and nothing else is.
fn check(def: &SpanDef, what: impl Fn(&Observability, &TestTelemetry)) {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    what(&shop, &test);
    let recorded: Recorded = test.finish();
    let guard = recorded.spans().iter().find(|span| span.parent_span_id.is_empty()).expect("a guard");
    let inside = recorded.span(&user::USER_ACTION);
    assert_eq!(inside.parent_span_id, guard.span_id, "{}", def.name());
    assert!(def.told_by().is_some() || guard.name == def.name(), "{}", guard.name);
}

async fn act(shop: &Observability) {
    shop.track_user_action(mia(), Action::Browse).finish(Ok(()));
}

fn done(future: impl Future<Output = ()>) {
    let polled = pin!(future).poll(&mut std::task::Context::from_waker(Waker::noop()));
    assert_eq!(polled, Poll::Ready(()), "there is nothing to wait for");
}
