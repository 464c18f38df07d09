//! Judges what a governor did, from the log alone and by brute force: it shares no guard with it, and goes through
//! the whole past for every decision.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use crate::alerting::action::audit::{ActionOutcome as Outcome, ActionReason as Reason};
use crate::alerting::action::run::{Answer, Step};
use crate::alerting::state::{Alert, AlertState};

/// What the checker is told of an action.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spec {
    pub(super) name: &'static str,
    pub(super) scope: &'static str,
    pub(super) by: &'static [&'static str],
    pub(super) reversible: bool,
    pub(super) rate: (u32, Duration),
    pub(super) cool_down: Duration,
    /// The share of each run, the budget, and its window.
    pub(super) radius: Option<(u32, u32, Duration)>,
    pub(super) execute_within: Duration,
    pub(super) verify_within: Duration,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// What the clock showed, however wrong.
    pub(super) clock: Duration,
    pub(super) stopped: bool,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Considered { run: u64, action: usize, live: bool, alert: Alert },
    Changed(Alert),
    Woke,
    Entry { run: u64, outcome: Outcome, reason: Option<Reason> },
    Asked { run: u64, step: Step },
    Answered { run: u64, step: Step, answer: Answer },
    Released { run: u64 },
}

impl What {
    fn run(&self) -> Option<u64> {
        match self {
            Self::Changed(_) | Self::Woke => None,
            Self::Considered { run, .. }
            | Self::Entry { run, .. }
            | Self::Asked { run, .. }
            | Self::Answered { run, .. }
            | Self::Released { run } => Some(*run),
        }
    }

    fn is_entry_of(&self, outcomes: &[Outcome]) -> bool {
        matches!(self, Self::Entry { outcome, .. } if outcomes.contains(outcome))
    }
}

/// An occasion, as it was considered.
struct Considered<'a> {
    at: usize,
    spec: &'a Spec,
    live: bool,
    alert: &'a Alert,
}

