//! Alert rules tried out without a pipeline.

use std::collections::BTreeMap;

use crate::alert::{AlertRule, Part};
use crate::alerting::history::History;
use crate::alerting::instance::{Finding, Instance};
use crate::alerting::machine::Machine;
use crate::alerting::{AlertState, Labels, Query, Transition};
use crate::metric::MetricFacts;
use crate::time::Timestamp;

/// An alert rule with metrics that are made up: whether it fires when it should, resolves, and stays quiet.
///
/// It is the real evaluation with another clock. What is said of the metrics is what they were when they were
/// collected: of a counter, all that was counted so far.
///
/// ```
/// use std::time::Duration;
///
/// use otel_core::alerting::AlertState;
/// use otel_core::testing::AlertRehearsal;
/// use otel_core::{AlertLevel, AlertRule, Condition, CounterDef, Limit, Series, Timestamp, Unit};
///
/// const ORDERS: CounterDef<()> = CounterDef::new("shop.orders", Unit::new("{order}"), "Orders.");
/// const LOST: CounterDef<()> = CounterDef::new("shop.orders.lost", Unit::new("{order}"), "Lost orders.");
/// const ORDERS_LOST: AlertRule = AlertRule::new(
///     "shop_orders_lost",
///     AlertLevel::High,
///     Condition::Ratio {
///         part: Series::all(LOST.facts()),
///         whole: Series::all(ORDERS.facts()),
///         window: Duration::from_secs(300),
///         limit: Limit::above(0.1),
///         min_events: 50,
///     },
///     Duration::from_secs(120),
///     "One order in ten is lost.",
/// );
///
/// let mut rehearsal = AlertRehearsal::of(&ORDERS_LOST);
/// let mut states = Vec::new();
/// for minute in 0..10_u32 {
///     let at = Timestamp::default().after(Duration::from_secs(60) * minute);
///     rehearsal.sample(at, ORDERS.facts(), &[], f64::from(100 * minute));
///     rehearsal.sample(at, LOST.facts(), &[], f64::from(20 * minute));
///     rehearsal.evaluate(at);
///     states.push(rehearsal.state(&[]));
/// }
/// // Two samples make a rate; what is pending for two minutes fires.
/// assert_eq!(states[..2], [AlertState::Inactive, AlertState::Pending]);
/// assert_eq!(states[3..], [AlertState::Firing; 7]);
/// ```
#[derive(Debug)]
pub struct AlertRehearsal {
    query: Query,
    history: History,
    machine: Machine,
    rule: usize,
    /// What was said of times that have not come yet.
    ahead: BTreeMap<Timestamp, Vec<Said>>,
    /// When it was evaluated last.
    now: Timestamp,
    transitions: Vec<Transition>,
}

/// What was said of a series: its value, or that it is gone.
#[derive(Debug)]
struct Said {
    metric: MetricFacts,
    part: Part,
    labels: Labels,
    value: Option<f64>,
}

impl AlertRehearsal {
    /// A rehearsal of a rule about metrics.
    ///
    /// # Panics
    ///
    /// When the rule cannot be evaluated, or is about what a detector observes.
    #[expect(clippy::panic, reason = "a rule that cannot be evaluated is a failed test")]
    pub fn of(rule: &'static AlertRule) -> Self {
        assert!(!rule.is_observed(), "{}: what a detector observes is in no metric", rule.name);
        let query = Query::of(rule).unwrap_or_else(|error| panic!("{}: {error}", rule.name));
        let mut machine = Machine::default();
        Self {
            history: History::of(query.needs()),
            rule: machine.follow(rule),
            query,
            machine,
            ahead: BTreeMap::new(),
            now: Timestamp::default(),
            transitions: Vec::new(),
        }
    }

    /// Says what a counter or a gauge was at a time: of a counter, all that was counted so far.
    ///
    /// # Panics
    ///
    /// When the rule does not look at the metric, or the time is over.
    pub fn sample(&mut self, at: Timestamp, metric: MetricFacts, labels: &[(&str, &str)], value: f64) {
        self.sample_part(at, metric, Part::Value, labels, value);
    }

