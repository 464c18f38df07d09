//! A card is a pseudonym of the payment service's token: there is no place for its number or its check digits.

use otel_core::{Currency, Money, Sensitive};
use otel_ecommerce::charge::Charge;
use otel_ecommerce::labels::{PaymentMethod, PaymentNetwork};

fn main() {
    let amount = Money::from_minor(100, Currency::from_code("EUR").unwrap());
    let charge = Charge::new(amount, PaymentMethod::Card, PaymentNetwork::Visa).unwrap();
    let _ = charge.with_card("4111111111111111");
    let _ = charge.with_card(Sensitive::new("4111111111111111"));
    let _ = charge.with_cvv("123");
}
