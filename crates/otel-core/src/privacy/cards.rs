//! Numbers of payment cards.

use std::ops::Range;

use crate::suspicion::numbers::{self, Group, Run};

/// Who issues numbers that begin like this, and how long those are.
struct Issuer {
    /// The first and the last beginning, of as many digits.
    from: u32,
    to: u32,
    digits: u32,
    lengths: &'static [usize],
}

const fn issuer(from: u32, to: u32, digits: u32, lengths: &'static [usize]) -> Issuer {
    Issuer { from, to, digits, lengths }
}

const SIXTEEN: &[usize] = &[16];
const SIXTEEN_ON: &[usize] = &[16, 17, 18, 19];
const DINERS: &[usize] = &[14, 15, 16, 17, 18, 19];
const MAESTRO: &[usize] = &[12, 13, 14, 15, 16, 17, 18, 19];

const ISSUERS: [Issuer; 29] = [
    // Visa.
    issuer(4, 4, 1, &[13, 16, 19]),
    // Mastercard, and Mir and JCB beside it.
    issuer(51, 55, 2, SIXTEEN),
    issuer(2221, 2720, 4, SIXTEEN),
    issuer(2200, 2204, 4, SIXTEEN_ON),
    issuer(2131, 2131, 4, &[15]),
    issuer(1800, 1800, 4, &[15]),
    issuer(35, 35, 2, SIXTEEN_ON),
    // American Express.
    issuer(34, 34, 2, &[15]),
    issuer(37, 37, 2, &[15]),
    // Diners Club; Hipercard shares 38.
    issuer(300, 305, 3, DINERS),
    issuer(3095, 3095, 4, DINERS),
    issuer(36, 36, 2, DINERS),
    issuer(38, 39, 2, DINERS),
    // Discover, RuPay.
    issuer(6011, 6011, 4, SIXTEEN_ON),
    issuer(644, 649, 3, SIXTEEN_ON),
    issuer(65, 65, 2, SIXTEEN_ON),
    issuer(60, 60, 2, SIXTEEN_ON),
    issuer(81, 82, 2, SIXTEEN_ON),
    // UnionPay.
    issuer(62, 62, 2, SIXTEEN_ON),
    // Maestro and what national schemes share with it: Verve, Elo, Dankort, Laser, InstaPayment, Troy, Hipercard.
    issuer(50, 50, 2, MAESTRO),
    issuer(56, 58, 2, MAESTRO),
    issuer(6304, 6304, 4, MAESTRO),
    issuer(604, 604, 4, MAESTRO),
    issuer(637, 639, 3, MAESTRO),
    issuer(67, 67, 2, MAESTRO),
    issuer(9792, 9792, 4, SIXTEEN),
    issuer(606_282, 606_282, 6, MAESTRO),
    // Uzcard, Humo.
    issuer(8600, 8600, 4, SIXTEEN),
    issuer(9860, 9860, 4, SIXTEEN),
];

/// The card whose first group is the first one of `run`.
pub(super) fn at(text: &str, run: &Run) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    if !begins(bytes, run.start()) {
        return None;
    }
    let groups = run.groups();
    if let [group, ..] = groups
        && group.len() >= 12
    {
        let is_it = ends(bytes, group.end) && is_card(&bytes[group.start..group.end]);
        return is_it.then_some(group.start..group.end);
    }
    grouped(bytes, groups)
}

/// The longest card in groups that one and the same space or dash keeps apart.
fn grouped(text: &[u8], groups: &[Group]) -> Option<Range<usize>> {
    let first = groups.first()?;
    let separator = text.get(first.end).filter(|byte| matches!(byte, b' ' | b'-'))?;
    let (mut digits, mut last, mut found) = (Vec::with_capacity(19), *first, None);
    digits.extend_from_slice(&text[first.start..first.end]);
    for group in &groups[1..] {
        let alike = text[last.end..group.start] == [*separator];
        if !alike || !(2..=7).contains(&last.len()) || digits.len() + group.len() > 19 {
            break;
        }
        digits.extend_from_slice(&text[group.start..group.end]);
        last = *group;
        if is_card(&digits) && ends(text, last.end) {
            found = Some(first.start..last.end);
        }
    }
    found
}

/// Whether a card may begin here: not within a decimal, not after the sign of a negative number, and not where a file
/// system numbers its blocks.
fn begins(text: &[u8], start: usize) -> bool {
    match &text[..start] {
        [.., b'*'] => false,
        [.., before, b'.' | b','] => !before.is_ascii_digit(),
        [b'-'] => false,
        [.., before, b'-'] => before.is_ascii_alphanumeric(),
        before => !before.ends_with(b"blk_"),
    }
}

fn ends(text: &[u8], end: usize) -> bool {
    match &text[end..] {
        [b'*', ..] => false,
        [b'.', next, ..] => !next.is_ascii_digit(),
        [next, ..] => !next.is_ascii_alphanumeric(),
        [] => true,
    }
}

/// Whether these digits are a card: an issuer's beginning and length, and the check digit.
pub(super) fn is_card(digits: &[u8]) -> bool {
    (12..=19).contains(&digits.len())
        && numbers::could_be_card(digits)
        && ISSUERS.iter().any(|issuer| issuer.issues(digits))
        && luhn(digits)
}

impl Issuer {
    fn issues(&self, digits: &[u8]) -> bool {
        let beginning = digits.iter().take(self.digits as usize);
        let beginning = beginning.fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
        (self.from..=self.to).contains(&beginning) && self.lengths.contains(&digits.len())
    }
}

/// The check digit of ISO/IEC 7812: every second digit from the right counts twice.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            match (place % 2, digit) {
                (0, digit) => digit,
                (_, 0..=4) => digit * 2,
                _ => digit * 2 - 9,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}
