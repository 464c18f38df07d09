//! Alert rules for Prometheus, and the unit tests that prove them.

mod amounts;
mod cases;
mod humanize;
mod level;
mod samples;
mod script;
mod stimulus;
mod test_file;

use otel_core::AlertRule;
use otel_core::alerting::Query;

use crate::artefact::Artefact;
use crate::document::{Map, Node, yaml};
use crate::domain::Domain;
use crate::problem::Problem;
use crate::{alert, promql};

/// The rules of each domain, and their tests.
pub(crate) fn files(domains: &[Domain]) -> Result<Vec<Artefact>, Problem> {
    let mut files = Vec::new();
    for domain in domains {
        if let (Some(rules), Some(tests)) = (domain.rules(), domain.rule_tests()) {
            files.push(Artefact::new(rules, yaml(&crate::notice(domain), &group(domain)?.into())));
            files.push(Artefact::new(
                tests,
                yaml(&crate::notice(domain), &test_file::test_file(domain)?.into()),
            ));
        }
    }
    Ok(files)
}

fn group(domain: &Domain) -> Result<Map, Problem> {
    let rules: Vec<Node> = domain
        .catalogue
        .alerts
        .iter()
        .map(|it| Ok(rule(domain, it)?.into()))
        .collect::<Result<_, Problem>>()?;
    let group = Map::new().with("name", domain.catalogue.name).with("rules", rules);
    Ok(Map::new().with("groups", vec![group.into()]))
}

fn rule(domain: &Domain, rule: &AlertRule) -> Result<Map, Problem> {
    // What detectors observe has been pending and is kept firing in the process that observes it.
    let times = [("for", rule.pending), ("keep_firing_for", rule.keep_firing_for)];
    let times = times.into_iter().filter(|(_, time)| !(time.is_zero() || rule.is_observed()));
    let head = Map::new().with("alert", rule.name).with("expr", expression(rule)?);
    let head = times.fold(head, |map, (key, time)| map.with(key, promql::duration(time)));
    let annotations = Map::new()
        .with("summary", rule.summary)
        .with("description", alert::description(rule)?)
        .with("runbook_url", domain.runbook(rule));
    Ok(head.with("labels", labels(domain, rule)).with("annotations", annotations))
}

/// What a rule asks Prometheus.
pub(crate) fn expression(rule: &AlertRule) -> Result<String, Problem> {
    Ok(Query::of(rule)?.promql())
}

/// The labels that a rule gives to its alerts.
fn labels(domain: &Domain, rule: &AlertRule) -> Map {
    Map::new().with("level", rule.level.as_str()).with("domain", domain.name)
}
