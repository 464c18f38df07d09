//! Metrics: what they are, and the labels of their series.

use std::collections::{BTreeMap, BTreeSet};

use super::attributes::inspect_value;
use super::finding::{Finding, FindingId, Inspection, Signal};
use crate::catalogue::Catalogue;
use crate::metric::{Instrument, MetricFacts};
use crate::testing::recorded::{ExportedMetric, Recorded, Shape};
use crate::value::Kind;

/// Everything about metrics that is not as declared.
pub(super) fn findings(recorded: &Recorded, catalogue: &Catalogue) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut series: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for metric in recorded.exported_metrics().filter(|metric| metric.scope == catalogue.name) {
        let mut inspection = Inspection::of(Signal::Metric, &metric.name, &mut findings);
        match catalogue.metrics.iter().find(|facts| facts.name == metric.name) {
            Some(facts) => {
                inspect_shape(&mut inspection, metric, facts);
                inspect_series(&mut inspection, metric, facts);
                let labels = metric.series.iter().map(|labels| format!("{labels:?}"));
                series.entry(facts.name).or_default().extend(labels);
            }
            None => inspection.find(FindingId::MissingMetric, "", "is not declared"),
        }
    }
    for facts in catalogue.metrics {
        let count = series.get(facts.name).map_or(0, BTreeSet::len);
        let message = format!("there are {count}, and {} are declared", facts.series);
        let mut inspection = Inspection::of(Signal::Metric, facts.name, &mut findings);
        inspection.expect(count <= facts.series, FindingId::TooManySeries, "series", message);
    }
    findings
}

fn inspect_shape(inspection: &mut Inspection<'_>, metric: &ExportedMetric, facts: &MetricFacts) {
    let message = format!("is {}, and {} is declared", metric.unit, facts.unit);
    inspection.expect(metric.unit == facts.unit.code(), FindingId::UnitMismatch, "unit", message);
    let Some(shape) = metric.shape else { return };
    let expected = match facts.instrument {
        Instrument::Counter => Shape::Sum { monotonic: true },
        Instrument::UpDownCounter => Shape::Sum { monotonic: false },
        Instrument::Gauge | Instrument::FloatGauge => Shape::Gauge,
        Instrument::Histogram => Shape::Histogram,
    };
    let message = format!("is {shape:?}, and {:?} is declared", facts.instrument);
    inspection.expect(shape == expected, FindingId::UnexpectedInstrument, "instrument", message);
    let whole = match facts.instrument {
        Instrument::Counter | Instrument::UpDownCounter | Instrument::Gauge => Some(true),
        Instrument::FloatGauge => Some(false),
        Instrument::Histogram => None,
    };
    let same = metric.whole.is_none() || whole.is_none() || metric.whole == whole;
    let message = format!("has numbers of another type than {:?} has", facts.instrument);
    inspection.expect(same, FindingId::TypeMismatch, "value", message);
}

fn inspect_series(inspection: &mut Inspection<'_>, metric: &ExportedMetric, facts: &MetricFacts) {
    for labels in &metric.series {
        for (key, value) in labels {
            match facts.dimensions.iter().find(|dimension| dimension.key == key) {
                Some(dimension) => inspect_value(inspection, key, value, Kind::Text, dimension.values),
                None => inspection.find(FindingId::MissingAttribute, key, "is no dimension of it"),
            }
        }
        for dimension in facts.dimensions {
            let there = dimension.optional || labels.iter().any(|(key, _)| key == dimension.key);
            let id = FindingId::RequiredAttributeNotPresent;
            inspection.expect(there, id, dimension.key, "is missing in a series");
        }
    }
}
