//! Everything that decides, in one: rules, observations, metrics, and when people are told.

use std::collections::BTreeMap;
use std::time::Duration;

use super::heard::Heard;
use super::history::History;
use super::instance::Finding;
use super::machine::Machine;
use super::measured::Measured;
use super::memory::{Remembered, Saved};
use super::notifier::{Grouping, Notification, Notifier};
use super::observed::Observed;
use super::query::QueryError;
use super::samples::Sample;
use super::sent;
use super::state::{Alert, Evidence, Transition};
use crate::alert::{AlertRule, Condition};
use crate::time::Timestamp;

/// How long after the rest a new process may need for its first two collections.
const GRACE: Duration = Duration::from_secs(60);

/// The alert machine with its two ways in and its way out. It is told the time.
#[derive(Debug)]
pub(crate) struct Judge {
    machine: Machine,
    observed: Observed,
    measured: Measured,
    notifier: Notifier,
}

impl Judge {
    /// # Errors
    ///
    /// The rule that cannot be evaluated, and why.
    pub(crate) fn new(
        rules: &[&'static AlertRule],
        grouping: Grouping,
    ) -> Result<Self, (&'static AlertRule, QueryError)> {
        let mut machine = Machine::default();
        for rule in rules.iter().chain(&sent::RULES) {
            machine.follow(rule);
        }
        Ok(Self {
            measured: Measured::by(&machine)?,
            machine,
            observed: Observed::default(),
            notifier: Notifier::new(grouping),
        })
    }

    pub(crate) const fn machine(&self) -> &Machine {
        &self.machine
    }

    pub(crate) const fn history(&self) -> &History {
        self.measured.history()
    }

    /// Takes note of what a detector says.
    pub(crate) fn observe(&mut self, heard: Heard) -> Option<Transition> {
        let Heard { rule, labels, finding, at } = heard;
        self.observed.observe(&mut self.machine, rule, labels, finding, at)
    }

    /// Takes note of what metrics were collected, and evaluates the rules about them.
    ///
    /// `evidence` are failed spans of the scope of a rule, the latest first.
    pub(crate) fn measure(
        &mut self,
        samples: Vec<Sample>,
        now: Timestamp,
        evidence: impl Fn(&'static AlertRule) -> Option<Evidence>,
    ) -> Vec<Transition> {
        self.measured.record(samples, now);
        let mut transitions = Vec::new();
        for place in self.measured.rules() {
            let Some(rule) = self.machine.rules().get(place).map(|followed| followed.rule) else { continue };
            let breached = self.measured.breached(place, &self.machine, now);
            let evidence = if breached.is_empty() { None } else { evidence(rule) };
            let finding = |value| Finding { evidence, ..Finding::value(value) };
            let breached: BTreeMap<_, _> =
                breached.into_iter().map(|(labels, value)| (labels, finding(value))).collect();
            transitions.extend(self.machine.evaluate(place, now, breached));
        }
        transitions
    }

    /// Lets time pass for what was observed.
    pub(crate) fn tick(&mut self, now: Timestamp) -> Vec<Transition> {
        self.observed.tick(&mut self.machine, now)
    }

    /// What people are told now.
    pub(crate) fn notify(&mut self, now: Timestamp) -> Vec<Notification> {
        self.notifier.notify(&mut self.machine, now)
    }

    /// Every instance that is remembered.
    pub(crate) fn alerts(&self, now: Timestamp) -> impl Iterator<Item = Alert> {
        self.machine.alerts(now)
    }

    pub(crate) fn saved(&self) -> Saved {
        Saved::of(&self.machine, &self.notifier)
    }

    /// Goes on where it was before a restart, and says how many instances there were of rules that are gone.
    ///
    /// A new process has observed and measured nothing yet, which does not mean that all is well: what was breached
    /// counts as breached until there was time to know better.
    pub(crate) fn recall(&mut self, saved: Saved, now: Timestamp) -> usize {
        let (remembered, unknown) = saved.recall(&self.machine, &mut self.notifier);
        for Remembered { rule: place, labels, instance } in remembered {
            let Some(rule) = self.machine.rules().get(place).map(|followed| followed.rule) else { continue };
            if instance.resolved_at().is_none() {
                match rule.condition {
                    Condition::Observed { holds_for, .. } => {
                        self.observed.restore(place, labels.clone(), instance.value, now, holds_for);
                    }
                    condition => {
                        self.measured.hold(
                            place,
                            labels.clone(),
                            instance.value,
                            condition.reach() + GRACE,
                            now,
                        );
                    }
                }
            }
            self.machine.restore(place, labels, instance);
        }
        unknown
    }
}
