//! Rules about the pipeline's own metrics: evaluated as Prometheus would evaluate them, whenever metrics are collected.

use std::collections::BTreeMap;
use std::time::Duration;

use super::history::History;
use super::labels::Labels;
use super::machine::{Followed, Machine};
use super::query::{Query, QueryError};
use super::samples::Sample;
use crate::alert::{AlertRule, Part};
use crate::time::Timestamp;

/// The rules about metrics, and what was measured.
#[derive(Debug)]
pub(crate) struct Measured {
    rules: Vec<(usize, Query)>,
    history: History,
    /// What was added up of metrics that are collected as differences.
    totals: Vec<Total>,
    held: Vec<Held>,
}

/// The sums of all differences so far, of one part of a metric.
#[derive(Debug)]
struct Total {
    metric: &'static str,
    part: Part,
    sums: BTreeMap<Labels, f64>,
}

/// The longest that an instance is held after a restart.
const LONGEST_HOLD: Duration = Duration::from_secs(60 * 60);

/// An instance that was breached before a restart, until its rule has seen enough to know better.
#[derive(Debug)]
struct Held {
    rule: usize,
    labels: Labels,
    value: f64,
    until: Timestamp,
}

impl Measured {
    /// The rules about metrics among those that are followed.
    ///
    /// # Errors
    ///
    /// The rule that is no query, and why.
    pub(crate) fn by(machine: &Machine) -> Result<Self, (&'static AlertRule, QueryError)> {
        let all = machine.rules().iter().enumerate();
        let measured = all.filter(|(_, followed)| !followed.rule.is_observed());
        let query = |(at, followed): (usize, &Followed)| {
            let query = Query::of(followed.rule).map_err(|error| (followed.rule, error))?;
            Ok((at, query))
        };
        let rules: Vec<(usize, Query)> = measured.map(query).collect::<Result<_, _>>()?;
        let history = History::of(rules.iter().flat_map(|(_, query)| query.needs()));
        Ok(Self { rules, history, totals: Vec::new(), held: Vec::new() })
    }

    /// The places of the rules.
    pub(crate) fn rules(&self) -> Vec<usize> {
        self.rules.iter().map(|(place, _)| *place).collect()
    }

    pub(crate) const fn history(&self) -> &History {
        &self.history
    }

    pub(crate) fn record(&mut self, samples: Vec<Sample>, at: Timestamp) {
        for Sample { metric, part, labels, value, delta } in samples {
            let value = if delta { self.total(metric, part, &labels, value) } else { value };
            self.history.record(metric, part, &labels, at, value);
        }
    }

    /// The sum of all differences so far.
    fn total(&mut self, metric: &'static str, part: Part, labels: &Labels, difference: f64) -> f64 {
        let known = self.totals.iter().position(|total| total.metric == metric && total.part == part);
        let at = known.unwrap_or_else(|| {
            self.totals.push(Total { metric, part, sums: BTreeMap::new() });
            self.totals.len() - 1
        });
        let total = self.totals[at].sums.entry(labels.clone()).or_default();
        *total += difference;
        *total
    }

    /// The instances of a rule that are breached now, each with its value.
    pub(crate) fn breached(
        &mut self,
        rule: usize,
        machine: &Machine,
        now: Timestamp,
    ) -> BTreeMap<Labels, f64> {
        let Some((_, query)) = self.rules.iter().find(|(place, _)| *place == rule) else {
            return BTreeMap::new();
        };
        let Some(before) = machine.rules().get(rule) else { return BTreeMap::new() };
        let mut breached = query.evaluate(&self.history, now, &before.instances);
        self.held.retain(|held| now < held.until);
        for held in self.held.iter().filter(|held| held.rule == rule) {
            breached.entry(held.labels.clone()).or_insert(held.value);
        }
        breached
    }

    /// Counts an instance as breached until there was time to measure again: what the rule looks back at, and one
    /// collection more.
    pub(crate) fn hold(&mut self, rule: usize, labels: Labels, value: f64, reach: Duration, now: Timestamp) {
        let until = now.after(reach.min(LONGEST_HOLD));
        self.held.push(Held { rule, labels, value, until });
    }
}
