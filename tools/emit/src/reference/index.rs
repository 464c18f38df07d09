//! The page that lists the others.

use super::{files, table};
use crate::domain::Domain;

pub(super) fn page(domains: &[Domain]) -> String {
    let rows = domains.iter().map(|domain| {
        let catalogue = domain.catalogue;
        let count = |items: usize| if items == 0 { String::new() } else { items.to_string() };
        [
            format!("[{}]({}.md)", domain.title, domain.name),
            format!("`{}`", catalogue.name),
            count(catalogue.alerts.len()),
            count(catalogue.metrics.len()),
            count(catalogue.events.len()),
            count(catalogue.spans.len()),
            count(catalogue.attributes.len()),
            files(domain).into_iter().flatten().collect::<Vec<_>>().join(", "),
        ]
    });
    let header =
        ["domain", "crate", "alerts", "metrics", "events", "spans", "attributes", "made of the same"];
    format!("{}{}{}", PREFACE, table(header, rows), USE)
}

const PREFACE: &str = "\
# Telemetry

Everything that leaves a process, domain by domain. These pages and all that they link to are made from the catalogues
in the code by `cargo run -p emit`, and a test fails when they are stale: change the definition, then make them anew.
Files in these folders that nothing makes any more are removed by it.

";

const USE: &str = "
## How to use what is made

| what | how |
|---|---|
| `docs/rules/*.yml` | name them in `rule_files` of `prometheus.yml`; `promtool test rules docs/rules/*_test.yml` runs their tests |
| `docs/dashboards/*.json` | import them into Grafana, or put them where it is provisioned from; they ask for a data source |
| `docs/registry/*` | `weaver registry check -r docs/registry/trading`; `weaver registry live-check` compares what a process sends |

Rules and dashboards use the names that Prometheus gives to metrics and labels when it scrapes them, or takes them in
over OTLP with its default settings. The quantiles need the buckets of classic histograms, which is what the scrape page
has.

An alert has the labels `level` (how bad it is for the business) and `domain`, and the annotations `summary`,
`description` and `runbook_url`, which leads to its section on these pages.
";
