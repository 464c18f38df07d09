//! What can be asked: the part of PromQL that rules need, with labels that match by construction.

use super::window::Window;
use crate::alert::{Matching, Part};
use crate::alerting::history::{LOOKBACK, Need};

/// An expression whose value is a number for each instance of the rule, or for some of them.
///
/// All have the same labels, those that the rule keeps apart. So an operation never has to say which instances belong
/// together.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    /// A sum over series.
    Sum(Sum),
    /// The distance from zero.
    Absolute(Box<Expression>),
    /// A multiple.
    Times { factor: f64, of: Box<Expression> },
    /// The instances whose value compares so with a number.
    Limited { of: Box<Expression>, comparison: Comparison, limit: Number },
    /// Two expressions together.
    Pair { operator: Operator, left: Box<Expression>, right: Box<Expression> },
    /// What the values of a sum were like: at every multiple of `step` in `reach`, which ended a step ago.
    Past { statistic: Statistic, of: Sum, reach: Window, step: Window },
    /// The instances that were active, or only those that fired.
    Alerts { rule: &'static str, firing: bool, group: Group },
    /// One instance without labels if there is none of these.
    Absent(Box<Expression>),
    /// Zero, for one instance without labels.
    Zero,
    /// The instances that the process itself found firing. It is only a text.
    Observed(String),
}

/// The sum of what is taken of the series of each instance.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    pub(super) take: Take,
    pub(super) series: Selector,
    pub(super) group: Group,
}

/// What is taken of each series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Take {
    /// Its last value.
    Last,
    /// How much it has counted.
    Increase(Window),
    /// How much it has counted in a second.
    Rate(Window),
    /// How much it has changed in a second.
    Change(Window),
}

/// Series of a metric.
#[derive(Clone, Debug)]
pub(super) struct Selector {
    pub(super) metric: &'static str,
    pub(super) part: Part,
    pub(super) matching: &'static [Matching],
    pub(super) cumulative: bool,
    /// The same for Prometheus.
    pub(super) text: String,
}

/// The labels that are kept apart, as Prometheus knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Group(pub(super) Vec<String>);

/// A number that stays the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Plain(f64),
    /// The share that may go wrong while an error budget burns this many times too fast.
    Burn {
        factor: f64,
        objective: f64,
    },
}

impl Number {
    pub(super) fn value(self) -> f64 {
        match self {
            Self::Plain(value) => value,
            Self::Burn { factor, objective } => factor * (1.0 - objective),
        }
    }
}

/// How a value compares with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Above,
    Below,
    AtLeast,
    Equal,
}

/// What becomes of two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// Left divided by right.
    Divide,
    /// Left less right.
    Subtract,
    /// Left where it is more than right.
    Above,
    /// Left where there is a right.
    And,
    /// Left, and right where there is no left.
    Or,
    /// Left where there is no right.
    Unless,
}

/// What is asked of past values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Statistic {
    Mean,
    Deviation,
    Count,
}

impl Expression {
    pub(super) fn absolute(self) -> Self {
        Self::Absolute(Box::new(self))
    }

    pub(super) fn times(self, factor: f64) -> Self {
        Self::Times { factor, of: Box::new(self) }
    }

    pub(super) fn limited(self, comparison: Comparison, limit: Number) -> Self {
        Self::Limited { of: Box::new(self), comparison, limit }
    }

    pub(super) fn pair(self, operator: Operator, right: Self) -> Self {
        Self::Pair { operator, left: Box::new(self), right: Box::new(right) }
    }

    pub(super) fn absent(self) -> Self {
        Self::Absent(Box::new(self))
    }

    /// Adds what has to be remembered of the metrics.
    pub(super) fn add_needs(&self, needs: &mut Vec<Need>) {
        match self {
            Self::Sum(sum) => needs.push(sum.need()),
            Self::Past { of, reach, step, .. } => {
                let need = of.need();
                needs.push(Need { reach: need.reach + reach.millis() + step.millis(), ..need });
            }
            Self::Pair { left, right, .. } => {
                left.add_needs(needs);
                right.add_needs(needs);
            }
            Self::Absolute(of) | Self::Absent(of) | Self::Times { of, .. } | Self::Limited { of, .. } => {
                of.add_needs(needs);
            }
            Self::Alerts { .. } | Self::Zero | Self::Observed(_) => {}
        }
    }
}

impl Sum {
    /// What it was like, rather than what it is.
    pub(super) fn past(&self, statistic: Statistic, reach: Window, step: Window) -> Expression {
        Expression::Past { statistic, of: self.clone(), reach, step }
    }

    fn need(&self) -> Need {
        let window = match self.take {
            Take::Last => LOOKBACK,
            Take::Increase(window) | Take::Rate(window) | Take::Change(window) => window.millis(),
        };
        let Selector { metric, part, cumulative, .. } = self.series;
        Need { metric, part, cumulative, reach: window, window }
    }
}
