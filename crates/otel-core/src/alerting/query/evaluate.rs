//! Expressions evaluated over the history.

use std::collections::BTreeMap;

use super::expression::{Comparison, Expression, Operator, Selector, Statistic, Take};
use super::window::Window;
use super::{extrapolation, statistics};
use crate::alerting::history::{History, Track};
use crate::alerting::instance::{Instance, Phase};
use crate::alerting::labels::Labels;

/// A number for each instance that has one.
type Values = BTreeMap<Labels, f64>;

/// When and over what an expression is evaluated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment<'a> {
    pub(super) history: &'a History,
    /// In milliseconds since the epoch, as Prometheus counts.
    pub(super) at: i64,
    pub(super) by: &'static [&'static str],
    pub(super) before: &'a BTreeMap<Labels, Instance>,
}

impl Moment<'_> {
    pub(super) fn evaluate(&self, expression: &Expression) -> Values {
        match expression {
            Expression::Sum { take, series, .. } => self.sum(*take, series),
            Expression::Absolute(of) => each(self.evaluate(of), f64::abs),
            Expression::Times { factor, of } => each(self.evaluate(of), |value| factor * value),
            Expression::Limited { of, comparison, limit } => {
                let mut values = self.evaluate(of);
                values.retain(|_, value| comparison.holds(*value, limit.value()));
                values
            }
            Expression::Pair { operator, left, right } => {
                join(*operator, self.evaluate(left), self.evaluate(right))
            }
            Expression::Past { statistic, of, reach, step } => self.past(*statistic, of, *reach, *step),
            Expression::Alerts { firing, .. } => self.alerts(*firing),
            Expression::Absent(of) if self.evaluate(of).is_empty() => one(f64::NAN),
            Expression::Zero => one(0.0),
            Expression::Absent(_) | Expression::Observed(_) => Values::new(),
        }
    }

    fn sum(&self, take: Take, series: &Selector) -> Values {
        let mut sums = Values::new();
        for (labels, track) in self.history.tracks(series.metric, series.part) {
            let is_meant =
                series.matching.iter().all(|it| labels.get(it.key).unwrap_or_default() == it.value);
            let value = if is_meant { self.take(take, track, series.cumulative) } else { None };
            if let Some(value) = value {
                // The first value is the sum of itself: zero would change the sign of a zero.
                let sum = sums.entry(labels.only(self.by));
                sum.and_modify(|sum| *sum += value).or_insert(value);
            }
        }
        sums
    }

    fn take(&self, take: Take, track: &Track, cumulative: bool) -> Option<f64> {
        let over = |window: Window| {
            let from = self.at - window.millis();
            extrapolation::of(track.between(from, self.at), from, self.at, cumulative)
        };
        match take {
            Take::Last => track.last(self.at),
            Take::Increase(window) => over(window).map(extrapolation::Extrapolation::difference),
            Take::Rate(window) => over(window).map(|it| it.speed(window)),
            Take::Change(window) => over(window).map(|it| it.difference() / window.seconds()),
        }
    }

    fn past(&self, statistic: Statistic, of: &Expression, reach: Window, step: Window) -> Values {
        let (reach, step) = (reach.millis(), step.millis());
        let to = self.at - step;
        let from = to - reach;
        let mut first = step * (from / step);
        if first < from {
            first += step;
        }
        let mut past: BTreeMap<Labels, Vec<f64>> = BTreeMap::new();
        let mut at = first;
        while at <= to {
            for (labels, value) in (Moment { at, ..*self }).evaluate(of) {
                past.entry(labels).or_default().push(value);
            }
            at += step;
        }
        let judge = |values: &[f64]| match statistic {
            Statistic::Mean => statistics::mean(values),
            Statistic::Deviation => statistics::standard_deviation(values),
            Statistic::Count => values.len() as f64,
        };
        past.into_iter().map(|(labels, values)| (labels, judge(&values))).collect()
    }

    fn alerts(&self, firing: bool) -> Values {
        let is_active = |instance: &Instance| match instance.phase {
            Phase::Pending { .. } => !firing,
            Phase::Firing { .. } => true,
            Phase::Resolved { .. } => false,
        };
        let active = self.before.iter().filter(|(_, instance)| is_active(instance));
        active.map(|(labels, instance)| (labels.clone(), instance.value)).collect()
    }
}

impl Comparison {
    /// What is not a number compares with nothing.
    #[expect(clippy::float_cmp, reason = "whether nothing was counted is an exact question")]
    fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Above => value > limit,
            Self::Below => value < limit,
            Self::AtLeast => value >= limit,
            Self::Equal => value == limit,
        }
    }
}

fn join(operator: Operator, mut left: Values, right: Values) -> Values {
    let both = |combine: fn(f64, f64) -> f64| {
        let found = |(labels, value): (&Labels, &f64)| {
            right.get(labels).map(|other| (labels.clone(), combine(*value, *other)))
        };
        left.iter().filter_map(found).collect()
    };
    match operator {
        Operator::Divide => both(|left, right| left / right),
        Operator::Subtract => both(|left, right| left - right),
        Operator::Above => {
            left.retain(|labels, value| right.get(labels).is_some_and(|other| *value > *other));
            left
        }
        Operator::And => {
            left.retain(|labels, _| right.contains_key(labels));
            left
        }
        Operator::Unless => {
            left.retain(|labels, _| !right.contains_key(labels));
            left
        }
        Operator::Or => {
            for (labels, value) in right {
                left.entry(labels).or_insert(value);
            }
            left
        }
    }
}

fn each(mut values: Values, change: impl Fn(f64) -> f64) -> Values {
    values.values_mut().for_each(|value| *value = change(*value));
    values
}

/// One instance without labels.
fn one(value: f64) -> Values {
    [(Labels::default(), value)].into()
}
