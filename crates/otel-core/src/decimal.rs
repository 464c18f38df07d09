//! Exact decimals, for prices and quantities.

use std::fmt;
use std::str::FromStr;

/// An exact decimal number: `mantissa × 10^-scale`.
///
/// It is what a price or a fractional quantity is on a span: written as text without allocation, never rounded.
/// The mantissa is an `i64`, the scale at most 18 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantissa: i64,
    scale: u8,
}

impl Decimal {
    /// The largest number of digits after the point.
    pub const MAX_SCALE: u8 = 18;

    /// A decimal from its mantissa and scale; `None` when the scale exceeds [`Decimal::MAX_SCALE`].
    pub const fn new(mantissa: i64, scale: u8) -> Option<Self> {
        if scale > Self::MAX_SCALE { None } else { Some(Self { mantissa, scale }) }
    }

    /// A whole number.
    pub const fn whole(value: i64) -> Self {
        Self { mantissa: value, scale: 0 }
    }

    /// The digits without the point.
    pub const fn mantissa(self) -> i64 {
        self.mantissa
    }

    /// The number of digits after the point.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    pub(crate) fn digits(self) -> Digits {
        Digits::new(self)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.digits().as_bytes()))
    }
}

/// Why a text is not a [`Decimal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseDecimalError {
    /// It holds something other than an optional sign, digits and one point, or no digit at all.
    Malformed,
    /// It has more digits than an `i64` mantissa or a scale of 18 can hold.
    TooLong,
}

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not a decimal number",
            Self::TooLong => "a decimal number with too many digits",
        })
    }
}

impl std::error::Error for ParseDecimalError {}

impl FromStr for Decimal {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (negative, digits) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let (mut mantissa, mut scale, mut point, mut seen) = (0_i64, 0_u8, false, false);
        for &byte in digits {
            match byte {
                b'.' if !point => point = true,
                b'0'..=b'9' => {
                    let digit = i64::from(byte - b'0');
                    // Accumulating on the sign's own side lets `i64::MIN` through.
                    let signed = if negative { -digit } else { digit };
                    mantissa = mantissa
                        .checked_mul(10)
                        .and_then(|shifted| shifted.checked_add(signed))
                        .ok_or(ParseDecimalError::TooLong)?;
                    scale += u8::from(point);
                    seen = true;
                    if scale > Self::MAX_SCALE {
                        return Err(ParseDecimalError::TooLong);
                    }
                }
                _ => return Err(ParseDecimalError::Malformed),
            }
        }
        if seen { Ok(Self { mantissa, scale }) } else { Err(ParseDecimalError::Malformed) }
    }
}

/// The text of a decimal, on the stack: a sign, 19 digits and a point at most, and a zero before the point.
#[derive(Clone, Copy)]
pub(crate) struct Digits {
    bytes: [u8; Digits::ROOM],
    start: u8,
}

impl Digits {
    const ROOM: usize = 22;

    fn new(decimal: Decimal) -> Self {
        let mut bytes = [0; Self::ROOM];
        let mut start = Self::ROOM;
        let mut rest = decimal.mantissa.unsigned_abs();
        let mut written = 0;
        // At least one digit stands before the point.
        while rest > 0 || written <= decimal.scale {
            if written == decimal.scale && decimal.scale > 0 {
                start -= 1;
                bytes[start] = b'.';
            }
            start -= 1;
            bytes[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
            written += 1;
        }
        if decimal.mantissa < 0 {
            start -= 1;
            bytes[start] = b'-';
        }
        Self { bytes, start: start as u8 }
    }

    /// The text, which is ASCII.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[usize::from(self.start)..]
    }
}
