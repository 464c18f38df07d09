//! What is known of each user, card, device or terminal: a map with a cap.

mod index;
mod key;
mod slots;

use std::mem;

use otel_core::Timestamp;

use self::index::Index;
pub(super) use self::key::EntityKey;
use self::key::Stamp;
use self::slots::Slots;

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
///
/// Beside what is remembered, each takes 8 bytes for its key, at most 10 for where it is, and a 256th of what both take.
#[derive(Debug)]
pub(super) struct Entities<V> {
    index: Index,
    slots: Slots<Slot<V>>,
    cap: usize,
    hand: usize,
    evicted: u64,
    /// The bytes that values take besides their own.
    heap: usize,
}

#[derive(Debug)]
struct Slot<V> {
    stamp: Stamp,
    value: V,
}

/// Where an entity was when it was looked up: true until the map changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    key: EntityKey,
    place: Option<usize>,
}

/// How many slots the hand looks at before it takes the best of a bad lot.
const PATIENCE: usize = 256;

impl<V: Memory> Entities<V> {
    /// Nothing is remembered, of at most `cap` entities, and one at least. It takes its memory as it fills.
    pub(super) fn new(cap: usize) -> Self {
        let cap = cap.clamp(1, u32::MAX as usize);
        Self { index: Index::default(), slots: Slots::new(cap), cap, hand: 0, evicted: 0, heap: 0 }
    }

    /// How many entities something is remembered of.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// The entities that had to make room so far.
    pub(super) const fn evicted(&self) -> u64 {
        self.evicted
    }

    /// The bytes that it takes, which are counted where they change: nobody is looked at.
    pub(super) fn bytes(&self) -> usize {
        self.index.bytes() + self.slots.bytes() + self.heap
    }

    /// What is remembered of an entity. That somebody looked is not.
    pub(super) fn peek(&self, key: EntityKey) -> Option<&V> {
        self.slots.get(self.find(key)?).map(|slot| &slot.value)
    }

    /// Does something with what is remembered of an entity, if it is known.
    pub(super) fn revisit<T>(&mut self, key: EntityKey, then: impl FnOnce(&mut V) -> T) -> Option<T> {
        let place = self.find(key)?;
        let slot = self.slots.get_mut(place)?;
        slot.stamp.see();
        Some(visit(slot, &mut self.heap, then))
    }

    /// Does something with what is remembered of an entity: nothing yet, when it is new.
    pub(super) fn visit<T>(
        &mut self,
        key: EntityKey,
        at: Timestamp,
        then: impl FnOnce(&mut V) -> T,
    ) -> Option<T> {
        self.visit_found(self.look_up(key), at, then)
    }

    /// Looks an entity up. Whoever has to visit several maps looks all of them up first: so the processor waits for
    /// their memory at once, not one after the other.
    pub(super) fn look_up(&self, key: EntityKey) -> Found {
        Found { key, place: self.find(key) }
    }

    /// The same as [`visit`](Self::visit), of what was just looked up.
    pub(super) fn visit_found<T>(
        &mut self,
        found: Found,
        at: Timestamp,
        then: impl FnOnce(&mut V) -> T,
    ) -> Option<T> {
        let slot = match found.place {
            Some(place) => {
                let slot = self.slots.get_mut(place)?;
                slot.stamp.see();
                slot
            }
            None => {
                let place = self.settle(found.key, at);
                self.slots.get_mut(place)?
            }
        };
        Some(visit(slot, &mut self.heap, then))
    }

    fn find(&self, key: EntityKey) -> Option<usize> {
        self.index.find(key, |place| self.slots.get(place).is_some_and(|slot| slot.stamp.is_of(key)))
    }

    fn settle(&mut self, key: EntityKey, at: Timestamp) -> usize {
        let slot = Slot { stamp: Stamp::new(key), value: V::default() };
        let place = if self.slots.len() < self.cap { self.slots.push(slot) } else { self.replace(slot, at) };
        let slots = &self.slots;
        self.index.insert(key, place, |other| slots.get(other).map_or(key, |slot| slot.stamp.key()));
        place
    }

    /// Puts it where another entity is forgotten.
    fn replace(&mut self, slot: Slot<V>, at: Timestamp) -> usize {
        let place = self.victim(at);
        if let Some(old) = self.slots.get_mut(place) {
            let old = mem::replace(old, slot);
            self.index.remove(old.stamp.key(), place);
            self.heap -= old.value.heap();
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
            let rank = (slot.value.is_held(at), slot.stamp.seen());
            if rank == (false, 0) {
                return place;
            }
            slot.stamp.pass();
            if best.is_none_or(|(least, _)| rank < least) {
                best = Some((rank, place));
            }
        }
        best.map_or(0, |(_, place)| place)
    }
}

/// Does something with a value, and counts by how much it grew.
fn visit<V: Memory, T>(slot: &mut Slot<V>, heap: &mut usize, then: impl FnOnce(&mut V) -> T) -> T {
    let before = slot.value.heap();
    let answer = then(&mut slot.value);
    *heap = *heap - before + slot.value.heap();
    answer
}
