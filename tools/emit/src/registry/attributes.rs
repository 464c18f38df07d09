//! Attributes: those of spans and events, and the labels of metrics.

use otel_core::{Catalogue, Dimension, Kind};

use super::STABILITY;
use crate::document::{Map, Node};
use crate::problem::Problem;

/// An attribute, as everything in the catalogue that has its name says it is.
struct Attribute {
    name: &'static str,
    brief: Option<&'static str>,
    kind: Kind,
    /// In the order in which they are declared; empty when any value may come.
    values: Vec<&'static str>,
    /// The metrics that it is a label of.
    metrics: Vec<&'static str>,
    /// How many values are kept apart as a label, where it is an open one.
    cap: Option<usize>,
}

/// Every attribute, those of spans and events first.
pub(super) fn definitions(catalogue: &Catalogue) -> Result<Vec<Node>, Problem> {
    collect(catalogue).iter().map(definition).collect()
}

fn collect(catalogue: &Catalogue) -> Vec<Attribute> {
    let mut found: Vec<Attribute> = Vec::new();
    for key in catalogue.attributes {
        let values = key.values.to_vec();
        let metrics = Vec::new();
        let attribute =
            Attribute { name: key.name, brief: Some(key.brief), kind: key.kind, values, metrics, cap: None };
        found.push(attribute);
    }
    for metric in catalogue.metrics {
        for dimension in metric.dimensions {
            if !found.iter().any(|attribute| attribute.name == dimension.key) {
                let (values, metrics) = (Vec::new(), Vec::new());
                let kind = Kind::Text;
                found.push(Attribute { name: dimension.key, brief: None, kind, values, metrics, cap: None });
            }
            let attributes = found.iter_mut().filter(|attribute| attribute.name == dimension.key);
            attributes.for_each(|attribute| attribute.is_label(metric.name, dimension));
        }
    }
    found
}

impl Attribute {
    fn is_label(&mut self, metric: &'static str, dimension: &Dimension) {
        self.metrics.push(metric);
        if dimension.values.is_empty() {
            self.cap = Some(dimension.cardinality - 1 - usize::from(dimension.optional));
        }
        for value in dimension.values {
            if !self.values.contains(value) {
                self.values.push(value);
            }
        }
    }
}

fn definition(attribute: &Attribute) -> Result<Node, Problem> {
    let kind = match attribute.kind {
        // A set that is open somewhere is open; what is known of it are examples.
        Kind::Text if attribute.values.is_empty() || attribute.cap.is_some() => "string".into(),
        Kind::Text => Node::Map(Map::new().with("members", Node::list(members(&attribute.values)))),
        Kind::Pseudonym => "string".into(),
        Kind::Int => "int".into(),
        Kind::Double => "double".into(),
        Kind::Bool => "boolean".into(),
        Kind::TextList => "string[]".into(),
        _ => return Err(Problem::Unknown("a kind of attribute")),
    };
    let label_of = || format!("A label of {}.", attribute.metrics.join(", "));
    let pseudonym = attribute.kind == Kind::Pseudonym;
    let mut annotations = Map::new();
    if let Some(cap) = attribute.cap {
        annotations = annotations.with("cardinality_cap", cap);
    }
    if pseudonym {
        annotations = annotations.with("sensitivity", "pseudonym");
    }
    let definition = Map::new()
        .with("key", attribute.name)
        .with("type", kind)
        .with("stability", STABILITY)
        .with("brief", attribute.brief.map_or_else(label_of, str::to_owned))
        .with_some("note", pseudonym.then_some(PSEUDONYM))
        .with_filled("annotations", annotations);
    Ok(definition.into())
}

const PSEUDONYM: &str = "A keyed hash that stands for personal data, never the data itself.";

fn members(values: &[&'static str]) -> impl Iterator<Item = Map> {
    values.iter().map(|value| {
        let id: String = value.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        Map::new().with("id", id).with("value", *value).with("stability", STABILITY)
    })
}
