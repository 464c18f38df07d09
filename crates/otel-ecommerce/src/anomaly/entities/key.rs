//! Who an entity is, in a few bytes.

use std::hash::{Hash, Hasher};

use otel_core::{Currency, Pseudonym};

/// A user, card, device or terminal, in 62 bits.
///
/// Two of ten million share them with a chance of one in 92,000. Pseudonyms are keyed, so nobody can choose theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::anomaly) struct EntityKey(u64);

/// The two bits that are no part of a key. Tables look at others: at the lowest for the place, at the highest seven
/// to tell neighbours apart.
const SEEN: u64 = 0b11 << 40;

impl EntityKey {
    pub(in crate::anomaly) fn of(entity: Pseudonym) -> Self {
        Self(digest(entity) & !SEEN)
    }

    /// Somebody as they pay in one currency.
    pub(in crate::anomaly) fn paying_in(currency: Currency, entity: Pseudonym) -> Self {
        Self(digest((entity, currency)) & !SEEN)
    }

    /// Half of it: enough to tell those few apart that somebody else has used.
    pub(in crate::anomaly) const fn short(self) -> u32 {
        self.0 as u32
    }

    /// All of it: as good as random.
    pub(super) const fn hash(self) -> u64 {
        self.0
    }

    /// Fifteen bits that nothing else looks at.
    pub(super) const fn share(self) -> u16 {
        (self.0 >> 42) as u16 & 0x7FFF
    }
}

/// The key of an entity, and how often it was seen since it was new or the hand passed, three times at most.
///
/// It is kept in halves, so that it needs no padding beside what is remembered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp {
    low: u32,
    high: u32,
}

impl Stamp {
    const SEEN: u32 = (SEEN >> 32) as u32;
    const ONCE: u32 = Self::SEEN & Self::SEEN.wrapping_neg();

    pub(super) const fn new(key: EntityKey) -> Self {
        Self { low: key.0 as u32, high: (key.0 >> 32) as u32 }
    }

    pub(super) const fn key(self) -> EntityKey {
        EntityKey((self.high as u64) << 32 & !SEEN | self.low as u64)
    }

    pub(super) fn is_of(self, key: EntityKey) -> bool {
        self.key() == key
    }

    pub(super) const fn seen(self) -> u8 {
        ((self.high & Self::SEEN) / Self::ONCE) as u8
    }

    /// It was seen once more.
    pub(super) const fn see(&mut self) {
        if self.high & Self::SEEN != Self::SEEN {
            self.high += Self::ONCE;
        }
    }

    /// The hand passes.
    pub(super) const fn pass(&mut self) {
        if self.high & Self::SEEN != 0 {
            self.high -= Self::ONCE;
        }
    }
}

fn digest(entity: impl Hash) -> u64 {
    let mut hasher = Mixer::default();
    entity.hash(&mut hasher);
    hasher.finish()
}

/// Mixes pseudonyms, which are random already, and which nobody can choose without their key.
#[derive(Clone, Copy, Debug, Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.write_u64(chunk.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
        for byte in chunks.remainder() {
            self.write_u64(u64::from(*byte));
        }
    }

    #[inline]
    fn write_u64(&mut self, word: u64) {
        // The odd constant is 2⁶⁴ divided by the golden ratio; the high half of the product brings its bits down.
        let product = u128::from(self.0.rotate_left(23) ^ word) * 0x9E37_79B9_7F4A_7C15;
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }
}
