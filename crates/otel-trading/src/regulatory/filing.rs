//! What leaves for a regulator or an archive, in one piece.

use super::cells::{Cells, LineError, LineProblem};
use super::code::codes;
use super::field::Regulation;
use super::rts22::{ReportStatus, TransactionReference, TransactionReport};
use super::rts24::OrderRecord;
use super::rule::Problem;
use crate::ids::iso::{Lei, Mic};

/// A record that leaves in one piece.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Filing {
    /// A transaction report of RTS 22.
    Transaction(TransactionReport),
    /// An order record of RTS 24.
    Order(Box<OrderRecord>),
}

/// What identifies a record, so that it leaves once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reference {
    /// Fields 4 and 2 of RTS 22.
    Transaction(Lei, TransactionReference),
    /// Fields 16, 9 as the number of its day, and 15 of RTS 24: a venue counts its events.
    Order(Mic, i64, u64),
}

codes! {
    /// What a record does to what left before under its reference.
    pub enum Action {
        /// It is new.
        New = NEWT,
        /// It takes back what left.
        Cancellation = CANC,
    }
}

codes! {
    /// The version of the line format.
    enum Version {
        First = V1,
    }
}

/// Where a line says what it is.
const FORMAT: u8 = 0;

impl Filing {
    /// What identifies it.
    pub fn reference(&self) -> Reference {
        match self {
            Self::Transaction(report) => {
                let (entity, reference) = report.identity();
                Reference::Transaction(entity, reference.clone())
            }
            Self::Order(record) => {
                Reference::Order(record.venue, record.time.date().day_number(), record.sequence)
            }
        }
    }

    /// What it does to what left before.
    pub const fn action(&self) -> Action {
        match self {
            Self::Transaction(report) => match report.status() {
                ReportStatus::New => Action::New,
                ReportStatus::Cancellation => Action::Cancellation,
            },
            Self::Order(_) => Action::New,
        }
    }

    /// The regulation that it is made under.
    pub const fn regulation(&self) -> Regulation {
        match self {
            Self::Transaction(_) => Regulation::Rts22,
            Self::Order(_) => Regulation::Rts24,
        }
    }

    /// All that is wrong with it, in the order of the fields.
    pub fn validate(&self) -> Vec<Problem> {
        match self {
            Self::Transaction(report) => report.validate(),
            Self::Order(record) => record.validate(),
        }
    }

    /// The record as one line of JSON without a line feed: an object from field numbers to lists of texts.
    ///
    /// Field `0` names regulation and version of the format. Where a field has a kind beside its value (an
    /// identification, a quantity, a price), the kind stands before it; where parties are repeated, their fields have
    /// one place for each, empty where there is nothing to say. It is this crate's own format, and none of ISO 20022.
    /// It holds personal data in clear.
    pub fn to_line(&self) -> String {
        let mut cells = match self {
            Self::Transaction(report) => report.write(),
            Self::Order(record) => record.write(),
        };
        cells.put(FORMAT, self.regulation()).put(FORMAT, Version::First);
        cells.line()
    }

    /// Reads what [`Filing::to_line`] wrote. There is one way only to write a record.
    ///
    /// # Errors
    ///
    /// When the line is no record, or is not written exactly so.
    pub fn from_line(line: &str) -> Result<Self, LineError> {
        let mut cells = Cells::parse(line)?;
        let (regulation, version) = cells.pair(FORMAT)?.ok_or(LineProblem::UnknownFormat)?;
        if version.parse() != Ok(Version::First) {
            return Err(LineProblem::UnknownFormat.into());
        }
        let filing = match regulation {
            Regulation::Rts22 => Self::Transaction(TransactionReport::read(&mut cells)?),
            Regulation::Rts24 => Self::Order(Box::new(OrderRecord::read(&mut cells)?)),
        };
        cells.finish()?;
        if filing.to_line() == line { Ok(filing) } else { Err(LineProblem::NotCanonical.into()) }
    }
}
