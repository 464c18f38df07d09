//! The line format: fields by number, each a list of texts.
//!
//! One record is one line of JSON: an object from field numbers to lists of texts, in the order of the numbers. Field
//! `0` names the record and the version of the format (`RTS22`, `1`); the others are those of the regulation's
//! table. A field without a value is not there. Where a field has a kind beside its value (an identification code, a
//! quantity, a price), the kind stands before it; where parties are repeated, their fields have one place for each of
//! them, empty where there is nothing to say. It is this crate's own format, and none of ISO 20022.
//!
//! A line is written in one way only, and read in this way only: what is read and written again is the same bytes.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use otel_core::Currency;

use super::code::UnknownCode;

/// The values of one record by field number.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Cells {
    fields: BTreeMap<u8, Vec<String>>,
}

/// Why a line is no record, and in which field. It never shows the line, which may hold personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineError {
    /// The field, by its number in the regulation's table; `None` when it is the line as a whole.
    pub field: Option<u8>,
    /// What is wrong with it.
    pub problem: LineProblem,
}

/// What is wrong with a line, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineProblem {
    /// It is not an object from field numbers to lists of texts.
    Malformed,
    /// It is not written as this crate writes it: in another order, with a field twice, or with spaces.
    NotCanonical,
    /// It is of a kind or version that is not known here.
    UnknownFormat,
    /// A field is missing.
    Missing(u8),
    /// A field has a value that it cannot have.
    Value(u8),
    /// A field has another number of values than it must.
    Count(u8),
    /// A field should not be there.
    Unexpected(u8),
}

impl Cells {
    /// Reads a line.
    pub(super) fn parse(line: &str) -> Result<Self, LineProblem> {
        let fields = serde_json::from_str(line).map_err(|_| LineProblem::Malformed)?;
        Ok(Self { fields })
    }

    /// The line, without a line feed.
    pub(super) fn line(&self) -> String {
        // A map of texts can always be written.
        serde_json::to_string(&self.fields).unwrap_or_default()
    }

    /// Adds a value to a field.
    pub(super) fn put(&mut self, field: u8, value: impl fmt::Display) -> &mut Self {
        self.fields.entry(field).or_default().push(value.to_string());
        self
    }

    /// Adds a value to a field, if there is one.
    pub(super) fn maybe(&mut self, field: u8, value: Option<impl fmt::Display>) -> &mut Self {
        if let Some(value) = value {
            self.put(field, value);
        }
        self
    }

    /// Takes all values of a field.
    pub(super) fn all(&mut self, field: u8) -> Vec<String> {
        self.fields.remove(&field).unwrap_or_default()
    }

    /// Takes the values of a field, each read.
    pub(super) fn list<T: FromStr>(&mut self, field: u8) -> Result<Vec<T>, LineProblem> {
        self.all(field).iter().map(|text| value(text, field)).collect()
    }

    /// Takes the only value of a field, if it has one.
    pub(super) fn optional<T: FromStr>(&mut self, field: u8) -> Result<Option<T>, LineProblem> {
        match self.all(field).as_slice() {
            [] => Ok(None),
            [text] => value(text, field).map(Some),
            _ => Err(LineProblem::Count(field)),
        }
    }

    /// Takes the only value of a field.
    pub(super) fn one<T: FromStr>(&mut self, field: u8) -> Result<T, LineProblem> {
        self.optional(field)?.ok_or(LineProblem::Missing(field))
    }

    /// Takes kind and value of a field, if it has them.
    pub(super) fn pair<K: FromStr>(&mut self, field: u8) -> Result<Option<(K, String)>, LineProblem> {
        match self.all(field).as_slice() {
            [] => Ok(None),
            [kind] => Ok(Some((value(kind, field)?, String::new()))),
            [kind, text] => Ok(Some((value(kind, field)?, text.clone()))),
            _ => Err(LineProblem::Count(field)),
        }
    }

    /// Nothing may be left that nobody took.
    pub(super) fn finish(&self) -> Result<(), LineProblem> {
        match self.fields.keys().next() {
            Some(field) => Err(LineProblem::Unexpected(*field)),
            None => Ok(()),
        }
    }
}

/// A currency as a field holds it.
pub(super) struct CurrencyCode(pub(super) Currency);

impl FromStr for CurrencyCode {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Currency::from_code(text).map(Self).ok_or(UnknownCode)
    }
}

/// Reads one value of a field.
pub(super) fn value<T: FromStr>(text: &str, field: u8) -> Result<T, LineProblem> {
    text.parse().map_err(|_| LineProblem::Value(field))
}

impl From<LineProblem> for LineError {
    fn from(problem: LineProblem) -> Self {
        let field = match problem {
            LineProblem::Missing(field)
            | LineProblem::Value(field)
            | LineProblem::Count(field)
            | LineProblem::Unexpected(field) => Some(field),
            _ => None,
        };
        Self { field, problem }
    }
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problem {
            LineProblem::Malformed => f.write_str("not an object from field numbers to lists of texts"),
            LineProblem::NotCanonical => f.write_str("not written as it is written here"),
            LineProblem::UnknownFormat => f.write_str("of an unknown kind or version"),
            LineProblem::Missing(field) => write!(f, "field {field} is missing"),
            LineProblem::Value(field) => write!(f, "field {field} has a value that it cannot have"),
            LineProblem::Count(field) => write!(f, "field {field} has too few or too many values"),
            LineProblem::Unexpected(field) => write!(f, "field {field} should not be there"),
        }
    }
}

impl std::error::Error for LineError {}
