//! Decides what is done and what is not: a state machine without a clock, a thread, or an action.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::audit::{ActionOutcome, ActionReason, Entry};
use super::facts::ActionFacts;
use super::guards::Guards;
use super::occasion::Occasion;
use super::pace::Rate;
use super::place::Place;
use super::run::{Answer, Run, Stage, Step, objection};
use crate::alerting::state::Alert;

/// Runs at once; a run that never answers takes one of these places for ever.
pub(super) const MAX_RUNS: usize = 16;

/// When it is, and what stops everything.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// The time since the beginning.
    pub(super) now: Duration,
    /// What stops everything, where something does.
    pub(super) stopped: Option<ActionReason>,
}

/// What is to be done about a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Ask its action for something.
    Ask(u64, Step),
    /// Nothing more: it is over.
    Release(u64),
}

/// What is done, what is not, and why.
///
/// What it decides stands in two lists: entries of the audit, and orders. Whoever carries the orders out must have
/// written down the entries before.
#[derive(Debug)]
pub(super) struct Governor {
    live: Guards,
    rehearsed: Guards,
    runs: BTreeMap<u64, Run>,
    /// Occasions so far; each has its number.
    considered: u64,
    /// The latest time it was told: time that is told twice passes once.
    now: Duration,
    closing: bool,
    entries: VecDeque<Entry>,
    orders: VecDeque<Order>,
}

impl Governor {
    pub(super) fn new(rate: Rate) -> Self {
        Self {
            live: Guards::new(rate),
            rehearsed: Guards::new(rate),
            runs: BTreeMap::new(),
            considered: 0,
            now: Duration::ZERO,
            closing: false,
            entries: VecDeque::new(),
            orders: VecDeque::new(),
        }
    }

    /// What has to be written down next.
    pub(super) fn next_entry(&mut self) -> Option<Entry> {
        self.entries.pop_front()
    }

    /// What has to be done next.
    pub(super) fn next_order(&mut self) -> Option<Order> {
        self.orders.pop_front()
    }

    /// When to call [`Governor::wake`].
    pub(super) fn wakes_at(&self) -> Option<Duration> {
        self.runs.values().filter_map(Run::wakes_at).min()
    }

    pub(super) fn has_runs(&self) -> bool {
        !self.runs.is_empty()
    }

    /// Considers an action about an alert that begins to fire. Where nothing speaks against it, a run begins.
    pub(super) fn consider(
        &mut self,
        moment: Moment,
        alert: &Alert,
        facts: &ActionFacts,
        live: bool,
    ) -> Option<Arc<Occasion>> {
        self.pass(moment);
        self.considered += 1;
        let occasion = Arc::new(Occasion { alert: alert.clone(), run: self.considered, dry_run: !live });
        let place = facts.scope.place(&alert.labels);
        let allowed = match &place {
            Some(place) => self.allow(moment, &occasion, facts, place, None),
            None => Err(ActionReason::ScopeUnknown),
        };
        match (allowed, place) {
            (Ok(()), Some(place)) => {
                self.begin(&occasion, facts, place);
                Some(occasion)
            }
            (allowed, place) => {
                let (outcome, reason) = (ActionOutcome::Refused, allowed.err());
                let message = String::new();
                self.entries.push_back(Entry {
                    occasion,
                    action: facts.name,
                    place,
                    outcome,
                    reason,
                    message,
                });
                None
            }
        }
    }

    /// Everything that speaks against executing an action: asked when it is considered, and again, after it looked
    /// itself, as the last thing before it is executed.
    fn allow(
        &self,
        moment: Moment,
        occasion: &Occasion,
        facts: &ActionFacts,
        place: &Place,
        itself: Option<u64>,
    ) -> Result<(), ActionReason> {
        if let Some(reason) = moment.stopped.or(self.closing.then_some(ActionReason::Shutdown)) {
            return Err(reason);
        }
        if let Some(reason) = objection(&occasion.alert) {
            return Err(reason);
        }
        let others = || {
            let others = self.runs.iter().filter(move |(number, _)| Some(**number) != itself);
            others.map(|(_, run)| run).filter(|run| run.occasion.dry_run == occasion.dry_run)
        };
        if others().any(|run| run.place.overlaps(place)) {
            return Err(ActionReason::ScopeBusy);
        }
        if others().count() >= MAX_RUNS {
            return Err(ActionReason::TooManyRuns);
        }
        let guards = if occasion.dry_run { &self.rehearsed } else { &self.live };
        guards.allow(facts, place, self.now)
    }

