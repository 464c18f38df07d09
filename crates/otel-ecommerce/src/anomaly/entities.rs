//! What is known of each user, card, device or terminal: a map with a cap.

use std::hash::{Hash, Hasher};
use std::mem;

use hashbrown::HashTable;
use otel_core::{Currency, Pseudonym, Timestamp};

/// A user, card, device or terminal, in 64 bits.
///
/// Two of ten million share them with a chance of one in 370,000. Pseudonyms are keyed, so nobody can choose theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EntityKey(u64);

impl EntityKey {
    pub(super) fn of(entity: Pseudonym) -> Self {
        Self(digest(entity))
    }

    /// Somebody as they pay in one currency.
    pub(super) fn paying_in(currency: Currency, entity: Pseudonym) -> Self {
        Self(digest((entity, currency)))
    }

    /// Half of it: enough to tell those few apart that somebody else has used.
    pub(super) const fn short(self) -> u32 {
        self.0 as u32
    }
}

fn digest(entity: impl Hash) -> u64 {
    let mut hasher = Mixer::default();
    entity.hash(&mut hasher);
    hasher.finish()
}

/// What is remembered of an entity.
pub(super) trait Memory: Default {
    /// Whether it must survive a flood of other entities.
    fn is_held(&self, _at: Timestamp) -> bool {
        false
    }

    /// The bytes that it takes besides its own.
    fn heap(&self) -> usize {
        0
    }
}

/// What is remembered of at most so many entities. When there are more, one makes room and is counted.
///
/// A hand goes round, as in the CLOCK and S3-FIFO caches: who was seen again since it last passed, up to three times,
/// stays for as many rounds more, and who is held stays in any case. So a flood of entities that are seen once
/// washes away other such entities, and neither those that come back nor those with a label. The hand looks at 256 at most;
/// when none of them can go by this rule, the one goes that was seen the least, and one that is held only when all of
/// them are.
#[derive(Debug)]
pub(super) struct Entities<V> {
    /// Where in `slots` a key is.
    table: HashTable<u32>,
    slots: Vec<Slot<V>>,
    cap: usize,
    hand: usize,
    evicted: u64,
}

#[derive(Debug)]
struct Slot<V> {
    key: EntityKey,
    value: V,
    /// How often it was seen since it was new or the hand passed, three at most.
    seen: u8,
}

/// How many slots the hand looks at before it takes the best of a bad lot.
const PATIENCE: usize = 256;
/// How many rounds an entity can earn.
const ROUNDS: u8 = 3;

impl<V: Memory> Entities<V> {
    /// Nothing is remembered, of at most `cap` entities, and one at least. It takes its memory as it fills.
    pub(super) fn new(cap: usize) -> Self {
        let cap = cap.clamp(1, u32::MAX as usize);
        Self { table: HashTable::new(), slots: Vec::new(), cap, hand: 0, evicted: 0 }
    }

    /// How many entities something is remembered of.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// The entities that had to make room so far.
    pub(super) const fn evicted(&self) -> u64 {
        self.evicted
    }

    /// The bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        let heap: usize = self.slots.iter().map(|slot| slot.value.heap()).sum();
        self.slots.capacity() * size_of::<Slot<V>>() + self.table.allocation_size() + heap
    }

    /// What is remembered of an entity.
    pub(super) fn get_mut(&mut self, key: EntityKey) -> Option<&mut V> {
        let at = self.find(key)?;
        let slot = self.slots.get_mut(at)?;
        slot.seen = ROUNDS.min(slot.seen + 1);
        Some(&mut slot.value)
    }

    /// What is remembered of an entity; nothing yet, when it is new.
    pub(super) fn of(&mut self, key: EntityKey, at: Timestamp) -> Option<&mut V> {
        if self.find(key).is_none() {
            self.settle(key, at);
            let at = self.find(key)?;
            return self.slots.get_mut(at).map(|slot| &mut slot.value);
        }
        self.get_mut(key)
    }

    fn find(&self, key: EntityKey) -> Option<usize> {
        let is_it = |at: &u32| self.slots.get(*at as usize).is_some_and(|slot| slot.key == key);
        self.table.find(key.0, is_it).map(|at| *at as usize)
    }

    fn settle(&mut self, key: EntityKey, at: Timestamp) {
        let slot = Slot { key, value: V::default(), seen: 0 };
        let place = if self.slots.len() < self.cap { self.append(slot) } else { self.replace(slot, at) };
        // The cap fits.
        if let Ok(place) = u32::try_from(place) {
            let slots = &self.slots;
            let key_at = |at: &u32| slots.get(*at as usize).map_or(0, |slot| slot.key.0);
            self.table.insert_unique(key.0, place, key_at);
        }
    }

    fn append(&mut self, slot: Slot<V>) -> usize {
        if self.slots.len() == self.slots.capacity() {
            // Not twice as many: what is not used yet would be the larger part.
            let more = (self.slots.len() / 4).max(16).min(self.cap - self.slots.len());
            self.slots.reserve_exact(more);
        }
        self.slots.push(slot);
        self.slots.len() - 1
    }

    /// Puts it where another entity is forgotten.
    fn replace(&mut self, slot: Slot<V>, at: Timestamp) -> usize {
        let place = self.victim(at);
        if let Some(old) = self.slots.get_mut(place) {
            let old = mem::replace(old, slot);
            let is_it = |at: &u32| *at as usize == place;
            if let Ok(found) = self.table.find_entry(old.key.0, is_it) {
                found.remove();
            }
            self.evicted += 1;
        }
        place
    }

    fn victim(&mut self, at: Timestamp) -> usize {
        // Held last, then by how often it was seen; the first of equals.
        let mut best: Option<((bool, u8), usize)> = None;
        for _ in 0..PATIENCE.min(self.slots.len()) {
            let place = self.hand;
            self.hand = (self.hand + 1) % self.slots.len().max(1);
            let Some(slot) = self.slots.get_mut(place) else { continue };
            let rank = (slot.value.is_held(at), slot.seen);
            if rank == (false, 0) {
                return place;
            }
            slot.seen = slot.seen.saturating_sub(1);
            if best.is_none_or(|(least, _)| rank < least) {
                best = Some((rank, place));
            }
        }
        best.map_or(0, |(_, place)| place)
    }
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
