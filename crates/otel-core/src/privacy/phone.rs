//! Telephone numbers.
//!
//! Seven to fifteen digits are many things. They are a telephone number when they are written like one, or when the
//! text says so and they are written like no other thing.

use std::ops::Range;

use crate::suspicion::context;
use crate::suspicion::numbers::{self, Group, Run};

/// As many as ITU-T E.164 allows, and as few as any country has.
const DIGITS: Range<usize> = 7..16;

/// The number whose first group is the first one of `run`.
pub(super) fn at(text: &str, run: &Run) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    if !numbers::may_begin(bytes, run.start()) || run.is_date(bytes) || run.is_decimal(bytes) {
        return None;
    }
    let lead = Lead::of(bytes, run.start())?;
    // What follows after a space or a bracket may be something else.
    (1..=run.groups().len()).rev().find_map(|count| {
        let groups = &run.groups()[..count];
        let last = *groups.last()?;
        let end = last.end;
        let is_cut = count < run.groups().len();
        if is_cut && !matches!(bytes[end], b' ' | b'(' | b')') {
            return None;
        }
        let digits = groups.iter().map(|group| group.len()).sum();
        let written = Written { text: bytes, groups, lead, digits };
        let end = ends(bytes, last, lead.plus)?;
        (DIGITS.contains(&digits) && written.is_a_number(end)).then_some(lead.start..end)
    })
}

/// What stands before the first digit.
#[derive(Clone, Copy, Debug)]
struct Lead {
    /// Where the number begins, with its `+` and its bracket.
    start: usize,
    plus: bool,
    bracket: bool,
}

impl Lead {
    /// `None` when the digits belong to something else: a name, an amount, a time, a path.
    fn of(text: &[u8], digits: usize) -> Option<Self> {
        let mut before = &text[..digits];
        let bracket = before.ends_with(b"(");
        before = before.strip_suffix(b"(").unwrap_or(before);
        let plus = before.ends_with(b"+");
        before = before.strip_suffix(b"+").unwrap_or(before);
        let bracket_around = plus && before.ends_with(b"(");
        let start = before.len() - usize::from(bracket_around);
        let glued = match before {
            // A call, as in `dial(905-674-3793)`.
            [.., last] if last.is_ascii_alphanumeric() => !bracket,
            [.., b'+'] => true,
            _ if plus => false,
            // A part of an identifier, of a number, of a path or of a time.
            [.., name, b'.'] => name.is_ascii_alphanumeric(),
            [.., name, b':' | b','] => name.is_ascii_digit(),
            before => numbers::is_part(before, before.len()),
        };
        (!glued).then_some(Self { start, plus, bracket })
    }
}

/// Where a number ends whose last group this is, with its extension; `None` when it goes on as something else.
fn ends(text: &[u8], last: Group, plus: bool) -> Option<usize> {
    let end = last.end;
    let rest = &text[end..];
    if let Some(extension) = extension(rest) {
        return Some(end + extension);
    }
    let goes_on = match rest {
        [b'_' | b'*' | b'%' | b'@' | b'=', ..] => true,
        // A time, thousands.
        [b':', next, ..] => next.is_ascii_digit() && last.len() <= 2,
        [b',', next, ..] => next.is_ascii_digit() && last.len() == 3 && !plus,
        [b'-' | b'.' | b'/', next, ..] => next.is_ascii_digit(),
        [next, ..] => next.is_ascii_alphanumeric(),
        [] => false,
    };
    (!goes_on).then_some(end)
}

