//! What pages, rules and dashboards say alike of an alert rule.

use otel_core::alerting::names;
use otel_core::{AlertRule, Condition, Instrument, NoData, Part, Series};

use crate::problem::Problem;
use crate::promql::{Selector, by, duration, part_of};
use crate::words;

/// The labels that tell the instances of a rule apart in Prometheus. What is not there has no job.
pub(crate) fn labels(rule: &AlertRule) -> Result<Vec<String>, Problem> {
    if matches!(rule.condition, Condition::Absence { .. }) || rule.no_data == NoData::Alert {
        return Ok(Vec::new());
    }
    let observed = rule.is_observed().then_some("alert.instance.id");
    let keys = ["job"].into_iter().chain(rule.by.iter().copied()).chain(observed);
    keys.map(|key| Ok(names::label_name(key)?)).collect()
}

/// What is measured and when it is too much, in one sentence.
pub(crate) fn sentence(rule: &AlertRule) -> Result<String, Problem> {
    let condition = words::condition(rule)?;
    // The name of a metric is written as it is, also at the start.
    let mut letters = condition.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    Ok(format!("{first}{}.", letters.as_str()).replace('`', ""))
}

/// The same, and the value where there is one to show.
pub(crate) fn description(rule: &AlertRule) -> Result<String, Problem> {
    let value = value_template(rule).map(|value| format!(" Last seen: {value}.")).unwrap_or_default();
    Ok(sentence(rule)? + &value)
}

/// How the value of an alert is shown; of what is absent or kept without data there is none.
pub(crate) fn value_template(rule: &AlertRule) -> Option<&'static str> {
    if rule.no_data != NoData::Resolve {
        return None;
    }
    match &rule.condition {
        Condition::Ratio { .. } | Condition::BurnRate { .. } => Some("{{ $value | humanizePercentage }}"),
        Condition::Value { series, .. } | Condition::Mean { series, .. }
            if series.metric.unit.code() == "s" =>
        {
            Some("{{ $value | humanizeDuration }}")
        }
        Condition::Value { .. } | Condition::Mean { .. } => Some("{{ $value | humanize }}"),
        Condition::Rate { .. } => Some("{{ $value | humanize }} a second"),
        _ => None,
    }
}

/// The series that a condition looks at, what is wrong first, each by the labels that the condition adds up.
pub(crate) fn breakdowns(rule: &AlertRule) -> Result<Vec<String>, Problem> {
    match &rule.condition {
        Condition::Mean { series, window, .. } => {
            let window = duration(*window);
            let labels = all_labels(series)?;
            let rate = |part| {
                let selector = Selector::of_rule(&part_of(series, part))?;
                Ok::<_, Problem>(by("sum", &labels, &selector.over("rate", &window)))
            };
            Ok(vec![format!("{} / {}", rate(Part::Sum)?, rate(Part::Count)?)])
        }
        condition => condition.series().map(|series| breakdown(series, condition)).collect(),
    }
}

fn breakdown(series: &Series, condition: &Condition) -> Result<String, Problem> {
    let selector = Selector::of_rule(series)?;
    let window = match condition {
        Condition::Rate { window, .. }
        | Condition::Ratio { window, .. }
        | Condition::Absence { window, .. }
        | Condition::Deviation { window, .. } => duration(*window),
        _ => "1h".to_owned(),
    };
    let grows = matches!(series.metric.instrument, Instrument::Counter | Instrument::Histogram);
    let value = if grows { selector.over("increase", &window) } else { selector.text() };
    Ok(format!("topk(10, {})", by("sum", &all_labels(series)?, &value)))
}

/// Every label of a series that is not the same in all that match.
fn all_labels(series: &Series) -> Result<Vec<String>, Problem> {
    let keys = series.metric.dimensions.iter().map(|dimension| dimension.key);
    let free = keys.filter(|key| !series.matching.iter().any(|label| label.key == *key));
    ["job"].into_iter().chain(free).map(|key| Ok(names::label_name(key)?)).collect()
}
