//! The bytes of a text by their kinds, 64 at a time: one bit for each byte in a lane for each kind.

/// How far one window is from the next: they overlap by more than any pattern and the byte before it.
const STEP: usize = 40;
const WINDOW: usize = 64;
const WORD: usize = 8;

// The kinds that have a lane. The lane of the `k`-th is the `k`-th of a window.
const DIGIT: u8 = 1;
const LETTER: u8 = 1 << 1;
const SEPARATOR: u8 = 1 << 2;
const DOT: u8 = 1 << 3;
const DASH: u8 = 1 << 4;
const COLON: u8 = 1 << 5;
const EQUALS: u8 = 1 << 6;
const UNDERSCORE: u8 = 1 << 7;

// What has no kind of its own has two that exclude one another.
const AT: u8 = COLON | EQUALS;
const INITIAL: u8 = LETTER | EQUALS;

/// The kinds of a byte, each in a byte of its own: shifted by its place, it is that byte's share of a word. The `k`-th
/// byte of a word has the `k`-th kind, with one bit for each of eight bytes.
const SPREAD: [u64; 256] = {
    let mut spread = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let kinds = kinds(byte as u8);
        let mut lane = 0;
        while lane < WORD {
            spread[byte] |= ((kinds >> lane & 1) as u64) << (lane * WORD);
            lane += 1;
        }
        byte += 1;
    }
    spread
};

const fn kinds(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => DIGIT,
        // Those that `Bearer` and `Basic` begin with.
        b'b' | b'B' => INITIAL,
        b'a'..=b'z' | b'A'..=b'Z' => LETTER,
        // `%40` is what URLs make of an `@`.
        b'@' | b'%' => AT,
        b'.' => DOT | SEPARATOR,
        b'-' => DASH | SEPARATOR,
        b' ' | b'(' | b')' | b'/' => SEPARATOR,
        b':' => COLON,
        b'=' => EQUALS,
        b'_' => UNDERSCORE,
        _ => 0,
    }
}

/// The kinds of a few bytes, each in a byte of its own: how often it occurs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts(u64);

impl Counts {
    /// The most bytes that can be counted.
    pub(super) const MOST: usize = 16;

    /// Of a text of at most [`Counts::MOST`] bytes.
    #[inline]
    pub(super) fn of(text: &[u8]) -> Self {
        Self(text.iter().fold(0, |counts, byte| counts + SPREAD[usize::from(*byte)]))
    }

    #[inline]
    fn of_kind(self, kind: u8) -> u64 {
        self.0 >> (kind.trailing_zeros() * WORD as u32) & 0xff
    }

    /// Whether a text of so many bytes holds nothing that a detector looks for: no sign that joins a name and a value or
    /// a user and a host, no letter that could begin a scheme, and too few digits and points for a number or an address.
    #[inline]
    pub(super) fn are_harmless(self, length: usize) -> bool {
        const SHORTEST_PHONE: u64 = 7;
        const SHORTEST_ACCOUNT: usize = 15;
        let digits = self.of_kind(DIGIT);
        self.of_kind(COLON) + self.of_kind(EQUALS) == 0
            && digits < SHORTEST_PHONE
            && self.of_kind(DOT) < 2
            && (length < SHORTEST_ACCOUNT || digits < 2)
    }
}

/// A window of a text: a lane for each kind, with a bit for each byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lanes {
    lanes: [u64; WORD],
    /// Whether this is the first window of a text.
    first: bool,
}

impl Lanes {
    /// A whole text that fits into so many words.
    #[inline]
    pub(super) fn short<const WORDS: usize>(text: &[u8]) -> Self {
        let mut words = [0; WORD];
        fill(&mut words[..WORDS], text);
        Self::of(words, true)
    }

    #[inline]
    fn of(words: [u64; WORD], first: bool) -> Self {
        Self { lanes: turned(words), first }
    }

    #[inline]
    fn lane(&self, kind: u8) -> u64 {
        self.lanes[kind.trailing_zeros() as usize]
    }

    #[inline]
    pub(super) fn has_at(&self) -> bool {
        self.lane(COLON) & self.lane(EQUALS) != 0
    }

    #[inline]
    pub(super) fn digits(&self) -> u64 {
        self.lane(DIGIT)
    }

    #[inline]
    pub(super) fn letters(&self) -> u64 {
        self.lane(LETTER)
    }

    #[inline]
    pub(super) fn words(&self) -> u64 {
        self.lane(DIGIT) | self.lane(LETTER)
    }

    #[inline]
    pub(super) fn initials(&self) -> u64 {
        self.lane(LETTER) & self.lane(EQUALS)
    }

    #[inline]
    pub(super) fn separators(&self) -> u64 {
        self.lane(SEPARATOR)
    }

