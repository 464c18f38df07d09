//! Trades that are worth a lot.

use otel_core::{AlertLevel, Currency, Money};

use super::bounded::Bounded;
use super::evidence::{Evidence, Undetermined};
use super::fact::{Action, Execution, MarketFact};
use super::flag::Flag;
use super::fx::FxTable;
use super::keys::InstrumentKey;
use crate::conventions::flags as rules;

/// How much is a lot, by instrument, by currency, and for everything else.
#[derive(Debug)]
pub struct LargeTradeLimits {
    rates: FxTable,
    general: Money,
    by_currency: Vec<Money>,
    by_instrument: Bounded<InstrumentKey, Money>,
}

impl LargeTradeLimits {
    /// The threshold of the case study: 1,000,000 major units, which are compared in the reporting currency.
    const MAJOR_UNITS: i64 = 1_000_000;

    /// The most instruments that have a threshold of their own; those beyond it are judged like all others, and counted.
    const INSTRUMENTS: usize = 65_536;

    /// One threshold for all: 1,000,000 of the reporting currency of `rates`.
    ///
    /// No regulation has this number. It is what a firm looks at twice.
    pub fn new(rates: FxTable) -> Self {
        let minor = Self::MAJOR_UNITS * 10_i64.pow(rates.reporting().exponent().min(12));
        let general = Money::from_minor(minor, rates.reporting());
        Self { rates, general, by_currency: Vec::new(), by_instrument: Bounded::new(Self::INSTRUMENTS) }
    }

    /// The same with another threshold for all: so many minor units of the reporting currency.
    #[must_use]
    pub fn above(mut self, minor: i64) -> Self {
        self.general = Money::from_minor(minor, self.rates.reporting());
        self
    }

    /// The same with a threshold for trades in its currency, which are then not converted.
    #[must_use]
    pub fn in_currency(mut self, threshold: Money) -> Self {
        self.by_currency.retain(|other| other.currency() != threshold.currency());
        self.by_currency.push(threshold);
        self
    }

    /// The same with a threshold for one instrument, in the currency it is traded in or in the reporting one.
    #[must_use]
    pub fn for_instrument(mut self, instrument: InstrumentKey, threshold: Money) -> Self {
        *self.by_instrument.or_insert_with(instrument, || threshold) = threshold;
        self
    }

    /// The rates, to be kept up to date.
    pub fn rates_mut(&mut self) -> &mut FxTable {
        &mut self.rates
    }

    /// What a trade is compared with.
    fn threshold(&mut self, instrument: InstrumentKey, currency: Currency) -> Money {
        if let Some(threshold) = self.by_instrument.get_mut(&instrument) {
            return *threshold;
        }
        let own = self.by_currency.iter().find(|threshold| threshold.currency() == currency);
        own.copied().unwrap_or(self.general)
    }

    /// Whether one execution is worth too much, or may be.
    fn judge(&mut self, fact: &MarketFact, execution: &Execution) -> Result<Option<Evidence>, Undetermined> {
        let currency = fact.currency.ok_or(Undetermined::NoCurrency)?;
        // A spread that trades below zero is worth something too.
        let value = Money::of(fact.quantity.0, execution.price.0, currency)
            .and_then(|value| Some(Money::from_minor(value.minor().checked_abs()?, currency)))
            .ok_or(Undetermined::Beyond)?;
        let threshold = self.threshold(fact.listing.instrument, currency);
        let compared = if threshold.currency() == currency {
            value
        } else if threshold.currency() == self.rates.reporting() && self.rates.knows(currency) {
            self.rates.convert(value).ok_or(Undetermined::Beyond)?
        } else {
            return Err(Undetermined::NoRate);
        };
        let is_large = compared.minor() > threshold.minor();
        Ok(is_large.then_some(Evidence::LargeTrade { value, compared, threshold }))
    }
}

/// Flags executions worth more than a threshold, and those of which nobody can say.
#[derive(Debug)]
pub struct LargeTrade {
    limits: LargeTradeLimits,
    undetermined: u64,
}

impl LargeTrade {
    /// A detector with these limits.
    pub const fn new(limits: LargeTradeLimits) -> Self {
        Self { limits, undetermined: 0 }
    }

    /// The limits, to be kept up to date.
    pub const fn limits_mut(&mut self) -> &mut LargeTradeLimits {
        &mut self.limits
    }

    /// The instruments whose own threshold was forgotten, because there were too many.
    pub const fn overflow(&self) -> u64 {
        self.limits.by_instrument.evicted()
    }

    /// The executions so far that could not be compared.
    pub const fn undetermined(&self) -> u64 {
        self.undetermined
    }

    /// Looks at one fact. An execution that cannot be compared is flagged at the lowest level, and counted.
    pub fn observe(&mut self, fact: &MarketFact) -> Option<Flag> {
        let flag = self.judge(fact);
        let is_undetermined = |flag: &Flag| matches!(flag.evidence, Evidence::LargeTradeUndetermined { .. });
        self.undetermined += u64::from(flag.as_ref().is_some_and(is_undetermined));
        flag
    }

    /// The same, but nothing is counted.
    pub(super) fn judge(&mut self, fact: &MarketFact) -> Option<Flag> {
        let Action::Executed(execution) = fact.action else { return None };
        match self.limits.judge(fact, &execution) {
            Ok(evidence) => Some(Flag::new(&rules::LARGE_TRADE, fact, fact.at, evidence?)),
            Err(why) => {
                let (quantity, price) = (fact.quantity, execution.price);
                let evidence = Evidence::LargeTradeUndetermined { why, quantity, price };
                Some(Flag::new(&rules::LARGE_TRADE, fact, fact.at, evidence).at_level(AlertLevel::Low))
            }
        }
    }
}
