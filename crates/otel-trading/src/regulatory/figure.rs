//! Numbers as the regulations bound them: `{DECIMAL-n/m}`.

use std::fmt;
use std::str::FromStr;

use otel_core::Decimal;

/// A decimal number of at most `N` digits in all, of which at most `M` may stand after the point: `{DECIMAL-N/M}`.
///
/// It is exact. Zeros at the end of the fraction are not kept, so that equal numbers are equal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Figure<const N: u8, const M: u8>(Decimal);

/// Why a number is not a [`Figure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FigureError {
    /// It is no decimal number.
    Malformed,
    /// It has more digits after the point than the format allows.
    Fraction {
        /// How many are allowed.
        most: u8,
    },
    /// It has more digits in all than the format allows.
    Digits {
        /// How many are allowed.
        most: u8,
    },
}

impl<const N: u8, const M: u8> Figure<N, M> {
    /// The number, if it fits as it is.
    ///
    /// # Errors
    ///
    /// When it has too many digits; nothing is rounded.
    pub fn exact(number: Decimal) -> Result<Self, FigureError> {
        let number = shortened(number);
        if number.scale() > M {
            return Err(FigureError::Fraction { most: M });
        }
        if digits_of(number.mantissa()) > u32::from(N) {
            Err(FigureError::Digits { most: N })
        } else {
            Ok(Self(number))
        }
    }

    /// The number, rounded half away from zero to what fits after the point: values "are rounded and not truncated".
    ///
    /// # Errors
    ///
    /// When there are too many digits before the point.
    pub fn rounded(number: Decimal) -> Result<Self, FigureError> {
        let number = shortened(number);
        let whole = digits_of(number.mantissa()).saturating_sub(u32::from(number.scale()));
        let room = u32::from(N).saturating_sub(whole);
        let scale = u8::try_from(room.min(u32::from(M))).unwrap_or(M);
        Self::exact(round(number, scale))
    }

    /// The number.
    pub const fn decimal(self) -> Decimal {
        self.0
    }

    /// Whether it is more than nothing.
    pub const fn is_positive(self) -> bool {
        self.0.mantissa() > 0
    }

    /// Whether it is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.0.mantissa() < 0
    }
}

fn digits_of(mantissa: i64) -> u32 {
    mantissa.unsigned_abs().checked_ilog10().map_or(1, |power| power + 1)
}

fn shortened(number: Decimal) -> Decimal {
    let (mut mantissa, mut scale) = (number.mantissa(), number.scale());
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    Decimal::new(mantissa, scale).unwrap_or(number)
}

fn round(number: Decimal, scale: u8) -> Decimal {
    let Some(cut) = number.scale().checked_sub(scale).filter(|cut| *cut > 0) else { return number };
    let divisor = 10_i128.pow(u32::from(cut));
    let mantissa = i128::from(number.mantissa());
    let half = divisor / 2 * mantissa.signum();
    let rounded = i64::try_from((mantissa + half) / divisor).unwrap_or_default();
    Decimal::new(rounded, scale).unwrap_or(number)
}

impl<const N: u8, const M: u8> fmt::Display for Figure<N, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<const N: u8, const M: u8> fmt::Debug for Figure<N, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl<const N: u8, const M: u8> FromStr for Figure<N, M> {
    type Err = FigureError;

    fn from_str(text: &str) -> Result<Self, FigureError> {
        let number = text.parse().map_err(|_| FigureError::Malformed)?;
        Self::exact(number)
    }
}

impl fmt::Display for FigureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("not a decimal number"),
            Self::Fraction { most } => write!(f, "more than {most} digits after the point"),
            Self::Digits { most } => write!(f, "more than {most} digits"),
        }
    }
}

impl std::error::Error for FigureError {}
