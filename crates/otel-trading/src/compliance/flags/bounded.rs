//! A map with a cap.

use std::collections::hash_map::Entry as MapEntry;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// A map that holds at most so many entries. When it is full, the entry that was not used for long makes room, and
/// is counted: what was remembered of it is gone.
///
/// The oldest entry gets a second chance when it was used since it was last looked at, so using one costs a flag and
/// not a place in a list. Everything is O(1), amortised, and nothing depends on the order of the map.
#[derive(Debug)]
pub(in crate::compliance) struct Bounded<K, V> {
    entries: HashMap<K, Entry<V>, BuildHasherDefault<Mixer>>,
    /// The keys in the order they came, each with its ticket: one without an entry of that ticket is stale.
    queue: VecDeque<(K, u64)>,
    ticket: u64,
    cap: usize,
    evicted: u64,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    ticket: u64,
    used: bool,
}

impl<K: Copy + Eq + Hash, V> Bounded<K, V> {
    /// An empty map for at most `cap` entries, one at least. It takes its memory as it fills.
    pub(in crate::compliance) fn new(cap: usize) -> Self {
        let entries = HashMap::default();
        Self { entries, queue: VecDeque::new(), ticket: 0, cap: cap.max(1), evicted: 0 }
    }

    pub(in crate::compliance) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entries that had to make room so far.
    pub(in crate::compliance) const fn evicted(&self) -> u64 {
        self.evicted
    }

    pub(in crate::compliance) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let entry = self.entries.get_mut(key)?;
        entry.used = true;
        Some(&mut entry.value)
    }

    pub(in crate::compliance) fn remove(&mut self, key: &K) -> Option<V> {
        self.entries.remove(key).map(|entry| entry.value)
    }

    /// The value of this key, made if there is none.
    pub(in crate::compliance) fn or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        if self.entries.len() >= self.cap && !self.entries.contains_key(&key) {
            self.make_room();
        }
        self.forget_stale();
        match self.entries.entry(key) {
            MapEntry::Occupied(entry) => {
                let entry = entry.into_mut();
                entry.used = true;
                &mut entry.value
            }
            MapEntry::Vacant(vacant) => {
                self.ticket += 1;
                self.queue.push_back((key, self.ticket));
                &mut vacant.insert(Entry { value: make(), ticket: self.ticket, used: false }).value
            }
        }
    }

    fn make_room(&mut self) {
        while let Some((key, ticket)) = self.queue.pop_front() {
            match self.entries.get_mut(&key).filter(|entry| entry.ticket == ticket) {
                Some(entry) if entry.used => {
                    entry.used = false;
                    self.queue.push_back((key, ticket));
                }
                Some(_) => {
                    self.entries.remove(&key);
                    self.evicted += 1;
                    return;
                }
                // Its entry was removed.
                None => {}
            }
        }
    }

    /// Cleans the queue once half of it is stale, which costs as much as it took to make it so.
    fn forget_stale(&mut self) {
        const FEW: usize = 64;
        if self.queue.len() > 2 * self.entries.len() + FEW {
            let entries = &self.entries;
            let is_current =
                |(key, ticket): &(K, u64)| entries.get(key).is_some_and(|entry| entry.ticket == *ticket);
            self.queue.retain(is_current);
        }
    }
}

/// Mixes digests, which are random already: a multiplication for each.
#[derive(Clone, Copy, Debug, Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    #[inline]
    fn write_u64(&mut self, digest: u64) {
        // The odd constant is 2⁶⁴ divided by the golden ratio; the high half of the product brings its bits down.
        let product = u128::from(self.0.rotate_left(23) ^ digest) * 0x9E37_79B9_7F4A_7C15;
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }
}
