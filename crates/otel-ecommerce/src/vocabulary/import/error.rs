//! What is wrong with an event of others, and where.

use std::fmt;

use crate::invalid::Invalid;
use crate::labels::EventRefusal;
use crate::vocabulary::{EventError, NumberError};

/// Where something stands in an event of others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Site {
    /// The member, by its first 100 characters.
    pub member: String,
    /// The item it belongs to, counted from zero.
    pub item: Option<usize>,
}

/// What is wrong with an event of others, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError {
    /// What is wrong.
    pub problem: ImportProblem,
    /// Where; `None` where it is wrong as a whole.
    pub site: Option<Site>,
}

/// What is wrong with an event of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportProblem {
    /// The vocabulary has no such event, or we have none for it.
    UnknownEvent,
    /// It is longer than [`MAX_BYTES`](crate::vocabulary::MAX_BYTES).
    TooLong,
    /// It is not a JSON object.
    Malformed,
    /// A member stands twice.
    Duplicate,
    /// A text, a number or a list was expected.
    Type,
    /// ISO 4217 has no such currency.
    UnknownCurrency,
    /// An amount, and nobody said in which currency.
    NoCurrency,
    /// A number that cannot be what it stands for.
    Number(NumberError),
    /// An item of which neither identifier nor name is said.
    Nameless,
    /// Something that no event may have.
    Event(EventError),
    /// It cannot have happened when it is said to.
    Time(Invalid),
}

/// The longest name that is shown of a member that others chose.
const LONGEST: usize = 100;

impl Site {
    pub(super) fn of(member: &str) -> Self {
        Self { member: member.chars().take(LONGEST).collect(), item: None }
    }

    pub(super) fn in_item(item: usize, member: &str) -> Self {
        Self { item: Some(item), ..Self::of(member) }
    }

    pub(super) fn refused(&self, error: EventError) -> ImportError {
        ImportProblem::Event(error).at(self)
    }
}

impl ImportProblem {
    pub(super) fn at(self, site: &Site) -> ImportError {
        ImportError { problem: self, site: Some(site.clone()) }
    }

    pub(in crate::vocabulary) const fn anywhere(self) -> ImportError {
        ImportError { problem: self, site: None }
    }
}

impl ImportProblem {
    /// What it is counted as.
    pub(in crate::vocabulary) const fn refusal(self) -> EventRefusal {
        match self {
            Self::UnknownEvent => EventRefusal::Unknown,
            Self::TooLong | Self::Malformed | Self::Duplicate | Self::Type => EventRefusal::Malformed,
            Self::UnknownCurrency
            | Self::NoCurrency
            | Self::Event(EventError::NoCurrency | EventError::OtherCurrency) => EventRefusal::Currency,
            Self::Number(_) => EventRefusal::Number,
            Self::Nameless | Self::Event(_) => EventRefusal::Content,
            Self::Time(_) => EventRefusal::Time,
        }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.item {
            Some(item) => write!(f, "`{}` of item {item}", self.member),
            None => write!(f, "`{}`", self.member),
        }
    }
}

impl fmt::Display for ImportProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownEvent => "an event that is not known",
            Self::TooLong => "an event of more than a mebibyte",
            Self::Malformed => "no JSON object",
            Self::Duplicate => "it stands twice",
            Self::Type => "a value of another type",
            Self::UnknownCurrency => "a currency that is not known",
            Self::NoCurrency => "an amount without a currency",
            Self::Nameless => "an item without an identifier or a name",
            Self::Number(error) => return error.fmt(f),
            Self::Event(error) => return error.fmt(f),
            Self::Time(error) => return error.fmt(f),
        })
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.site {
            Some(site) => write!(f, "{site}: {}", self.problem),
            None => self.problem.fmt(f),
        }
    }
}

impl std::error::Error for ImportError {}
