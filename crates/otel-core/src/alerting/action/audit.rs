//! The audit: what was decided and done, each as an event that may not be lost.

use std::sync::Arc;

use super::occasion::Occasion;
use super::place::Place;
use crate::alerting::conventions as names;
use crate::alerting::state::fingerprint;
use crate::sensitive::Guard;
use crate::telemetry::Telemetry;
use crate::wire::Fit;

/// The most characters of what an action says.
const MAX_MESSAGE: u32 = 1_000;

crate::labels! {
    /// What became of an action.
    pub enum ActionOutcome: "alert.action.outcome" {
        /// It was not executed.
        Refused = "refused",
        /// Everything allowed it, and because this is a rehearsal nothing was done.
        Rehearsed = "rehearsed",
        /// It is about to be executed.
        Executing = "executing",
        /// It did not answer in time. Its scope is taken until it does.
        Overdue = "overdue",
        /// It did what it is there for.
        Worked = "worked",
        /// It did not work, and is about to be taken back.
        RollingBack = "rolling_back",
        /// It was taken back.
        RolledBack = "rolled_back",
        /// It did not work, and taking it back did not either.
        RollBackFailed = "roll_back_failed",
        /// It did not work, and cannot be taken back.
        Failed = "failed",
        /// It was left as it was.
        Abandoned = "abandoned",
    }

    /// Why.
    pub enum ActionReason: "alert.action.reason" {
        /// `OTEL_RUST_ALERT_ACTIONS` is `off`.
        Off = "off",
        /// The kill switch is on.
        KillSwitch = "kill_switch",
        /// The file that stops all actions exists, or nobody can tell.
        KillFile = "kill_file",
        /// The alert arose because nothing is known.
        NoData = "no_data",
        /// The alert fires and resolves so often that neither says much.
        Flapping = "flapping",
        /// The alert does not fire, or no longer does.
        NotFiring = "not_firing",
        /// The alert does not say what of the action's scope it is about.
        ScopeUnknown = "scope_unknown",
        /// Too many actions have failed lately.
        Breaker = "breaker",
        /// Too many actions are under way.
        TooManyRuns = "too_many_runs",
        /// Another action is under way in its scope.
        ScopeBusy = "scope_busy",
        /// Its scope is left alone for a while after the last run.
        CoolDown = "cool_down",
        /// The action was executed as often as it may be.
        Rate = "rate",
        /// All actions together were executed as often as they may be.
        GlobalRate = "global_rate",
        /// The action has affected as much as it may.
        BlastRadius = "blast_radius",
        /// There is no thread for it.
        NoThread = "no_thread",
        /// The action itself objects.
        Precondition = "precondition",
        /// The action says that it failed.
        Error = "error",
        /// The action panicked.
        Panic = "panic",
        /// The action did not answer in time, or did not show in time that it worked.
        Deadline = "deadline",
        /// The action says that it did not work.
        Verification = "verification",
        /// The process ends.
        Shutdown = "shutdown",
    }
}

/// One entry of the audit.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) occasion: Arc<Occasion>,
    pub(super) action: &'static str,
    /// `None` when the alert does not say which one.
    pub(super) place: Option<Place>,
    pub(super) outcome: ActionOutcome,
    pub(super) reason: Option<ActionReason>,
    /// What the action says about it; empty when nothing.
    pub(super) message: String,
}

impl Entry {
    /// Tells it, in the audit lane: this waits for room.
    pub(super) fn emit(&self, telemetry: &Telemetry) {
        let Occasion { alert, run, dry_run } = &*self.occasion;
        let mut event = telemetry
            .event(&names::ACTION)
            .set(&names::ACTION_NAME, self.action)
            .set(&names::ACTION_RUN, *run)
            .set(&names::ACTION_DRY_RUN, *dry_run)
            .set(&names::ACTION_OUTCOME, self.outcome)
            .set(&names::RULE_NAME, alert.rule.name)
            .set(&names::INSTANCE_ID, &fingerprint(alert.rule, &alert.labels));
        if let Some(place) = &self.place {
            event = event.set(&names::ACTION_SCOPE, &place.to_string());
        }
        if let Some(reason) = self.reason {
            event = event.set(&names::ACTION_REASON, reason);
        }
        if !self.message.is_empty() {
            let guard = telemetry.scope.as_ref().map_or(&Guard::NONE, |scope| &scope.recorder.guard);
            let fit = Fit { guard, longest: MAX_MESSAGE };
            event = event.set(&names::ACTION_MESSAGE, &fit.free(&self.message));
        }
        event.emit();
    }
}
