//! Expressions evaluated over the history.

use std::collections::BTreeMap;

use super::expression::{Comparison, Expression, Operator, Selector, Statistic, Sum, Take};
use super::extrapolation::{self, Extrapolation};
use super::statistics;
use super::window::Window;
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
            Expression::Sum(sum) => self.sum(sum),
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

    fn sum(&self, sum: &Sum) -> Values {
        let groups = self.groups(&sum.series).into_iter();
        groups.filter_map(|(labels, tracks)| Some((labels, total(sum, &tracks, self.at)?))).collect()
    }

    fn past(&self, statistic: Statistic, of: &Sum, reach: Window, step: Window) -> Values {
        let (reach, step) = (reach.millis(), step.millis());
        let to = self.at - step;
        let from = to - reach;
        let mut first = step * (from / step);
        if first < from {
            first += step;
        }
        let times = move || {
            std::iter::successors(Some(first), move |at| Some(at + step)).take_while(move |at| *at <= to)
        };
        let judged = |(labels, tracks): (Labels, Vec<&Track>)| {
            let values: Vec<f64> = times().filter_map(|at| total(of, &tracks, at)).collect();
            let judged = match statistic {
                Statistic::Mean => statistics::mean(&values),
                Statistic::Deviation => statistics::standard_deviation(&values),
                Statistic::Count => values.len() as f64,
            };
            (!values.is_empty()).then_some((labels, judged))
        };
        self.groups(&of.series).into_iter().filter_map(judged).collect()
    }

    /// The series of each instance.
    fn groups(&self, series: &Selector) -> BTreeMap<Labels, Vec<&Track>> {
        let mut groups: BTreeMap<Labels, Vec<&Track>> = BTreeMap::new();
        for (labels, track) in self.history.tracks(series.metric, series.part) {
            if series.matching.iter().all(|it| labels.get(it.key).unwrap_or_default() == it.value) {
                groups.entry(labels.only(self.by)).or_default().push(track);
            }
        }
        groups
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

/// The sum of the series that have a value at a time.
fn total(sum: &Sum, tracks: &[&Track], at: i64) -> Option<f64> {
    let values = tracks.iter().filter_map(|track| take(sum, track, at));
    // Beginning with the first value rather than with zero keeps the sign of a zero.
    values.reduce(|sum, value| sum + value)
}

fn take(sum: &Sum, track: &Track, at: i64) -> Option<f64> {
    let over = |window: Window| {
        let from = at - window.millis();
        extrapolation::of(track.between(from, at), from, at, sum.series.cumulative)
    };
    match sum.take {
        Take::Last => track.last(at),
        Take::Increase(window) => over(window).map(Extrapolation::difference),
        Take::Rate(window) => over(window).map(|it| it.speed(window)),
        Take::Change(window) => over(window).map(|it| it.difference() / window.seconds()),
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
