//! Numbers of bank accounts and of citizens.

use std::ops::Range;

use crate::suspicion::iban;
use crate::suspicion::numbers::{self, Run};

/// The account that begins with the letter at `start`, in one piece or in groups of four.
pub(super) fn iban(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = &text.as_bytes()[start..];
    let &[first, second, third, fourth, ref after @ ..] = rest else { return None };
    if ![first, second].iter().all(u8::is_ascii_alphabetic) || ![third, fourth].iter().all(u8::is_ascii_digit)
    {
        return None;
    }
    let length = &iban::length([first, second])?;
    let separator = after.first().copied().filter(|byte| matches!(byte, b' ' | b'-'));
    let (mut have, mut at) = (Vec::with_capacity(*length), 0);
    while have.len() < *length {
        let byte = *rest.get(at)?;
        at += 1;
        match separator {
            Some(separator) if !have.is_empty() && have.len().is_multiple_of(4) && byte == separator => {
                // One separator is enough.
                have.push(rest.get(at).copied().filter(u8::is_ascii_alphanumeric)?);
                at += 1;
            }
            Some(_) if !have.is_empty() && have.len().is_multiple_of(4) => return None,
            _ if byte.is_ascii_alphanumeric() => have.push(byte),
            _ => return None,
        }
    }
    let ends = rest.get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'*');
    (ends && is_sound(&have)).then_some(start..start + at)
}

/// The check digits of ISO 7064: with its beginning at its end and letters as numbers, 1 is left of 97.
fn is_sound(account: &[u8]) -> bool {
    let (beginning, rest) = account.split_at(4);
    let left = rest.iter().chain(beginning).fold(0_u32, |left, byte| match byte {
        b'0'..=b'9' => (left * 10 + u32::from(byte - b'0')) % 97,
        letter => (left * 100 + u32::from(letter.to_ascii_uppercase() - b'A') + 10) % 97,
    });
    left == 1
}

/// The social security number that a run begins with: `460-89-9847`, and none that was never issued.
pub(super) fn us_ssn(text: &str, run: &Run) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let &[area, group, serial, ..] = run.groups() else { return None };
    let is_shape = (area.len(), group.len(), serial.len()) == (3, 2, 4)
        && run.separators(bytes).take(2).all(|separator| separator == b"-");
    let issued = !matches!(&text[area.start..area.end], "000" | "666")
        && &text[group.start..group.end] != "00"
        && &text[serial.start..serial.end] != "0000";
    let stands_alone = !numbers::is_continued(bytes, area.start)
        && !numbers::is_part(bytes, area.start)
        && bytes[..area.start].last() != Some(&b'+')
        && bytes
            .get(serial.end)
            .is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_'));
    (is_shape && issued && stands_alone).then_some(area.start..serial.end)
}
