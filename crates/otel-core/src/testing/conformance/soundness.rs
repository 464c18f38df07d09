//! Catalogues by themselves: names, units, and rules that watch what is declared.

use std::collections::BTreeSet;

use super::attributes::{declared, is_ubiquitous};
use super::finding::{Finding, FindingId, Inspection, Signal};
use super::names::{inside, is_ucum, misspelling, redundant_word};
use crate::alert::{AlertRule, Series};
use crate::catalogue::Catalogue;
use crate::metric::Unit;
use crate::metric::{Instrument, MetricFacts};

/// Everything that is wrong with a catalogue by itself.
pub(super) fn findings(catalogue: &Catalogue) -> Vec<Finding> {
    let mut findings = Vec::new();
    let attributes: Vec<&str> = catalogue.attributes.iter().map(|key| key.name).collect();
    let spans: Vec<&str> = catalogue.spans.iter().map(|span| span.name()).collect();
    let events: Vec<&str> = catalogue.events.iter().map(|event| event.name()).collect();
    let metrics: Vec<&str> = catalogue.metrics.iter().map(|metric| metric.name).collect();
    let alerts: Vec<&str> = catalogue.alerts.iter().map(|alert| alert.name).collect();
    for (signal, names) in
        [(Signal::Attribute, &attributes), (Signal::Event, &events), (Signal::Metric, &metrics)]
    {
        inspect_names(signal, names, &mut findings);
    }
    for (signal, names) in [
        (Signal::Attribute, &attributes),
        (Signal::Span, &spans),
        (Signal::Event, &events),
        (Signal::Metric, &metrics),
        (Signal::Alert, &alerts),
    ] {
        inspect_duplicates(signal, names, &mut findings);
    }
    for name in spans {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || " _./".contains(c);
        let written = name.trim() == name && name.chars().all(plain);
        let message = "has other characters than lower-case letters, digits, spaces, `_`, `.` and `/`";
        Inspection::of(Signal::Span, name, &mut findings).expect(
            written,
            FindingId::InvalidFormat,
            "",
            message,
        );
    }
    for metric in catalogue.metrics {
        inspect_metric(metric, catalogue, &mut findings);
    }
    for rule in catalogue.alerts {
        inspect_rule(rule, catalogue, &mut findings);
    }
    findings.sort();
    findings.dedup();
    findings
}

fn inspect_names(signal: Signal, names: &[&'static str], findings: &mut Vec<Finding>) {
    for name in names.iter().filter(|name| !is_ubiquitous(name)) {
        let mut inspection = Inspection::of(signal, name, findings);
        if let Some(why) = misspelling(name) {
            inspection.find(FindingId::InvalidFormat, "", why);
        }
        inspection.expect(name.contains('.'), FindingId::MissingNamespace, "", "is in no namespace");
        if let Some(other) = inside(name, names.iter().copied()) {
            let message = format!("is also the namespace of {other}");
            inspection.find(FindingId::IllegalNamespace, "", message);
        }
    }
}

fn inspect_duplicates(signal: Signal, names: &[&'static str], findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for name in names {
        let mut inspection = Inspection::of(signal, name, findings);
        inspection.expect(seen.insert(name), FindingId::DuplicateName, "", "is declared twice");
    }
}

fn inspect_metric(metric: &MetricFacts, catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    let mut inspection = Inspection::of(Signal::Metric, metric.name, findings);
    if let Some(word) = redundant_word(metric.name) {
        let message = format!("ends with `{word}`, which its definition says already");
        inspection.find(FindingId::InvalidFormat, "", message);
    }
    let message = format!("{} is not UCUM", metric.unit);
    inspection.expect(is_ucum(metric.unit.code()), FindingId::InvalidFormat, "unit", message);
    let is_duration = metric.instrument == Instrument::Histogram && metric.name.ends_with("duration");
    let in_seconds = !is_duration || metric.unit == Unit::SECONDS;
    inspection.expect(in_seconds, FindingId::UnitMismatch, "unit", "a duration is in seconds");
    for dimension in metric.dimensions {
        match declared(catalogue, dimension.key) {
            Some(key) => {
                // An open attribute may have a closed list where it is a label.
                let same = key.values.is_empty() || key.values == dimension.values;
                let message = "its values are not those of the attribute of this name";
                inspection.expect(same, FindingId::UndefinedEnumVariant, dimension.key, message);
            }
            None if is_ubiquitous(dimension.key) => {}
            None => inspection.find(FindingId::MissingAttribute, dimension.key, "is no declared attribute"),
        }
    }
}

fn inspect_rule(rule: &AlertRule, catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    let mut inspection = Inspection::of(Signal::Alert, rule.name, findings);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let written = rule.name.chars().all(plain) && rule.name.contains('_');
    let message = "is not in snake case with the domain in front";
    inspection.expect(written, FindingId::InvalidFormat, "", message);
    for series in rule.condition.series() {
        inspect_series(&mut inspection, series, rule.by, catalogue);
    }
}

fn inspect_series(
    inspection: &mut Inspection<'_>,
    series: &Series,
    by: &[&'static str],
    catalogue: &Catalogue,
) {
    let watched = &series.metric;
    let Some(metric) = catalogue.metrics.iter().find(|metric| metric.name == watched.name) else {
        return inspection.find(FindingId::MissingMetric, watched.name, "is watched and not declared");
    };
    let same = metric.instrument == watched.instrument;
    inspection.expect(same, FindingId::UnexpectedInstrument, watched.name, "is declared as something else");
    let same = metric.unit == watched.unit;
    inspection.expect(same, FindingId::UnitMismatch, watched.name, "is declared in another unit");
    let dimension = |key: &str| metric.dimensions.iter().find(|dimension| dimension.key == key);
    for label in by.iter().copied().chain(series.matching.iter().map(|matching| matching.key)) {
        let message = format!("{} has no such label", metric.name);
        inspection.expect(dimension(label).is_some(), FindingId::MissingAttribute, label, message);
    }
    for matching in series.matching {
        let Some(dimension) = dimension(matching.key) else { continue };
        let known = dimension.values.is_empty() || dimension.values.contains(&matching.value);
        let message = format!("{} is never {:?}", metric.name, matching.value);
        inspection.expect(known, FindingId::UndefinedEnumVariant, matching.key, message);
    }
}
