//! What a reader of the dashboard chooses: where the metrics are, and which services are shown.

use otel_core::alerting::names;

use super::panel::data_source;
use crate::document::{Map, Node};
use crate::domain::Domain;
use crate::problem::Problem;

pub(super) fn all(domain: &Domain) -> Result<Vec<Node>, Problem> {
    let source = Map::new()
        .with("name", "datasource")
        .with("label", "Data source")
        .with("type", "datasource")
        .with("query", "prometheus")
        .with("refresh", 1)
        .with("regex", "")
        .with("multi", false)
        .with("includeAll", false)
        .with("hide", 0)
        .with("skipUrlSync", false);
    let query = format!("label_values({}, job)", jobs(domain)?);
    let asked = Map::new().with("qryType", 1).with("query", query).with("refId", "jobs");
    let job = Map::new()
        .with("name", "job")
        .with("label", "Service")
        .with("description", "Services that send these metrics.")
        .with("type", "query")
        .with("datasource", data_source())
        .with("query", asked)
        // Anew with every change of the time range, for services come and go.
        .with("refresh", 2)
        .with("regex", "")
        .with("sort", 1)
        .with("multi", true)
        .with("includeAll", true)
        .with("allValue", ".*")
        .with("current", Map::new().with("text", Node::list(["All"])).with("value", Node::list(["$__all"])))
        .with("hide", 0)
        .with("skipUrlSync", false);
    Ok(vec![source.into(), job.into()])
}

/// All series of the domain.
fn jobs(domain: &Domain) -> Result<String, Problem> {
    let metrics = domain.catalogue.metrics.iter();
    let names = metrics.map(|metric| {
        let name = names::metric_name(metric)?;
        Ok(if metric.buckets.is_some() { name + "_count" } else { name })
    });
    let names: Vec<String> = names.collect::<Result<_, Problem>>()?;
    Ok(if names.is_empty() { "ALERTS".to_owned() } else { format!("{{__name__=~\"{}\"}}", names.join("|")) })
}
