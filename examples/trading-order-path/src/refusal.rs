//! Why a message is refused, and how often.

use std::collections::BTreeMap;
use std::fmt;

/// Line numbers that are shown for each reason.
const SHOWN: usize = 5;

/// Why a message is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Refusal {
    /// The line is longer than 64 KiB.
    TooLong,
    /// No `8=FIX.` in it.
    NotFix,
    /// It is another version of FIX.
    Version,
    /// No `9=` behind the version, or no `10=` at the end.
    Unframed,
    /// `9=` is wrong, and nobody may put it right.
    BodyLength,
    /// `10=` is wrong, and nobody may put it right.
    CheckSum,
    /// It is not made of tags and values.
    Malformed,
    /// FIX 4.2 has no such message.
    MessageType,
    /// FIX 4.2 does not give this field to this message.
    Field(u32),
    /// A repeating group is not as FIX 4.2 has it.
    Group(u32),
    /// A field that is needed is missing.
    Missing(u32),
    /// The value of a field cannot be read.
    Value(u32),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("longer than 64 KiB"),
            Self::NotFix => f.write_str("not a FIX message"),
            Self::Version => f.write_str("not FIX 4.2"),
            Self::Unframed => f.write_str("no BodyLength (9) or no CheckSum (10)"),
            Self::BodyLength => f.write_str("wrong BodyLength (9)"),
            Self::CheckSum => f.write_str("wrong CheckSum (10)"),
            Self::Malformed => f.write_str("not made of tags and values"),
            Self::MessageType => f.write_str("unknown MsgType (35)"),
            Self::Field(tag) => write!(f, "field {tag} does not belong there"),
            Self::Group(tag) => write!(f, "group {tag} is malformed"),
            Self::Missing(tag) => write!(f, "field {tag} is missing"),
            Self::Value(tag) => write!(f, "field {tag} has no usable value"),
        }
    }
}

/// Refused messages by reason: how many, and where the first of them are.
///
/// The reasons with a tag are as many as there are tags in the dictionary, or in the list of fields read here.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    by_reason: BTreeMap<Refusal, Lines>,
}

#[derive(Debug, Default)]
struct Lines {
    count: u64,
    first: Vec<u64>,
}

impl Refusals {
    /// Counts one refused message.
    pub(crate) fn add(&mut self, refusal: Refusal, line: u64) {
        // A tag beyond those of any dictionary comes from junk, and junk must not fill the map.
        let refusal = match refusal {
            Refusal::Field(tag) | Refusal::Group(tag) if tag > 9_999 => Refusal::Malformed,
            refusal => refusal,
        };
        let lines = self.by_reason.entry(refusal).or_default();
        lines.count += 1;
        if lines.first.len() < SHOWN {
            lines.first.push(line);
        }
    }

    /// All refused messages.
    pub(crate) fn total(&self) -> u64 {
        self.by_reason.values().map(|lines| lines.count).sum()
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (reason, lines) in &self.by_reason {
            let first: Vec<String> = lines.first.iter().map(u64::to_string).collect();
            let more = if lines.count as usize > SHOWN { ", …" } else { "" };
            writeln!(f, "  {:<40}{:>10}   line {}{more}", reason.to_string(), lines.count, first.join(", "))?;
        }
        Ok(())
    }
}
