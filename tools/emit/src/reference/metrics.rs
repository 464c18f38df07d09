//! Metrics, as both worlds call them.

use otel_core::alerting::names;
use otel_core::{Buckets, MetricFacts};

use super::{anchor, codes, table};
use crate::domain::Domain;
use crate::problem::Problem;
use crate::subsystem::subsystems;
use crate::words;

pub(super) fn section(domain: &Domain) -> Result<String, Problem> {
    if domain.catalogue.metrics.is_empty() {
        return Ok(String::new());
    }
    let mut section = "## Metrics\n".to_owned();
    for subsystem in subsystems(domain.catalogue.metrics) {
        section += &format!("\n### Metrics: {}\n\n", subsystem.name);
        let rows = subsystem.metrics.iter().map(|metric| {
            let name = format!("[`{}`](#{})", metric.name, anchor(metric.name));
            let kind = format!("{}, `{}`", words::instrument(metric.instrument)?, metric.unit);
            Ok([name, kind, words::thousands(metric.series as u64), metric.brief.to_owned()])
        });
        let rows: Vec<_> = rows.collect::<Result<_, Problem>>()?;
        section += &table(["metric", "kind, unit", "series at most", "what it measures"], rows);
        for metric in subsystem.metrics {
            section += &one(domain, metric)?;
        }
    }
    Ok(section)
}

fn one(domain: &Domain, metric: &MetricFacts) -> Result<String, Problem> {
    let mut facts = vec![
        ["in Prometheus".to_owned(), prometheus(metric)?],
        ["kind, unit".to_owned(), format!("{}, `{}`", words::instrument(metric.instrument)?, metric.unit)],
        ["series".to_owned(), format!("{} at most", words::thousands(metric.series as u64))],
    ];
    if let Some(buckets) = metric.buckets {
        facts.push(["buckets".to_owned(), words::buckets(buckets, metric.unit)?]);
    }
    let alerts = domain.catalogue.alerts.iter().filter(|rule| {
        let mut series = rule.condition.series();
        series.any(|series| series.metric.name == metric.name)
    });
    let alerts: Vec<String> =
        alerts.map(|rule| format!("[`{}`](#{})", rule.name, anchor(rule.name))).collect();
    if !alerts.is_empty() {
        facts.push(["watched by".to_owned(), alerts.join(", ")]);
    }
    let mut text = format!("\n#### `{}`\n\n{}\n\n{}", metric.name, metric.brief, table(["", ""], facts));
    if !metric.dimensions.is_empty() {
        let rows = metric.dimensions.iter().map(|dimension| {
            let values = match dimension.values {
                // The last one stands for everything beyond the cap.
                [] => {
                    let most = dimension.cardinality - 1 - usize::from(dimension.optional);
                    format!("{most} at most; what comes later is `other`")
                }
                values => codes(values.iter().copied()),
            };
            let values = if dimension.optional { values + "; or none" } else { values };
            let name = names::label_name(dimension.key)?;
            Ok([format!("`{}`", dimension.key), format!("`{name}`"), values])
        });
        let rows: Vec<_> = rows.collect::<Result<_, Problem>>()?;
        text += &format!("\n{}", table(["label", "in Prometheus", "values"], rows));
    }
    Ok(text)
}

fn prometheus(metric: &MetricFacts) -> Result<String, Problem> {
    let name = names::metric_name(metric)?;
    Ok(match metric.buckets {
        Some(Buckets::Exponential | Buckets::Explicit(_)) => codes(
            [&format!("{name}_bucket"), &format!("{name}_sum"), &format!("{name}_count")].map(|s| s.as_str()),
        ),
        _ => codes([name.as_str()]),
    })
}
