//! How much of what is declared was seen.

use std::collections::BTreeSet;

use super::finding::Signal;
use super::signals::declared_span;
use crate::catalogue::Catalogue;
use crate::metric::Instrument;
use crate::span::SpanDef;
use crate::testing::Recorded;

/// How much of what a catalogue declares was seen.
///
/// A counter starts at zero by itself, so it was seen when it has counted something.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    declared: usize,
    unseen: Vec<(Signal, &'static str)>,
}

impl Coverage {
    pub(super) fn of(recorded: &Recorded, catalogue: &Catalogue) -> Self {
        let spans = || recorded.spans().iter().filter(|span| span.scope == catalogue.name);
        let events = || recorded.events().iter().filter(|event| event.scope == catalogue.name);
        let metrics = || recorded.exported_metrics().filter(|metric| metric.scope == catalogue.name);
        let of_spans = spans().flat_map(|span| &span.attributes).map(|(key, _)| key.as_str());
        let of_events = events().flat_map(|event| &event.attributes).map(|(key, _)| key.as_str());
        let labels = metrics().flat_map(|metric| metric.series.iter().flatten()).map(|(key, _)| key.as_str());
        let attributes: BTreeSet<&str> = of_spans.chain(of_events).chain(labels).collect();

        let declared = (catalogue.attributes.iter())
            .map(|key| (Signal::Attribute, key.name, attributes.contains(key.name)))
            .chain(catalogue.spans.iter().map(|def| {
                let is_it = |declared: &SpanDef| declared.name() == def.name();
                let seen = spans().any(|span| declared_span(catalogue, span).is_some_and(is_it));
                (Signal::Span, def.name(), seen)
            }))
            .chain(
                catalogue
                    .events
                    .iter()
                    .map(|def| (Signal::Event, def.name(), events().any(|event| event.name == def.name()))),
            )
            .chain(catalogue.metrics.iter().map(|facts| {
                let counts = facts.instrument != Instrument::Counter;
                let seen =
                    metrics().any(|metric| metric.name == facts.name && (counts || metric.is_counting));
                (Signal::Metric, facts.name, seen)
            }));
        let declared: Vec<_> = declared.collect();
        let unseen = declared.iter().filter(|(.., seen)| !seen).map(|(signal, name, _)| (*signal, *name));
        Self { declared: declared.len(), unseen: unseen.collect() }
    }

    /// How many attributes, spans, events and metrics are declared.
    pub const fn declared(&self) -> usize {
        self.declared
    }

    /// How many of them were seen.
    pub const fn seen(&self) -> usize {
        self.declared - self.unseen.len()
    }

    /// The others.
    pub fn unseen(&self) -> &[(Signal, &'static str)] {
        &self.unseen
    }
}
