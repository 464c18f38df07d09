//! What can be wrong with a report.

use std::fmt;

use super::field::Field;

/// One thing that is wrong with a report, and where. It shows no value, for values may be personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The field that is wrong.
    pub field: Field,
    /// The rule that it breaks.
    pub rule: Rule,
}

/// A rule of a table, or between its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// The field is empty, and must not be: always, or because of what another one says.
    Needed {
        /// The field because of which it is needed; the field itself if it always is.
        by: Field,
    },
    /// The field has a value, and must be empty because of what another one says.
    Excluded {
        /// The field because of which it is excluded.
        by: Field,
    },
    /// The field says something else than another one.
    Contradicts {
        /// The other field.
        other: Field,
    },
    /// The field says more than another one.
    Exceeds {
        /// The other field.
        other: Field,
    },
    /// The value has another meaning in other regulations, and none here.
    NotHere,
    /// The number must be more than nothing.
    NotPositive,
    /// The number must not be less than nothing.
    Negative,
    /// A value stands there more than once.
    Repeated,
    /// Values stand there together that exclude one another.
    Mixed,
    /// There are more values than anyone will read.
    TooMany {
        /// How many there may be.
        most: u8,
    },
    /// The day is before that of the transaction.
    BeforeTransaction,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Needed { by } => write!(f, "must not be empty, because of {by}"),
            Self::Excluded { by } => write!(f, "must be empty, because of {by}"),
            Self::Contradicts { other } => write!(f, "contradicts {other}"),
            Self::Exceeds { other } => write!(f, "is more than {other}"),
            Self::NotHere => f.write_str("is a code of other regulations"),
            Self::NotPositive => f.write_str("must be more than nothing"),
            Self::Negative => f.write_str("must not be less than nothing"),
            Self::Repeated => f.write_str("has a value more than once"),
            Self::Mixed => f.write_str("has values that exclude one another"),
            Self::TooMany { most } => write!(f, "has more than {most} values"),
            Self::BeforeTransaction => f.write_str("is before the transaction"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.rule)
    }
}
