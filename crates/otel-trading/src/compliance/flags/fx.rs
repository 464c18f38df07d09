//! Exchange rates, as the caller has them.

use std::collections::HashMap;
use std::fmt;

use otel_core::{Currency, Decimal, Money};

/// What one major unit of each currency is worth in the reporting currency. It holds as many rates as there are
/// currencies, and no rate of its own.
#[derive(Clone, Debug)]
pub struct FxTable {
    reporting: Currency,
    rates: HashMap<Currency, Decimal>,
}

/// Why a rate was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FxError {
    /// A rate is positive.
    NotPositive,
    /// The rate of the reporting currency is one.
    ReportingCurrency,
}

impl fmt::Display for FxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotPositive => "an exchange rate is positive",
            Self::ReportingCurrency => "the reporting currency needs no rate",
        })
    }
}

impl std::error::Error for FxError {}

impl FxTable {
    /// A table without rates.
    pub fn new(reporting: Currency) -> Self {
        Self { reporting, rates: HashMap::new() }
    }

    /// The currency everything is compared in.
    pub const fn reporting(&self) -> Currency {
        self.reporting
    }

    /// Sets how many major units of the reporting currency one of `currency` is worth.
    ///
    /// # Errors
    ///
    /// When the rate is not positive, or is that of the reporting currency.
    pub fn set(&mut self, currency: Currency, rate: Decimal) -> Result<(), FxError> {
        if currency == self.reporting {
            return Err(FxError::ReportingCurrency);
        }
        if rate.mantissa() <= 0 {
            return Err(FxError::NotPositive);
        }
        self.rates.insert(currency, rate);
        Ok(())
    }

    /// Forgets a rate, as when it is too old to be used.
    pub fn forget(&mut self, currency: Currency) {
        self.rates.remove(&currency);
    }

    /// Whether amounts of this currency can be converted.
    pub fn knows(&self, currency: Currency) -> bool {
        currency == self.reporting || self.rates.contains_key(&currency)
    }

    /// The amount in the reporting currency, rounded half to even to its minor unit; `None` without a rate, or beyond
    /// what [`Money`] holds.
    pub fn convert(&self, amount: Money) -> Option<Money> {
        if amount.currency() == self.reporting {
            return Some(amount);
        }
        let rate = self.rates.get(&amount.currency())?;
        let scale = u8::try_from(amount.currency().exponent()).ok()?;
        Money::of(Decimal::new(amount.minor(), scale)?, *rate, self.reporting)
    }
}
