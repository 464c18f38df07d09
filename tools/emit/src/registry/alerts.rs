//! Alert rules, for which the language has no word: the annotations of a group of the attributes they tell apart.

use otel_core::{AlertRule, NoData};

use super::STABILITY;
use crate::document::{Map, Node};
use crate::domain::Domain;
use crate::problem::Problem;
use crate::{alert, promql, rules};

pub(super) fn group(domain: &Domain) -> Result<Node, Problem> {
    let alerts = domain.catalogue.alerts;
    let rules: Vec<Node> = alerts.iter().map(|rule| annotation(domain, rule)).collect::<Result<_, _>>()?;
    let mut labels: Vec<&str> = alerts.iter().flat_map(|rule| rule.by.iter().copied()).collect();
    labels.sort_unstable();
    labels.dedup();
    let labels = labels.iter().map(|label| Map::new().with("ref", *label).into()).collect();
    let group = Map::new()
        .with("id", format!("{}.alerts", domain.name))
        .with("visibility", "public")
        .with("stability", STABILITY)
        .with(
            "brief",
            format!("{}: alert rules, and the labels that their instances are told apart by.", domain.title),
        )
        .with_items("attributes", labels)
        .with("annotations", Map::new().with("alerts", rules));
    Ok(group.into())
}

fn annotation(domain: &Domain, rule: &AlertRule) -> Result<Node, Problem> {
    let no_data = match rule.no_data {
        NoData::Resolve => "resolve",
        NoData::Alert => "alert",
        NoData::Hold => "hold",
        _ => return Err(Problem::Unknown("an answer to missing data")),
    };
    let metrics = rule.condition.series().map(|series| series.metric.name);
    let annotation = Map::new()
        .with("name", rule.name)
        .with("level", rule.level.as_str())
        .with("summary", rule.summary)
        .with("condition", alert::sentence(rule)?)
        .with("expression", rules::expression(rule)?)
        .with("for", promql::duration(rule.pending))
        .with("keep_firing_for", promql::duration(rule.keep_firing_for))
        .with("no_data", no_data)
        .with_items("metrics", metrics.map(Node::from).collect())
        .with_items("by", rule.by.iter().map(|label| Node::from(*label)).collect())
        .with("runbook_url", domain.runbook(rule));
    Ok(annotation.into())
}
