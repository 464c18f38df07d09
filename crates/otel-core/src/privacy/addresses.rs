//! Addresses of the Internet and of devices.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

/// The shortest IPv6 address that could belong to somebody.
const SHORTEST_V6: usize = 6;
const LONGEST_V6: usize = 39;

/// The IPv4 address that begins with the digit at `start`, unless it is a version or nobody's.
pub(super) fn v4(text: &str, start: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let (mut octets, mut at) = ([0_u8; 4], start);
    for (place, octet) in octets.iter_mut().enumerate() {
        if place > 0 {
            at += usize::from(bytes.get(at) == Some(&b'.'));
        }
        let digits = bytes[at..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        *octet = text[at..at + digits].parse().ok().filter(|_| digits <= 3)?;
        at += digits;
        if place < 3 && bytes.get(at) != Some(&b'.') {
            return None;
        }
    }
    let address = Ipv4Addr::from(octets);
    // Neither this machine nor a mask nor a whole network is anybody in particular.
    let nobodys =
        address.is_loopback() || octets[0] == 0 || octets[..2] == [255, 255] || octets[2..] == [0, 0];
    (!nobodys && v4_begins(text, start) && v4_ends(&bytes[at..])).then_some(start..at)
}

fn v4_begins(text: &str, start: usize) -> bool {
    let before = &text[..start];
    let glued = match before.as_bytes() {
        [.., before, b'.'] => before.is_ascii_alphanumeric(),
        [.., last] => *last == b'_' || *last == b'*',
        [] => false,
    };
    let word = before.trim_end_matches([' ', ':', '=', '"', '\'']);
    let is_version = before.len() - word.len() <= 3
        && ["version", "ver", "release"].iter().any(|known| {
            let start = word.len().checked_sub(known.len());
            start.and_then(|start| word.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(known))
        });
    !glued && !is_version
}

fn v4_ends(after: &[u8]) -> bool {
    match after {
        [b'.', next, ..] => !next.is_ascii_alphanumeric(),
        // `1.2.3.4-beta` is a version.
        [b'-', next, ..] => !next.is_ascii_alphabetic(),
        [next, ..] => !next.is_ascii_alphanumeric() && !matches!(next, b'_' | b'*'),
        [] => true,
    }
}

/// The IPv6 address that begins at `start`, with a digit or with `::`.
///
/// Of an address that ends in an IPv4 address, that one is found.
pub(super) fn v6(text: &str, start: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    if bytes[..start]
        .last()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'.'))
    {
        return None;
    }
    let run = bytes[start..]
        .iter()
        .take(LONGEST_V6 + 2)
        .take_while(|byte| byte.is_ascii_hexdigit() || **byte == b':');
    let run = &text[start..start + run.count()];
    let address = if run.ends_with("::") { run } else { run.trim_end_matches(':') };
    let end = start + address.len();
    let ends =
        bytes.get(end).is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'.'))
            || matches!(bytes[end..], [b'.'] | [b'.', b' ' | b'\n', ..]);
    if !ends || !is_telling(address) {
        return None;
    }
    let parsed: Ipv6Addr = address.parse().ok()?;
    (!parsed.is_loopback() && !parsed.is_unspecified()).then_some(start..end)
}

/// Rust writes `::` between short words too: an address has a decimal digit, and more than two short groups.
fn is_telling(address: &str) -> bool {
    let groups = address.split(':').filter(|group| !group.is_empty());
    let is_long = address.split(':').next().is_some_and(|first| first.len() == 4) || groups.count() > 2;
    address.len() >= SHORTEST_V6 && is_long && address.bytes().any(|byte| byte.is_ascii_digit())
}

/// The device that begins with the hexadecimal digit at `start`: `00:1b:44:11:3a:b7`, `00-1B-44-11-3A-B7` or
/// `001b.4411.3ab7`.
pub(super) fn mac(text: &str, start: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    if matches!(bytes[..start].last(), Some(b':' | b'-' | b'.' | b'_')) && !is_word_before(bytes, start) {
        return None;
    }
    pairs(&bytes[start..]).or_else(|| threes(&bytes[start..])).map(|length| start..start + length)
}

/// `vendor:00:1b:…` is a device behind a word, `11:00:1b:…` is something longer.
fn is_word_before(text: &[u8], start: usize) -> bool {
    text[..start - 1].last().is_none_or(|byte| !byte.is_ascii_hexdigit() && *byte != b':')
}

fn pairs(text: &[u8]) -> Option<usize> {
    const LENGTH: usize = 17;
    let device = text.get(..LENGTH)?;
    let separator = device[2];
    let is_it = matches!(separator, b':' | b'-')
        && device.chunks(3).all(|pair| pair[..2].iter().all(u8::is_ascii_hexdigit))
        && device.chunks_exact(3).all(|pair| pair[2] == separator);
    (is_it && mac_ends(&text[LENGTH..], separator)).then_some(LENGTH)
}

fn threes(text: &[u8]) -> Option<usize> {
    const LENGTH: usize = 14;
    let device = text.get(..LENGTH)?;
    let is_it = device.chunks(5).all(|group| group[..4].iter().all(u8::is_ascii_hexdigit))
        && device.chunks_exact(5).all(|group| group[4] == b'.')
        && device.iter().any(u8::is_ascii_alphabetic);
    (is_it && mac_ends(&text[LENGTH..], b'.')).then_some(LENGTH)
}

fn mac_ends(after: &[u8], separator: u8) -> bool {
    match after {
        [next, then, ..] if *next == separator => !then.is_ascii_alphanumeric(),
        [next, ..] => !next.is_ascii_alphanumeric() && *next != b'_',
        [] => true,
    }
}
