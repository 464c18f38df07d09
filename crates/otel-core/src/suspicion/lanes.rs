//! The bytes of a text by their kinds, up to 64 at a time: one bit for each byte in a lane for each kind.
//!
//! A lane is made when it is asked for: most texts lack most kinds, which a few lanes of many kinds show.

use super::vector::{Bytes, WIDTH};

/// How far one window is from the next: they overlap by more than any pattern and the byte before it.
const STEP: usize = 40;
/// The vectors of the longest window.
const MOST: usize = 4;
const WINDOW: usize = MOST * WIDTH;

/// A part of a text, in so many vectors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window<'text, const VECTORS: usize = MOST> {
    vectors: [Bytes; VECTORS],
    text: &'text [u8],
    base: usize,
    length: usize,
}

impl<'text, const VECTORS: usize> Window<'text, VECTORS> {
    /// A text that needs so many vectors.
    #[inline]
    pub(super) fn of(text: &'text [u8]) -> Self {
        Self::at(text, 0)
    }

    /// The text from `base` on, as far as so many vectors go, which it needs. The last of them has the last bytes, also
    /// those that are in the one before it too.
    #[inline]
    fn at(text: &'text [u8], base: usize) -> Self {
        let part = text.get(base..).unwrap_or_default();
        let part = part.get(..VECTORS * WIDTH).unwrap_or(part);
        let last = match part.last_chunk() {
            Some(last) if VECTORS > 1 => Bytes::of(last),
            _ => Bytes::of_few(part),
        };
        let (whole, _) = part.as_chunks();
        let vectors = std::array::from_fn(|at| match whole.get(at) {
            Some(whole) if at + 1 < VECTORS => Bytes::of(whole),
            _ => last,
        });
        Self { vectors, text, base, length: part.len() }
    }

    /// The text of which this is a part, and where the part begins.
    #[inline]
    pub(super) fn place(&self) -> (&'text [u8], usize) {
        (self.text, self.base)
    }

    /// A bit for each byte.
    #[inline]
    pub(super) fn extent(&self) -> u64 {
        u64::MAX >> (WINDOW - self.length)
    }

    /// The first place of a later window: what starts there has been seen in the window before, with what stands
    /// before it.
    #[inline]
    pub(super) fn edge(&self) -> u64 {
        u64::from(self.base != 0)
    }

    #[inline]
    pub(super) fn digits(&self) -> u64 {
        self.lane(|bytes| bytes.within(b'0', b'9'))
    }

    #[inline]
    pub(super) fn letters(&self) -> u64 {
        self.lane(|bytes| bytes.lowered().within(b'a', b'z'))
    }

    /// The letters that `Bearer` and `Basic` begin with.
    #[inline]
    pub(super) fn initials(&self) -> u64 {
        self.lane(|bytes| bytes.lowered().equal(b'b'))
    }

    /// What joins the parts of identifiers.
    #[inline]
    pub(super) fn joints(&self) -> u64 {
        self.lane(|bytes| bytes.equal(b'-').or(bytes.equal(b'_')))
    }

    /// Points, and what joins a name and a value or a user and a host; and some that mean nothing, but are cheaper to
    /// have than to tell apart.
    #[inline]
    pub(super) fn signs(&self) -> u64 {
        self.lane(|bytes| bytes.equal(b'.').or(bytes.equal(b'%')).or(bytes.within(b':', b'@')))
    }

    /// An `@`, or what begins `%40`, which URLs make of it.
    #[inline]
    pub(super) fn ats(&self) -> u64 {
        self.lane(|bytes| bytes.equal(b'@').or(bytes.equal(b'%')))
    }

    /// What may stand between groups of digits.
    #[inline]
    pub(super) fn separators(&self) -> u64 {
        self.lane(|bytes| {
            let spaces = bytes.equal(b' ').or(bytes.within(b'(', b')'));
            spaces.or(bytes.within(b'-', b'/'))
        })
    }

    #[inline]
    pub(super) fn dots(&self) -> u64 {
        self.lane(|bytes| bytes.equal(b'.'))
    }

    #[inline]
    pub(super) fn dashes(&self) -> u64 {
        self.lane(|bytes| bytes.equal(b'-'))
    }

    #[inline]
    pub(super) fn colons(&self) -> u64 {
        self.lane(|bytes| bytes.equal(b':'))
    }

    #[inline]
    pub(super) fn equals(&self) -> u64 {
        self.lane(|bytes| bytes.equal(b'='))
    }

    #[inline]
    fn lane(&self, kind: impl Fn(Bytes) -> Bytes) -> u64 {
        let Some((last, others)) = self.vectors.split_last() else { return 0 };
        let last_at = if VECTORS == 1 { 0 } else { self.length - WIDTH };
        let others = others.iter().enumerate().map(|(at, bytes)| kind(*bytes).bits() << (at * WIDTH));
        others.fold(kind(*last).bits() << last_at, |lane, bits| lane | bits)
    }
}

/// Shows every window of a text that needs a whole one, until one of them is enough.
#[inline]
pub(super) fn windows(text: &[u8], mut enough: impl FnMut(&Window<'_>) -> bool) -> bool {
    let last = text.len().saturating_sub(WINDOW);
    let mut base = 0;
    loop {
        if enough(&Window::at(text, base)) {
            return true;
        }
        if base == last {
            return false;
        }
        base = last.min(base + STEP);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The model: one byte at a time.
    fn check<const VECTORS: usize>(window: &Window<'_, VECTORS>) {
        let (text, base) = window.place();
        let part = &text[base..text.len().min(base + VECTORS * WIDTH)];
        let compare = |name: &str, lane: u64, is: fn(u8) -> bool| {
            let expected =
                part.iter().enumerate().fold(0, |bits, (at, byte)| bits | u64::from(is(*byte)) << at);
            assert_eq!(lane, expected, "{name} from {base} on in {text:?}");
        };
        compare("extent", window.extent(), |_| true);
        compare("digits", window.digits(), |byte| byte.is_ascii_digit());
        compare("letters", window.letters(), |byte| byte.is_ascii_alphabetic());
        compare("initials", window.initials(), |byte| matches!(byte, b'b' | b'B'));
        compare("joints", window.joints(), |byte| matches!(byte, b'-' | b'_'));
        compare("signs", window.signs(), |byte| matches!(byte, b'.' | b'%' | b':'..=b'@'));
        compare("ats", window.ats(), |byte| matches!(byte, b'@' | b'%'));
        compare("separators", window.separators(), |byte| b" ()-./".contains(&byte));
        compare("dots", window.dots(), |byte| byte == b'.');
        compare("dashes", window.dashes(), |byte| byte == b'-');
        compare("colons", window.colons(), |byte| byte == b':');
        compare("equals", window.equals(), |byte| byte == b'=');
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_byte_is_in_the_lanes_of_its_kinds(text in prop::collection::vec(any::<u8>(), 1..=200)) {
            match text.len() {
                ..=16 => check(&Window::<1>::of(&text)),
                17..=32 => check(&Window::<2>::of(&text)),
                33..=48 => check(&Window::<3>::of(&text)),
                _ => {
                    let mut seen = 0;
                    windows(&text, |window| {
                        let (_, base) = window.place();
                        // Whatever is not longer than what two windows share is whole in one of them.
                        assert!(base == 0 || base + WINDOW - STEP <= seen, "{base} after {seen}");
                        check(window);
                        seen = base + WINDOW;
                        false
                    });
                    prop_assert!(seen >= text.len());
                }
            }
        }
    }
}
