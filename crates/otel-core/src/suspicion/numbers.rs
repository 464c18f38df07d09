//! Digits in groups, as people write cards, accounts and telephone numbers.

use super::context;

/// More groups than any number is written in.
const MOST_GROUPS: usize = 12;

/// Digits in groups: `4111 1111 1111 1111`, `+41 (0)62 585 51 90`, `2026-11-22`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    groups: [Group; MOST_GROUPS],
    count: usize,
    digits: usize,
}

/// One group of digits.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Group {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Group {
    pub(crate) fn len(self) -> usize {
        self.end - self.start
    }
}

impl Run {
    /// The groups from `start` on, where a digit stands.
    pub(crate) fn at(text: &[u8], start: usize) -> Self {
        let mut run = Self { groups: [Group::default(); MOST_GROUPS], count: 0, digits: 0 };
        let mut next = Some(start);
        while let Some(start) = next {
            let Some(group) = run.groups.get_mut(run.count) else { break };
            let length = digits_at(text, start);
            *group = Group { start, end: start + length };
            run.count += 1;
            run.digits += length;
            next = separator_at(text, start + length);
        }
        run
    }

    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups[..self.count]
    }

    pub(crate) fn start(&self) -> usize {
        self.groups[0].start
    }

    pub(crate) fn end(&self) -> usize {
        self.groups().last().map_or(0, |group| group.end)
    }

    /// What stands between a group and the next.
    pub(crate) fn separators<'text>(&self, text: &'text [u8]) -> impl Iterator<Item = &'text [u8]> {
        self.groups().windows(2).map(|pair| &text[pair[0].end..pair[1].start])
    }

    /// The number of digits without those that a word begins with.
    fn digits_in_whole_groups(&self, text: &[u8]) -> usize {
        let cut = text.get(self.end()).is_some_and(u8::is_ascii_alphanumeric);
        self.digits - if cut { self.groups().last().map_or(0, |group| group.len()) } else { 0 }
    }

    /// The number of digits up to the last place where a number can end: not within a word, but before a space or a
    /// bracket, or before an extension.
    fn digits_to_an_end(&self, text: &[u8]) -> usize {
        let is_end = |group: &Group| match &text[group.end..] {
            [b' ' | b'(' | b')' | b'x' | b'X', ..] | [b'e' | b'E', b'x' | b'X', ..] | [] => true,
            [next, ..] => group.end == self.end() && !next.is_ascii_alphanumeric(),
        };
        let last = self.groups().iter().rposition(is_end).map_or(0, |last| last + 1);
        self.groups()[..last].iter().map(|group| group.len()).sum()
    }

    /// Whether it begins with a date: `2026-11-22`, `22.11.2026`.
    pub(crate) fn is_date(&self, text: &[u8]) -> bool {
        let &[first, second, third, ..] = self.groups() else { return false };
        let same = text[first.end..second.start] == text[second.end..third.start];
        let plain = matches!(text[first.end..second.start], [b'-' | b'.' | b'/' | b' ']);
        let is_year = |group: Group| {
            group.len() == 4 && matches!(text[group.start..], [b'1', b'9', ..] | [b'2', b'0', ..])
        };
        let at_most = |group: Group, most: u32| {
            group.len() <= 2 && (1..=most).contains(&value(&text[group.start..group.end]))
        };
        let year_first = is_year(first) && at_most(second, 12) && at_most(third, 31);
        let year_last = is_year(third) && at_most(first, 31) && at_most(second, 31);
        same && plain && (year_first || year_last)
    }

    /// Whether it is a number with a point: `1234567.89`.
    pub(crate) fn is_decimal(&self, text: &[u8]) -> bool {
        matches!(self.groups(), [whole, part] if text[whole.end..part.start] == *b".")
    }
}

/// The number that a few digits are.
fn value(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
}

/// How many digits stand at `start`.
fn digits_at(text: &[u8], start: usize) -> usize {
    text.get(start..).map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

/// Where the next group begins, if nothing but one separator, or a bracket with one beside it, stands at `end`.
fn separator_at(text: &[u8], end: usize) -> Option<usize> {
    let length = match text.get(end..)? {
        [b' ' | b'-', b'(', ..] | [b')', b' ' | b'-', ..] => 2,
        [b' ' | b'-' | b'.' | b'/' | b'(' | b')', ..] => 1,
        _ => return None,
    };
    text.get(end + length).filter(|byte| byte.is_ascii_digit()).map(|_| end + length)
}

/// Whether so many digits stand close together from here on that they could be a number of somebody.
pub(crate) fn are_many(text: &[u8]) -> bool {
    const FEWEST: usize = 7;
    let close =
        text.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b' ' | b'-' | b'.' | b'/' | b'(' | b')'));
    close.filter(|byte| byte.is_ascii_digit()).take(FEWEST).count() == FEWEST
}

