//! Quantity times price, added up without rounding.

use otel_core::Decimal;

use crate::quantity::{Price, Quantity};

/// An exact amount, in major units: `mantissa × 10^-scale`, with a scale of 36 at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notional {
    mantissa: i128,
    scale: u8,
}

/// The digits after the point of an average price, unless it is too large for so many.
const AVERAGE_DIGITS: u8 = 9;

impl Notional {
    pub(crate) const ZERO: Self = Self { mantissa: 0, scale: 0 };

    /// Two factors of 63 bits and 18 digits make at most 126 bits and 36 digits.
    pub(crate) fn of(quantity: Quantity, price: Price) -> Self {
        let mantissa = i128::from(quantity.0.mantissa()) * i128::from(price.0.mantissa());
        Self { mantissa, scale: quantity.0.scale() + price.0.scale() }
    }

    /// The sum; `None` when it does not fit.
    pub(crate) fn checked_add(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        Some(Self { mantissa: self.at(scale)?.checked_add(other.at(scale)?)?, scale })
    }

    /// The difference; `None` when it does not fit.
    pub(crate) fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(Self { mantissa: other.mantissa.checked_neg()?, scale: other.scale })
    }

    /// The average price of a quantity, rounded half away from zero at nine digits after the point, or at as many as
    /// fit; `None` for no quantity.
    pub(crate) fn average(self, quantity: Quantity) -> Option<Price> {
        (0..=AVERAGE_DIGITS).rev().find_map(|digits| self.average_at(quantity, digits)).map(Price)
    }

    fn average_at(self, quantity: Quantity, digits: u8) -> Option<Decimal> {
        let (mut above, mut below) = (self.mantissa, i128::from(quantity.0.mantissa()));
        if below <= 0 {
            return None;
        }
        let (more, less) = (digits + quantity.0.scale(), self.scale);
        if more >= less {
            above = above.checked_mul(ten_to(more - less)?)?;
        } else {
            below = below.checked_mul(ten_to(less - more)?)?;
        }
        let (whole, rest) = (above / below, above % below);
        let carry = if rest.unsigned_abs() >= below.unsigned_abs().div_ceil(2) { above.signum() } else { 0 };
        let (mut mantissa, mut digits) = (i64::try_from(whole + carry).ok()?, digits);
        while digits > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            digits -= 1;
        }
        Decimal::new(mantissa, digits)
    }

    /// Whether this is not what `reported` says of a quantity.
    ///
    /// A venue writes the average with so many digits, and some cut the rest off instead of rounding. So anything
    /// less than one unit of the last digit it wrote is the same price; one whole unit is not. What is too large to
    /// be compared is not contradicted.
    pub(crate) fn contradicts(self, reported: Price, quantity: Quantity) -> bool {
        let Some(unit) = Decimal::new(1, reported.0.scale()) else { return false };
        let error = self.checked_sub(Self::of(quantity, reported));
        let allowed = Self::of(quantity, Price(unit));
        let compared = error.and_then(|error| {
            let scale = error.scale.max(allowed.scale);
            Some((error.at(scale)?.unsigned_abs(), allowed.at(scale)?.unsigned_abs()))
        });
        quantity > Quantity::ZERO && compared.is_some_and(|(error, allowed)| error >= allowed)
    }

    fn at(self, scale: u8) -> Option<i128> {
        self.mantissa.checked_mul(ten_to(scale.checked_sub(self.scale)?)?)
    }
}

fn ten_to(power: u8) -> Option<i128> {
    10_i128.checked_pow(u32::from(power))
}
