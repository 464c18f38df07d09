//! How little somebody pays who only wants to know whether a card works.

use otel_core::{Currency, Money};

use crate::conventions::small_amounts::{LIKE_A_DOLLAR, UNLIKE_A_DOLLAR};

/// Up to how much is small where nobody has said so: about two US dollars.
///
/// It is rounded to 1, 2 or 5 with zeros, at the rates of late 2025. So it stays right within a factor of two until a
/// currency has lost or won half of its worth.
pub(super) fn usual(currency: Currency) -> Money {
    let code = currency.code();
    let known = UNLIKE_A_DOLLAR.iter().find(|(_, codes)| codes.contains(&code));
    let hundredths = known.map_or(LIKE_A_DOLLAR, |(hundredths, _)| *hundredths);
    let unit = 10_i64.checked_pow(currency.exponent()).unwrap_or(i64::MAX);
    Money::from_minor(hundredths.saturating_mul(unit) / 100, currency)
}
