//! What is handed to a reporter, and what it answers.

use std::fmt;

use otel_core::Timestamp;

use crate::regulatory::admission::{Exclusion, Ground, Reportability};
use crate::regulatory::filing::Filing;
use crate::regulatory::rts22::NewTransaction;
use crate::regulatory::rule::Problem;

/// A transaction that may have to be reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its report, if it has to.
    pub transaction: NewTransaction,
    /// Why it is excluded, if it is claimed to be.
    pub exclusion: Option<Exclusion>,
}

/// What became of something that was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reported {
    /// It waits to be delivered.
    Queued {
        /// Why it has to be reported; `None` for a cancellation or an order record.
        ground: Option<Ground>,
        /// Until when; `None` where the law names no moment, or the calendar does not know it.
        deadline: Option<Timestamp>,
    },
    /// It has not to be reported.
    NotReportable(Reportability),
}

/// Why something that was handed in will not be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The reference data do not say whether it has to be reported.
    Undetermined,
    /// It is wrong.
    Invalid(Vec<Problem>),
    /// It was handed in before, and not cancelled since.
    Duplicate,
    /// There is nothing to cancel under this reference.
    NothingToCancel,
    /// Too many records wait.
    QueueFull,
    /// Too many references are remembered.
    RegisterFull,
}

/// Why a reporter cannot start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartError {
    /// The sink remembers more references than the settings allow.
    TooManyReferences {
        /// How many are allowed.
        most: usize,
    },
}

/// What one [`pump`](super::RegulatoryReporter::pump) did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pumped {
    /// How many records the sink took.
    pub delivered: u64,
    /// What the sink will never take, and what it said.
    pub refused: Vec<(Filing, String)>,
    /// What depended on something that the sink did not take.
    pub stranded: Vec<Filing>,
    /// When there is something to do again; `None` when nothing waits.
    pub next: Option<Timestamp>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undetermined => f.write_str("it is not known whether it has to be reported"),
            Self::Invalid(problems) => {
                f.write_str("it is wrong")?;
                problems.iter().try_for_each(|problem| write!(f, "; {problem}"))
            }
            Self::Duplicate => f.write_str("it was handed in before"),
            Self::NothingToCancel => f.write_str("there is nothing to cancel"),
            Self::QueueFull => f.write_str("too many records wait"),
            Self::RegisterFull => f.write_str("too many references are remembered"),
        }
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyReferences { most } => write!(f, "the sink remembers more than {most} references"),
        }
    }
}

impl std::error::Error for StartError {}
