//! Numbers as they are written: exact, or not at all.

use std::fmt;

/// Why a text is not the number that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumberError {
    /// It is not written as JSON writes numbers.
    Malformed,
    /// It has more digits after the point than there are: cents of yen, parts of a piece.
    Inexact,
    /// It is too large, or written too long.
    TooLarge,
}

/// A number is written in at most this many characters.
const LONGEST: usize = 64;

/// A double holds any number of so many significant digits, and is written with more where it was reckoned with.
const TRUSTED: usize = 15;

/// A sum of doubles is off by less than this part of a unit.
const NOISE: i128 = 1_000;

/// An amount in units of `10^-digits`: exactly, or what it was before doubles were added up.
pub(super) fn amount(text: &str, digits: u32) -> Result<i64, NumberError> {
    match units(text, digits) {
        Err(NumberError::Inexact) => denoised(text, digits).ok_or(NumberError::Inexact),
        exact => exact,
    }
}

/// The nearest whole number of units, where this is written like a double that somebody reckoned with, and is next to it.
fn denoised(text: &str, digits: u32) -> Option<i64> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) =
        text.split_once(['e', 'E']).map_or((text, None), |(text, power)| (text, Some(power)));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, Default::default()));
    let figures = [whole, part].concat();
    if figures.trim_matches('0').len() <= TRUSTED {
        return None;
    }
    let exponent = exponent.map_or(Some(0), |power| power.parse::<i64>().ok())?;
    let beyond = length(part) - exponent - i64::from(digits);
    let unit = 10_i128.checked_pow(u32::try_from(beyond).ok()?)?;
    let figures: i128 = figures.parse().ok()?;
    let nearest = figures.checked_add(unit / 2)? / unit;
    let off = (figures - nearest * unit).checked_abs()?.checked_mul(NOISE)?;
    let nearest = i64::try_from(nearest).ok()?;
    (off < unit).then_some(if negative { -nearest } else { nearest })
}

/// The number in units of `10^-digits`, exactly.
pub(super) fn units(text: &str, digits: u32) -> Result<i64, NumberError> {
    if text.len() > LONGEST {
        return Err(NumberError::TooLarge);
    }
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, power(exponent)?),
        None => (text, 0),
    };
    let (whole, part) = match mantissa.split_once('.') {
        Some((_, "")) => return Err(NumberError::Malformed),
        Some((whole, part)) => (whole, part),
        None => (mantissa, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Malformed);
    }
    // Digits that say nothing are left out first, so that they do not make a number too large.
    let figures = [whole, part].concat();
    let kept = figures.trim_end_matches('0');
    let shift = exponent + i64::from(digits) - length(part) + length(&figures) - length(kept);
    let kept = kept.trim_start_matches('0');
    if kept.is_empty() {
        return Ok(0);
    }
    let shift = u32::try_from(shift).map_err(|_| NumberError::Inexact)?;
    let scaled = kept.parse::<i128>().ok().zip(10_i128.checked_pow(shift));
    let scaled = scaled.and_then(|(kept, power)| kept.checked_mul(power)).ok_or(NumberError::TooLarge)?;
    i64::try_from(if negative { -scaled } else { scaled }).map_err(|_| NumberError::TooLarge)
}

/// A whole number that is not negative.
pub(super) fn whole(text: &str) -> Result<u32, NumberError> {
    u32::try_from(units(text, 0)?).map_err(|_| NumberError::TooLarge)
}

fn power(text: &str) -> Result<i64, NumberError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Malformed);
    }
    // No number with an exponent of more digits is one that an amount could be.
    if digits.len() > 6 {
        return Err(NumberError::TooLarge);
    }
    text.parse().map_err(|_| NumberError::Malformed)
}

/// A length that arithmetic can be done with; texts here have at most [`LONGEST`] bytes.
fn length(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not written as a number",
            Self::Inexact => "a number with more digits after the point than there are",
            Self::TooLarge => "a number that is too large",
        })
    }
}

impl std::error::Error for NumberError {}
