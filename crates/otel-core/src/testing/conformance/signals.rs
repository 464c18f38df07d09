//! Spans and events.

use super::attributes;
use super::finding::{Finding, FindingId, Inspection, Signal};
use crate::catalogue::Catalogue;
use crate::span::SpanDef;
use crate::testing::{Recorded, TestEvent, TestSpan};

/// The one span event that OpenTelemetry defines itself.
const EXCEPTION: &str = "exception";

/// Everything about spans and events that is not as declared.
pub(super) fn findings(recorded: &Recorded, catalogue: &Catalogue) -> Vec<Finding> {
    let mut findings = Vec::new();
    for span in recorded.spans().iter().filter(|span| span.scope == catalogue.name) {
        inspect_span(span, catalogue, &mut findings);
    }
    for event in recorded.events().iter().filter(|event| event.scope == catalogue.name) {
        inspect_event(event, catalogue, &mut findings);
    }
    findings
}

fn inspect_span(span: &TestSpan, catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    let mut inspection = Inspection::of(Signal::Span, &span.name, findings);
    match declared_span(catalogue, span) {
        Some(def) => {
            let message = format!("is {}, and {:?} is declared", span.kind, def.kind());
            let same = span.kind == def.kind() as i32;
            inspection.expect(same, FindingId::UnexpectedSpanKind, "kind", message);
        }
        None => inspection.find(FindingId::MissingSpan, "", "is not declared"),
    }
    for event in &span.events {
        let known = event == EXCEPTION || catalogue.events.iter().any(|def| def.name() == event);
        inspection.expect(known, FindingId::MissingEvent, event, "is not declared");
    }
    attributes::inspect(&mut inspection, catalogue, &span.attributes);
}

/// The definition of a span: by its name or, where spans have names of their own, by its kind and the attribute that all
/// of these have.
pub(super) fn declared_span<'a>(catalogue: &'a Catalogue, span: &TestSpan) -> Option<&'a SpanDef> {
    let named = catalogue.spans.iter().find(|def| def.name() == span.name);
    let is_one = |def: &&SpanDef| {
        def.kind() as i32 == span.kind
            && def.told_by().is_some_and(|told_by| span.attributes.iter().any(|(key, _)| key == told_by))
    };
    named.or_else(|| catalogue.spans.iter().find(is_one))
}

fn inspect_event(event: &TestEvent, catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    let mut inspection = Inspection::of(Signal::Event, &event.name, findings);
    match catalogue.events.iter().find(|def| def.name() == event.name) {
        Some(def) => {
            let message = format!("is {}, and {} is declared", event.severity, def.severity().as_str());
            let same = event.severity == def.severity() as i32;
            inspection.expect(same, FindingId::UnexpectedSeverity, "severity", message);
        }
        None => inspection.find(FindingId::MissingEvent, "", "is not declared"),
    }
    attributes::inspect(&mut inspection, catalogue, &event.attributes);
}
