//! The tests of a domain's rules, as `promtool` runs them.

use std::path::Path;

use otel_core::AlertRule;
use otel_core::alerting::names;

use super::cases::cases;
use super::script::{Case, Check, Firing};
use super::{humanize, labels, samples, stimulus};
use crate::document::{Map, Node};
use crate::domain::Domain;
use crate::problem::Problem;
use crate::{alert, promql};

pub(super) fn test_file(domain: &Domain) -> Result<Map, Problem> {
    let alerts = domain.catalogue.alerts;
    let step = stimulus::step(alerts)?;
    let mut tests = Vec::new();
    for rule in alerts {
        for case in cases(domain.name, rule, step)? {
            let checks = case.checks.iter().map(|check| Ok(expectation(domain, rule, check)?.into()));
            let checks: Vec<Node> = checks.collect::<Result<_, Problem>>()?;
            tests.push(test(rule, &case, &promql::duration(step)).with("alert_rule_test", checks).into());
        }
    }
    let rules = domain.rules().unwrap_or_default();
    let file = Path::new(&rules).file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(Map::new()
        .with("rule_files", Node::list(file))
        .with("evaluation_interval", promql::duration(step))
        .with("tests", tests))
}

fn test(rule: &AlertRule, case: &Case, step: &str) -> Map {
    let series = case.series.iter().map(|(series, samples)| {
        Map::new().with("series", series.as_str()).with("values", samples::notation(samples))
    });
    Map::new()
        .with("name", format!("{} {}", rule.name, case.title))
        .with("interval", step)
        .with("input_series", Node::list(series))
}

fn expectation(domain: &Domain, rule: &AlertRule, check: &Check) -> Result<Map, Problem> {
    let alerts = check.firing.iter().map(|firing| Ok(expected_alert(domain, rule, firing)?.into()));
    let alerts: Vec<Node> = alerts.collect::<Result<_, Problem>>()?;
    Ok(Map::new()
        .with("eval_time", promql::duration(check.at))
        .with("alertname", rule.name)
        .with("exp_alerts", alerts))
}

fn expected_alert(domain: &Domain, rule: &AlertRule, firing: &Firing) -> Result<Map, Problem> {
    let mut expected = labels(domain, rule);
    if alert::labels(rule)?.iter().any(|label| label == "job") {
        expected = expected.with("job", domain.name);
    }
    for (key, value) in &firing.labels {
        expected = expected.with(names::label_name(key)?, value.as_str());
    }
    let description = humanize::render(&alert::description(rule)?, firing.value)?;
    let annotations = Map::new()
        .with("summary", rule.summary)
        .with("description", description)
        .with("runbook_url", domain.runbook(rule));
    Ok(Map::new().with("exp_labels", expected).with("exp_annotations", annotations))
}
