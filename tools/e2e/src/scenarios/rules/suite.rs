//! Many rules with their series, and what the process makes of them.

use std::collections::BTreeSet;
use std::iter::Sum;
use std::time::Duration;

use fastrand::Rng;
use otel_core::Timestamp;
use otel_core::alerting::{AlertState, Labels};
use otel_core::testing::AlertRehearsal;

use super::chance::Point;
use super::conditions::Trial;
use super::kind::{Kind, Timing};

/// Rules and series that go by one clock, and what was found at each step.
#[derive(Debug)]
pub(super) struct Suite {
    pub(super) kind: Kind,
    pub(super) seed: u64,
    pub(super) timing: Timing,
    pub(super) trials: Vec<Trial>,
    /// What is pending or firing after each evaluation.
    pub(super) steps: Vec<BTreeSet<Active>>,
}

/// An instance that is pending or firing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Active {
    pub(super) rule: &'static str,
    pub(super) labels: Labels,
    pub(super) state: AlertState,
}

/// How much was compared.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) rules: u64,
    pub(super) series: u64,
    pub(super) evaluations: u64,
    /// Instances that were pending, over all steps; and that were firing.
    pub(super) pending: u64,
    pub(super) firing: u64,
    /// How often one that fired no longer did.
    pub(super) resolved: u64,
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, counts| Self {
            rules: sum.rules + counts.rules,
            series: sum.series + counts.series,
            evaluations: sum.evaluations + counts.evaluations,
            pending: sum.pending + counts.pending,
            firing: sum.firing + counts.firing,
            resolved: sum.resolved + counts.resolved,
        })
    }
}

impl Suite {
    /// The same suite for the same seed.
    pub(super) fn new(kind: Kind, seed: u64, rules: usize) -> Self {
        let mut rng = Rng::with_seed(seed);
        let timing = kind.timing(&mut rng);
        let trials: Vec<Trial> =
            (0..rules).map(|number| Trial::new(kind, number, &timing, &mut rng)).collect();
        let mut steps = vec![BTreeSet::new(); timing.evaluations as usize + 1];
        for trial in &trials {
            rehearse(trial, &timing, &mut steps);
        }
        Self { kind, seed, timing, trials, steps }
    }

    pub(super) fn counts(&self) -> Counts {
        let in_state = |state| move |active: &&Active| active.state == state;
        let count = |state| self.steps.iter().flatten().filter(in_state(state)).count() as u64;
        let resolved = self.steps.windows(2).map(|pair| match pair {
            [before, after] => {
                let fired = before.iter().filter(in_state(AlertState::Firing));
                fired.filter(|active| !after.contains(*active)).count() as u64
            }
            _ => 0,
        });
        Counts {
            rules: self.trials.len() as u64,
            series: self.trials.iter().map(|trial| trial.inputs.len() as u64).sum(),
            evaluations: (self.trials.len() * self.steps.len()) as u64,
            pending: count(AlertState::Pending),
            firing: count(AlertState::Firing),
            resolved: resolved.sum(),
        }
    }
}

fn rehearse(trial: &Trial, timing: &Timing, steps: &mut [BTreeSet<Active>]) {
    let mut rehearsal = AlertRehearsal::of(trial.rule);
    for input in &trial.inputs {
        for (at, point) in (0..).map(|number| at(timing.interval, number)).zip(&input.points) {
            match point {
                Point::Value(value) => {
                    rehearsal.sample_part(at, input.metric, input.part, &input.labels, *value);
                }
                Point::Gone => rehearsal.gone(at, input.metric, input.part, &input.labels),
                Point::Missing => {}
            }
        }
    }
    for (at, found) in (0..).map(|number| at(timing.evaluation, number)).zip(steps) {
        rehearsal.evaluate(at);
        found.extend(rehearsal.active().map(|(labels, state, _)| Active {
            rule: trial.rule.name,
            labels: labels.clone(),
            state,
        }));
    }
}

fn at(interval: Duration, number: u32) -> Timestamp {
    Timestamp::default().after(interval * number)
}
