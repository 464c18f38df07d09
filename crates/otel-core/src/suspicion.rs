//! Whether a text could hold what must not leave the process.
//!
//! It is asked for every text on the thread that records it, so it only decides who is looked at more closely. It
//! may raise a false alarm, but whatever the detectors of the engine would find, it suspects. The names, marks and
//! rules for digits it goes by are the ones the detectors go by, so that the two cannot drift apart.

pub(crate) mod context;
pub(crate) mod iban;
mod lanes;
pub(crate) mod marks;
pub(crate) mod names;
pub(crate) mod numbers;

use lanes::{Counts, Lanes};

/// Nothing that a detector looks for is shorter.
pub(crate) const SHORTEST: usize = 5;

/// The longest token that is still short: every known mark of a key is followed by more.
const LONG_TOKEN: u32 = 17;

/// Whether a text could hold what must not leave.
pub(crate) fn suspects(text: &[u8]) -> bool {
    match text.len() {
        0..SHORTEST => false,
        SHORTEST..=Counts::MOST => {
            !Counts::of(text).are_harmless(text.len()) && Lanes::short::<2>(text).alarm(text, 0)
        }
        17..=40 => Lanes::short::<5>(text).alarm(text, 0),
        41..=64 => Lanes::short::<8>(text).alarm(text, 0),
        _ => lanes::windows(text, |lanes, base| lanes.alarm(text, base)),
    }
}

/// Whether the name of an attribute says that its value is a secret.
pub(crate) fn announces(name: &str) -> bool {
    names::announced(name.as_bytes()).is_some()
}

impl Lanes {
    /// Whether anything in this window of the text, which begins at `base`, asks for a closer look.
    #[inline]
    fn alarm(&self, text: &[u8], base: usize) -> bool {
        // Most texts lack most of what this is about.
        self.has_at()
            || self.digits() != 0 && self.numbers(text, base)
            || self.colons() | self.equals() != 0 && (self.names(text, base) || self.groups(text, base))
            || self.tokens(text, base)
    }

    /// Digits in clusters: cards, phone numbers, IPv4 addresses, national numbers, and accounts.
    #[inline]
    fn numbers(&self, text: &[u8], base: usize) -> bool {
        let (digits, separators, words) = (self.digits(), self.separators(), self.words());
        let (after, before) = (digits << 1, digits >> 1);
        // One separator between digits, or two of them, as in `+41 (0)62`.
        let pairs = separators & after & (separators >> 1) & (digits >> 2);
        let joined = digits | (separators & after & before) | pairs | (pairs << 1);
        let starts = words & !(words << 1 | self.edge());
        // Seven in a row, from a start on.
        let two = joined & (joined >> 1);
        let four = two & (two >> 2);
        let clusters = starts & digits & four & (four >> 3);
        let dots = self.dots() & after & before;
        let letters = self.letters();
        let accounts = starts & letters & (letters >> 1) & (digits >> 2) & (digits >> 3);
        clusters != 0 && bits(clusters).any(|at| numbers::matter(text, base + at))
            || dots != 0 && chain(dots, 3, 4)
            || accounts != 0 && bits(accounts).any(|at| iban::could_be(text, base + at))
    }

    /// Names that are followed by a secret: `password=…`, `"token": …`.
    #[inline]
    fn names(&self, text: &[u8], base: usize) -> bool {
        // A name may end in a digit, as `cvv2` does, but the hours of a time have no letter before them.
        let after_numbers = (self.digits() << 1) & !(self.letters() << 2);
        let assignments = (self.equals() | self.colons()) & !after_numbers & !self.edge();
        bits(assignments).any(|at| names::before(text, base + at).is_some())
    }

    /// Groups between colons as in IPv6 and MAC addresses, but not in times and Rust's paths.
    #[inline]
    fn groups(&self, text: &[u8], base: usize) -> bool {
        let colons = self.colons();
        let single = colons & !(colons << 1) & !(colons >> 1);
        chain(single, 4, 5)
            || bits(colons & (colons >> 1)).any(|at| numbers::could_be_compressed_ip(text, base + at))
    }

    /// Tokens: keys of well-known shapes, credentials, device addresses.
    #[inline]
    fn tokens(&self, text: &[u8], base: usize) -> bool {
        let (words, dashes, dots) = (self.words(), self.dashes(), self.dots());
        let starts = words & !(words << 1 | self.edge()) & self.letters();
        let credentials = starts & self.initials();
        let long = starts & run(words | dashes | self.underscores(), LONG_TOKEN);
        let apart = dots & (dots >> 5);
        credentials != 0 && bits(credentials).any(|at| marks::credentials_at(text, base + at).is_some())
            || long != 0 && bits(long).any(|at| marks::at(text, base + at).is_some())
            || dashes != 0 && (is_device(dashes) || is_armour(dashes, text, base))
            || apart != 0 && bits(apart).any(|at| numbers::could_be_cisco_mac(text, base + at))
    }
}

/// Whether `length` bits follow one another at most `within` places apart.
#[inline]
fn chain(bits: u64, length: u32, within: u32) -> bool {
    let near = |bits: u64| (1..=within).fold(0, |near, step| near | bits >> step);
    (1..length).fold(bits, |chained, _| chained & near(chained)) != 0
}

/// `aa-bb-cc-dd-ee-ff`: five dashes, three apart.
fn is_device(dashes: u64) -> bool {
    let two = dashes & (dashes >> 3);
    two & (two >> 6) & (dashes >> 12) != 0
}

/// `-----BEGIN`.
fn is_armour(dashes: u64, text: &[u8], base: usize) -> bool {
    bits(run(dashes, 5)).any(|at| text.get(base + at..).is_some_and(|rest| rest.starts_with(marks::ARMOUR)))
}

/// Where at least `length` set bits follow one another.
#[inline]
fn run(bits: u64, length: u32) -> u64 {
    let (mut run, mut have) = (bits, 1);
    while have < length {
        let step = have.min(length - have);
        run &= run >> step;
        have += step;
    }
    run
}

/// The places of the set bits.
#[inline]
fn bits(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = (bits != 0).then(|| bits.trailing_zeros() as usize)?;
        bits &= bits - 1;
        Some(at)
    })
}
