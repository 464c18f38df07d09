//! Events, spans, and the attributes of both.

use otel_core::{Catalogue, EventDef, KeyFacts, Kind, SpanDef};

use super::{codes, table};
use crate::problem::Problem;

pub(super) fn events(events: &[EventDef]) -> String {
    if events.is_empty() {
        return String::new();
    }
    let rows = events.iter().map(|event| {
        let name = format!("`{}`", event.name());
        let [severity, lane] = [event.severity().as_str(), event.lane().as_str()].map(str::to_owned);
        [name, severity, lane, event.brief().to_owned()]
    });
    let table = table(["event", "severity", "lane", "what happened"], rows);
    format!("## Events\n\nLog records with an event name, in the trace they belong to.\n\n{table}")
}

pub(super) fn spans(spans: &[SpanDef]) -> String {
    if spans.is_empty() {
        return String::new();
    }
    let rows = spans.iter().map(|span| {
        let kind = format!("{:?}", span.kind()).to_ascii_lowercase();
        [format!("`{}`", span.name()), kind, span.lane().as_str().to_owned(), span.brief().to_owned()]
    });
    format!("## Spans\n\n{}", table(["span", "kind", "lane", "what it stands for"], rows))
}

pub(super) fn attributes(catalogue: &Catalogue) -> Result<String, Problem> {
    if catalogue.attributes.is_empty() {
        return Ok(String::new());
    }
    let rows = catalogue.attributes.iter().map(|key| {
        let values = codes(key.values.iter().copied());
        Ok([format!("`{}`", key.name), kind(key)?.to_owned(), key.brief.to_owned(), values])
    });
    let rows: Vec<_> = rows.collect::<Result<_, Problem>>()?;
    let table = table(["attribute", "type", "what it holds", "values"], rows);
    Ok(format!(
        "## Attributes\n\nOf spans and events; the labels of metrics stand with each metric.\n\n{table}"
    ))
}

fn kind(key: &KeyFacts) -> Result<&'static str, Problem> {
    Ok(match key.kind {
        Kind::Text if !key.values.is_empty() => "one of",
        Kind::Text => "text",
        Kind::Int => "integer",
        Kind::Double => "number",
        Kind::Bool => "true or false",
        Kind::TextList => "list of texts",
        Kind::Pseudonym => "keyed hash of personal data",
        _ => return Err(Problem::Unknown("a kind of attribute")),
    })
}
