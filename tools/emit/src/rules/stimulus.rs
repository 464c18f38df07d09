//! What the series of a test do, computed from the numbers of the rule itself.

use std::time::Duration;

use otel_core::alerting::conventions as alerting;
use otel_core::alerting::names;
use otel_core::{AlertRule, Burn, Condition, Dimension, MetricFacts, Part, Series};

use super::amounts::Amounts;
use crate::problem::Problem;
use crate::promql::{Selector, part_of};

/// The series of a rule's tests.
#[derive(Clone, Debug)]
pub(super) struct Stimulus {
    pub(super) rule: &'static AlertRule,
    pub(super) step: Duration,
    pub(super) amounts: Amounts,
    pub(super) inputs: Vec<Input>,
}

/// One series.
#[derive(Clone, Debug)]
pub(super) struct Input {
    /// How Prometheus writes it.
    pub(super) text: String,
    /// What it is for the evaluation in the process; nothing where detectors observe.
    pub(super) source: Option<Source>,
    pub(super) takes: Takes,
    /// Whether it adds up what it takes.
    pub(super) grows: bool,
    /// Whether it belongs to an instance that is always well.
    pub(super) well: bool,
}

/// A series as OpenTelemetry knows it.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) metric: MetricFacts,
    pub(super) part: Part,
    pub(super) labels: Vec<(&'static str, &'static str)>,
}

/// Which of the two numbers of a step a series takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Takes {
    /// What is judged: the value, the part, the sum.
    First,
    /// What it is judged by: the whole, the count.
    Second,
    /// What of the second is not in the first.
    Rest,
    /// Something large that must not be counted.
    Decoy,
}

impl Stimulus {
    pub(super) fn of(job: &str, rule: &'static AlertRule, step: Duration) -> Result<Self, Problem> {
        let amounts = Amounts::of(rule, step)?;
        let mut inputs = Vec::new();
        if rule.is_observed() {
            inputs.push(observed(job, rule)?);
        } else {
            instance(job, rule, [FIRST, SECOND], false, &mut inputs)?;
            if has_others(rule) {
                instance(job, rule, [SECOND, FIRST], true, &mut inputs)?;
            }
        }
        Ok(Self { rule, step, amounts, inputs })
    }

    /// How many steps cover a time.
    pub(super) fn steps(&self, time: Duration) -> u32 {
        u32::try_from(time.as_nanos().div_ceil(self.step.as_nanos().max(1))).unwrap_or(u32::MAX)
    }

    /// How long it takes until only what happened since then counts, in steps.
    pub(super) fn memory(&self) -> u32 {
        let window = match &self.rule.condition {
            Condition::Rate { window, .. }
            | Condition::Ratio { window, .. }
            | Condition::Mean { window, .. }
            | Condition::Absence { window, .. }
            | Condition::Deviation { window, .. } => *window,
            Condition::BurnRate { burn: Burn::Fast, .. } => Duration::from_secs(30 * 60),
            Condition::BurnRate { .. } => Duration::from_secs(6 * 60 * 60),
            _ => Duration::ZERO,
        };
        self.steps(window)
    }
}

/// Steps of these many seconds suit all rules they divide the times of.
const STEPS: [u64; 6] = [60, 30, 15, 10, 5, 1];

/// The longest step that the times of all rules are multiples of, and that is in every window at least four times.
pub(super) fn step(rules: &[AlertRule]) -> Result<Duration, Problem> {
    let suits = |step: &Duration| {
        rules.iter().all(|rule| {
            let windows = windows(&rule.condition);
            let times = windows.iter().copied().chain([rule.pending, rule.keep_firing_for]);
            times.into_iter().all(|time| time.as_nanos() % step.as_nanos() == 0)
                && windows.iter().all(|window| *window >= *step * 4)
        })
    };
    let found = STEPS.into_iter().map(Duration::from_secs).find(suits);
    let rule = rules.first().map_or("", |rule| rule.name);
    let why = || "a time of it or of its neighbours is not in whole seconds, or shorter than four".to_owned();
    found.ok_or_else(|| Problem::Untestable { rule, why: why() })
}

fn windows(condition: &Condition) -> Vec<Duration> {
    match condition {
        Condition::Rate { window, .. }
        | Condition::Ratio { window, .. }
        | Condition::Mean { window, .. }
        | Condition::Absence { window, .. } => vec![*window],
        Condition::Deviation { window, baseline, .. } => vec![*window, *baseline],
        _ => Vec::new(),
    }
}

/// Values of labels that any value may be of.
const FIRST: &str = "first";
const SECOND: &str = "second";

/// Whether there can be another instance that is well.
fn has_others(rule: &AlertRule) -> bool {
    varied(rule).is_some()
}

/// The label that tells another instance apart: one that is kept apart, free, and has another value.
fn varied(rule: &AlertRule) -> Option<&'static str> {
    rule.by.iter().copied().find(|key| {
        rule.condition.series().all(|series| {
            let dimension = series.metric.dimensions.iter().find(|dimension| dimension.key == *key);
            let several = dimension.is_some_and(|it| it.values.is_empty() || it.values.len() > 1);
            several && series.matching.iter().all(|label| label.key != *key)
        })
    })
}

