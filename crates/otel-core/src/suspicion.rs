//! Whether a text could hold what must not leave the process.
//!
//! It is asked for every text on the thread that records it, so it only decides who is looked at more closely. It
//! may raise a false alarm, but whatever the detectors of the engine would find, it suspects. The names, marks and
//! rules for digits it goes by are the ones the detectors go by, so that the two cannot drift apart.

pub(crate) mod context;
mod glance;
pub(crate) mod iban;
mod lanes;
pub(crate) mod marks;
#[cfg(test)]
mod model;
pub(crate) mod names;
pub(crate) mod numbers;
mod vector;

use glance::Glance;
use lanes::{Window, windows};

/// Nothing that a detector looks for is shorter.
pub(crate) const SHORTEST: usize = 5;

/// The longest token that is still short: every known mark of a key is followed by more.
const LONG_TOKEN: u32 = 17;

/// Whether a text could hold what must not leave.
pub(crate) fn suspects(text: &[u8]) -> bool {
    match text.len() {
        0..SHORTEST => false,
        SHORTEST..=16 => is_uncommon::<1>(text) && alarms::<1>(text),
        17..=32 => is_uncommon::<2>(text) && alarms::<2>(text),
        33..=48 => is_uncommon::<3>(text) && alarms::<3>(text),
        _ => long_alarms(text),
    }
}

/// Whether the name of an attribute says that its value is a secret.
pub(crate) fn announces(name: &str) -> bool {
    names::announced(name.as_bytes()).is_some()
}

/// Whether a short text is not what most are.
#[inline]
fn is_uncommon<const VECTORS: usize>(text: &[u8]) -> bool {
    Window::<VECTORS>::of(text).glance().is_uncommon()
}

/// Whether anything in a short text asks for a closer look. The window is made anew, so that most texts, which never
/// come here, need not keep theirs.
#[inline(never)]
fn alarms<const VECTORS: usize>(text: &[u8]) -> bool {
    Window::<VECTORS>::of(text).alarms()
}

/// Whether anything in a text of several windows asks for a closer look.
#[inline(never)]
fn long_alarms(text: &[u8]) -> bool {
    windows(text, |window| window.alarms())
}

impl<const VECTORS: usize> Window<'_, VECTORS> {
    /// Whether anything in this window asks for a closer look.
    #[inline]
    fn alarms(&self) -> bool {
        let Glance { signs, initials, numbers, accounts, keys, joined } = self.glance();
        signs != 0 && self.signs_alarm()
            || self.places(initials).any(|(text, at)| marks::credentials_at(text, at).is_some())
            || numbers != 0 && self.numbers_alarm(numbers)
            || self.places(accounts).any(|(text, at)| iban::could_be(text, at))
            || self.places(keys).any(|(text, at)| marks::at(text, at).is_some())
            || joined != 0 && (self.has_device() || self.has_armour())
    }

    /// Addresses, and names that are followed by a secret.
    #[inline]
    fn signs_alarm(&self) -> bool {
        self.ats() != 0
            || self.colons() | self.equals() != 0 && (self.names_alarm() || self.groups_alarm())
            || self.dots() != 0 && self.points_alarm()
    }

    /// Names that are followed by a secret: `password=…`, `"token": …`.
    #[inline]
    fn names_alarm(&self) -> bool {
        // A name may end in a digit, as `cvv2` does, but the hours of a time have no letter before them.
        let after_numbers = (self.digits() << 1) & !(self.letters() << 2);
        let assignments = (self.equals() | self.colons()) & !after_numbers & !self.edge();
        self.places(assignments).any(|(text, at)| names::before(text, at).is_some())
    }

    /// Groups between colons as in IPv6 and MAC addresses, but not in times and Rust's paths.
    #[inline]
    fn groups_alarm(&self) -> bool {
        let colons = self.colons();
        let single = colons & !(colons << 1) & !(colons >> 1);
        let double = colons & (colons >> 1);
        chain(single, 4, 5) || self.places(double).any(|(text, at)| numbers::could_be_compressed_ip(text, at))
    }

    /// Points between the numbers of an IPv4 address, or between the groups of a device's.
    #[inline]
    fn points_alarm(&self) -> bool {
        let (dots, digits) = (self.dots(), self.digits());
        let apart = dots & (dots >> 5);
        chain(dots & (digits << 1) & (digits >> 1), 3, 4)
            || self.places(apart).any(|(text, at)| numbers::could_be_cisco_mac(text, at))
    }

    /// Digits in clusters: cards, phone numbers, and national numbers.
    #[inline]
    fn numbers_alarm(&self, starts: u64) -> bool {
        let (digits, separators) = (self.digits(), self.separators());
        let (after, before) = (digits << 1, digits >> 1);
        // One separator between digits, or two of them, as in `+41 (0)62`.
        let pairs = separators & after & (separators >> 1) & (digits >> 2);
        let joined = digits | (separators & after & before) | pairs | (pairs << 1);
        self.places(starts & run(joined, 7)).any(|(text, at)| numbers::matter(text, at))
    }

    /// `aa-bb-cc-dd-ee-ff`: five dashes, three apart.
    #[inline]
    fn has_device(&self) -> bool {
        let dashes = self.dashes();
        let two = dashes & (dashes >> 3);
        two & (two >> 6) & (dashes >> 12) != 0
    }

    /// `-----BEGIN`.
    #[inline]
    fn has_armour(&self) -> bool {
        self.places(run(self.dashes(), 5)).any(|(text, at)| text[at..].starts_with(marks::ARMOUR))
    }

    /// The places of bits in the text.
    #[inline]
    fn places(&self, lane: u64) -> impl Iterator<Item = (&[u8], usize)> {
        let (text, base) = self.place();
        bits(lane).map(move |at| (text, base + at))
    }
}

/// Whether `length` bits follow one another at most `within` places apart.
#[inline]
fn chain(bits: u64, length: u32, within: u32) -> bool {
    let near = |bits: u64| (1..=within).fold(0, |near, step| near | bits >> step);
    (1..length).fold(bits, |chained, _| chained & near(chained)) != 0
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