    fn begin(&mut self, occasion: &Arc<Occasion>, facts: &ActionFacts, place: Place) {
        let mut run = Run {
            occasion: Arc::clone(occasion),
            facts: *facts,
            place,
            stage: Stage::Waiting { next: self.now, until: self.now },
            works_by: Duration::MAX,
            overdue: false,
            entered: false,
            failed: false,
            over: None,
            undone_for: None,
        };
        self.ask(&mut run, Step::Look);
        self.runs.insert(occasion.run, run);
    }

    /// An instance changed: what was not executed yet is not worth it any more, unless it still fires.
    pub(super) fn changed(&mut self, alert: &Alert) {
        let over = objection(alert);
        for run in self.runs.values_mut().filter(|run| run.is_about(alert)) {
            run.over = run.over.or(over);
        }
    }

    /// An action answered what it was last asked.
    pub(super) fn answered(&mut self, moment: Moment, number: u64, answer: Answer) {
        self.pass(moment);
        let Some(mut run) = self.runs.remove(&number) else { return };
        self.notice_overdue(&mut run);
        let Stage::Asked { step, .. } = run.stage else {
            // It was asked nothing, so this is no answer.
            self.runs.insert(number, run);
            return;
        };
        match step {
            Step::Look => self.looked(moment, run, answer),
            Step::Execute => self.executed(moment, run, answer),
            Step::Verify => self.verified(moment, run, answer),
            Step::RollBack => self.rolled_back(run, answer),
        }
    }

    fn looked(&mut self, moment: Moment, mut run: Run, answer: Answer) {
        match answer {
            _ if run.overdue => self.end(run, ActionOutcome::Failed, Some(ActionReason::Deadline)),
            Answer::Panicked => {
                self.fail(&mut run);
                self.end(run, ActionOutcome::Failed, Some(ActionReason::Panic));
            }
            Answer::Done => self.execute(moment, run),
            Answer::NotYet => self.end(run, ActionOutcome::Refused, Some(ActionReason::Precondition)),
            Answer::Failed(why) => {
                self.end_saying(run, ActionOutcome::Refused, Some(ActionReason::Precondition), why);
            }
        }
    }

    /// Everything is asked again, for the action took its time to look; then there is no way back.
    fn execute(&mut self, moment: Moment, mut run: Run) {
        let allowed = match run.over {
            Some(reason) => Err(reason),
            None => self.allow(moment, &run.occasion, &run.facts, &run.place, Some(run.occasion.run)),
        };
        if let Err(reason) = allowed {
            return self.end(run, ActionOutcome::Refused, Some(reason));
        }
        let now = self.now;
        self.guards(&run).enter(&run.facts, now);
        run.entered = true;
        if !run.is_live() {
            return self.end(run, ActionOutcome::Rehearsed, None);
        }
        self.enter(&run, ActionOutcome::Executing, None, String::new());
        self.ask(&mut run, Step::Execute);
        self.runs.insert(run.occasion.run, run);
    }

    fn executed(&mut self, moment: Moment, mut run: Run, answer: Answer) {
        match answer {
            _ if run.overdue => self.undo(moment, run, ActionReason::Deadline, String::new()),
            Answer::Panicked => self.undo(moment, run, ActionReason::Panic, String::new()),
            Answer::Failed(why) => self.undo(moment, run, ActionReason::Error, why),
            Answer::Done | Answer::NotYet => {
                run.works_by = self.now.saturating_add(run.facts.verify_within);
                self.ask(&mut run, Step::Verify);
                self.runs.insert(run.occasion.run, run);
            }
        }
    }

    fn verified(&mut self, moment: Moment, mut run: Run, answer: Answer) {
        match answer {
            _ if run.overdue => self.undo(moment, run, ActionReason::Deadline, String::new()),
            Answer::Done => self.end(run, ActionOutcome::Worked, None),
            Answer::Panicked => self.undo(moment, run, ActionReason::Panic, String::new()),
            Answer::Failed(why) => self.undo(moment, run, ActionReason::Verification, why),
            Answer::NotYet => {
                let next = self.now.saturating_add(run.facts.verify_every);
                run.stage = Stage::Waiting { next, until: run.works_by };
                self.runs.insert(run.occasion.run, run);
            }
        }
    }

    fn rolled_back(&mut self, run: Run, answer: Answer) {
        let reason = run.undone_for;
        match answer {
            Answer::Done | Answer::NotYet => self.end(run, ActionOutcome::RolledBack, reason),
            Answer::Panicked => self.end(run, ActionOutcome::RollBackFailed, Some(ActionReason::Panic)),
            Answer::Failed(why) => {
                self.end_saying(run, ActionOutcome::RollBackFailed, Some(ActionReason::Error), why);
            }
        }
    }

