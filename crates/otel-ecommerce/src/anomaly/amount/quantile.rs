//! Medians of amounts, and of how far amounts are from them.

/// An amount in 12 bits: 6 for its magnitude, 6 for the digits after the first. Below 128 it is exact, and above
/// within 1.6 %; codes are in the order of the amounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Code(pub(super) u16);

const DIGITS: u32 = 6;

impl Code {
    pub(super) const fn of(amount: u64) -> Self {
        let magnitude = u64::BITS - amount.leading_zeros();
        // The digits, the first of them included, fill 7 bits.
        let shift = magnitude.saturating_sub(DIGITS + 1);
        Self(((shift as u64) * (1 << DIGITS) + (amount >> shift)) as u16)
    }

    /// The least amount with this code.
    pub(super) const fn least(self) -> u64 {
        let shift = (self.0 >> DIGITS).saturating_sub(1);
        ((self.0 - (shift << DIGITS)) as u64) << shift
    }

    /// The middle of the amounts with this code.
    pub(super) const fn amount(self) -> u64 {
        let shift = (self.0 >> DIGITS).saturating_sub(1);
        self.least() + ((1_u64 << shift) >> 1)
    }
}

/// What is usual, and by how much it usually differs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Usual {
    /// How many amounts say so.
    pub(super) payments: u64,
    /// The median.
    pub(super) median: u64,
    /// The median of the distances from it, times [`NORMAL`].
    pub(super) spread: f64,
}

/// What a median absolute deviation is multiplied with to be a standard deviation, if amounts are normally
/// distributed: the reciprocal of the 75 % quantile of the normal distribution.
pub(super) const NORMAL: f64 = 1.482_602_218_505_602;

impl Usual {
    /// What is usual by these amounts; they are put in order. Nothing without one.
    pub(super) fn of(codes: &mut [Code]) -> Option<Self> {
        codes.sort_unstable();
        let median = middle(codes.len(), |at| codes.get(at).map(|code| code.amount()))?;
        let mut distances = [0_u64; super::habit::Habit::SLOTS];
        let distances = distances.get_mut(..codes.len())?;
        for (distance, code) in distances.iter_mut().zip(codes.iter()) {
            *distance = code.amount().abs_diff(median);
        }
        distances.sort_unstable();
        let distance = middle(distances.len(), |at| distances.get(at).copied())?;
        Some(Self { payments: codes.len() as u64, median, spread: distance as f64 * NORMAL })
    }
}

/// The mean of the two in the middle, or the one there is.
fn middle(len: usize, sorted: impl Fn(usize) -> Option<u64>) -> Option<u64> {
    let (low, high) = (sorted((len.checked_sub(1)?) / 2)?, sorted(len / 2)?);
    Some(low.midpoint(high))
}
