//! The alert machine: rules, their instances, and what changes from one evaluation to the next.

use std::collections::BTreeMap;

use super::instance::{Finding, Instance};
use super::labels::Labels;
use super::state::{Alert, AlertState, Transition};
use crate::alert::AlertRule;
use crate::time::Timestamp;

/// The most instances of all rules together; further ones are counted and not followed.
pub(crate) const MAX_INSTANCES: usize = 131_072;

/// The states of all instances of all rules.
///
/// It knows no clock, no metrics and no network: it is told when it is and what was found.
#[derive(Debug, Default)]
pub(crate) struct Machine {
    rules: Vec<Followed>,
    instances: usize,
    /// How often an instance was breached that there was no room for.
    overflowed: u64,
}

/// One rule and its instances.
#[derive(Debug)]
pub(crate) struct Followed {
    pub(crate) rule: &'static AlertRule,
    /// In order, so that the same input gives the same output.
    pub(crate) instances: BTreeMap<Labels, Instance>,
}

impl Machine {
    /// The place of a rule, which is taken in where it is new. Two rules with one name are one rule.
    pub(crate) fn follow(&mut self, rule: &'static AlertRule) -> usize {
        if let Some(at) = self.rules.iter().position(|followed| followed.rule.name == rule.name) {
            return at;
        }
        self.rules.push(Followed { rule, instances: BTreeMap::new() });
        self.rules.len() - 1
    }

    pub(crate) fn rules(&self) -> &[Followed] {
        &self.rules
    }

    pub(crate) fn rules_mut(&mut self) -> &mut [Followed] {
        &mut self.rules
    }

    pub(crate) const fn overflowed(&self) -> u64 {
        self.overflowed
    }

    /// Whether an instance fires, whatever it flaps: what decides which end of a limit counts.
    pub(crate) fn fires(&self, rule: usize, labels: &Labels) -> bool {
        self.instance(rule, labels).is_some_and(Instance::is_firing)
    }

    pub(crate) fn instance(&self, rule: usize, labels: &Labels) -> Option<&Instance> {
        self.rules.get(rule)?.instances.get(labels)
    }

    /// Takes note of one evaluation of a rule: `breached` are all instances that were found breached, and every other
    /// one was found not to be.
    pub(crate) fn evaluate(
        &mut self,
        place: usize,
        now: Timestamp,
        mut breached: BTreeMap<Labels, Finding>,
    ) -> Vec<Transition> {
        let Some(Followed { rule, instances }) = self.rules.get_mut(place) else { return Vec::new() };
        let before = instances.len();
        let mut transitions = Vec::new();
        instances.retain(|labels, instance| {
            instance.evaluate(rule, now, breached.remove(labels));
            transitions.extend(show(rule, labels, instance, now));
            !instance.is_over(now, rule.cool_down)
        });
        self.instances = self.instances + instances.len() - before;
        for (labels, finding) in breached {
            transitions.extend(self.evaluate_one(place, labels, now, Some(finding)));
        }
        transitions
    }

    /// Takes note of one evaluation of one instance.
    pub(crate) fn evaluate_one(
        &mut self,
        rule: usize,
        labels: Labels,
        now: Timestamp,
        found: Option<Finding>,
    ) -> Option<Transition> {
        let Followed { rule, instances } = self.rules.get_mut(rule)?;
        if let Some(instance) = instances.get_mut(&labels) {
            instance.evaluate(rule, now, found);
            return show(rule, &labels, instance, now);
        }
        let finding = found?;
        if self.instances >= MAX_INSTANCES {
            self.overflowed += 1;
            return None;
        }
        let mut instance = Instance::breached(now);
        instance.evaluate(rule, now, Some(finding));
        let transition = show(rule, &labels, &mut instance, now);
        instances.insert(labels, instance);
        self.instances += 1;
        transition
    }

    /// Takes in an instance as it was before a restart.
    pub(crate) fn restore(&mut self, rule: usize, labels: Labels, instance: Instance) {
        if let Some(followed) = self.rules.get_mut(rule)
            && self.instances < MAX_INSTANCES
            && followed.instances.insert(labels, instance).is_none()
        {
            self.instances += 1;
        }
    }

    /// Every instance that is remembered.
    pub(crate) fn alerts(&self, now: Timestamp) -> impl Iterator<Item = Alert> {
        self.rules.iter().flat_map(move |Followed { rule, instances }| {
            instances.iter().map(move |(labels, instance)| alert(rule, labels, instance, instance.state(now)))
        })
    }
}

/// The transition of an instance whose state is not the one last shown. That a resolved one is forgotten is none.
fn show(
    rule: &'static AlertRule,
    labels: &Labels,
    instance: &mut Instance,
    now: Timestamp,
) -> Option<Transition> {
    let state = instance.state(now);
    let from = std::mem::replace(&mut instance.shown, state);
    let forgotten = from == AlertState::Resolved && state == AlertState::Inactive;
    (from != state && !forgotten).then(|| Transition {
        alert: alert(rule, labels, instance, state),
        from,
        at: now,
    })
}

pub(crate) fn alert(
    rule: &'static AlertRule,
    labels: &Labels,
    instance: &Instance,
    state: AlertState,
) -> Alert {
    Alert {
        rule,
        labels: labels.clone(),
        state,
        value: instance.value,
        started_at: instance.started_at,
        resolved_at: instance.resolved_at(),
        evidence: instance.evidence.clone(),
        message: instance.message.clone(),
    }
}
