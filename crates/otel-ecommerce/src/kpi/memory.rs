//! What is remembered of sessions, bookings and carts, each up to a cap.

use hashbrown::HashTable;

/// What stands for identifiers in memory: 128 bits of their BLAKE3 hash, the same in every process.
///
/// Among 10⁹ identifiers, two have the same with a probability of about 10⁻²¹.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digest(pub(super) [u8; Self::BYTES]);

impl Digest {
    pub(super) const BYTES: usize = 16;

    /// The digest of identifiers that belong together; which text ends where matters.
    pub(super) fn of<const N: usize>(identifiers: [&str; N]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for identifier in identifiers {
            hasher.update(&(identifier.len() as u64).to_le_bytes()).update(identifier.as_bytes());
        }
        let mut short = [0; Self::BYTES];
        hasher.finalize_xof().fill(&mut short);
        Self(short)
    }

    /// Where to look for it: a digest is random already.
    fn place(self) -> u64 {
        let (place, _) = self.0.split_first_chunk().unwrap_or((&[0; 8], &[]));
        u64::from_le_bytes(*place)
    }
}

/// The number of an entry, for as long as it is remembered; numbers are small, and used again.
pub(super) type Slot = u32;

/// No entry.
const NONE: Slot = Slot::MAX;

/// At most so many values by digest, in the order they were last used. Everything is O(1).
///
/// It takes its memory as it fills; once it is full it allocates no more.
#[derive(Debug)]
pub(super) struct Memory<V> {
    index: HashTable<Slot>,
    entries: Vec<Entry<V>>,
    oldest: Slot,
    newest: Slot,
    /// The first of the entries that are free, which are linked by `newer`.
    free: Slot,
    cap: usize,
}

#[derive(Debug)]
struct Entry<V> {
    digest: Digest,
    value: V,
    older: Slot,
    newer: Slot,
}

impl<V: Copy> Memory<V> {
    /// Room for `cap` values, one at least and 2³² - 1 at most.
    pub(super) fn new(cap: usize) -> Self {
        let cap = cap.clamp(1, NONE as usize);
        Self { index: HashTable::new(), entries: Vec::new(), oldest: NONE, newest: NONE, free: NONE, cap }
    }

    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.len() >= self.cap
    }

    pub(super) fn find(&self, digest: Digest) -> Option<Slot> {
        let is_it = |slot: &Slot| self.entry(*slot).is_some_and(|entry| entry.digest == digest);
        self.index.find(digest.place(), is_it).copied()
    }

    pub(super) fn get(&self, slot: Slot) -> Option<V> {
        self.entry(slot).map(|entry| entry.value)
    }

    /// Changes the value of an entry, which is as old as before.
    pub(super) fn change(&mut self, slot: Slot, value: V) {
        if let Some(entry) = self.entries.get_mut(slot as usize) {
            entry.value = value;
        }
    }

    /// Changes the value of an entry, which is the newest from now on.
    pub(super) fn renew(&mut self, slot: Slot, value: V) {
        self.change(slot, value);
        self.unlink(slot);
        self.link(slot);
    }

    /// The entry that was not used for longest.
    pub(super) fn oldest(&self) -> Option<(Slot, V)> {
        self.get(self.oldest).map(|value| (self.oldest, value))
    }

    /// Adds what is not there yet. When there is no room, the caller has forgotten to make some: the oldest goes.
    pub(super) fn insert(&mut self, digest: Digest, value: V) -> Slot {
        if self.is_full()
            && let Some((slot, _)) = self.oldest()
        {
            self.remove(slot);
        }
        let entry = Entry { digest, value, older: NONE, newer: NONE };
        let slot = match self.entries.get_mut(self.free as usize) {
            Some(free) => {
                let slot = std::mem::replace(&mut self.free, free.newer);
                *free = entry;
                slot
            }
            None => {
                self.entries.push(entry);
                (self.entries.len() - 1) as Slot
            }
        };
        self.link(slot);
        let Self { index, entries, .. } = self;
        let place = |slot: &Slot| entries.get(*slot as usize).map_or(0, |entry| entry.digest.place());
        index.insert_unique(digest.place(), slot, place);
        slot
    }

    pub(super) fn remove(&mut self, slot: Slot) {
        let Some(digest) = self.entry(slot).map(|entry| entry.digest) else { return };
        // A slot that is free already is not in the index.
        let Ok(found) = self.index.find_entry(digest.place(), |it| *it == slot) else { return };
        found.remove();
        self.unlink(slot);
        if let Some(entry) = self.entries.get_mut(slot as usize) {
            entry.newer = std::mem::replace(&mut self.free, slot);
        }
    }

    /// Everything, the oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Digest, V)> {
        let first = self.entry(self.oldest);
        let entries = std::iter::successors(first, |entry| self.entry(entry.newer));
        entries.map(|entry| (entry.digest, entry.value))
    }

    fn entry(&self, slot: Slot) -> Option<&Entry<V>> {
        self.entries.get(slot as usize)
    }

    fn link(&mut self, slot: Slot) {
        let older = std::mem::replace(&mut self.newest, slot);
        if let Some(entry) = self.entries.get_mut(slot as usize) {
            (entry.older, entry.newer) = (older, NONE);
        }
        match self.entries.get_mut(older as usize) {
            Some(entry) => entry.newer = slot,
            None => self.oldest = slot,
        }
    }

    fn unlink(&mut self, slot: Slot) {
        let Some((older, newer)) = self.entry(slot).map(|entry| (entry.older, entry.newer)) else { return };
        match self.entries.get_mut(older as usize) {
            Some(entry) => entry.newer = newer,
            None => self.oldest = newer,
        }
        match self.entries.get_mut(newer as usize) {
            Some(entry) => entry.older = older,
            None => self.newest = older,
        }
    }
}
