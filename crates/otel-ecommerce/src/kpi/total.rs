//! What an order comes to.

use otel_core::{Currency, Decimal, Money};

use super::exact::Exact;

/// The total of an order: its lines are added up exactly, and only the total is rounded, half to even, as an invoice is.
///
/// A unit price may have more digits than its currency has: three pieces at 0.333 are 1.00, and not 0.99.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderTotal {
    currency: Currency,
    sum: Exact,
}

/// A total that is more than can be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotalError;

impl OrderTotal {
    /// The total of an order without lines.
    pub const fn new(currency: Currency) -> Self {
        Self { currency, sum: Exact::ZERO }
    }

    /// Adds a line: so many pieces, at so many major units each. Either may be negative.
    ///
    /// # Errors
    ///
    /// When the total does not fit; then it stays as it was.
    pub fn add(&mut self, quantity: Decimal, unit_price: Decimal) -> Result<(), TotalError> {
        let line = Exact {
            // Two factors of 64 bits always fit.
            mantissa: i128::from(quantity.mantissa()) * i128::from(unit_price.mantissa()),
            scale: u32::from(quantity.scale()) + u32::from(unit_price.scale()),
        };
        self.sum = self.sum.plus(line).ok_or(TotalError)?;
        Ok(())
    }

    /// The total, in minor units of its currency.
    ///
    /// # Errors
    ///
    /// When it does not fit.
    pub fn money(&self) -> Result<Money, TotalError> {
        let minor = self.sum.in_minor_units(self.currency.exponent()).ok_or(TotalError)?;
        Ok(Money::from_minor(minor, self.currency))
    }
}

impl std::fmt::Display for TotalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the total of an order does not fit")
    }
}

impl std::error::Error for TotalError {}
