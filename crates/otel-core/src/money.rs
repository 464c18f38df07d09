//! Money: integer minor units with a currency.

use std::fmt;

/// A currency of ISO 4217.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The currency with this three-letter code, in upper case; `None` when ISO 4217 has no such code.
    pub fn from_code(code: &str) -> Option<Self> {
        iso_currency::Currency::from_code(code).map(Self)
    }

    /// The three-letter code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// The code as a number, as ISO 4217 has it too.
    pub(crate) fn numeric(self) -> u16 {
        self.0.numeric()
    }

    /// The currency with this number; "no currency" (XXX) when there is none.
    pub(crate) fn from_numeric(numeric: u16) -> Self {
        Self(iso_currency::Currency::from_numeric(numeric).unwrap_or(iso_currency::Currency::XXX))
    }

    /// The number of decimal digits of the minor unit: 2 for USD, 0 for JPY, 3 for KWD.
    ///
    /// Units without a minor unit, such as gold (XAU), count as 0.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount of money: integer minor units (cents, yen, fils) of one currency.
///
/// There is no addition across currencies and no floating point anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// An amount of `minor` units of `currency`.
    pub const fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum, when both amounts are of one currency and it does not overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Some(Self { minor: self.minor.checked_add(other.minor)?, ..self })
    }

    /// The value of `quantity` pieces at `price` major units each, rounded half to even to the minor unit.
    ///
    /// `None` when the product does not fit. The product is computed exactly, in 128 bits.
    pub fn of(quantity: crate::Decimal, price: crate::Decimal, currency: Currency) -> Option<Self> {
        let product = i128::from(quantity.mantissa()).checked_mul(i128::from(price.mantissa()))?;
        let scale = u32::from(quantity.scale()) + u32::from(price.scale());
        let exponent = currency.exponent();
        let minor = if exponent >= scale {
            product.checked_mul(10_i128.checked_pow(exponent - scale)?)?
        } else {
            divide_half_even(product, 10_i128.checked_pow(scale - exponent)?)
        };
        Some(Self { minor: i64::try_from(minor).ok()?, currency })
    }
}

/// Divides by a positive power of ten and rounds half to even.
fn divide_half_even(value: i128, divisor: i128) -> i128 {
    let quotient = value.div_euclid(divisor);
    let twice = value.rem_euclid(divisor) * 2;
    let up = twice > divisor || (twice == divisor && quotient % 2 != 0);
    quotient + i128::from(up)
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exponent = self.currency.exponent() as usize;
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = exponent + 1);
        let (major, minor) = digits.split_at(digits.len() - exponent);
        let sign = if self.minor < 0 { "-" } else { "" };
        let point = if minor.is_empty() { "" } else { "." };
        write!(f, "{sign}{major}{point}{minor} {}", self.currency)
    }
}
