//! One run of an action: where it stands.

use std::sync::Arc;
use std::time::Duration;

use super::audit::ActionReason;
use super::facts::ActionFacts;
use super::occasion::Occasion;
use super::place::Place;
use crate::alerting::state::{Alert, AlertState};

/// What an action can be asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Say whether it would do good.
    Look,
    /// Do it.
    Execute,
    /// Say whether it worked.
    Verify,
    /// Take it back.
    RollBack,
}

impl Step {
    /// Whether it does more than look.
    pub(super) const fn changes_something(self) -> bool {
        matches!(self, Self::Execute | Self::RollBack)
    }
}

/// What an action answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Yes, or done.
    Done,
    /// It cannot tell yet.
    NotYet,
    /// No, and why.
    Failed(String),
    /// It panicked.
    Panicked,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// It was asked for something, and has until then to answer.
    Asked { step: Step, until: Duration },
    /// It is asked again whether it worked, at `next`; by `until` it must have.
    Waiting { next: Duration, until: Duration },
}

/// One run of an action.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) occasion: Arc<Occasion>,
    pub(super) facts: ActionFacts,
    pub(super) place: Place,
    pub(super) stage: Stage,
    /// By when it must have worked, once it was executed.
    pub(super) works_by: Duration,
    /// Whether it did not answer in time to what it was last asked.
    pub(super) overdue: bool,
    /// Whether it was executed, or would have been.
    pub(super) entered: bool,
    /// Whether it went wrong in some way; it counts once.
    pub(super) failed: bool,
    /// Why its occasion is over, where it is.
    pub(super) over: Option<ActionReason>,
    /// Why it is taken back, where it is.
    pub(super) undone_for: Option<ActionReason>,
}

impl Run {
    pub(super) fn is_live(&self) -> bool {
        !self.occasion.dry_run
    }

    /// Whether it is about the same instance of a rule.
    pub(super) fn is_about(&self, alert: &Alert) -> bool {
        let mine = &self.occasion.alert;
        mine.rule.name == alert.rule.name && mine.labels == alert.labels
    }

    /// When there is something to do about it that nobody will ask for.
    pub(super) fn wakes_at(&self) -> Option<Duration> {
        match self.stage {
            Stage::Asked { until, .. } => (!self.overdue).then(|| until.saturating_add(INSTANT)),
            Stage::Waiting { next, until } => Some(next.min(until)),
        }
    }
}

/// An answer at the deadline is in time; the next moment is too late.
const INSTANT: Duration = Duration::from_nanos(1);

/// Why an action must not be taken because of an alert, where it must not.
pub(super) fn objection(alert: &Alert) -> Option<ActionReason> {
    let absent = matches!(alert.rule.condition, crate::alert::Condition::Absence { .. });
    match alert.state {
        AlertState::Flapping => Some(ActionReason::Flapping),
        AlertState::Inactive | AlertState::Pending | AlertState::Resolved => Some(ActionReason::NotFiring),
        // An instance that was breached for want of data has no value.
        AlertState::Firing => (absent || alert.value.is_nan()).then_some(ActionReason::NoData),
    }
}
