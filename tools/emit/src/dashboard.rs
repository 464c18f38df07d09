//! Dashboards for Grafana: what the alerts say first, then a row for each subsystem.

mod alerts;
mod metrics;
mod panel;
mod units;
mod variables;

use panel::{Panel, Row};

use crate::artefact::Artefact;
use crate::document::{Map, Node, json};
use crate::domain::Domain;
use crate::problem::Problem;
use crate::subsystem::{Subsystem, subsystems};

/// A dashboard for each domain that has something to show.
pub(crate) fn files(domains: &[Domain]) -> Result<Vec<Artefact>, Problem> {
    let mut files = Vec::new();
    for domain in domains {
        if let Some(path) = domain.dashboard() {
            files.push(Artefact::new(path, json(&dashboard(domain)?.into())));
        }
    }
    Ok(files)
}

/// The schema of Grafana 10.2 and later.
const SCHEMA_VERSION: i64 = 39;

fn dashboard(domain: &Domain) -> Result<Map, Problem> {
    let mut rows = Vec::new();
    if !domain.catalogue.alerts.is_empty() {
        rows.push(alerts::row(domain)?);
    }
    for group in neighbours(subsystems(domain.catalogue.metrics)) {
        let names: Vec<&str> = group.iter().map(|subsystem| subsystem.name).collect();
        let metrics = group.iter().flat_map(|subsystem| &subsystem.metrics);
        let panels = metrics.map(|metric| metrics::panels(metric)).collect::<Result<Vec<Vec<Panel>>, _>>()?;
        rows.push(Row { title: names.join(", "), panels: panels.into_iter().flatten().collect() });
    }
    let pages = format!("{}/blob/main/{}", env!("CARGO_PKG_REPOSITORY"), domain.page());
    let link = Map::new()
        .with("asDropdown", false)
        .with("icon", "doc")
        .with("includeVars", false)
        .with("keepTime", false)
        .with("tags", Vec::new())
        .with("targetBlank", true)
        .with("title", "What it all means")
        .with("tooltip", "")
        .with("type", "link")
        .with("url", pages);
    Ok(Map::new()
        .with("id", Node::Null)
        .with("uid", format!("otel-domains-{}", domain.name))
        .with("title", format!("{} ({})", domain.title, domain.catalogue.name))
        .with("description", crate::notice(domain))
        .with("tags", Node::list(["opentelemetry", domain.name]))
        .with("schemaVersion", SCHEMA_VERSION)
        .with("version", 1)
        .with("editable", true)
        .with("graphTooltip", 1)
        .with("timezone", "browser")
        .with("time", Map::new().with("from", "now-3h").with("to", "now"))
        .with("refresh", "30s")
        .with("links", vec![link.into()])
        .with("annotations", Map::new().with("list", Vec::new()))
        .with("templating", Map::new().with("list", variables::all(domain)?))
        .with("panels", panel::laid_out(&rows)))
}

/// Subsystems of one metric share a row with their neighbours of the same kind: a panel alone in a row wastes it.
fn neighbours(subsystems: Vec<Subsystem>) -> Vec<Vec<Subsystem>> {
    let is_small = |group: &Vec<Subsystem>| group.iter().all(|subsystem| subsystem.metrics.len() == 1);
    let mut groups: Vec<Vec<Subsystem>> = Vec::new();
    for subsystem in subsystems {
        match groups.last_mut() {
            Some(last) if is_small(last) && subsystem.metrics.len() == 1 => last.push(subsystem),
            _ => groups.push(vec![subsystem]),
        }
    }
    groups
}
