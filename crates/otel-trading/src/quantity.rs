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
        Self::from_units(self.units().checked_add(other.units())?)
    }

    /// The difference; `None` when it does not fit a [`Decimal`].
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::from_units(self.units().checked_sub(other.units())?)
    }

    /// The amount in units of 10⁻¹⁸: an `i64` mantissa times 10¹⁸ always fits.
    fn units(self) -> i128 {
        let shift = Decimal::MAX_SCALE - self.0.scale();
        i128::from(self.0.mantissa()) * 10_i128.pow(u32::from(shift))
    }

    fn from_units(mut units: i128) -> Option<Self> {
        let mut scale = Decimal::MAX_SCALE;
        while scale > 0 && units % 10 == 0 {
            units /= 10;
            scale -= 1;
        }
        Decimal::new(i64::try_from(units).ok()?, scale).map(Self)
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.units() == other.units()
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.units().cmp(&other.units())
    }
}

/// The price of one piece, in major units of a currency. It may be negative, as that of a spread can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price(pub Decimal);
