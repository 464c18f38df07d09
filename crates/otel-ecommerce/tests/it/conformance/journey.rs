//! What people do, orders, payments, stock and searches.

use otel_core::testing::TestTelemetry;
use otel_core::{PseudonymKey, Sensitive};
use otel_ecommerce::Observability;
use otel_ecommerce::ids::{
    CaptureId, CartId, CheckoutId, IdempotencyKey, OrderId, PaymentId, ProductId, RefundId, ReturnId,
    SessionId, VoidId,
};
use otel_ecommerce::inventory::Line;
use otel_ecommerce::labels::{
    Action, ActionFailure, Channel, InventoryFailure, OrderFailure, PaymentFailure, RegistrationSource,
    ReleaseReason, SearchFailure, SearchType,
};
use otel_ecommerce::registration::RegistrationFailure;

use crate::counter::{charge, completed, euros, mia, order};

pub(super) fn say_everything(test: &TestTelemetry) {
    let shop = Observability::new(test);
    people(&shop);
    orders(test, &shop);
    payments(&shop);
    stock(&shop);
    for kind in SearchType::ALL {
        shop.search_catalog(*kind, Sensitive::new("red shoes")).found(3);
        shop.search_catalog(*kind, Sensitive::new("")).failed(SearchFailure::Query);
    }
}

fn people(shop: &Observability) {
    for action in Action::ALL {
        for channel in Channel::ALL {
            let mut span = shop.track_user_action(mia(), *action);
            span.set_channel(*channel).set_session(SessionId("s-1")).expect("a visit").set_worth(euros(5));
            span.finish(Ok(()));
        }
        for failure in ActionFailure::ALL {
            shop.track_user_action(mia(), *action).finish(Err(*failure));
        }
    }
    for source in RegistrationSource::ALL {
        shop.create_user(*source).created(mia());
        shop.create_user(*source).failed(RegistrationFailure::Duplicate);
        shop.create_user(*source).failed(RegistrationFailure::Repository);
    }
}

fn orders(test: &TestTelemetry, shop: &Observability) {
    let new = order("o-1").with_user(mia()).with_cart(CartId("c-1")).expect("a cart");
    let new = new.with_checkout(CheckoutId("k-1")).expect("a checkout");
    let new = new.with_placed_at(test.now(), test.now()).expect("a time");
    let mut order = shop.track_order_processing(&new);
    let says = |answer: otel_ecommerce::order::Answer| assert!(answer.is_believed(), "{answer:?}");
    says(order.payment_authorized(PaymentId("p"), euros(5_990)));
    says(order.order_completed());
    says(order.order_payment_missed());
    says(order.order_completed());
    says(order.payment_captured(CaptureId("c"), euros(4_900)));
    for number in 0..100 {
        says(order.payment_captured(CaptureId(&format!("c-{number}")), euros(1)));
    }
    says(order.payment_voided(VoidId("v"), euros(990)));
    says(order.payment_received(PaymentId("voucher"), euros(10)));
    let mut order = order.park().resume();
    says(order.order_shipped());
    says(order.order_readied());
    says(order.order_delivered());
    says(order.items_returned(ReturnId("b-1"), 1));
    says(order.order_returned());
    says(order.order_refunded(RefundId("r"), euros(5_000)));
    assert!(!order.order_delivered().is_believed());
    order.finish();
    for failure in OrderFailure::ALL {
        let mut order = completed(test);
        says(order.order_stalled(*failure));
        says(order.order_cancelled(Some(*failure)));
        order.finish();
    }
}

fn payments(shop: &Observability) {
    let card = Sensitive::new("tok_1").pseudonym(&PseudonymKey::new([7; 32]));
    let charge = charge(100).with_card(card).with_user(mia());
    let charge = charge.with_order(OrderId("o-1")).expect("an order");
    let charge = charge.with_idempotency_key(IdempotencyKey("k-1")).expect("a key");
    shop.authorize_payment(&charge).approved(PaymentId("p-1")).expect("an identifier");
    shop.capture_payment(&charge).approved(PaymentId("p-1")).expect("an identifier");
    shop.refund_payment(&charge).approved(RefundId("r-1")).expect("an identifier");
    for failure in PaymentFailure::ALL {
        shop.authorize_payment(&charge).failed(*failure);
        shop.capture_payment(&charge).failed(*failure);
    }
}

fn stock(shop: &Observability) {
    let line = Line::new(ProductId("sku-1"), 3).and_then(|line| line.only(1)).expect("a line");
    let mut reservation = shop.reserve_inventory();
    reservation.line_reserved(&line);
    reservation.finish();
    for failure in InventoryFailure::ALL {
        shop.reserve_inventory().failed(*failure);
    }
    for reason in ReleaseReason::ALL {
        shop.inventory_released(&line, *reason);
    }
}
