//! What became of something that was logged.

use std::fmt;

use crate::audit::{AppendError, HistoryError, Receipt, Stopped};
use crate::compliance::flags::{FactError, Flag, Flags};
use crate::labels::AuditFailure;

/// What became of something that was logged.
#[derive(Clone, Debug)]
#[must_use = "only the receipt says whether the record is in the trail"]
pub struct Logged {
    /// Where the record is, and the promise to say when it is durable; or why there is none.
    pub receipt: Result<Receipt, NotRecorded>,
    /// Which rules were met.
    pub flags: Flags,
    /// The same with their evidence.
    pub raised: Vec<Flag>,
    /// Why surveillance could not judge it, if it could not. The record is written all the same.
    pub unjudged: Option<FactError>,
}

/// Why something is not in the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotRecorded {
    /// The trail does not take it.
    Append(AppendError),
    /// The order was forgotten, and its latest version could not be read again.
    History(HistoryError),
}

impl NotRecorded {
    pub(super) fn class(&self) -> AuditFailure {
        match self {
            Self::Append(error) => error.into(),
            Self::History(_) => AuditFailure::History,
        }
    }
}

impl fmt::Display for NotRecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Append(error) => error.fmt(f),
            Self::History(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NotRecorded {}

impl From<AppendError> for NotRecorded {
    fn from(error: AppendError) -> Self {
        Self::Append(error)
    }
}

impl From<Stopped> for NotRecorded {
    fn from(stopped: Stopped) -> Self {
        Self::Append(AppendError::Stopped(stopped))
    }
}

impl From<HistoryError> for NotRecorded {
    fn from(error: HistoryError) -> Self {
        Self::History(error)
    }
}
