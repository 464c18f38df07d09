//! What was traded.

use std::fmt;
use std::str::FromStr;

use otel_core::Currency;

use super::codes::{DeliveryType, ExerciseStyle, OptionType, TermUnit};
use super::terms::Price;
use crate::ids::iso::{Cfi, Isin};
use crate::regulatory::date::Date;
use crate::regulatory::figure::Figure;
use crate::regulatory::text::{TextError, Words};

/// Fields 41 to 56: an instrument that the authorities know needs its identifier only; any other one is described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// Field 41.
    pub isin: Option<Isin>,
    /// Fields 42 to 56.
    pub description: Option<Box<Description>>,
}

/// Fields 42 to 56.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Field 42.
    pub full_name: Words<350>,
    /// Field 43.
    pub cfi: Cfi,
    /// Field 44.
    pub notional_currency: Option<Currency>,
    /// Field 45: that of the other leg.
    pub other_notional_currency: Option<Currency>,
    /// Field 46: how many units of the underlying one contract stands for.
    pub price_multiplier: Option<Figure<18, 17>>,
    /// Field 47: the underlying, or the parts of an underlying basket that are traded on a venue.
    pub underlyings: Vec<Isin>,
    /// Fields 48 and 49.
    pub index: Option<Index>,
    /// Fields 50 to 53.
    pub option: Option<OptionTerms>,
    /// Field 54: of debt.
    pub maturity: Option<Date>,
    /// Field 55: of a derivative.
    pub expiry: Option<Date>,
    /// Field 56.
    pub delivery: Option<DeliveryType>,
}

/// Fields 48 and 49: an underlying index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Field 48: its name, or the code of a well-known rate.
    pub name: Words<25>,
    /// Field 49.
    pub term: Option<Term>,
}

/// Field 49: the term of an index, such as `3MNTH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// How many, up to 999.
    pub count: u16,
    /// Of what.
    pub unit: TermUnit,
}

/// Fields 50 to 53.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionTerms {
    /// Field 50.
    pub option_type: OptionType,
    /// Fields 51 and 52.
    pub strike: Price,
    /// Field 53.
    pub style: ExerciseStyle,
}

impl Instrument {
    /// An instrument that the authorities know.
    pub const fn known(isin: Isin) -> Self {
        Self { isin: Some(isin), description: None }
    }

    pub(super) fn cfi(&self) -> Option<Cfi> {
        self.description.as_ref().map(|description| description.cfi)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, self.unit)
    }
}

impl FromStr for Term {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let at = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
        let (count, unit) = text.split_at(at);
        let is_plain = (1..=3).contains(&count.len()) && !count.starts_with('0');
        match (is_plain, count.parse(), unit.parse()) {
            (true, Ok(count), Ok(unit)) => Ok(Self { count, unit }),
            _ => Err(TextError::Character { at }),
        }
    }
}
