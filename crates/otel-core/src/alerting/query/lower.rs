//! What a rule asks, in terms of what can be asked.

use std::time::Duration;

use super::QueryError;
use super::expression::{Comparison, Expression, Group, Number, Operator, Selector, Statistic, Sum, Take};
use super::promql;
use super::window::Window;
use crate::alert::{AlertRule, Breach, Burn, Condition, Limit, NoData, Part, Series};
use crate::alerting::conventions::{INSTANCE_ID, RULE_NAME, STATE};
use crate::alerting::names;
use crate::alerting::state::AlertState;
use crate::metric::Instrument;

/// The fewest values that a baseline is one of: after a start, the first ones are all that is known.
const MIN_BASELINE: f64 = 10.0;

/// The most windows of a baseline; Prometheus returns no more points either.
const MAX_BASELINE: i64 = 11_000;

/// What the pipeline says of its own alerts.
const ACTIVE: &str = "alert.active";

/// The expression that finds a rule's breached instances.
pub(super) fn lower(rule: &AlertRule) -> Result<Expression, QueryError> {
    let is_about_nothing = matches!(rule.condition, Condition::Absence { .. })
        || matches!(rule.no_data, NoData::Alert) && !rule.is_observed();
    let mut labels = if is_about_nothing { Vec::new() } else { vec!["job".to_owned()] };
    for label in rule.by {
        labels.push(names::label_name(label)?);
    }
    Lowering { rule, group: Group(labels) }.lower()
}

/// A condition in two parts.
struct Asked {
    breached: Expression,
    /// What has a value as long as anything is known of an instance; nothing for conditions that always know.
    known: Option<Expression>,
}

struct Lowering<'a> {
    rule: &'a AlertRule,
    group: Group,
}

