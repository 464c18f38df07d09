//! Why something could not be made.

use std::fmt;

use otel_core::alerting::QueryError;
use otel_core::alerting::names::NameError;

/// Why something could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Prometheus has no name for a metric or a label.
    Name(NameError),
    /// A rule cannot be asked of Prometheus.
    Query(QueryError),
    /// A catalogue holds something that came after this program: it must learn what to make of it.
    Unknown(&'static str),
    /// No test could be made for a rule: its numbers leave nothing to tell good from bad with.
    Untestable {
        /// The rule.
        rule: &'static str,
        /// What is wrong with its numbers.
        why: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(error) => error.fmt(f),
            Self::Query(error) => error.fmt(f),
            Self::Unknown(what) => write!(f, "the catalogues have {what} that this program does not know"),
            Self::Untestable { rule, why } => write!(f, "the rule {rule} cannot be tested: {why}"),
        }
    }
}

impl std::error::Error for Problem {}

impl From<NameError> for Problem {
    fn from(error: NameError) -> Self {
        Self::Name(error)
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}
