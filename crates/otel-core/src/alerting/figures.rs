//! The alert machine as metrics: one-hot states, zeros included, and what it counts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter};

use super::action::{ActionCounts, ActionOutcome};
use super::conventions as names;
use super::judge::Judge;
use super::labels::Labels;
use super::machine::Machine;
use super::sinks::{AttemptOutcome, NotDelivered, SinkCounts};
use super::state::{AlertState, Transition, fingerprint};
use crate::alert::AlertRule;
use crate::label::Label as _;
use crate::metric::MetricFacts;
use crate::recorder::Recorder;
use crate::time::Timestamp;

/// Instances that are told apart; those beyond are added up for each rule.
const MAX_INSTANCES: usize = names::ACTIVE.series / AlertState::ALL.len() - names::RULES;

/// The instance of everything that is not told apart.
const OTHER: &str = "other";

/// What the metrics are read from: as it was after the last round.
#[derive(Debug, Default)]
pub(crate) struct Figures(Mutex<Board>);

#[derive(Debug, Default)]
struct Board {
    active: Vec<(i64, Vec<KeyValue>)>,
    transitions: BTreeMap<(&'static str, AlertState), u64>,
    overflowed: u64,
    /// Samples that there was no room for, and that came too late.
    samples: [u64; 2],
    history: usize,
    attempts: Vec<(u64, Vec<KeyValue>)>,
    notifications: Vec<(u64, Vec<KeyValue>)>,
    actions: Vec<(u64, Vec<KeyValue>)>,
}

impl Figures {
    /// Shows the states of all instances, and what there was no room for.
    pub(crate) fn show(&self, judge: &Judge, now: Timestamp) {
        let active = active(judge.machine(), now);
        let mut board = self.board();
        board.active = active;
        board.overflowed = judge.machine().overflowed();
        board.samples = [judge.history().refused(), judge.history().late()];
        board.history = judge.history().bytes();
    }

    /// Counts a transition.
    pub(crate) fn count(&self, transition: &Transition) {
        let key = (transition.alert.rule.name, transition.alert.state);
        *self.board().transitions.entry(key).or_default() += 1;
    }

    /// Shows what became of everything that sinks were given.
    pub(crate) fn told(&self, sinks: &[SinkCounts]) {
        let point = |facts: MetricFacts, sink: &SinkCounts, what: &'static str, count| {
            let [name, outcome] = facts.dimensions else { return (count, Vec::new()) };
            (count, vec![KeyValue::new(name.key, sink.sink.clone()), KeyValue::new(outcome.key, what)])
        };
        let attempts = sinks.iter().flat_map(|sink| {
            AttemptOutcome::ALL
                .map(|how| point(names::NOTIFICATION_ATTEMPTS, sink, how.as_str(), sink.attempts(how)))
        });
        let notifications = sinks.iter().flat_map(|sink| {
            let lost = NotDelivered::ALL
                .map(|why| point(names::NOTIFICATIONS, sink, why.as_str(), sink.not_delivered(why)));
            [point(names::NOTIFICATIONS, sink, "delivered", sink.delivered)].into_iter().chain(lost)
        });
        let (attempts, notifications) = (attempts.collect(), notifications.collect());
        let mut board = self.board();
        board.attempts = attempts;
        board.notifications = notifications;
    }