/// Whether digits at `start` continue a run that began before.
pub(crate) fn is_continued(text: &[u8], start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let gap = match before {
        [.., b' ' | b'-', b'('] | [.., b')', b' ' | b'-'] => 2,
        [.., b' ' | b'-' | b'.' | b'/' | b'(' | b')'] => 1,
        _ => return false,
    };
    before[..before.len() - gap].last().is_some_and(u8::is_ascii_digit)
        // ` (` also separates when only the bracket stands after a digit.
        || before[..before.len() - 1].last().is_some_and(u8::is_ascii_digit)
}

/// Whether a text begins with a date by ISO 8601, and a time or nothing behind it: the most frequent digits there are.
fn is_point_in_time(text: &[u8]) -> bool {
    let [b'1' | b'2', b'9' | b'0', y, e, b'-', m, n, b'-', d, a, rest @ ..] = text else { return false };
    [y, e, a].iter().all(|byte| byte.is_ascii_digit())
        && matches!((m, n), (b'0', b'1'..=b'9') | (b'1', b'0'..=b'2'))
        && matches!((d, a), (b'0', b'1'..) | (b'1' | b'2', _) | (b'3', b'0' | b'1'))
        && text[..2] != *b"10"
        && text[..2] != *b"29"
        && matches!(rest, [] | [b'T' | b't', ..] | [b' ', _, _, b':', ..])
}

/// Whether the digits at `start` are a part of an identifier, a path, an amount or something hidden.
pub(crate) fn is_part(text: &[u8], start: usize) -> bool {
    matches!(text[..start].last(), Some(b'-' | b'/' | b'_' | b'*' | b'#' | b'$' | b'@' | b'%' | b'~' | b'^'))
}

/// Whether something other than the rest of a number may begin at `start`: behind a space or a bracket it may, as in
/// `101.25 905-674-3793`.
pub(crate) fn may_begin(text: &[u8], start: usize) -> bool {
    !is_continued(text, start) || matches!(text[..start].last(), Some(b' ' | b'('))
}

/// Whether the digits at `start` could be a card, a telephone number or a national one.
pub(super) fn matter(text: &[u8], start: usize) -> bool {
    if is_point_in_time(&text[start..]) {
        return false;
    }
    let run = Run::at(text, start);
    let plus = text[..start].ends_with(b"+");
    if let [group] = run.groups() {
        return match group.len() {
            12..=19 if could_be_card(&text[start..]) => true,
            7..=15 => plus || context::of_telephone(text, group.start, group.end),
            _ => false,
        };
    }
    let is_card = match run.groups[0].len() {
        ..4 => run.digits_in_whole_groups(text) >= 12,
        4..=7 => run.digits_in_whole_groups(text) >= 12 && could_be_card(&text[start..]),
        first => (12..=19).contains(&first) && could_be_card(&text[start..]),
    };
    let is_other =
        is_part(text, start) || !may_begin(text, start) || run.is_date(text) || run.is_decimal(text);
    is_card || !is_other && run.digits_to_an_end(text) >= 7
}

/// Whether a card could begin with these digits. Numbers of other things often begin with 0, 1, 7 or a year.
pub(crate) fn could_be_card(digits: &[u8]) -> bool {
    match digits {
        [b'3' | b'4' | b'5' | b'6', ..] => true,
        [b'2', second, ..] => (b'1'..=b'7').contains(second),
        [b'0', b'6', b'0', b'4', ..]
        | [b'1', b'8', b'0', b'0', ..]
        | [b'8', b'1' | b'2' | b'6', ..]
        | [b'9', b'7' | b'8', ..] => true,
        _ => false,
    }
}

/// Whether the `::` at `at` could stand in an IPv6 address: beside it are nothing but up to four hexadecimal digits.
pub(super) fn could_be_compressed_ip(text: &[u8], at: usize) -> bool {
    let before = text[..at].iter().rev().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let rest = &text[at + 2..];
    let after = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    before <= 4
        && after <= 4
        && before + after > 0
        && !is_word(text[..at - before].last())
        && !is_word(rest.get(after))
}

/// Whether the dots at `at` and five bytes on stand in `aabb.ccdd.eeff`.
pub(super) fn could_be_cisco_mac(text: &[u8], at: usize) -> bool {
    let groups = [
        at.checked_sub(4).and_then(|start| text.get(start..at)),
        text.get(at + 1..at + 5),
        text.get(at + 6..at + 10),
    ];
    groups.iter().all(|group| group.is_some_and(|group| group.iter().all(u8::is_ascii_hexdigit)))
}
