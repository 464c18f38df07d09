//! Rules as queries: a text for Prometheus, and an evaluation in the process that finds the same.
//!
//! ```text
//! AlertRule ─► lower ─► Expression ─┬─► promql: the text
//!                                   └─► evaluate: over the History
//! ```
//!
//! The evaluation is that of Prometheus 2.42, down to the order of its floating-point operations: the same samples
//! have the same instances breached at the same time.

mod evaluate;
mod expression;
mod extrapolation;
mod lower;
mod promql;
mod statistics;
mod window;

use std::collections::BTreeMap;
use std::fmt;

use expression::Expression;

use super::history::{History, Need, millis};
use super::instance::Instance;
use super::labels::Labels;
use super::names::NameError;
use crate::alert::AlertRule;
use crate::time::Timestamp;

/// What a rule asks of its metrics.
///
/// Shown, it is the expression of a Prometheus rule whose alert has the rule's name. It is grouped by `job` and the
/// labels that the rule keeps apart, so that each service has instances of its own; only rules about what is not there
/// ([`Condition::Absence`], [`NoData::Alert`]) are about all jobs together, because there is no job to name. What is
/// remembered from one evaluation to the next (limits with a way back, [`NoData::Hold`]) is read from `ALERTS`, which
/// takes a rule that is evaluated every five minutes or more often.
///
/// A rule about what a detector observes asks for `alert.active`, the metric that says what the process itself found.
/// Its pending time has passed by then.
///
/// [`Condition::Absence`]: crate::Condition::Absence
/// [`NoData::Alert`]: crate::NoData::Alert
/// [`NoData::Hold`]: crate::NoData::Hold
#[derive(Clone, Debug)]
pub struct Query {
    /// The labels that are kept apart.
    by: &'static [&'static str],
    breached: Expression,
}

/// Why a rule is no query.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueryError {
    /// A metric or a label has no name in Prometheus.
    Name(NameError),
    /// A window is empty, or not of whole milliseconds.
    Window,
    /// A baseline has more than 11,000 windows, which is more than Prometheus looks at.
    Baseline,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(error) => error.fmt(f),
            Self::Window => f.write_str("a window has at least one millisecond, and no part of one"),
            Self::Baseline => f.write_str("a baseline has at most 11,000 windows"),
        }
    }
}

impl std::error::Error for QueryError {}

impl From<NameError> for QueryError {
    fn from(error: NameError) -> Self {
        Self::Name(error)
    }
}

impl Query {
    /// What a rule asks.
    ///
    /// # Errors
    ///
    /// When Prometheus has no name for what it asks about, or a window is nothing that it can look at.
    pub fn of(rule: &AlertRule) -> Result<Self, QueryError> {
        Ok(Self { by: rule.by, breached: lower::lower(rule)? })
    }

    /// The expression for Prometheus, on several lines where one would be too long.
    pub fn promql(&self) -> String {
        self.breached.to_string()
    }

    /// What has to be remembered of the metrics.
    pub(crate) fn needs(&self) -> Vec<Need> {
        let mut needs = Vec::new();
        self.breached.add_needs(&mut needs);
        needs
    }

    /// The instances that are breached now, with their values; of a rule about observations none, for these are known
    /// without looking at metrics.
    ///
    /// `before` are the rule's instances as the evaluation before left them. A value is what is compared with the
    /// limit; it is the last known one of an instance that is held, and not a number where nothing is known.
    pub(crate) fn evaluate(
        &self,
        history: &History,
        now: Timestamp,
        before: &BTreeMap<Labels, Instance>,
    ) -> BTreeMap<Labels, f64> {
        evaluate::Moment { history, at: millis(now), by: self.by, before }.evaluate(&self.breached)
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.breached.fmt(f)
    }
}
