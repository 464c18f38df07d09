//! Exchange rates, as somebody published them.

use std::collections::HashMap;
use std::time::Duration;

use otel_core::{Currency, Decimal, Money, Timestamp};

use super::exact::Exact;
use crate::labels::RateGap;

/// Exchange rates of one moment, by which amounts are converted to one reporting currency.
///
/// Who published them and when is told with them: a converted sum without that cannot be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateTable {
    reporting: Currency,
    source: Box<str>,
    of: Timestamp,
    rates: HashMap<Currency, Decimal>,
}

/// Why something is no exchange rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RateError {
    /// It is zero or negative.
    NotPositive(Currency),
    /// It says what the reporting currency is worth in itself.
    Reporting,
    /// There is one of this currency already.
    Twice(Currency),
}

impl RateTable {
    /// No rates yet, of this moment, from this source.
    pub fn new(reporting: Currency, source: &str, of: Timestamp) -> Self {
        Self { reporting, source: source.into(), of, rates: HashMap::new() }
    }

    /// The same with a rate: how many units of the reporting currency one unit of `currency` is worth, both major units.
    ///
    /// # Errors
    ///
    /// When the rate is not positive, or there is one already.
    pub fn rate(mut self, currency: Currency, worth: Decimal) -> Result<Self, RateError> {
        if worth.mantissa() <= 0 {
            return Err(RateError::NotPositive(currency));
        }
        if currency == self.reporting {
            return Err(RateError::Reporting);
        }
        match self.rates.insert(currency, worth) {
            None => Ok(self),
            Some(_) => Err(RateError::Twice(currency)),
        }
    }

    /// The currency that amounts are converted to.
    pub const fn reporting(&self) -> Currency {
        self.reporting
    }

    /// Who published the rates.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The moment they are of.
    pub const fn time(&self) -> Timestamp {
        self.of
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rates.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rates.is_empty()
    }

    /// An amount in the reporting currency, rounded half to even to its minor unit. Rates hold for `hold` from their
    /// moment on; what was before it is converted too, because nothing that is nearer will be published any more.
    ///
    /// # Errors
    ///
    /// When there is no rate, it is too old for what happened at this time, or the result does not fit.
    pub fn convert(&self, amount: Money, at: Timestamp, hold: Duration) -> Result<Money, RateGap> {
        if amount.currency() == self.reporting {
            return Ok(amount);
        }
        let rate = self.rates.get(&amount.currency()).ok_or(RateGap::NoRate)?;
        if at > self.of.after(hold) {
            return Err(RateGap::StaleRates);
        }
        let value = Exact {
            mantissa: i128::from(amount.minor()) * i128::from(rate.mantissa()),
            scale: amount.currency().exponent() + u32::from(rate.scale()),
        };
        let minor = value.in_minor_units(self.reporting.exponent()).ok_or(RateGap::Overflow)?;
        Ok(Money::from_minor(minor, self.reporting))
    }
}

impl std::fmt::Display for RateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotPositive(currency) => write!(f, "the rate of {currency} is not positive"),
            Self::Reporting => f.write_str("the reporting currency has no rate"),
            Self::Twice(currency) => write!(f, "there are two rates of {currency}"),
        }
    }
}

impl std::error::Error for RateError {}
