//! What an action is told, and what it answers.

use std::fmt;

use crate::alerting::state::Alert;

/// The occasion of one run of an action.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Occasion {
    /// The alert as it was when it began to fire.
    pub alert: Alert,
    /// Which run it is, counted from 1 in this process: what ties the entries of the audit together.
    pub run: u64,
    /// Whether it is only rehearsed.
    pub dry_run: bool,
}

/// Why an action would do no good, in words for the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection(String);

impl Objection {
    /// An objection in these words.
    pub fn new(why: impl fmt::Display) -> Self {
        Self(why.to_string())
    }
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why an action could not do what it is there for, in words for the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionError(String);

impl ActionError {
    /// An error in these words.
    pub fn new(why: impl fmt::Display) -> Self {
        Self(why.to_string())
    }
}

impl fmt::Display for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ActionError {}

/// Whether an action worked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It did what it is there for.
    Worked,
    /// Nobody can tell yet.
    NotYet,
    /// It did not, and this is how that shows.
    Failed(ActionError),
}
