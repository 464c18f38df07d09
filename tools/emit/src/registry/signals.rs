//! Spans, events and metrics.

use otel_core::alerting::names;
use otel_core::{Buckets, Catalogue, Instrument, MetricFacts};

use super::STABILITY;
use crate::document::{Map, Node};
use crate::domain::Domain;
use crate::problem::Problem;

pub(super) fn spans(domain: &Domain) -> Vec<Node> {
    let spans = domain.catalogue.spans.iter().map(|span| {
        let prefix = format!("{}.", domain.name);
        let kind =
            if span.name().starts_with(&prefix) { span.name().to_owned() } else { prefix + span.name() };
        Map::new()
            .with("type", kind)
            .with("kind", format!("{:?}", span.kind()).to_ascii_lowercase())
            .with("name", Map::new().with("note", span.name()))
            .with("stability", STABILITY)
            .with("requirement_level", "recommended")
            .with("brief", span.brief())
            .with("annotations", Map::new().with("lane", span.lane().as_str()))
    });
    spans.map(Node::from).collect()
}

pub(super) fn events(catalogue: &Catalogue) -> Vec<Node> {
    let events = catalogue.events.iter().map(|event| {
        let annotations = Map::new()
            .with("severity", event.severity().as_str())
            .with("severity_number", event.severity() as u32)
            .with("lane", event.lane().as_str());
        Map::new()
            .with("name", event.name())
            .with("stability", STABILITY)
            .with("requirement_level", "recommended")
            .with("brief", event.brief())
            .with("annotations", annotations)
    });
    events.map(Node::from).collect()
}

pub(super) fn metrics(catalogue: &Catalogue) -> Result<Vec<Node>, Problem> {
    catalogue.metrics.iter().map(|facts| metric(catalogue, facts)).collect()
}

fn metric(catalogue: &Catalogue, metric: &MetricFacts) -> Result<Node, Problem> {
    let (instrument, value) = match metric.instrument {
        Instrument::Counter => ("counter", "int"),
        Instrument::UpDownCounter => ("updowncounter", "int"),
        Instrument::Gauge => ("gauge", "int"),
        Instrument::FloatGauge => ("gauge", "double"),
        Instrument::Histogram => ("histogram", "double"),
        _ => return Err(Problem::Unknown("a kind of metric")),
    };
    let labels = metric.dimensions.iter().map(|dimension| {
        let annotations = Map::new().with("cardinality", dimension.cardinality);
        Map::new()
            .with("ref", dimension.key)
            .with("requirement_level", if dimension.optional { "recommended" } else { "required" })
            .with("annotations", annotations)
    });
    let watching = catalogue.alerts.iter().filter(|rule| {
        let mut series = rule.condition.series();
        series.any(|series| series.metric.name == metric.name)
    });
    let annotations = Map::new()
        .with("code_generation", Map::new().with("metric_value_type", value))
        .with("prometheus", names::metric_name(metric)?)
        .with("series", metric.series)
        .with_some("buckets", metric.buckets.map(buckets).transpose()?)
        .with_items("alerts", watching.map(|rule| rule.name.into()).collect());
    let metric = Map::new()
        .with("name", metric.name)
        .with("instrument", instrument)
        .with("unit", metric.unit.code())
        .with("stability", STABILITY)
        .with("requirement_level", "recommended")
        .with("brief", metric.brief)
        .with_items("attributes", labels.map(Node::from).collect())
        .with("annotations", annotations);
    Ok(metric.into())
}

fn buckets(buckets: Buckets) -> Result<Node, Problem> {
    Ok(match buckets {
        Buckets::Exponential => "exponential".into(),
        Buckets::Explicit(bounds) => Node::list(bounds.iter().copied()),
        _ => return Err(Problem::Unknown("a kind of buckets")),
    })
}
