//! Quantities and prices: exact, and never mistaken for one another.

use std::cmp::Ordering;

use otel_core::Decimal;

/// A quantity of an instrument: shares, contracts, or a fraction of a coin. Equal amounts are equal however they are
/// written: `1.0` is `1`.
#[derive(Clone, Copy, Debug)]
pub struct Quantity(pub Decimal);

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self::whole(0);

    /// A whole number of pieces.
    pub const fn whole(pieces: i64) -> Self {
        Self(Decimal::whole(pieces))
    }

    /// The sum; `None` when it does not fit a [`Decimal`].
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let (left, right, scale) = self.aligned(other);
        Self::reduced(left.checked_add(right)?, scale)
    }

    /// The difference; `None` when it does not fit a [`Decimal`].
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let (left, right, scale) = self.aligned(other);
        Self::reduced(left.checked_sub(right)?, scale)
    }

    /// The quantity without its sign; `None` for the one that has none.
    pub(crate) fn magnitude(self) -> Option<Self> {
        if self < Self::ZERO { Self::ZERO.checked_sub(self) } else { Some(self) }
    }

    /// The part of `amount` that this quantity is of `whole`, rounded half to even; `None` when it does not fit.
    pub(crate) fn share(self, whole: Self, amount: i64) -> Option<i64> {
        let (part, whole, _) = self.aligned(whole);
        let product = i128::from(amount).checked_mul(part)?;
        let (sign, whole) = (whole.signum(), whole.checked_abs()?);
        let quotient = product.checked_div_euclid(whole)?;
        let twice = product.checked_rem_euclid(whole)?.checked_mul(2)?;
        let up = twice > whole || (twice == whole && quotient % 2 != 0);
        i64::try_from(sign * (quotient + i128::from(up))).ok()
    }

    /// How many times `whole` this quantity is: not finite when that is nothing.
    pub(crate) fn ratio(self, whole: Self) -> f64 {
        let (part, whole, _) = self.aligned(whole);
        part as f64 / whole as f64
    }

    /// Both mantissas at the larger of the two scales: an `i64` times 10¹⁸ always fits.
    #[inline]
    fn aligned(self, other: Self) -> (i128, i128, u8) {
        let scale = self.0.scale().max(other.0.scale());
        (self.at(scale), other.at(scale), scale)
    }

    #[inline]
    fn at(self, scale: u8) -> i128 {
        let mantissa = i128::from(self.0.mantissa());
        match scale - self.0.scale() {
            // Quantities of one instrument have one scale, and powers of 128 bits are slow.
            0 => mantissa,
            shift => mantissa * 10_i128.pow(u32::from(shift)),
        }
    }

    /// The decimal of this mantissa and scale, with as many zeros cut off as it takes to fit.
    #[inline]
    fn reduced(mut mantissa: i128, mut scale: u8) -> Option<Self> {
        loop {
            match i64::try_from(mantissa) {
                Ok(mantissa) => return Decimal::new(mantissa, scale).map(Self),
                Err(_) if scale > 0 && mantissa % 10 == 0 => {
                    mantissa /= 10;
                    scale -= 1;
                }
                Err(_) => return None,
            }
        }
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        let (left, right, _) = self.aligned(*other);
        left.cmp(&right)
    }
}

/// The price of one piece, in major units of a currency. It may be negative, as that of a spread can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price(pub Decimal);