    /// Shows what became of actions.
    pub(crate) fn acted(&self, counts: Option<ActionCounts>) {
        let Some(counts) = counts else { return };
        let outcomes = ActionOutcome::ALL.iter();
        let point = |outcome: &ActionOutcome| {
            (counts.of(*outcome), vec![KeyValue::new(ActionOutcome::KEY, outcome.as_str())])
        };
        self.board().actions = outcomes.map(point).collect();
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Each state of each instance, one of them 1.
fn active(machine: &Machine, now: Timestamp) -> Vec<(i64, Vec<KeyValue>)> {
    let mut room = MAX_INSTANCES;
    let mut points = Vec::new();
    for followed in machine.rules() {
        let rule = followed.rule;
        let mut rest = [0; AlertState::ALL.len()];
        let alone = Labels::default();
        // Who has one instance has it from the beginning.
        if !rule.is_observed() && rule.by.is_empty() && !followed.instances.contains_key(&alone) {
            points.extend(one_hot(rule, &alone, AlertState::Inactive));
        }
        for (labels, instance) in &followed.instances {
            let state = instance.state(now);
            if room > 0 {
                room -= 1;
                points.extend(one_hot(rule, labels, state));
            } else {
                rest[state as usize] += 1;
            }
        }
        if rest.iter().any(|count| *count > 0) {
            let all = AlertState::ALL.into_iter().zip(rest);
            points.extend(all.map(|(state, count)| (count, attributes(rule, OTHER.to_owned(), state))));
        }
    }
    points
}

fn one_hot(
    rule: &'static AlertRule,
    labels: &Labels,
    is: AlertState,
) -> impl Iterator<Item = (i64, Vec<KeyValue>)> {
    let instance = fingerprint(rule, labels);
    AlertState::ALL
        .into_iter()
        .map(move |state| (i64::from(state == is), attributes(rule, instance.clone(), state)))
}

fn attributes(rule: &'static AlertRule, instance: String, state: AlertState) -> Vec<KeyValue> {
    vec![
        KeyValue::new(names::RULE_NAME.name(), rule.name),
        KeyValue::new(names::LEVEL.name(), rule.level.as_str()),
        KeyValue::new(names::INSTANCE_ID.name(), instance),
        KeyValue::new(names::STATE.name(), state.as_str()),
    ]
}

/// How long evaluations take.
#[derive(Debug)]
pub(crate) struct Stopwatch(Histogram<f64>);

impl Stopwatch {
    pub(crate) fn record(&self, took: Duration) {
        self.0.record(took.as_secs_f64(), &[]);
    }
}

/// Registers every instrument.
pub(crate) fn register(meter: &Meter, figures: &Arc<Figures>, recorder: Weak<Recorder>) -> Stopwatch {
    let board = Arc::clone(figures);
    level(meter, names::ACTIVE, move || board.board().active.clone());
    let board = Arc::clone(figures);
    counter(meter, names::TRANSITIONS, move || {
        let counted = board.board().transitions.clone().into_iter();
        let attributes = |rule, state: AlertState| {
            vec![
                KeyValue::new(names::RULE_NAME.name(), rule),
                KeyValue::new(names::STATE.name(), state.as_str()),
            ]
        };
        counted.map(|((rule, state), count)| (count, attributes(rule, state))).collect()
    });
    let board = Arc::clone(figures);
    counter(meter, names::NOTIFICATION_ATTEMPTS, move || board.board().attempts.clone());
    let board = Arc::clone(figures);
    counter(meter, names::NOTIFICATIONS, move || board.board().notifications.clone());
    let board = Arc::clone(figures);
    counter(meter, names::ACTIONS, move || board.board().actions.clone());
    let board = Arc::clone(figures);
    counter(meter, names::OBSERVATIONS_DROPPED, move || {
        let recorder = recorder.upgrade();
        let desk = recorder.as_ref().and_then(|recorder| recorder.desk.get());
        let lost = [
            desk.map_or(0, crate::alert::Desk::dropped),
            desk.map_or(0, crate::alert::Desk::refused),
            board.board().overflowed,
        ];
        by_reason(names::OBSERVATIONS_DROPPED, lost)
    });
    let board = Arc::clone(figures);
    counter(meter, names::SAMPLES_DROPPED, move || by_reason(names::SAMPLES_DROPPED, board.board().samples));
    let board = Arc::clone(figures);
    level(meter, names::HISTORY_SIZE, move || {
        vec![(i64::try_from(board.board().history).unwrap_or(i64::MAX), Vec::new())]
    });
    let duration = names::EVALUATION_DURATION;
    let histogram = meter.f64_histogram(duration.name).with_unit(duration.unit.code());
    Stopwatch(histogram.with_description(duration.brief).build())
}

/// How many were lost for each reason that a metric has.
fn by_reason(facts: MetricFacts, lost: impl IntoIterator<Item = u64>) -> Vec<(u64, Vec<KeyValue>)> {
    let [reason] = facts.dimensions else { return Vec::new() };
    let reasons = reason.values.iter().zip(lost);
    reasons.map(|(why, count)| (count, vec![KeyValue::new(reason.key, *why)])).collect()
}

/// A level that is read when it is collected.
fn level(
    meter: &Meter,
    facts: MetricFacts,
    read: impl Fn() -> Vec<(i64, Vec<KeyValue>)> + Send + Sync + 'static,
) {
    meter
        .i64_observable_up_down_counter(facts.name)
        .with_unit(facts.unit.code())
        .with_description(facts.brief)
        .with_callback(move |to| {
            read().into_iter().for_each(|(value, attributes)| to.observe(value, &attributes));
        })
        .build();
}

/// A counter that is read when it is collected.
fn counter(
    meter: &Meter,
    facts: MetricFacts,
    read: impl Fn() -> Vec<(u64, Vec<KeyValue>)> + Send + Sync + 'static,
) {
    meter
        .u64_observable_counter(facts.name)
        .with_unit(facts.unit.code())
        .with_description(facts.brief)
        .with_callback(move |to| {
            read().into_iter().for_each(|(value, attributes)| to.observe(value, &attributes));
        })
        .build();
}
