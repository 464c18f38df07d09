//! Quantities and prices at one scale, so that adding them up costs an addition.

use otel_core::Decimal;

use super::evidence::Percent;
use crate::quantity::{Price, Quantity};

/// A decimal in units of 10⁻¹⁸, the finest a [`Decimal`] has. Sums stop at ±1.7 × 10²⁰, more pieces than there are of
/// anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Amount(i128);

impl Amount {
    pub(super) const ZERO: Self = Self(0);

    pub(super) const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    pub(super) const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    pub(super) const fn times(self, factor: u32) -> Self {
        Self(self.0.saturating_mul(factor as i128))
    }

    pub(super) const fn distance(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).saturating_abs())
    }

    /// This amount, moved a 2ⁿth of the way to another.
    pub(super) const fn moved_towards(self, other: Self, n: u32) -> Self {
        Self(self.0.saturating_add(other.0.saturating_sub(self.0) >> n))
    }

    /// Whether this is at least such a share of the whole.
    pub(super) const fn is_share(self, share: Percent, whole: Self) -> bool {
        self.0.saturating_mul(100) >= whole.0.saturating_mul(share.0 as i128)
    }

    /// The share of the whole, in percent, rounded down; nothing of nothing.
    pub(super) fn share_of(self, whole: Self) -> Percent {
        let share = self.0.saturating_mul(100).checked_div(whole.0).unwrap_or(0);
        Percent(u32::try_from(share).unwrap_or(u32::MAX))
    }

    /// This amount in hundredths of a percent of another's size, rounded towards zero; nothing of nothing.
    pub(super) fn basis_points_of(self, base: Self) -> i64 {
        let points = self.0.saturating_mul(10_000).checked_div(base.0.saturating_abs()).unwrap_or(0);
        i64::try_from(points).unwrap_or(if points < 0 { i64::MIN } else { i64::MAX })
    }

    /// The same of a distance, rounded up, so that what is a little too far is too far.
    pub(super) fn basis_points_rounded_up(self, base: Self) -> u32 {
        let (distance, base) = (self.0.saturating_mul(10_000), base.0.saturating_abs());
        match distance.checked_div(base) {
            Some(points) => u32::try_from(points + i128::from(distance % base != 0)).unwrap_or(u32::MAX),
            None if distance == 0 => 0,
            None => u32::MAX,
        }
    }

    /// The quantity this is, without the digits that an `i64` has no room for.
    pub(super) fn quantity(self) -> Quantity {
        let (mut mantissa, mut scale) = (self.0, Decimal::MAX_SCALE);
        while scale > 0 && (mantissa % 10 == 0 || i64::try_from(mantissa).is_err()) {
            mantissa /= 10;
            scale -= 1;
        }
        let limit = if mantissa < 0 { i64::MIN } else { i64::MAX };
        let mantissa = i64::try_from(mantissa).unwrap_or(limit);
        Quantity(Decimal::new(mantissa, scale).unwrap_or(Decimal::whole(limit)))
    }
}

impl From<Decimal> for Amount {
    #[inline]
    fn from(decimal: Decimal) -> Self {
        let power = POWERS.get(usize::from(Decimal::MAX_SCALE - decimal.scale())).copied().unwrap_or(1);
        // An `i64` times 10¹⁸ always fits.
        Self(i128::from(decimal.mantissa()) * power)
    }
}

impl From<Quantity> for Amount {
    #[inline]
    fn from(quantity: Quantity) -> Self {
        quantity.0.into()
    }
}

impl From<Price> for Amount {
    #[inline]
    fn from(price: Price) -> Self {
        price.0.into()
    }
}

/// 10⁰ to 10¹⁸: powers of 128 bits are slow.
const POWERS: [i128; 19] = {
    let mut powers = [1; 19];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};
