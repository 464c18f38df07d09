//! Personal data planted in every text that a shop can be told: none of it leaves.

mod unknown;
mod watched;

use otel_core::Sensitive;
use otel_core::testing::{Recorded, TestTelemetry};
use otel_ecommerce::charge::Charge;
use otel_ecommerce::ids::{
    CaptureId, CartId, CheckoutId, IdempotencyKey, OrderId, PaymentId, ProductId, RefundId, ReturnId,
    SessionId, VoidId,
};
use otel_ecommerce::inventory::Line;
use otel_ecommerce::labels::{
    Action, Channel, PaymentFailure, PaymentMethod, PaymentNetwork, RegistrationSource, ReleaseReason,
    SearchType,
};
use otel_ecommerce::order::NewOrder;
use otel_ecommerce::{CATALOGUE, Observability};

use crate::counter::{euros, mia};

/// What is planted, and what must not be found of it.
const PLANTED: [(&str, &str); 6] = [
    ("4111 1111 1111 1111", "1111 1111 11"),
    ("5500005555555559", "000055555555"),
    ("378282246310005", "2246310"),
    ("mia.muster@example.org", "mia.muster"),
    ("DE89 3704 0044 0532 0130 00", "3704 0044"),
    ("+41 44 668 18 00", "668 18"),
];

#[test]
fn no_card_and_no_person_leaves_in_any_text_that_can_be_given() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    everywhere().for_each(|text| say_everything(&shop, &text));
    let recorded = test.finish();
    assert_eq!(recorded.spans().len(), PLANTED.len() * 3 * 11, "everything was said");
    assert_nothing_left(&recorded);
}

#[test]
fn a_clean_identifier_leaves_as_it_is() {
    let test = TestTelemetry::new();
    say_everything(&Observability::new(&test), "o-2026-000017");
    let everything = format!("{:?}", test.finish());
    // Otherwise the test above would see nothing because nothing is said.
    assert!(everything.matches("o-2026-000017").count() > 20, "{everything}");
}

#[test]
fn no_attribute_is_called_what_personal_data_is_called() {
    for key in CATALOGUE.attributes {
        for word in ["email", "mail", "name.", "phone", "bin", "cvv", "cvc", "pan", "number", "query.text"] {
            let is_word = key.name.split(['.', '_']).any(|part| part == word);
            assert!(!is_word, "{} is about a person or a card", key.name);
        }
    }
}

/// What is planted, alone, at the end and at the beginning of a text.
fn everywhere() -> impl Iterator<Item = String> {
    PLANTED.iter().flat_map(|(planted, _)| {
        [(*planted).to_owned(), format!("o-17/{planted}"), format!("{planted} again")]
    })
}

fn assert_nothing_left(recorded: &Recorded) {
    let everything = format!("{recorded:?}");
    for (planted, trace) in PLANTED {
        let around = everything.find(trace).map(|at| everything.get(at.saturating_sub(200)..at + 50));
        assert_eq!(around, None, "{planted} left");
    }
}

/// Every verb that takes a text, with this text.
fn say_everything(shop: &Observability, text: &str) {
    let mut action = shop.track_user_action(mia(), Action::Purchase);
    action.set_channel(Channel::Web).set_session(SessionId(text)).expect("a visit");
    let entered = action.enter();
    let mut reservation = shop.reserve_inventory();
    reservation.set_order(OrderId(text)).and_then(|it| it.set_checkout(CheckoutId(text))).expect("ids");
    let line = Line::new(ProductId(text), 2).and_then(|line| line.only(1)).expect("a line");
    reservation.line_reserved(&line);
    reservation.finish();
    shop.inventory_released(&line, ReleaseReason::Unpaid);
    shop.search_catalog(SearchType::Text, Sensitive::new(text)).found(3);
    shop.create_user(RegistrationSource::Form).created(Sensitive::new(text).pseudonym(&key()));
    order(shop, text);
    payments(shop, text);
    drop(entered);
    action.finish(Ok(()));
}

fn order(shop: &Observability, text: &str) {
    let new = NewOrder::new(OrderId(text), Channel::Web, euros(5_990), 3).expect("an order");
    let new = new.with_cart(CartId(text)).and_then(|it| it.with_checkout(CheckoutId(text))).expect("ids");
    let mut order = shop.track_order_processing(&new.with_user(mia()));
    assert!(order.payment_authorized(PaymentId(text), euros(5_990)).is_believed());
    assert!(order.order_completed().is_believed());
    assert!(order.payment_received(PaymentId(text), euros(10)).is_believed());
    assert!(order.payment_captured(CaptureId(text), euros(2_000)).is_believed());
    assert!(!order.payment_captured(CaptureId(text), euros(2_000)).is_believed());
    assert!(order.order_delivered().is_believed());
    assert!(order.items_returned(ReturnId(text), 1).is_believed());
    let mut order = order.park().resume();
    assert!(order.order_refunded(RefundId(text), euros(1_000)).is_believed());
    assert!(order.payment_voided(VoidId(text), euros(1_000)).is_believed());
    order.finish();
}

fn payments(shop: &Observability, text: &str) {
    let charge = Charge::new(euros(5_990), PaymentMethod::Card, PaymentNetwork::Visa).expect("a payment");
    let charge = charge.with_order(OrderId(text)).expect("an order");
    let charge = charge.with_idempotency_key(IdempotencyKey(text)).expect("a key");
    let charge = charge.with_card(Sensitive::new(text).pseudonym(&key())).with_user(mia());
    shop.authorize_payment(&charge).approved(PaymentId(text)).expect("an identifier");
    let charge = charge.with_payment(PaymentId(text)).expect("an identifier");
    shop.capture_payment(&charge).approved(PaymentId(text)).expect("an identifier");
    shop.refund_payment(&charge).failed(PaymentFailure::Timeout);
    shop.refund_payment(&charge).approved(RefundId(text)).expect("an identifier");
}

fn key() -> otel_core::PseudonymKey {
    otel_core::PseudonymKey::new([7; 32])
}
