//! The texts of an item as words of closed lists: as long as the others, and as many.
//!
//! A word leaves as it is, so a guard does not look at it. A span of words costs what a span would cost without a
//! guard, which cannot be taken away.

use std::str::from_utf8;

use otel_core::Label;

use crate::workload::Item;

/// How many words there are.
const MANY: usize = 1_024;

/// A word that is as long as the identifier of an item.
#[derive(Clone, Copy, Debug)]
pub struct IdWord(usize);

/// A word that is as long as the identifier of an owner.
#[derive(Clone, Copy, Debug)]
pub struct OwnerWord(usize);

impl IdWord {
    /// One for this item.
    #[inline]
    pub const fn of(item: &Item) -> Self {
        Self(item.sequence as usize % MANY)
    }
}

impl OwnerWord {
    /// One for the owner of this item.
    #[inline]
    pub const fn of(item: &Item) -> Self {
        Self(item.quantity as usize % MANY)
    }
}

impl Label for IdWord {
    const KEY: &'static str = "bench.item.id";
    const CARDINALITY: usize = MANY;
    const VALUES: &'static [&'static str] = &texts(&IDS);

    #[inline]
    fn index(self) -> usize {
        self.0
    }
}

impl Label for OwnerWord {
    const KEY: &'static str = "bench.item.owner";
    const CARDINALITY: usize = MANY;
    const VALUES: &'static [&'static str] = &texts(&OWNERS);

    #[inline]
    fn index(self) -> usize {
        self.0
    }
}

static IDS: [[u8; 18]; MANY] = written(b"6f1c2a9e-8b4d-4e7a");
static OWNERS: [[u8; 12]; MANY] = written(b"owner-000000");

/// This word many times, each with another number at its end.
const fn written<const LENGTH: usize>(word: &[u8; LENGTH]) -> [[u8; LENGTH]; MANY] {
    let mut words = [*word; MANY];
    let mut at = 0;
    while at < MANY {
        let (mut number, mut place) = (at, LENGTH);
        while number > 0 {
            place -= 1;
            words[at][place] = b'0' + (number % 10) as u8;
            number /= 10;
        }
        at += 1;
    }
    words
}

const fn texts<const LENGTH: usize>(words: &'static [[u8; LENGTH]; MANY]) -> [&'static str; MANY] {
    let mut texts = [""; MANY];
    let mut at = 0;
    while at < MANY {
        if let Ok(text) = from_utf8(&words[at]) {
            texts[at] = text;
        }
        at += 1;
    }
    texts
}