    /// Takes back what did not work, where it can be and nobody said to keep the hands off.
    fn undo(&mut self, moment: Moment, mut run: Run, reason: ActionReason, why: String) {
        self.fail(&mut run);
        if !run.facts.reversible {
            return self.end_saying(run, ActionOutcome::Failed, Some(reason), why);
        }
        if moment.stopped.is_some() {
            return self.end_saying(run, ActionOutcome::Abandoned, moment.stopped, why);
        }
        self.enter(&run, ActionOutcome::RollingBack, Some(reason), why);
        run.undone_for = Some(reason);
        self.ask(&mut run, Step::RollBack);
        self.runs.insert(run.occasion.run, run);
    }

    /// Does what time asks for: verifications that are due, and deadlines that have passed.
    pub(super) fn wake(&mut self, moment: Moment) {
        self.pass(moment);
        let now = self.now;
        let due = |run: &Run| run.wakes_at().is_some_and(|at| at <= now);
        let due: Vec<u64> = self.runs.iter().filter(|(_, run)| due(run)).map(|(number, _)| *number).collect();
        for number in due {
            let Some(mut run) = self.runs.remove(&number) else { continue };
            match run.stage {
                Stage::Waiting { until, .. } if until <= now => {
                    self.undo(moment, run, ActionReason::Deadline, String::new());
                }
                Stage::Waiting { .. } => {
                    self.ask(&mut run, Step::Verify);
                    self.runs.insert(number, run);
                }
                Stage::Asked { .. } => {
                    self.notice_overdue(&mut run);
                    self.runs.insert(number, run);
                }
            }
        }
    }

    /// A run could not begin: there is no thread for it.
    pub(super) fn withdraw(&mut self, number: u64, why: String) {
        if let Some(run) = self.runs.remove(&number) {
            self.end_saying(run, ActionOutcome::Refused, Some(ActionReason::NoThread), why);
        }
    }

    /// Somebody stopped everything between the decision and the deed: the run is left as it is.
    pub(super) fn stop(&mut self, number: u64, reason: ActionReason) {
        if let Some(run) = self.runs.remove(&number) {
            self.end(run, ActionOutcome::Abandoned, Some(reason));
        }
    }

    /// From now on nothing is executed; what is under way goes on, and is taken back where it did not work.
    pub(super) fn close(&mut self) {
        self.closing = true;
    }

    /// Leaves everything that is under way as it is.
    pub(super) fn abandon(&mut self) {
        for run in std::mem::take(&mut self.runs).into_values() {
            let executed = run.entered;
            let outcome = if executed { ActionOutcome::Abandoned } else { ActionOutcome::Refused };
            self.end(run, outcome, Some(ActionReason::Shutdown));
        }
    }

    fn pass(&mut self, moment: Moment) {
        self.now = self.now.max(moment.now);
    }

    fn ask(&mut self, run: &mut Run, step: Step) {
        let until = match step {
            Step::Look | Step::Execute | Step::RollBack => self.now.saturating_add(run.facts.execute_within),
            Step::Verify => run.works_by,
        };
        run.stage = Stage::Asked { step, until };
        run.overdue = false;
        self.orders.push_back(Order::Ask(run.occasion.run, step));
    }

    fn notice_overdue(&mut self, run: &mut Run) {
        let Stage::Asked { until, .. } = run.stage else { return };
        if self.now > until && !run.overdue {
            run.overdue = true;
            self.fail(run);
            self.enter(run, ActionOutcome::Overdue, Some(ActionReason::Deadline), String::new());
        }
    }

    fn fail(&mut self, run: &mut Run) {
        if !run.failed {
            run.failed = true;
            let now = self.now;
            self.guards(run).fail(now);
        }
    }

    fn guards(&mut self, run: &Run) -> &mut Guards {
        if run.is_live() { &mut self.live } else { &mut self.rehearsed }
    }

    fn end(&mut self, run: Run, outcome: ActionOutcome, reason: Option<ActionReason>) {
        self.end_saying(run, outcome, reason, String::new());
    }

    fn end_saying(
        &mut self,
        run: Run,
        outcome: ActionOutcome,
        reason: Option<ActionReason>,
        message: String,
    ) {
        if run.entered {
            let now = self.now;
            self.guards(&run).leave(&run.facts, &run.place, now);
        }
        let Run { occasion, facts, place, .. } = run;
        self.orders.push_back(Order::Release(occasion.run));
        let (action, place) = (facts.name, Some(place));
        self.entries.push_back(Entry { occasion, action, place, outcome, reason, message });
    }

    fn enter(&mut self, run: &Run, outcome: ActionOutcome, reason: Option<ActionReason>, message: String) {
        self.entries.push_back(Entry {
            occasion: Arc::clone(&run.occasion),
            action: run.facts.name,
            place: Some(run.place.clone()),
            outcome,
            reason,
            message,
        });
    }
}
