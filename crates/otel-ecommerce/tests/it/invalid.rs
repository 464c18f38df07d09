//! What cannot be meant is refused where it is said, and nothing is recorded of it.

use std::time::Duration;

use otel_core::Timestamp;
use otel_core::testing::TestTelemetry;
use otel_ecommerce::charge::Charge;
use otel_ecommerce::ids::{CartId, CheckoutId, IdempotencyKey, OrderId, PaymentId, ProductId, SessionId};
use otel_ecommerce::invalid::{CLOCK_SKEW, Field, Invalid, amount};
use otel_ecommerce::inventory::Line;
use otel_ecommerce::labels::{Action, Channel, PaymentMethod, PaymentNetwork};
use otel_ecommerce::order::NewOrder;
use otel_ecommerce::{CATALOGUE, Observability};

use crate::counter::{charge, euros, mia, money, order};

#[test]
fn amounts_are_at_least_nothing_in_money_that_is_spent() {
    assert_eq!(amount(1_999, "EUR"), Ok(euros(1_999)));
    assert_eq!(amount(0, "JPY"), Ok(money(0, "JPY")));
    assert_eq!(amount(-1, "EUR"), Err(Invalid::Negative(Field::Amount)));
    assert_eq!(amount(i64::MIN, "KWD"), Err(Invalid::Negative(Field::Amount)));
    for code in ["", "EU", "eur", "EURO", "ZZZ", "XXX", "XTS", "€"] {
        assert_eq!(amount(1, code), Err(Invalid::Currency), "{code:?}");
    }
}

#[test]
fn orders_that_cannot_be_are_not_made() {
    let new = |id, total, items| NewOrder::new(OrderId(id), Channel::Web, total, items).err();
    assert_eq!(new("o-1", euros(0), 1), None, "what is given away is an order too");
    assert_eq!(new("", euros(1), 1), Some(Invalid::Empty(Field::Order)));
    assert_eq!(new(" \t\n", euros(1), 1), Some(Invalid::Empty(Field::Order)));
    assert_eq!(new("o-1", euros(-1), 1), Some(Invalid::Negative(Field::Amount)));
    assert_eq!(new("o-1", money(1, "XXX"), 1), Some(Invalid::Currency));
    assert_eq!(new("o-1", euros(1), 0), Some(Invalid::Nothing(Field::Items)));
    assert_eq!(order("o-1").with_cart(CartId("")).err(), Some(Invalid::Empty(Field::Cart)));
    assert_eq!(order("o-1").with_checkout(CheckoutId("")).err(), Some(Invalid::Empty(Field::Checkout)));
    assert_eq!(order("o-1").with_value(euros(-5)).err(), Some(Invalid::Negative(Field::Amount)));
}

#[test]
fn what_was_placed_in_the_future_was_not_placed_but_clocks_may_differ() {
    let now = Timestamp::from_unix_nanos(1_704_067_200_000_000_000);
    let placed = |at| order("o-1").with_placed_at(at, now).err();
    assert_eq!(placed(Timestamp::default()), None);
    assert_eq!(placed(now.after(CLOCK_SKEW)), None);
    assert_eq!(placed(now.after(CLOCK_SKEW + Duration::from_nanos(1))), Some(Invalid::Future));
    assert_eq!(placed(Timestamp::from_unix_nanos(u64::MAX)), Some(Invalid::Future));
}

#[test]
fn payments_that_cannot_be_are_not_made() {
    let new = |amount| Charge::new(amount, PaymentMethod::Card, PaymentNetwork::Visa).err();
    assert_eq!(new(euros(0)), Some(Invalid::Nothing(Field::Amount)));
    assert_eq!(new(euros(-1)), Some(Invalid::Negative(Field::Amount)));
    assert_eq!(new(money(1, "XTS")), Some(Invalid::Currency));
    assert_eq!(charge(1).with_order(OrderId("")).err(), Some(Invalid::Empty(Field::Order)));
    assert_eq!(charge(1).with_payment(PaymentId(" ")).err(), Some(Invalid::Empty(Field::Payment)));
    let key = charge(1).with_idempotency_key(IdempotencyKey(""));
    assert_eq!(key.err(), Some(Invalid::Empty(Field::IdempotencyKey)));
}

#[test]
fn lines_that_cannot_be_are_not_made() {
    assert_eq!(Line::new(ProductId(""), 1), Err(Invalid::Empty(Field::Product)));
    assert_eq!(Line::new(ProductId("sku"), 0), Err(Invalid::Nothing(Field::Items)));
    let line = Line::new(ProductId("sku"), 2).expect("a line");
    assert_eq!(line.only(3), Err(Invalid::Excess(Field::Items)));
    assert_eq!(line.only(0).map(|line| line.missing()), Ok(2));
}

#[test]
fn nothing_is_recorded_of_what_is_refused() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    assert!(NewOrder::new(OrderId(""), Channel::Web, euros(1), 1).is_err());
    let mut action = shop.track_user_action(mia(), Action::Browse);
    assert_eq!(action.set_session(SessionId("")).err(), Some(Invalid::Empty(Field::Session)));
    action.finish(Ok(()));
    let mut reservation = shop.reserve_inventory();
    assert!(reservation.set_order(OrderId("")).is_err());
    assert!(reservation.set_checkout(CheckoutId("")).is_err());
    reservation.finish();
    let progress = otel_ecommerce::order::Progress {
        refunded: euros(-1),
        ..otel_ecommerce::order::Progress::unpaid(
            otel_ecommerce::labels::OrderStatus::Delivered,
            &order("o-1"),
        )
    };
    assert!(shop.track_order_midway(&order("o-1"), &progress, None).is_err());
    let recorded = test.finish();
    assert_eq!(recorded.spans().len(), 2);
    assert!(recorded.events().is_empty());
    let known: Vec<_> = CATALOGUE.attributes.iter().map(|key| key.name).collect();
    let mut attributes = recorded.spans().iter().flat_map(|span| &span.attributes);
    assert!(attributes.all(|(key, value)| known.contains(&key.as_str()) && *value != "".into()));
}

#[test]
fn what_is_wrong_is_said_in_words() {
    assert_eq!(Invalid::Empty(Field::Order).to_string(), "the identifier of the order is empty");
    assert_eq!(Invalid::Negative(Field::Amount).to_string(), "the amount is less than nothing");
    assert_eq!(Invalid::Future.to_string(), "it is said to have happened in the future");
}
