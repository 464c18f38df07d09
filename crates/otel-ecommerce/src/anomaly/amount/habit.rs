//! What one user usually pays, in 97 bytes.

use super::quantile::{Code, Usual};

/// The amounts of one user's last 64 payments, rounded to 1.6 %.
///
/// Each takes 12 bits, two of them 3 bytes.
#[derive(Debug)]
pub(super) struct Habit {
    pairs: [[u8; 3]; Self::SLOTS / 2],
    /// How many there are, and where the next one goes, until there are 64; from then on, 64 more than where it goes.
    filled: u8,
}

impl Default for Habit {
    fn default() -> Self {
        Self { pairs: [[0; 3]; Self::SLOTS / 2], filled: 0 }
    }
}

impl Habit {
    /// How many payments are remembered.
    pub(super) const SLOTS: usize = 64;

    pub(super) fn len(&self) -> usize {
        usize::from(self.filled).min(Self::SLOTS)
    }

    /// Takes in an amount, and forgets the oldest if there is no room.
    pub(super) fn learn(&mut self, amount: u64) {
        self.push(Code::of(amount));
    }

    /// Forgets one amount that was taken in, the oldest of its kind, if it is remembered.
    pub(super) fn forget(&mut self, amount: u64) {
        let (code, len) = (Code::of(amount), self.len());
        let oldest = if len == Self::SLOTS { self.next() } else { 0 };
        let in_order = |age| self.get((oldest + age) % Self::SLOTS);
        let Some(gone) = (0..len).find(|age| in_order(*age) == code) else { return };
        let mut kept = Self::default();
        for age in (0..len).filter(|age| *age != gone) {
            kept.push(in_order(age));
        }
        *self = kept;
    }

    /// What is usual; nothing without a payment.
    pub(super) fn usual(&self) -> Option<Usual> {
        let mut codes = [Code::default(); Self::SLOTS];
        let codes = codes.get_mut(..self.len())?;
        for (at, code) in codes.iter_mut().enumerate() {
            *code = self.get(at);
        }
        Usual::of(codes)
    }

    fn push(&mut self, code: Code) {
        const SLOTS: u8 = Habit::SLOTS as u8;
        self.set(self.next(), code);
        let filled = self.filled + 1;
        self.filled = if filled == 2 * SLOTS { SLOTS } else { filled };
    }

    /// Where the next one goes.
    fn next(&self) -> usize {
        usize::from(self.filled) % Self::SLOTS
    }

    fn get(&self, at: usize) -> Code {
        let [low, middle, high] = self.pairs.get(at / 2).copied().unwrap_or_default();
        let both = u32::from_le_bytes([low, middle, high, 0]);
        Code((if at.is_multiple_of(2) { both & 0xFFF } else { both >> 12 }) as u16)
    }

    fn set(&mut self, at: usize, code: Code) {
        let Some(pair) = self.pairs.get_mut(at / 2) else { return };
        let [low, middle, high] = *pair;
        let (both, code) = (u32::from_le_bytes([low, middle, high, 0]), u32::from(code.0 & 0xFFF));
        let both = if at.is_multiple_of(2) { both & !0xFFF | code } else { both & 0xFFF | code << 12 };
        let [low, middle, high, _] = both.to_le_bytes();
        *pair = [low, middle, high];
    }
}