/// The length of `x123`, ` ext. 123`.
fn extension(rest: &[u8]) -> Option<usize> {
    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
    let word = rest[spaces..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let name = &rest[spaces..spaces + word];
    let known = [&b"x"[..], b"ext"].iter().any(|known| name.eq_ignore_ascii_case(known));
    let after = &rest[spaces + word..];
    let gap = after.iter().take_while(|byte| matches!(byte, b' ' | b'.')).count();
    let digits = after[gap..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let ends = after.get(gap + digits).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    (known && spaces <= 1 && gap <= 2 && (1..=6).contains(&digits) && ends)
        .then_some(spaces + word + gap + digits)
}

/// Digits as they are written.
#[derive(Clone, Copy, Debug)]
struct Written<'text> {
    text: &'text [u8],
    groups: &'text [Group],
    lead: Lead,
    digits: usize,
}

impl Written<'_> {
    fn is_a_number(&self, end: usize) -> bool {
        let start = self.groups[0].start;
        let continues = numbers::is_continued(self.text, start);
        if self.is_international()
            || self.is_american()
            || self.has_area_in_brackets()
            || self.has_trunk_prefix()
        {
            return true;
        }
        // What stands behind other digits has to be written like a telephone number.
        match self.groups {
            _ if continues => false,
            [_] => context::of_telephone(self.text, start, end),
            // A social security number, an IPv4 address.
            _ if self.is_shaped(&[3, 2, 4]) => context::of_telephone(self.text, start, end),
            [_, _, _, _] if self.separators().all(|it| it == b".") => false,
            groups => {
                groups.len() <= 6
                    && groups.iter().all(|group| group.len() <= 7)
                    && context::of_reaching(self.text, start, end)
            }
        }
    }

    /// `+41 96 471 07 95`, `0041 96 471 07 95`.
    fn is_international(&self) -> bool {
        let digits = &self.text[self.groups[0].start..];
        if self.lead.plus {
            return self.digits >= 8 && digits[0] != b'0';
        }
        matches!(digits, [b'0', b'0', b'1'..=b'9', ..]) && self.groups.len() > 1 && self.digits >= 10
    }

    /// `905-674-3793`, `(905) 674-3793`, `1.905.674.3793`: the area does not begin with 0 or 1.
    fn is_american(&self) -> bool {
        let shaped = match self.groups {
            [country, ..] if self.text[country.start..country.end] == *b"1" => self.is_shaped(&[1, 3, 3, 4]),
            _ => self.is_shaped(&[3, 3, 4]),
        };
        let area = self.groups[self.groups.len().saturating_sub(3)];
        let mut separators = self.separators();
        let first = separators.next();
        let alike = separators.all(|it| Some(it) == first) && matches!(first, Some(b"-" | b"."));
        shaped && self.text[area.start] >= b'2' && (alike || self.lead.bracket)
    }

    /// `(37) 788-063`, `(08) 8747 6301`.
    fn has_area_in_brackets(&self) -> bool {
        let first = self.groups[0];
        self.lead.bracket
            && self.text.get(first.end) == Some(&b')')
            && (2..=5).contains(&first.len())
            && self.digits >= 8
            && self.groups.len() <= 5
    }

    /// `0490 75 40 81`, `03.93.92.16.85`: a zero that is dialled within a country, and an area after it.
    fn has_trunk_prefix(&self) -> bool {
        let first = self.groups[0];
        let begins = matches!(self.text[first.start..], [b'0', b'1'..=b'9', ..]);
        let long = matches!(first.len(), 3..=5) && (2..=5).contains(&self.groups.len());
        let pairs = self.is_shaped(&[2, 2, 2, 2, 2]);
        let first_separator = self.separators().next();
        let alike = self.separators().skip(1).all(|it| Some(it) == self.separators().nth(1))
            && first_separator.is_some();
        begins && alike && (9..=12).contains(&self.digits) && (long || pairs)
    }

    fn is_shaped(&self, shape: &[usize]) -> bool {
        self.groups.iter().map(|group| group.len()).eq(shape.iter().copied())
    }

    fn separators(&self) -> impl Iterator<Item = &[u8]> {
        self.groups.windows(2).map(|pair| &self.text[pair[0].end..pair[1].start])
    }
}
