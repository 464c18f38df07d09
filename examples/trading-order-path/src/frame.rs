//! The frame of a FIX message: where it begins and ends, and whether its two check fields are right.

use std::ops::Range;

use crate::refusal::Refusal;

/// The separator of fields on the wire.
pub(crate) const SOH: u8 = 1;

const BEGIN: &[u8] = b"8=FIX.";
const VERSION: &[u8] = b"8=FIX.4.2";

/// The digits of the longest tag that is taken for one.
const LONGEST_TAG: usize = 9;

/// A message as bytes, between `8=` and the separator behind `10=`, with SOH as the separator.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    bytes: Vec<u8>,
    restamped: Vec<u8>,
}

/// Which check fields of a message are right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checks {
    pub(crate) body_length: bool,
    pub(crate) check_sum: bool,
}

/// Where the parts of a message are.
struct Parts {
    body_length: Range<usize>,
    body: Range<usize>,
    check_sum: Range<usize>,
}

impl Frame {
    /// Takes the message out of a line of a log, and says whether its check fields are right.
    ///
    /// What stands before `8=FIX.`, such as a time, is left out.
    ///
    /// # Errors
    ///
    /// When there is no message in the line, or no frame around it.
    pub(crate) fn take(&mut self, line: &[u8]) -> Result<Checks, Refusal> {
        let begin = line.windows(BEGIN.len()).position(|window| window == BEGIN).ok_or(Refusal::NotFix)?;
        self.bytes.clear();
        self.bytes.extend(line.iter().skip(begin));
        if !self.bytes.contains(&SOH) {
            self.bytes.iter_mut().filter(|byte| **byte == b'|').for_each(|byte| *byte = SOH);
        }
        if self.bytes.last() != Some(&SOH) {
            self.bytes.push(SOH);
        }
        let version = self.bytes.split(|byte| *byte == SOH).next().unwrap_or_default();
        if version != VERSION {
            return Err(Refusal::Version);
        }
        let parts = self.parts()?;
        if !self.part(&(0..parts.body.end)).split_inclusive(|byte| *byte == SOH).all(is_field) {
            return Err(Refusal::Malformed);
        }
        let length = number(self.part(&parts.body_length));
        let sum = number(self.part(&parts.check_sum));
        Ok(Checks {
            body_length: length == Some(parts.body.len()),
            check_sum: sum == Some(usize::from(check_sum(self.part(&(0..parts.body.end))))),
        })
    }

    /// The message as it came.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Writes both check fields anew.
    ///
    /// # Errors
    ///
    /// When the message has no frame any more.
    pub(crate) fn restamp(&mut self) -> Result<(), Refusal> {
        let parts = self.parts()?;
        let mut restamped = std::mem::take(&mut self.restamped);
        restamped.clear();
        restamped.extend(VERSION);
        restamped.extend(format!("\u{1}9={}\u{1}", parts.body.len()).bytes());
        restamped.extend(self.part(&parts.body));
        let sum = check_sum(&restamped);
        restamped.extend(format!("10={sum:03}\u{1}").bytes());
        self.restamped = std::mem::replace(&mut self.bytes, restamped);
        Ok(())
    }

    /// Takes the first field with this tag out of the body; `false` when there is none.
    pub(crate) fn set_aside(&mut self, tag: u32) -> bool {
        let Ok(Parts { body, .. }) = self.parts() else { return false };
        let wanted = format!("{tag}=");
        let mut at = body.start;
        for field in self.part(&body).split_inclusive(|byte| *byte == SOH) {
            let end = at + field.len();
            if field.starts_with(wanted.as_bytes()) {
                self.bytes.drain(at..end);
                return true;
            }
            at = end;
        }
        false
    }

    fn parts(&self) -> Result<Parts, Refusal> {
        let separator = |from: usize| {
            let rest = self.bytes.get(from..)?;
            rest.iter().position(|byte| *byte == SOH).map(|at| from + at)
        };
        let length = separator(0).map(|at| at + 1).ok_or(Refusal::Unframed)?;
        let body = separator(length).map(|at| at + 1).ok_or(Refusal::Unframed)?;
        let before_last = self.bytes.len().saturating_sub(1);
        let inner = self.bytes.get(..before_last).unwrap_or_default();
        let sum = inner.iter().rposition(|byte| *byte == SOH).map(|at| at + 1).ok_or(Refusal::Unframed)?;
        let starts_with =
            |at: usize, tag: &[u8]| self.bytes.get(at..).is_some_and(|rest| rest.starts_with(tag));
        if !starts_with(length, b"9=") || !starts_with(sum, b"10=") || sum < body {
            return Err(Refusal::Unframed);
        }
        Ok(Parts { body_length: length + 2..body - 1, body: body..sum, check_sum: sum + 3..before_last })
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }
}

/// Whether these bytes are a field that the library can be given: it takes for granted that a tag is a number and that
/// a message type is a text.
fn is_field(field: &[u8]) -> bool {
    let mut halves = field.splitn(2, |byte| *byte == b'=');
    let (Some(tag), Some(value)) = (halves.next(), halves.next()) else { return false };
    let is_tag = !tag.is_empty() && tag.len() <= LONGEST_TAG && tag.iter().all(u8::is_ascii_digit);
    is_tag && (tag != b"35" || value.is_ascii())
}

/// The sum of all bytes before the field `10=`, modulo 256.
fn check_sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte))
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}
