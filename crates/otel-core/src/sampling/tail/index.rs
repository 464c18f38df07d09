//! Where the trace with an identifier is.

/// No slot.
const EMPTY: u32 = u32::MAX;

/// A hash table from traces to the numbers of their slots, which never grows and asks for no memory: linear probing,
/// and a removal closes its gap.
#[derive(Debug)]
pub(super) struct Index {
    entries: Box<[Entry]>,
    seed: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The first half of the hash: where the entry wants to be, and enough of the rest to tell most others apart.
    tag: u32,
    slot: u32,
}

/// The hash of a trace's identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hash(u64);

impl Hash {
    /// The hash of nothing that was ever seen, as far as one can tell.
    pub(super) const NONE: Self = Self(0);

    /// The second half of the hash as a fraction of one, of `len`. The first half has its use in the index.
    pub(super) const fn second_of(self, len: usize) -> usize {
        (((self.0 & 0xffff_ffff) * len as u64) >> 32) as usize
    }

    const fn tag(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

impl Index {
    /// Entries for each trace: at most half of them are taken.
    const ENTRIES_PER_TRACE: usize = 2;
    pub(super) const BYTES_PER_TRACE: usize = Self::ENTRIES_PER_TRACE * size_of::<Entry>();

    pub(super) fn new(traces: u32, seed: u64) -> Self {
        let entries = traces as usize * Self::ENTRIES_PER_TRACE;
        Self { entries: vec![Entry { tag: 0, slot: EMPTY }; entries].into(), seed }
    }

    /// The hash of an identifier. It depends on the seed, because identifiers come from other services too, which could
    /// otherwise choose them so that all want to be in the same place.
    pub(super) fn hash(&self, id: u128) -> Hash {
        let (high, low) = ((id >> 64) as u64, id as u64);
        let first = fold(low ^ self.seed, 0x9e37_79b9_7f4a_7c15);
        Hash(fold(first ^ high, self.seed ^ 0xd6e8_feb8_6659_fd93))
    }

    /// The slot with this hash for which `is_it` holds.
    pub(super) fn find(&self, hash: Hash, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mut at = self.home(hash.tag());
        loop {
            let entry = self.entries[at];
            if entry.slot == EMPTY {
                return None;
            }
            if entry.tag == hash.tag() && is_it(entry.slot) {
                return Some(entry.slot);
            }
            at = self.after(at);
        }
    }

    /// Adds a slot. There is always a free entry, as there are fewer slots than entries.
    pub(super) fn insert(&mut self, hash: Hash, slot: u32) {
        let mut at = self.home(hash.tag());
        while self.entries[at].slot != EMPTY {
            at = self.after(at);
        }
        self.entries[at] = Entry { tag: hash.tag(), slot };
    }

    /// Removes a slot, and moves those that had to go further because of it.
    pub(super) fn remove(&mut self, hash: Hash, slot: u32) {
        let mut gap = self.home(hash.tag());
        while self.entries[gap].slot != slot {
            if self.entries[gap].slot == EMPTY {
                return;
            }
            gap = self.after(gap);
        }
        let mut at = self.after(gap);
        while self.entries[at].slot != EMPTY {
            let home = self.home(self.entries[at].tag);
            if self.distance(home, at) >= self.distance(gap, at) {
                self.entries[gap] = self.entries[at];
                gap = at;
            }
            at = self.after(at);
        }
        self.entries[gap].slot = EMPTY;
    }

    fn home(&self, tag: u32) -> usize {
        // The tag as a fraction of one, of the length.
        ((u64::from(tag) * self.entries.len() as u64) >> 32) as usize
    }

    fn after(&self, at: usize) -> usize {
        if at + 1 == self.entries.len() { 0 } else { at + 1 }
    }

    fn distance(&self, from: usize, to: usize) -> usize {
        if from <= to { to - from } else { to + self.entries.len() - from }
    }
}

/// Multiplies into 128 bits and folds them: every bit of the result depends on every bit of `a`.
const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * (b | 1) as u128;
    (product >> 64) as u64 ^ product as u64
}