    /// Says what a part of a histogram was at a time: the count or the sum of its values so far, or how many of them
    /// were at most a bound.
    ///
    /// # Panics
    ///
    /// When the rule does not look at this part of the metric, or the time is over.
    pub fn sample_part(
        &mut self,
        at: Timestamp,
        metric: MetricFacts,
        part: Part,
        labels: &[(&str, &str)],
        value: f64,
    ) {
        self.say(at, metric, part, labels, Some(value));
    }

    /// Says that a series was gone at a time, rather than just not collected.
    ///
    /// # Panics
    ///
    /// When the rule does not look at this part of the metric, or the time is over.
    pub fn gone(&mut self, at: Timestamp, metric: MetricFacts, part: Part, labels: &[(&str, &str)]) {
        self.say(at, metric, part, labels, None);
    }

    /// Evaluates the rule at a time, over what was said of the time until then, and returns what changed.
    ///
    /// # Panics
    ///
    /// When the time is over.
    pub fn evaluate(&mut self, at: Timestamp) -> &[Transition] {
        assert!(at >= self.now, "time does not go back");
        self.now = at;
        while let Some(entry) = self.ahead.first_entry()
            && *entry.key() <= at
        {
            let (at, said) = entry.remove_entry();
            for Said { metric, part, labels, value } in said {
                match value {
                    Some(value) => self.history.record(metric.name, part, &labels, at, value),
                    None => self.history.mark_gone(metric.name, part, &labels, at),
                }
            }
        }
        let before = self.machine.rules().get(self.rule).map(|followed| &followed.instances);
        let values = before.map(|before| self.query.evaluate(&self.history, at, before)).unwrap_or_default();
        let found = |(labels, value)| (labels, Finding::value(value));
        self.transitions = self.machine.evaluate(self.rule, at, values.into_iter().map(found).collect());
        &self.transitions
    }

    /// The state that Prometheus would have an instance in: inactive, pending or firing. The labels are those that
    /// the rule keeps apart.
    pub fn state(&self, labels: &[(&str, &str)]) -> AlertState {
        self.instance(labels).map_or(AlertState::Inactive, |instance| as_prometheus(instance, self.now))
    }

    /// The state that people are told: that it resolved for a while, and that it flaps, rather than either state that
    /// it flaps between.
    pub fn shown(&self, labels: &[(&str, &str)]) -> AlertState {
        self.instance(labels).map_or(AlertState::Inactive, |instance| instance.state(self.now))
    }

    /// The instances that are pending or firing, with their state and the value that was last found.
    pub fn active(&self) -> impl Iterator<Item = (&Labels, AlertState, f64)> {
        let instances = self.machine.rules().get(self.rule).into_iter().flat_map(|rule| &rule.instances);
        instances
            .map(|(labels, instance)| (labels, as_prometheus(instance, self.now), instance.value))
            .filter(|(_, state, _)| *state != AlertState::Inactive)
    }

    fn instance(&self, labels: &[(&str, &str)]) -> Option<&Instance> {
        self.machine.instance(self.rule, &Labels::new(labels.iter().copied()))
    }

    fn say(
        &mut self,
        at: Timestamp,
        metric: MetricFacts,
        part: Part,
        labels: &[(&str, &str)],
        value: Option<f64>,
    ) {
        let looks = self.history.parts(metric.name).any(|it| it == part);
        assert!(looks, "the rule does not look at {part:?} of {}", metric.name);
        assert!(at >= self.now, "{at:?} is over");
        let labels = Labels::new(labels.iter().copied());
        self.ahead.entry(at).or_default().push(Said { metric, part, labels, value });
    }
}

/// The state of an instance for Prometheus, which knows no more of one that resolved.
fn as_prometheus(instance: &Instance, now: Timestamp) -> AlertState {
    match instance.condition(now) {
        AlertState::Resolved => AlertState::Inactive,
        state => state,
    }
}
