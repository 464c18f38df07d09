//! Payments that cannot be judged.

use std::fmt;
use std::time::Duration;

use crate::payment::Payment;

/// Why a payment cannot be judged. Nothing of it is remembered, counted or told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaymentError {
    /// Its identifier is empty.
    NoId,
    /// The identifier of its order is empty.
    NoOrderId,
    /// Its amount is zero or negative: a refund is no payment.
    NotPositive,
    /// It comes from the future.
    Future {
        /// How much later it is than it may be.
        beyond: Duration,
    },
}

impl PaymentError {
    /// What is wrong with a payment by itself.
    pub(super) fn check(payment: &Payment<'_>) -> Result<(), Self> {
        if payment.id.0.is_empty() {
            return Err(Self::NoId);
        }
        if payment.order.is_some_and(|order| order.0.is_empty()) {
            return Err(Self::NoOrderId);
        }
        if payment.amount.minor() <= 0 {
            return Err(Self::NotPositive);
        }
        Ok(())
    }
}

impl fmt::Display for PaymentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoId => f.write_str("a payment has an identifier"),
            Self::NoOrderId => f.write_str("an order has an identifier"),
            Self::NotPositive => f.write_str("a payment is more than nothing"),
            Self::Future { beyond } => write!(f, "it is {beyond:?} later than a payment can be"),
        }
    }
}

impl std::error::Error for PaymentError {}
