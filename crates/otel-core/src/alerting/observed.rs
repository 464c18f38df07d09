//! Rules that detectors speak to: each observation is an evaluation of one instance, and holds for a while.

use std::collections::BTreeMap;
use std::time::Duration;

use super::instance::Finding;
use super::labels::Labels;
use super::machine::{MAX_INSTANCES, Machine};
use super::state::Transition;
use crate::alert::{AlertRule, Condition, NoData};
use crate::time::Timestamp;

/// What was last observed of the instances that somebody may have to be told about.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    latest: BTreeMap<usize, BTreeMap<Labels, Latest>>,
    instances: usize,
}

#[derive(Clone, Debug)]
struct Latest {
    finding: Finding,
    breached: bool,
    until: Timestamp,
}

impl Observed {
    /// Takes note of one observation.
    pub(crate) fn observe(
        &mut self,
        machine: &mut Machine,
        rule: &'static AlertRule,
        labels: Labels,
        finding: Finding,
        at: Timestamp,
    ) -> Option<Transition> {
        let Condition::Observed { limit, holds_for } = rule.condition else { return None };
        let place = machine.follow(rule);
        let breached = limit.is_breached_by(finding.value, machine.fires(place, &labels));
        let known = machine.instance(place, &labels).is_some();
        if breached || known {
            let latest = Latest { finding: finding.clone(), breached, until: at.after(holds_for) };
            self.keep(place, labels.clone(), latest);
        }
        machine.evaluate_one(place, labels, at, breached.then_some(finding))
    }

    fn keep(&mut self, rule: usize, labels: Labels, latest: Latest) {
        let of_rule = self.latest.entry(rule).or_default();
        if let Some(known) = of_rule.get_mut(&labels) {
            *known = latest;
        } else if self.instances < MAX_INSTANCES {
            of_rule.insert(labels, latest);
            self.instances += 1;
        }
    }

    /// Lets time pass: what was observed goes on, until it no longer holds.
    pub(crate) fn tick(&mut self, machine: &mut Machine, now: Timestamp) -> Vec<Transition> {
        let mut transitions = Vec::new();
        for place in 0..machine.rules().len() {
            let Some(followed) = machine.rules().get(place) else { continue };
            if !followed.rule.is_observed() {
                continue;
            }
            let hold = followed.rule.no_data == NoData::Hold;
            let mut breached = BTreeMap::new();
            let of_rule = self.latest.entry(place).or_default();
            let before = of_rule.len();
            of_rule.retain(|labels, latest| {
                let holds = latest.breached && (hold || now < latest.until);
                if holds {
                    breached.insert(labels.clone(), latest.finding.clone());
                }
                holds
            });
            self.instances = self.instances + of_rule.len() - before;
            transitions.extend(machine.evaluate(place, now, breached));
        }
        transitions
    }

    /// Takes in an instance that was breached before a restart, as if it had been observed again just now.
    pub(crate) fn restore(
        &mut self,
        rule: usize,
        labels: Labels,
        value: f64,
        now: Timestamp,
        holds_for: Duration,
    ) {
        let finding = Finding::value(value);
        self.keep(rule, labels, Latest { finding, breached: true, until: now.after(holds_for) });
    }
}
