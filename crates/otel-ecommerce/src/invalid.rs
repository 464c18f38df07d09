//! What a caller says and cannot mean, found where it is said: nothing is recorded of it.

use std::fmt;
use std::time::Duration;

use otel_core::{Currency, Money, Timestamp};

/// How far ahead another clock may be: the five minutes that Kerberos allows by default (RFC 4120, §8.2).
pub const CLOCK_SKEW: Duration = Duration::from_secs(5 * 60);

/// What cannot be meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Invalid {
    /// An identifier without a sign that can be seen.
    Empty(Field),
    /// A code that ISO 4217 does not have, or has for no currency and for tests (`XXX`, `XTS`).
    Currency,
    /// Less than nothing.
    Negative(Field),
    /// Nothing, where there must be something.
    Nothing(Field),
    /// Amounts in different currencies.
    Currencies,
    /// More than there can be: more came back than was ordered, or was set aside than was asked for.
    Excess(Field),
    /// Later than now, by more than [`CLOCK_SKEW`].
    Future,
}

/// What it was said of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// The order.
    Order,
    /// The checkout.
    Checkout,
    /// The cart.
    Cart,
    /// The visit.
    Session,
    /// What is sold.
    Product,
    /// The payment service's identifier of a payment.
    Payment,
    /// The key that makes a request be carried out once.
    IdempotencyKey,
    /// An amount of money.
    Amount,
    /// A number of items.
    Items,
    /// When it happened.
    Time,
}

impl Invalid {
    /// The identifier, if there is one.
    pub(crate) fn unless_there(id: &str, field: Field) -> Result<(), Self> {
        if id.trim().is_empty() { Err(Self::Empty(field)) } else { Ok(()) }
    }

    /// The amount, if it is one of at least nothing in a currency.
    pub(crate) fn unless_owed(amount: Money) -> Result<(), Self> {
        if !is_spent(amount.currency()) {
            return Err(Self::Currency);
        }
        if amount.minor() < 0 { Err(Self::Negative(Field::Amount)) } else { Ok(()) }
    }

    /// The amount, if it is one of more than nothing in a currency.
    pub(crate) fn unless_paid(amount: Money) -> Result<(), Self> {
        Self::unless_owed(amount)?;
        if amount.minor() == 0 { Err(Self::Nothing(Field::Amount)) } else { Ok(()) }
    }

    /// The time, if it is not in the future of `now`.
    pub(crate) fn unless_past(at: Timestamp, now: Timestamp) -> Result<(), Self> {
        if at.since(now) > CLOCK_SKEW { Err(Self::Future) } else { Ok(()) }
    }
}

/// An amount of at least nothing: minor units of the currency with this ISO 4217 code.
///
/// # Errors
///
/// When the code is not that of a currency that is spent, or the amount is less than nothing.
pub fn amount(minor: i64, code: &str) -> Result<Money, Invalid> {
    let currency = Currency::from_code(code).ok_or(Invalid::Currency)?;
    let amount = Money::from_minor(minor, currency);
    Invalid::unless_owed(amount)?;
    Ok(amount)
}

/// Whether there is such money: ISO 4217 also has codes for the absence of a currency and for tests.
pub(crate) fn is_spent(currency: Currency) -> bool {
    // tidy: stays inside: these are codes that are refused.
    !["XXX", "XTS"].contains(&currency.code())
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty(field) => write!(f, "the identifier of {field} is empty"),
            Self::Currency => f.write_str("ISO 4217 has no such currency"),
            Self::Negative(field) => write!(f, "{field} is less than nothing"),
            Self::Nothing(field) => write!(f, "{field} is nothing"),
            Self::Currencies => f.write_str("the amounts are in different currencies"),
            Self::Excess(field) => write!(f, "{field} is more than there can be"),
            Self::Future => f.write_str("it is said to have happened in the future"),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Order => "the order",
            Self::Checkout => "the checkout",
            Self::Cart => "the cart",
            Self::Session => "the visit",
            Self::Product => "the product",
            Self::Payment => "the payment",
            Self::IdempotencyKey => "the request",
            Self::Amount => "the amount",
            Self::Items => "the number of items",
            Self::Time => "the time",
        })
    }
}

impl std::error::Error for Invalid {}
