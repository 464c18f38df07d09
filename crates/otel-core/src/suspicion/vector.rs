//! Sixteen bytes that are compared at once.

use wide::u8x16;

/// How many bytes there are.
pub(super) const WIDTH: usize = 16;

/// Sixteen bytes; or what a comparison says of each, as all or none of its bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes(u8x16);

impl Bytes {
    /// Of so many bytes.
    #[inline]
    pub(super) fn of(bytes: &[u8; WIDTH]) -> Self {
        Self(u8x16::new(*bytes))
    }

    /// Of at most as many bytes, with zeros behind them.
    #[inline]
    pub(super) fn of_few(bytes: &[u8]) -> Self {
        let number = match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(first), Some(last)) => {
                // The last eight less those that are among the first.
                let behind = WIDTH.saturating_sub(bytes.len()) as u32 * u8::BITS;
                let last = u64::from_le_bytes(*last).checked_shr(behind).unwrap_or(0);
                u128::from(u64::from_le_bytes(*first)) | u128::from(last) << u64::BITS
            }
            _ => bytes.iter().rev().fold(0, |number, byte| number << u8::BITS | u128::from(*byte)),
        };
        Self(u8x16::new(number.to_le_bytes()))
    }

    /// Which bytes are this one.
    #[inline]
    pub(super) fn equal(self, byte: u8) -> Self {
        Self(self.0.cmp_eq(u8x16::splat(byte)))
    }

    /// Which bytes are within this range.
    #[inline]
    pub(super) fn within(self, from: u8, to: u8) -> Self {
        // What is before the range wraps around, and is behind it.
        let above = self.0 - u8x16::splat(from);
        Self(above.min(u8x16::splat(to - from)).cmp_eq(above))
    }

    /// The bytes with the bit set by which a small letter differs from a capital one.
    #[inline]
    pub(super) fn lowered(self) -> Self {
        Self(self.0 | u8x16::splat(0x20))
    }

    /// What either comparison says.
    #[inline]
    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What a comparison says: a bit for each byte.
    #[inline]
    pub(super) fn bits(self) -> u64 {
        u64::from(self.0.move_mask().cast_unsigned())
    }
}
