//! Payments as the tests make them.

use otel_core::{Currency, Money, Pseudonym, PseudonymKey, Sensitive, Timestamp};
use otel_ecommerce::ids::PaymentId;
use otel_ecommerce::payment::Payment;

/// Somebody, or something, by number.
pub(crate) fn somebody(number: u64) -> Pseudonym {
    Sensitive::new(number.to_le_bytes()).pseudonym(&PseudonymKey::new([7; 32]))
}

/// A payment of 25 dollars by a user, and nothing else known of it.
pub(crate) fn payment(user: Pseudonym, at: Timestamp) -> Payment<'static> {
    Payment {
        id: PaymentId("p-1"),
        order: None,
        user,
        card: None,
        device: None,
        terminal: None,
        amount: dollars(2_500),
        at,
        place: None,
    }
}

pub(crate) fn dollars(cents: i64) -> Money {
    Money::from_minor(cents, Currency::from_code("USD").expect("a currency"))
}

/// So many milliseconds after some Sunday in 2025.
pub(crate) fn at(millis: u64) -> Timestamp {
    Timestamp::from_unix_nanos((SUNDAY + millis) * 1_000_000)
}

/// Not a whole second, minute or power of two.
const SUNDAY: u64 = 1_762_041_601_237;

pub(crate) const SECOND: u64 = 1_000;
pub(crate) const MINUTE: u64 = 60 * SECOND;
pub(crate) const HOUR: u64 = 60 * MINUTE;
pub(crate) const DAY: u64 = 24 * HOUR;
