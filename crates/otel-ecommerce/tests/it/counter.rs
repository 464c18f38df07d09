//! What the tests sell.

use otel_core::testing::TestTelemetry;
use otel_core::{Currency, Money, Pseudonym, PseudonymKey, Sensitive};
use otel_ecommerce::charge::Charge;
use otel_ecommerce::ids::{OrderId, PaymentId};
use otel_ecommerce::labels::{Channel, PaymentMethod, PaymentNetwork};
use otel_ecommerce::order::{Answer, NewOrder};
use otel_ecommerce::{Observability, OrderSpan};

/// An order of three items for 59.90 euros on the web.
pub(crate) fn order(id: &str) -> NewOrder<'_> {
    NewOrder::new(OrderId(id), Channel::Web, euros(5_990), 3).expect("an order")
}

/// The order `o-1`, which was authorised and is being prepared.
pub(crate) fn completed(test: &TestTelemetry) -> OrderSpan {
    let mut order = Observability::new(test).track_order_processing(&order("o-1"));
    assert_eq!(order.payment_authorized(PaymentId("p-auth"), euros(5_990)), Answer::Accepted);
    assert_eq!(order.order_completed(), Answer::Accepted);
    order
}

pub(crate) fn charge(minor: i64) -> Charge<'static> {
    Charge::new(euros(minor), PaymentMethod::Card, PaymentNetwork::Visa).expect("a payment")
}

pub(crate) fn euros(minor: i64) -> Money {
    money(minor, "EUR")
}

pub(crate) fn money(minor: i64, code: &str) -> Money {
    Money::from_minor(minor, Currency::from_code(code).expect("a currency"))
}

pub(crate) fn mia() -> Pseudonym {
    Sensitive::new("mia@example.org").pseudonym(&PseudonymKey::new([7; 32]))
}