    #[inline]
    pub(super) fn dots(&self) -> u64 {
        self.lane(DOT)
    }

    #[inline]
    pub(super) fn dashes(&self) -> u64 {
        self.lane(DASH)
    }

    #[inline]
    pub(super) fn underscores(&self) -> u64 {
        self.lane(UNDERSCORE)
    }

    #[inline]
    pub(super) fn colons(&self) -> u64 {
        self.lane(COLON)
    }

    #[inline]
    pub(super) fn equals(&self) -> u64 {
        self.lane(EQUALS) & !self.lane(LETTER)
    }

    /// The first place of a later window: what starts there has been seen in the window before, with what stands
    /// before it.
    #[inline]
    pub(super) fn edge(&self) -> u64 {
        u64::from(!self.first)
    }
}

/// Shows every window of a text, and where it begins, until one of them is enough.
pub(super) fn windows(text: &[u8], mut enough: impl FnMut(&Lanes, usize) -> bool) -> bool {
    const KEPT: usize = (WINDOW - STEP) / WORD;
    let mut words = [0; WORD];
    fill(&mut words, &text[..text.len().min(WINDOW)]);
    let mut base = 0;
    loop {
        if enough(&Lanes::of(words, base == 0), base) {
            return true;
        }
        if base + WINDOW >= text.len() {
            return false;
        }
        base += STEP;
        words.copy_within(WORD - KEPT.., 0);
        words[KEPT..].fill(0);
        fill(&mut words[KEPT..], &text[base + WINDOW - STEP..text.len().min(base + WINDOW)]);
    }
}

#[inline]
fn fill(words: &mut [u64], text: &[u8]) {
    let (eights, rest) = text.as_chunks::<WORD>();
    for (word, eight) in words.iter_mut().zip(eights) {
        *word = spread(eight);
    }
    let Some(last) = words.get_mut(eights.len()).filter(|_| !rest.is_empty()) else { return };
    *last = match text.last_chunk::<WORD>() {
        Some(eight) => without(spread(eight), WORD - rest.len()),
        None => each(rest),
    };
}

/// A word without its first bytes.
#[inline]
fn without(word: u64, bytes: usize) -> u64 {
    (word >> bytes) & (0x0101_0101_0101_0101 * (0xff >> bytes))
}

/// The word of less than eight bytes.
#[inline]
fn each(bytes: &[u8]) -> u64 {
    bytes.iter().enumerate().fold(0, |word, (at, byte)| word | SPREAD[usize::from(*byte)] << at)
}

#[inline]
fn spread(eight: &[u8; WORD]) -> u64 {
    let mut word = 0;
    for (at, byte) in eight.iter().enumerate() {
        word |= SPREAD[usize::from(*byte)] << at;
    }
    word
}

/// Eight words of eight bytes with rows and columns exchanged: first by halves, then by quarters, then by bytes.
#[inline]
fn turned(mut words: [u64; WORD]) -> [u64; WORD] {
    exchange::<4>(&mut words, 0x0000_0000_ffff_ffff);
    exchange::<2>(&mut words, 0x0000_ffff_0000_ffff);
    exchange::<1>(&mut words, 0x00ff_00ff_00ff_00ff);
    words
}

#[inline]
fn exchange<const ROWS: usize>(words: &mut [u64; WORD], mask: u64) {
    let bits = ROWS * WORD;
    for row in 0..WORD {
        if row & ROWS == 0 {
            let (above, below) = (words[row], words[row + ROWS]);
            words[row] = above & mask | (below & mask) << bits;
            words[row + ROWS] = above >> bits & mask | below & !mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// The model: one byte at a time.
        #[test]
        fn every_byte_of_every_window_is_in_the_lanes_of_its_kinds(text in prop::collection::vec(any::<u8>(), 65..300)) {
            let mut seen = 0;
            windows(&text, |lanes, base| {
                for at in 0..WINDOW {
                    let kinds = text.get(base + at).map_or(0, |byte| kinds(*byte));
                    let bits = (0..WORD).fold(0, |bits, kind| bits | ((lanes.lanes[kind] >> at & 1) as u8) << kind);
                    assert_eq!(bits, kinds, "byte {} of {text:?}", base + at);
                }
                seen = base + WINDOW;
                false
            });
            prop_assert!(seen >= text.len());
        }

        #[test]
        fn a_short_text_is_one_window(text in prop::collection::vec(any::<u8>(), 5..=40)) {
            let lanes = Lanes::short::<5>(&text);
            for at in 0..WINDOW {
                let kinds = text.get(at).map_or(0, |byte| kinds(*byte));
                let bits = (0..WORD).fold(0, |bits, kind| bits | ((lanes.lanes[kind] >> at & 1) as u8) << kind);
                prop_assert_eq!(bits, kinds);
            }
        }
    }
}