impl Lowering<'_> {
    fn lower(&self) -> Result<Expression, QueryError> {
        let Asked { breached, known } = self.condition()?;
        Ok(match (self.rule.no_data, known) {
            (NoData::Alert, Some(known)) => breached.pair(Operator::Or, known.absent()),
            (NoData::Hold, Some(known)) => {
                breached.pair(Operator::Or, self.alerts(false).pair(Operator::Unless, known))
            }
            _ => breached,
        })
    }

    fn condition(&self) -> Result<Asked, QueryError> {
        let asked = |value: Expression, limit: &Limit| Asked {
            breached: self.beyond(value.clone(), limit),
            known: Some(value),
        };
        match &self.rule.condition {
            Condition::Value { series, limit } => Ok(asked(self.sum(Take::Last, series)?, limit)),
            Condition::Rate { series, window, limit } => {
                let take = speed(series, Window::of(*window)?);
                Ok(asked(self.sum(take, series)?, limit))
            }
            Condition::Ratio { part, whole, window, limit, min_events } => {
                let window = Window::of(*window)?;
                let share = self.share(part, whole, window, limit.breach)?;
                let breached = self.beyond(share.clone(), limit);
                let breached = self.with_events(breached, whole, window, *min_events)?;
                Ok(Asked { breached, known: Some(share) })
            }
            Condition::Mean { series, window, limit, min_events } => {
                let window = Window::of(*window)?;
                let (count, sum) = (of(series, Part::Count), of(series, Part::Sum));
                let sum = self.sum(Take::Rate(window), &sum)?;
                let mean = sum.pair(Operator::Divide, self.sum(Take::Rate(window), &count)?);
                let breached = self.beyond(mean.clone(), limit);
                let breached = self.with_events(breached, &count, window, *min_events)?;
                Ok(Asked { breached, known: Some(mean) })
            }
            Condition::BurnRate { bad, total, objective, burn, min_events } => {
                self.burn_rate((bad, total), *objective, *burn, *min_events)
            }
            Condition::Absence { series, window } => {
                let counted = self.sum(Take::Increase(Window::of(*window)?), series)?;
                let counted = counted.pair(Operator::Or, Expression::Zero);
                let breached = counted.limited(Comparison::Equal, Number::Plain(0.0));
                Ok(Asked { breached, known: None })
            }
            Condition::Deviation { series, window, baseline, sigmas, min_change } => {
                self.deviation(series, *window, *baseline, *sigmas, *min_change)
            }
            Condition::Observed { .. } => {
                Ok(Asked { breached: Expression::Observed(self.observed()?), known: None })
            }
        }
    }

    /// The instances whose value is beyond a limit; of those that fire, beyond the limit of the way back.
    fn beyond(&self, value: Expression, limit: &Limit) -> Expression {
        let comparison = match limit.breach {
            Breach::Above => Comparison::Above,
            Breach::Below => Comparison::Below,
        };
        let breached = value.clone().limited(comparison, Number::Plain(limit.at));
        if !limit.has_hysteresis() {
            return breached;
        }
        let not_back = value.limited(comparison, Number::Plain(limit.clear_at));
        breached.pair(Operator::Or, not_back.pair(Operator::And, self.alerts(true)))
    }

    /// The share of a part in a whole. A part that was never counted is a share of zero, and not no share, wherever
    /// that makes a difference.
    fn share(
        &self,
        part: &Series,
        whole: &Series,
        window: Window,
        breach: Breach,
    ) -> Result<Expression, QueryError> {
        let mut counted = self.sum(Take::Increase(window), part)?;
        let all = self.sum(Take::Increase(window), whole)?;
        if breach == Breach::Below || self.rule.no_data != NoData::Resolve {
            counted = counted.pair(Operator::Or, all.clone().times(0.0));
        }
        Ok(counted.pair(Operator::Divide, all))
    }

    /// Those that counted enough.
    fn with_events(
        &self,
        breached: Expression,
        whole: &Series,
        window: Window,
        min_events: u64,
    ) -> Result<Expression, QueryError> {
        if min_events == 0 {
            return Ok(breached);
        }
        let counted = self.sum(Take::Increase(window), whole)?;
        let enough = counted.limited(Comparison::AtLeast, Number::Plain(min_events as f64));
        Ok(breached.pair(Operator::And, enough))
    }

    fn burn_rate(
        &self,
        (bad, total): (&Series, &Series),
        objective: f64,
        burn: Burn,
        min_events: u64,
    ) -> Result<Asked, QueryError> {
        let burns = |(long, short, factor): (Window, Window, f64)| {
            let share = |window| self.share(bad, total, window, Breach::Above);
            let limit = Number::Burn { factor, objective };
            let long_burns = share(long)?.limited(Comparison::Above, limit);
            let both = long_burns.pair(Operator::And, share(short)?.limited(Comparison::Above, limit));
            self.with_events(both, total, long, min_events)
        };
        let [first, second] = match burn {
            Burn::Fast => [
                (Window::minutes(60), Window::minutes(5), 14.4),
                (Window::minutes(6 * 60), Window::minutes(30), 6.0),
            ],
            Burn::Slow => [
                (Window::minutes(24 * 60), Window::minutes(2 * 60), 3.0),
                (Window::minutes(3 * 24 * 60), Window::minutes(6 * 60), 1.0),
            ],
        };
        // Without this share no pair of windows has both of its own.
        let known = self.share(bad, total, second.1, Breach::Above)?;
        Ok(Asked { breached: burns(first)?.pair(Operator::Or, burns(second)?), known: Some(known) })
    }

    fn deviation(
        &self,
        series: &Series,
        window: Duration,
        baseline: Duration,
        sigmas: f64,
        min_change: f64,
    ) -> Result<Asked, QueryError> {
        let (step, reach) = (Window::of(window)?, Window::of(baseline)?);
        if reach.millis() / step.millis() > MAX_BASELINE {
            return Err(QueryError::Baseline);
        }
        let take = if series.is_cumulative() { Take::Rate(step) } else { Take::Last };
        let sum = self.total(take, series)?;
        let past = |statistic| sum.past(statistic, reach, step);
        let value = Expression::Sum(sum.clone());
        let distance = value.clone().pair(Operator::Subtract, past(Statistic::Mean)).absolute();
        let distance = distance.limited(Comparison::AtLeast, Number::Plain(min_change));
        let far = distance.pair(Operator::Above, past(Statistic::Deviation).times(sigmas));
        let enough = past(Statistic::Count).limited(Comparison::AtLeast, Number::Plain(MIN_BASELINE));
        Ok(Asked { breached: far.pair(Operator::And, enough), known: Some(value) })
    }

    fn alerts(&self, firing: bool) -> Expression {
        Expression::Alerts { rule: self.rule.name, firing, group: self.group.clone() }
    }

    fn sum(&self, take: Take, series: &Series) -> Result<Expression, QueryError> {
        self.total(take, series).map(Expression::Sum)
    }

    fn total(&self, take: Take, series: &Series) -> Result<Sum, QueryError> {
        let Series { metric, matching, part } = *series;
        let mut name = names::metric_name(&metric)?;
        let mut matchers = Vec::with_capacity(matching.len() + 1);
        for matching in matching {
            let label = names::label_name(matching.key)?;
            matchers.push(format!("{label}={}", promql::quote(matching.value)));
        }
        match part {
            Part::Value => {}
            Part::Count => name.push_str("_count"),
            Part::Sum => name.push_str("_sum"),
            Part::AtMost(bound) => {
                name.push_str("_bucket");
                matchers.push(promql::bound(bound));
            }
        }
        let text = match matchers.as_slice() {
            [] => name,
            matchers => format!("{name}{{{}}}", matchers.join(",")),
        };
        let series =
            Selector { metric: metric.name, part, matching, cumulative: series.is_cumulative(), text };
        Ok(Sum { take, series, group: self.group.clone() })
    }

    /// What the process itself found.
    fn observed(&self) -> Result<String, QueryError> {
        let metric = names::translate(ACTIVE, "", Instrument::UpDownCounter)?;
        let name = names::label_name(RULE_NAME.name())?;
        let state = names::label_name(STATE.name())?;
        let instance = names::label_name(INSTANCE_ID.name())?;
        let (rule, firing) = (promql::quote(self.rule.name), promql::quote(AlertState::Firing.as_str()));
        Ok(format!("max by (job, {instance}) ({metric}{{{name}={rule},{state}={firing}}} > 0)"))
    }
}

/// How fast series count or, where they do not count, change.
fn speed(series: &Series, window: Window) -> Take {
    if series.is_cumulative() { Take::Rate(window) } else { Take::Change(window) }
}

/// The same series, but another part of them.
fn of(series: &Series, part: Part) -> Series {
    Series { part, ..*series }
}
