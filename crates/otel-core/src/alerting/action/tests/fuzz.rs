//! A governor among random alerts, clocks, failures, panics, silence and kill switches, and a checker that knows
//! nothing of how it works.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use fastrand::Rng;

use super::checker::{Checker, Line, Spec, What};
use super::{HOUR, MINUTE, SECOND, alert};
use crate::alerting::action::audit::{ActionOutcome, ActionReason};
use crate::alerting::action::facts::{ActionFacts, BlastRadius, Share};
use crate::alerting::action::governor::{Governor, MAX_RUNS, Moment, Order};
use crate::alerting::action::pace::Rate;
use crate::alerting::action::place::Scope;
use crate::alerting::action::run::{Answer, Step};
use crate::alerting::state::{Alert, AlertState};

const SCENARIOS: u64 = 400;
const STEPS: usize = 300;

#[test]
fn no_guard_is_breached_in_a_hundred_thousand_random_steps() {
    let mut entries = HashMap::<(ActionOutcome, Option<ActionReason>), usize>::new();
    for seed in 0..SCENARIOS {
        let mut world = World::new(seed);
        (0..STEPS).for_each(|_| world.step());
        let World { specs, rate, lines, .. } = &world;
        for line in lines {
            if let What::Entry { outcome, reason, .. } = line.what {
                *entries.entry((outcome, reason)).or_default() += 1;
            }
        }
        Checker::new(specs, *rate, MAX_RUNS, lines).check();
    }
    // What never happened was not tested.
    let outcomes = ActionOutcome::ALL.iter().filter(|outcome| !entries.keys().any(|(it, _)| it == *outcome));
    assert_eq!(outcomes.collect::<Vec<_>>(), Vec::<&ActionOutcome>::new());
    // These come from the thread around it, not from the governor.
    let elsewhere =
        [ActionReason::Off, ActionReason::KillFile, ActionReason::NoThread, ActionReason::Shutdown];
    let missing = ActionReason::ALL.iter().filter(|reason| {
        !elsewhere.contains(reason) && !entries.keys().any(|(_, it)| it.as_ref() == Some(reason))
    });
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&ActionReason>::new());
    assert!(entries[&(ActionOutcome::Executing, None)] > 1_000, "{entries:#?}");
}