/// The series of one instance.
fn instance(
    job: &str,
    rule: &AlertRule,
    names: [&'static str; 2],
    well: bool,
    inputs: &mut Vec<Input>,
) -> Result<(), Problem> {
    let varied = if well { varied(rule) } else { None };
    let labels = |series: &Series, other: Option<&str>| labels(series, varied, names, other);
    let mut add = |series: &Series, takes: Takes, other: Option<&str>| {
        let labels = labels(series, other);
        let source = Source { metric: series.metric, part: series.part, labels };
        inputs.push(Input {
            text: text(job, &source)?,
            grows: grows(rule, series),
            source: Some(source),
            takes,
            well,
        });
        Ok::<_, Problem>(())
    };
    match &rule.condition {
        Condition::Ratio { part, whole, .. } | Condition::BurnRate { bad: part, total: whole, .. } => {
            add(part, Takes::First, None)?;
            if covers(whole, part) {
                let rest = "its part cannot be told from the whole";
                let free = |key: &&str| whole.matching.iter().all(|label| label.key != *key);
                let other = switchable(part).find(free);
                let why = || Problem::Untestable { rule: rule.name, why: rest.to_owned() };
                add(part, Takes::Rest, Some(other.ok_or_else(why)?))?;
            } else {
                add(whole, Takes::Second, None)?;
                if part.metric.name != whole.metric.name && !well {
                    for series in [part, whole] {
                        if let Some(other) = switchable(series).next() {
                            add(series, Takes::Decoy, Some(other))?;
                        }
                    }
                }
            }
        }
        Condition::Mean { series, .. } => {
            add(&part_of(series, Part::Sum), Takes::First, None)?;
            add(&part_of(series, Part::Count), Takes::Second, None)?;
        }
        condition => {
            for series in condition.series() {
                add(series, Takes::First, None)?;
                if let Some(other) = switchable(series).next().filter(|_| !well) {
                    add(series, Takes::Decoy, Some(other))?;
                }
            }
        }
    }
    Ok(())
}

/// The labels of a series: those it must have, and some value for each of the others.
fn labels(
    series: &Series,
    varied: Option<&str>,
    [usual, another]: [&'static str; 2],
    switched: Option<&str>,
) -> Vec<(&'static str, &'static str)> {
    let value = |dimension: &Dimension| {
        let required =
            series.matching.iter().find(|label| label.key == dimension.key).map(|label| label.value);
        let other = dimension.values.iter().copied().find(|value| Some(*value) != required);
        match required {
            Some(_) if switched == Some(dimension.key) => other.unwrap_or(another),
            Some(required) => required,
            None if varied == Some(dimension.key) => dimension.values.get(1).copied().unwrap_or(usual),
            None => dimension.values.first().copied().unwrap_or(FIRST),
        }
    };
    series.metric.dimensions.iter().map(|dimension| (dimension.key, value(dimension))).collect()
}

/// The labels that a series must have a certain value of, and could have another of.
fn switchable(series: &Series) -> impl Iterator<Item = &'static str> {
    let dimensions = series.metric.dimensions;
    series.matching.iter().map(|label| label.key).filter(|key| {
        dimensions.iter().any(|it| it.key == *key && (it.values.is_empty() || it.values.len() > 1))
    })
}

/// Whether everything that is in the part is in the whole because it is the same series.
fn covers(whole: &Series, part: &Series) -> bool {
    whole.metric.name == part.metric.name
        && whole.part == part.part
        && whole.matching.iter().all(|label| part.matching.contains(label))
}

/// Whether a series of the condition adds up: counters do, and a gauge whose change is judged.
fn grows(rule: &AlertRule, series: &Series) -> bool {
    series.is_cumulative() || matches!(rule.condition, Condition::Rate { .. })
}

fn text(job: &str, source: &Source) -> Result<String, Problem> {
    let mut selector = Selector::of(&source.metric, source.part)?.matching("job", "=", job);
    for (key, value) in &source.labels {
        selector = selector.matching(&names::label_name(key)?, "=", value);
    }
    Ok(selector.text())
}

/// What the pipeline says of an instance that a detector observes.
fn observed(job: &str, rule: &AlertRule) -> Result<Input, Problem> {
    let labels = [
        (alerting::RULE_NAME, rule.name),
        (alerting::INSTANCE_ID, INSTANCE),
        (alerting::STATE, otel_core::alerting::AlertState::Firing.as_str()),
    ];
    let mut selector = Selector::named("alert_active").matching("job", "=", job);
    for (key, value) in labels {
        selector = selector.matching(&names::label_name(key.name())?, "=", value);
    }
    Ok(Input { text: selector.text(), source: None, takes: Takes::First, grows: false, well: false })
}

/// What an observed instance is called in tests.
pub(super) const INSTANCE: &str = "0123456789abcdef";
