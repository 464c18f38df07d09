//! The order in which traces give way: by priority, on shelves.

use super::rings::Rings;

/// Shelves for each power of two; a shelf is 1.5 to 3 % of its priority wide.
const STEPS_LOG2: u32 = 5;

/// What is left of a number when only its exponent and the first digits behind the point are looked at.
const SHIFT: u32 = f64::MANTISSA_DIGITS - 1 - STEPS_LOG2;

/// The lowest priority that has a shelf of its own, 2⁻¹⁶; the highest is 2¹¹², behind every weight there is.
const LOWEST: u64 = 1.525_878_906_25e-5_f64.to_bits() >> SHIFT;

const WORD: usize = u64::BITS as usize;
const SHELVES: usize = WORD * WORD;

/// A range of priorities that are given up together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shelf(u16);

impl Shelf {
    pub(super) const fn of(priority: f64) -> Self {
        let above = (priority.to_bits() >> SHIFT).saturating_sub(LOWEST);
        Self(if above < SHELVES as u64 { above as u16 } else { SHELVES as u16 - 1 })
    }

    /// The lowest priority that is not on this shelf or below it.
    pub(super) const fn bound(self) -> f64 {
        f64::from_bits((LOWEST + self.0 as u64 + 1) << SHIFT)
    }
}

/// All traces that are held, on shelves by their priority.
///
/// A heap would know the one lowest priority, for a dozen cache misses each time. To give up a whole shelf at once
/// takes none, and is as true: what stays is what is above the shelf's bound, and nothing else is said of it.
#[derive(Debug)]
pub(super) struct Shelves {
    rings: Rings,
    /// A bit for each shelf that is not empty, and a bit for each of these words that is not zero.
    taken: [u64; WORD],
    words: u64,
}

impl Shelves {
    pub(super) const BYTES: usize = SHELVES * Rings::BYTES_PER_NODE;

    pub(super) fn new(traces: u32) -> Self {
        Self { rings: Rings::new(SHELVES as u32, traces), taken: [0; WORD], words: 0 }
    }

    pub(super) fn put(&mut self, shelf: Shelf, trace: u32) {
        self.rings.push(u32::from(shelf.0), trace);
        let (word, bit) = place(shelf);
        self.taken[word] |= 1 << bit;
        self.words |= 1 << word;
    }

    pub(super) fn take(&mut self, shelf: Shelf, trace: u32) {
        self.rings.remove(trace);
        if self.first(shelf).is_none() {
            let (word, bit) = place(shelf);
            self.taken[word] &= !(1 << bit);
            if self.taken[word] == 0 {
                self.words &= !(1 << word);
            }
        }
    }

    /// The lowest shelf that is not empty.
    pub(super) fn lowest(&self) -> Option<Shelf> {
        let word = self.words.trailing_zeros() as usize;
        let bit = self.taken.get(word)?.trailing_zeros();
        // Both are below 64.
        Some(Shelf((word * WORD) as u16 + bit as u16))
    }

    pub(super) fn first(&self, shelf: Shelf) -> Option<u32> {
        self.rings.first(u32::from(shelf.0))
    }
}

const fn place(shelf: Shelf) -> (usize, usize) {
    (shelf.0 as usize / WORD, shelf.0 as usize % WORD)
}