struct World {
    rng: Rng,
    governor: Governor,
    specs: Vec<Spec>,
    facts: Vec<ActionFacts>,
    rate: (u32, Duration),
    clock: Duration,
    stopped: bool,
    /// What each run was asked last, and has not answered.
    asked: BTreeMap<u64, Step>,
    /// How likely it is that an action fails, in per cent.
    clumsy: u32,
    /// Whether alerts come faster than actions answer.
    crowded: bool,
    lines: Vec<Line>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let rate = [(10, HOUR), (100, HOUR), (4, 10 * MINUTE)][rng.usize(..3)];
        let specs = specs();
        Self {
            governor: Governor::new(Rate::new(rate.0, rate.1)),
            facts: specs.iter().map(facts).collect(),
            specs,
            rate,
            clock: Duration::ZERO,
            stopped: false,
            asked: BTreeMap::new(),
            clumsy: [2, 20, 60][rng.usize(..3)],
            crowded: rng.u32(..5) == 0,
            lines: Vec::new(),
            rng,
        }
    }

    fn step(&mut self) {
        if !self.crowded || self.rng.u32(..20) == 0 {
            self.pass_time();
        }
        match self.rng.u32(..100) {
            35..70 if self.crowded => self.consider(),
            0..35 => self.consider(),
            35..75 => self.answer(),
            75..82 => self.change(),
            82..84 => self.stopped = true,
            84..90 => self.stopped = false,
            _ => {
                self.write(What::Woke);
                self.governor.wake(self.moment());
            }
        }
        self.settle();
    }

    fn pass_time(&mut self) {
        let rng = &mut self.rng;
        let up_to =
            |rng: &mut Rng, most: Duration| Duration::from_millis(rng.u64(..=most.as_millis() as u64));
        self.clock = match rng.u32(..100) {
            0..35 => self.clock,
            35..75 => self.clock + up_to(rng, 5 * SECOND),
            75..92 => self.clock + up_to(rng, MINUTE),
            92..97 => self.clock + up_to(rng, 20 * MINUTE),
            97 => self.clock + up_to(rng, 3 * HOUR),
            _ => self.clock.saturating_sub(up_to(rng, HOUR)),
        };
    }

    fn moment(&self) -> Moment {
        Moment { now: self.clock, stopped: self.stopped.then_some(ActionReason::KillSwitch) }
    }

    fn write(&mut self, what: What) {
        self.lines.push(Line { clock: self.clock, stopped: self.stopped, what });
    }

    fn some_alert(&mut self) -> Alert {
        let rng = &mut self.rng;
        let state = match rng.u32(..20) {
            0 => AlertState::Flapping,
            1 => AlertState::Resolved,
            2 => AlertState::Pending,
            _ => AlertState::Firing,
        };
        let value = if rng.u32(..20) == 0 { f64::NAN } else { 2.0 };
        let mut labels = Vec::new();
        if rng.u32(..20) != 0 {
            labels.push(("venue", ["A", "B", "C"][rng.usize(..3)]));
        }
        if rng.u32(..10) != 0 {
            let devices = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f"];
            labels.push(("device", devices[rng.usize(..devices.len())]));
        }
        alert(&labels, state, value)
    }

    fn consider(&mut self) {
        let alert = self.some_alert();
        let (action, live) = (self.rng.usize(..self.specs.len()), self.rng.u32(..4) != 0);
        let run = 1 + self.lines.iter().filter(|line| matches!(line.what, What::Considered { .. })).count();
        self.write(What::Considered { run: run as u64, action, live, alert: alert.clone() });
        let begun = self.governor.consider(self.moment(), &alert, &self.facts[action], live);
        assert!(begun.is_none_or(|occasion| occasion.run == run as u64 && occasion.dry_run != live));
    }

    fn answer(&mut self) {
        let Some((run, step)) = self.rng.choice(self.asked.iter()).map(|(run, step)| (*run, *step)) else {
            return;
        };
        self.asked.remove(&run);
        let answer = match self.rng.u32(..100) {
            luck if luck >= self.clumsy && step == Step::Verify && self.rng.bool() => Answer::NotYet,
            luck if luck >= self.clumsy => Answer::Done,
            luck if luck % 3 == 0 => Answer::Panicked,
            _ => Answer::Failed("on purpose".to_owned()),
        };
        self.write(What::Answered { run, step, answer: answer.clone() });
        self.governor.answered(self.moment(), run, answer);
    }

    /// Something that is under way, or is not, changes its state.
    fn change(&mut self) {
        let mut changed = self.some_alert();
        let known = self.lines.iter().filter_map(|line| match &line.what {
            What::Considered { run, alert, .. } if self.asked.contains_key(run) => Some(alert.labels.clone()),
            _ => None,
        });
        let known: Vec<_> = known.collect();
        if let Some(labels) = self.rng.choice(known) {
            changed.labels = labels;
        }
        self.write(What::Changed(changed.clone()));
        self.governor.changed(&changed);
    }

    /// Writes down what the governor says, and does it, entries first.
    fn settle(&mut self) {
        loop {
            if let Some(entry) = self.governor.next_entry() {
                let (outcome, reason) = (entry.outcome, entry.reason);
                self.write(What::Entry { run: entry.occasion.run, outcome, reason });
                continue;
            }
            match self.governor.next_order() {
                Some(Order::Ask(run, step)) => {
                    // Somebody is quicker than the order.
                    self.stopped |= self.rng.u32(..100) == 0;
                    if self.stopped && step.changes_something() {
                        self.governor.stop(run, ActionReason::KillSwitch);
                        continue;
                    }
                    self.write(What::Asked { run, step });
                    self.asked.insert(run, step);
                }
                Some(Order::Release(run)) => {
                    assert_eq!(self.asked.remove(&run), None, "run {run} is over and was asked something");
                    self.write(What::Released { run });
                }
                None => break,
            }
        }
        let due = self.governor.wakes_at();
        let waits = |run: &u64| self.asked.contains_key(run);
        let under_way = self.lines.iter().filter_map(|line| match &line.what {
            What::Asked { run, .. } => Some(run),
            _ => None,
        });
        // A run that is under way has been asked something, or will be without anybody's help.
        assert!(!self.governor.has_runs() || due.is_some() || under_way.into_iter().any(waits));
    }
}

fn specs() -> Vec<Spec> {
    let spec = Spec {
        name: "restart_router",
        scope: "router",
        by: &[],
        reversible: true,
        rate: (3, HOUR),
        cool_down: 10 * MINUTE,
        radius: None,
        execute_within: 30 * SECOND,
        verify_within: 2 * MINUTE,
    };
    let often = (60, HOUR);
    vec![
        spec,
        Spec {
            name: "close_venue",
            by: &["venue"],
            reversible: false,
            rate: (2, HOUR),
            cool_down: MINUTE,
            ..spec
        },
        Spec {
            name: "drop_cache",
            scope: "cache",
            rate: often,
            cool_down: Duration::ZERO,
            radius: Some((100, 300, HOUR)),
            ..spec
        },
        Spec {
            name: "move_shard",
            scope: "cache",
            by: &["venue", "device"],
            rate: often,
            cool_down: 5 * MINUTE,
            ..spec
        },
        Spec {
            name: "reboot",
            scope: "device",
            by: &["device"],
            rate: often,
            cool_down: 30 * SECOND,
            ..spec
        },
        Spec {
            name: "slow_down",
            scope: "feed",
            by: &["device", "venue"],
            rate: (1_000, HOUR),
            cool_down: SECOND,
            verify_within: 2 * HOUR,
            ..spec
        },
    ]
}

fn facts(spec: &Spec) -> ActionFacts {
    let facts = ActionFacts::new(spec.name, Scope::of(spec.scope).by(spec.by))
        .rate(Rate::new(spec.rate.0, spec.rate.1))
        .cool_down(spec.cool_down)
        .execute_within(spec.execute_within)
        .verify_within(spec.verify_within);
    let facts = if spec.reversible { facts.reversible() } else { facts };
    match spec.radius {
        Some((each, at_most, within)) => facts.affecting(BlastRadius {
            each: Share::per_mille(each),
            at_most: Share::per_mille(at_most),
            within,
        }),
        None => facts,
    }
}