pub(super) struct Checker<'a> {
    rate: (u32, Duration),
    max_runs: usize,
    lines: &'a [Line],
    /// The time at each line: it passes when the clock shows more than it ever did.
    times: Vec<Duration>,
    occasions: HashMap<u64, Considered<'a>>,
    /// The lines of each run.
    runs: BTreeMap<u64, Vec<usize>>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(specs: &'a [Spec], rate: (u32, Duration), max_runs: usize, lines: &'a [Line]) -> Self {
        let (mut times, mut occasions, mut runs) = (Vec::new(), HashMap::new(), BTreeMap::new());
        let mut now = Duration::ZERO;
        for (at, line) in lines.iter().enumerate() {
            // Nobody looks at the clock only because an alert changed.
            now = if matches!(line.what, What::Changed(_)) { now } else { now.max(line.clock) };
            times.push(now);
            if let What::Considered { run, action, live, alert } = &line.what {
                occasions.insert(*run, Considered { at, spec: &specs[*action], live: *live, alert });
            }
            if let Some(run) = line.what.run() {
                runs.entry(run).or_insert_with(Vec::new).push(at);
            }
        }
        Self { rate, max_runs, lines, times, occasions, runs }
    }

    /// Panics with the first thing that is wrong.
    pub(super) fn check(&self) {
        for (at, line) in self.lines.iter().enumerate() {
            match &line.what {
                What::Asked { run, step: Step::Execute } => self.check_execution(at, *run),
                What::Asked { run, step } => self.check_step(at, *run, *step),
                What::Entry { run, outcome, reason } => self.check_entry(at, *run, *outcome, *reason),
                _ => {}
            }
        }
        self.runs.keys().for_each(|run| self.check_order(*run));
    }

    fn check_execution(&self, at: usize, run: u64) {
        let considered = self.considered(run);
        assert!(considered.live, "run {run} is a rehearsal and was executed");
        let looked = self.last_before(at, run, |what| {
            matches!(what, What::Answered { step: Step::Look, answer: Answer::Done, .. })
        });
        let looked = looked.unwrap_or_else(|| panic!("run {run} was executed and had not looked"));
        for moment in [considered.at, looked] {
            let against = self.against(moment, run);
            assert!(against.is_empty(), "run {run} was executed in spite of {against:?}");
        }
        assert!(self.time(looked) <= self.time(considered.at) + considered.spec.execute_within);
        let entries =
            self.before(at, run).filter(|(_, what)| what.is_entry_of(&[Outcome::Executing])).count();
        assert_eq!(entries, 1, "run {run} was executed without an entry, or with several");
    }

    fn check_step(&self, at: usize, run: u64, step: Step) {
        let considered = self.considered(run);
        let stopped = self.lines[at].stopped;
        match step {
            Step::Look | Step::Execute => {}
            Step::Verify => {
                let done = self.executed_well(at, run);
                let by = done.map(|done| self.time(done) + considered.spec.verify_within);
                let in_time = by.is_some_and(|by| self.time(at) < by);
                assert!(considered.live && in_time, "run {run} was verified for nothing");
            }
            Step::RollBack => {
                assert!(
                    considered.live && considered.spec.reversible && !stopped,
                    "run {run} was rolled back"
                );
                assert!(self.went_wrong(at, run), "run {run} was rolled back for no reason");
            }
        }
    }

    fn check_entry(&self, at: usize, run: u64, outcome: Outcome, reason: Option<Reason>) {
        let considered = self.considered(run);
        let line = |found: bool, why: &str| assert!(found, "run {run}: {outcome:?} {reason:?} {why}");
        match outcome {
            Outcome::Refused => {
                let looked = self.last_before(at, run, |what| matches!(what, What::Answered { .. }));
                let answer = looked.map(|at| &self.lines[at].what);
                if reason == Some(Reason::Precondition) {
                    let objects = |answer: &Answer| matches!(answer, Answer::Failed(_) | Answer::NotYet);
                    let objected = matches!(answer, Some(What::Answered { answer, .. }) if objects(answer));
                    return line(objected, "without an objection");
                }
                let against = self.against(looked.unwrap_or(considered.at), run);
                line(reason.is_some_and(|reason| against.contains(&reason)), "for nothing");
            }
            Outcome::Rehearsed => {
                line(!considered.live, "and it is live");
                let looked = self.last_before(at, run, |what| matches!(what, What::Answered { .. }));
                let against = self.against(looked.unwrap_or_else(|| panic!("run {run} never looked")), run);
                line(against.is_empty(), &format!("in spite of {against:?}"));
            }
            Outcome::Worked => {
                let executed = self.executed_well(at, run);
                let executed = executed.unwrap_or_else(|| panic!("run {run} worked and was not executed"));
                let worked = self.last_before(at, run, |what| {
                    matches!(what, What::Answered { step: Step::Verify, answer: Answer::Done, .. })
                });
                let in_time = worked
                    .is_some_and(|at| self.time(at) <= self.time(executed) + considered.spec.verify_within);
                line(in_time, "without a verdict in time");
            }
            Outcome::Failed => line(self.went_wrong(at, run), "and nothing was wrong"),
            Outcome::RollingBack => {
                let may = self.went_wrong(at, run) && !self.lines[at].stopped;
                line(may, "and nothing was wrong, or everything was stopped");
            }
            Outcome::Abandoned => line(self.lines[at].stopped, "and nobody said so"),
            Outcome::RolledBack | Outcome::RollBackFailed => {
                let asked = self
                    .last_before(at, run, |what| matches!(what, What::Asked { step: Step::RollBack, .. }));
                line(asked.is_some(), "and nobody rolled back");
            }
            _ => {}
        }
    }

    /// Every occasion has one end, and what comes before it comes in order.
    fn check_order(&self, run: u64) {
        use Outcome::*;
        let entries: Vec<Outcome> = (self.before(self.lines.len(), run))
            .filter_map(|(_, what)| match what {
                What::Entry { outcome, .. } if *outcome != Overdue => Some(*outcome),
                _ => None,
            })
            .collect();
        let released = self.released(self.lines.len(), run);
        let legal: &[&[Outcome]] = &[
            &[Refused],
            &[Rehearsed],
            &[Failed],
            &[Executing, Worked],
            &[Executing, Failed],
            &[Executing, Abandoned],
            &[Executing, RollingBack, RolledBack],
            &[Executing, RollingBack, RollBackFailed],
            &[Executing, RollingBack, Abandoned],
        ];
        let began = self.last_before(self.lines.len(), run, |what| matches!(what, What::Asked { .. }));
        if released || began.is_none() {
            assert!(legal.contains(&&entries[..]), "run {run} went through {entries:?}");
        } else {
            let begun = legal.iter().any(|legal| legal.len() > entries.len() && legal.starts_with(&entries));
            assert!(begun, "run {run} is under way and went through {entries:?}");
        }
        // What was executed and did not work is taken back, unless it cannot be or somebody said hands off.
        let considered = self.considered(run);
        if entries == [Executing, Failed] {
            assert!(!considered.spec.reversible, "run {run} was not taken back");
        }
    }

    /// Everything that speaks against executing a run at this line.
    fn against(&self, at: usize, run: u64) -> HashSet<Reason> {
        let Considered { at: begun, spec, live, alert } = *self.considered(run);
        let now = self.time(at);
        let mut against = HashSet::new();
        let mut object = |holds: bool, reason| {
            if holds {
                against.insert(reason);
            }
        };
        object(self.lines[at].stopped, Reason::KillSwitch);
        let changes = self.lines[begun..=at].iter().filter_map(|line| match &line.what {
            What::Changed(changed) if changed.labels == alert.labels => Some(changed),
            _ => None,
        });
        for alert in changes.chain([alert]) {
            object(alert.state == AlertState::Flapping, Reason::Flapping);
            let fires = matches!(alert.state, AlertState::Firing | AlertState::Flapping);
            object(!fires, Reason::NotFiring);
            object(alert.state == AlertState::Firing && alert.value.is_nan(), Reason::NoData);
        }
        object(spec.by.iter().any(|label| alert.labels.get(label).is_none()), Reason::ScopeUnknown);

        let others: Vec<u64> = self.begun(at, live).filter(|other| *other != run).collect();
        let under_way: Vec<u64> = others.iter().copied().filter(|other| !self.released(at, *other)).collect();
        object(under_way.iter().any(|other| self.overlap(run, *other)), Reason::ScopeBusy);
        object(under_way.len() >= self.max_runs, Reason::TooManyRuns);

        let failures: Vec<Duration> = self.failures(at, live).collect();
        let tripped = |five: &[Duration]| {
            five[4] - five[0] <= Duration::from_secs(300) && now < five[4] + Duration::from_secs(900)
        };
        object(failures.windows(5).any(tripped), Reason::Breaker);

        let executed: Vec<(u64, usize)> = self.executed(at, live).collect();
        let mine: Vec<(u64, usize)> = executed
            .iter()
            .copied()
            .filter(|(other, _)| self.considered(*other).spec.name == spec.name)
            .collect();
        let cools = |other: u64| {
            let left = self.left(at, other).map(|at| self.time(at));
            left.is_some_and(|left| now - left < spec.cool_down) && self.overlap(run, other)
        };
        object(mine.iter().any(|(other, _)| cools(*other)), Reason::CoolDown);
        let times =
            |executed: &[(u64, usize)]| executed.iter().map(|(_, at)| self.time(*at)).collect::<Vec<_>>();
        object(is_exceeded(spec.rate, &times(&mine), now), Reason::Rate);
        object(is_exceeded(self.rate, &times(&executed), now), Reason::GlobalRate);
        if let Some((each, most, window)) = spec.radius {
            let recent = times(&mine).into_iter().filter(|at| now - *at <= window).count();
            object((recent as u32 + 1) * each > most, Reason::BlastRadius);
        }
        against
    }

    /// Whether a run gave a reason to be taken back, or to have failed.
    fn went_wrong(&self, at: usize, run: u64) -> bool {
        let said = |what: &What| {
            matches!(what, What::Answered { answer: Answer::Failed(_) | Answer::Panicked, .. })
                || what.is_entry_of(&[Outcome::Overdue])
        };
        let within = self.considered(run).spec.verify_within;
        let too_long =
            self.executed_well(at, run).is_some_and(|done| self.time(at) >= self.time(done) + within);
        too_long || self.before(at, run).any(|(_, what)| said(what))
    }

    fn executed_well(&self, at: usize, run: u64) -> Option<usize> {
        self.last_before(at, run, |what| {
            matches!(what, What::Answered { step: Step::Execute, answer: Answer::Done | Answer::NotYet, .. })
        })
    }

    /// Runs of this kind that were begun before a line.
    fn begun(&self, at: usize, live: bool) -> impl Iterator<Item = u64> {
        let asked = self.lines[..at].iter().filter_map(|line| match line.what {
            What::Asked { run, step: Step::Look } => Some(run),
            _ => None,
        });
        asked.filter(move |run| self.considered(*run).live == live)
    }

    /// What was executed, or would have been, before a line.
    fn executed(&self, at: usize, live: bool) -> impl Iterator<Item = (u64, usize)> {
        let done = self.lines[..at].iter().enumerate().filter_map(|(at, line)| match line.what {
            What::Entry { run, outcome: Outcome::Executing | Outcome::Rehearsed, .. } => Some((run, at)),
            _ => None,
        });
        done.filter(move |(run, _)| self.considered(*run).live == live)
    }

    /// When each run of this kind went wrong for the first time.
    fn failures(&self, at: usize, live: bool) -> impl Iterator<Item = Duration> {
        let wrong = [Outcome::Overdue, Outcome::RollingBack, Outcome::Failed];
        let mut known = BTreeSet::new();
        let failed = self.lines[..at].iter().enumerate().filter_map(move |(at, line)| {
            let What::Entry { run, outcome, .. } = line.what else { return None };
            // What was never executed, or was told to keep the hands off before, has not gone wrong.
            let abandoned = outcome == Outcome::Abandoned && self.went_wrong(at, run);
            (wrong.contains(&outcome) || abandoned).then_some((at, run))
        });
        failed
            .filter(move |(_, run)| self.considered(*run).live == live && known.insert(*run))
            .map(|(at, _)| self.time(at))
    }

    fn overlap(&self, one: u64, other: u64) -> bool {
        let (one, other) = (self.considered(one), self.considered(other));
        let differs = |label: &&str| {
            other.spec.by.contains(label) && one.alert.labels.get(label) != other.alert.labels.get(label)
        };
        one.spec.scope == other.spec.scope && !one.spec.by.iter().any(differs)
    }

    fn released(&self, at: usize, run: u64) -> bool {
        self.left(at, run).is_some()
    }

    fn left(&self, at: usize, run: u64) -> Option<usize> {
        self.last_before(at, run, |what| matches!(what, What::Released { .. }))
    }

    fn considered(&self, run: u64) -> &Considered<'_> {
        &self.occasions[&run]
    }

    fn before(&self, at: usize, run: u64) -> impl DoubleEndedIterator<Item = (usize, &What)> {
        let lines = self.runs[&run].iter().map(|at| (*at, &self.lines[*at].what));
        lines.filter(move |(other, _)| *other < at)
    }

    fn last_before(&self, at: usize, run: u64, is: impl Fn(&What) -> bool) -> Option<usize> {
        self.before(at, run).rev().find(|(_, what)| is(what)).map(|(at, _)| at)
    }

    fn time(&self, at: usize) -> Duration {
        self.times[at]
    }
}

/// Whether one more would be too many in some stretch of time that ends now.
fn is_exceeded((most, per): (u32, Duration), times: &[Duration], now: Duration) -> bool {
    let token = per.as_nanos().div_ceil(u128::from(most));
    times.iter().enumerate().any(|(first, from)| {
        let refilled = (now - *from).as_nanos() / token;
        (times.len() - first + 1) as u128 > u128::from(most) + refilled
    })
}
