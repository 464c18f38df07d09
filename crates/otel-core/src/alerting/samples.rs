//! From what the SDK collected to what rules are evaluated on.

use std::collections::HashMap;

use opentelemetry::KeyValue;
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics};

use super::labels::Labels;
use crate::alert::{AlertRule, Part};
use crate::sensitive::{Guard, Origin};
use crate::wire::foreign;

/// One value of one series.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) metric: &'static str,
    pub(crate) part: Part,
    pub(crate) labels: Labels,
    pub(crate) value: f64,
    /// Whether the value is what was added since the last collection, and not since the beginning.
    pub(crate) delta: bool,
}

/// What the rules look at: the parts of each metric.
#[derive(Debug, Default)]
pub(crate) struct Wanted(HashMap<&'static str, Vec<Part>>);

impl Wanted {
    pub(crate) fn by<'a>(rules: impl IntoIterator<Item = &'a AlertRule>) -> Self {
        let mut wanted: HashMap<&'static str, Vec<Part>> = HashMap::new();
        for series in rules.into_iter().flat_map(|rule| rule.condition.series()) {
            let parts = wanted.entry(series.metric.name).or_default();
            // A mean is a sum by a count, whichever of the two the rule names.
            let needed = match series.part {
                Part::Count | Part::Sum => vec![Part::Count, Part::Sum],
                part => vec![part],
            };
            parts.extend(needed.into_iter().filter(|part| !parts.contains(part)).collect::<Vec<_>>());
        }
        Self(wanted)
    }

    /// The samples that the rules look at, with labels as they are sent.
    pub(crate) fn of(&self, collected: &ResourceMetrics, guard: &Guard) -> Vec<Sample> {
        let mut samples = Vec::new();
        for metric in collected.scope_metrics().flat_map(|scope| scope.metrics()) {
            if let Some((name, parts)) = self.0.get_key_value(metric.name()) {
                match metric.data() {
                    AggregatedMetrics::F64(data) => {
                        take(name, parts, data, |value| value, &mut samples, guard);
                    }
                    AggregatedMetrics::U64(data) => {
                        take(name, parts, data, |value| value as f64, &mut samples, guard);
                    }
                    AggregatedMetrics::I64(data) => {
                        take(name, parts, data, |value| value as f64, &mut samples, guard);
                    }
                }
            }
        }
        samples
    }
}

/// The samples of one metric.
fn take<T: Copy>(
    metric: &'static str,
    parts: &[Part],
    data: &MetricData<T>,
    number: impl Fn(T) -> f64,
    samples: &mut Vec<Sample>,
    guard: &Guard,
) {
    let mut push = |part, attributes: Labels, value, temporality| {
        let delta = temporality == Temporality::Delta;
        samples.push(Sample { metric, part, labels: attributes, value, delta });
    };
    match data {
        MetricData::Gauge(gauge) => {
            for point in gauge.data_points() {
                push(
                    Part::Value,
                    labels(point.attributes(), guard),
                    number(point.value()),
                    Temporality::Cumulative,
                );
            }
        }
        MetricData::Sum(sum) => {
            for point in sum.data_points() {
                push(
                    Part::Value,
                    labels(point.attributes(), guard),
                    number(point.value()),
                    sum.temporality(),
                );
            }
        }
        MetricData::Histogram(histogram) => {
            for point in histogram.data_points() {
                for part in parts {
                    let value = match part {
                        Part::Count => point.count() as f64,
                        Part::Sum => number(point.sum()),
                        Part::AtMost(bound) => {
                            let counts = point.bounds().zip(point.bucket_counts());
                            counts
                                .take_while(|(upper, _)| upper <= bound)
                                .map(|(_, count)| count as f64)
                                .sum()
                        }
                        Part::Value => continue,
                    };
                    push(*part, labels(point.attributes(), guard), value, histogram.temporality());
                }
            }
        }
        MetricData::ExponentialHistogram(histogram) => {
            for point in histogram.data_points() {
                for part in parts {
                    let value = match part {
                        Part::Count => point.count() as f64,
                        Part::Sum => number(point.sum()),
                        Part::AtMost(_) | Part::Value => continue,
                    };
                    push(*part, labels(point.attributes(), guard), value, histogram.temporality());
                }
            }
        }
    }
}

fn labels<'a>(attributes: impl Iterator<Item = &'a KeyValue>, guard: &Guard) -> Labels {
    let clean = |pair: &KeyValue| {
        let (key, value) = (pair.key.as_str(), pair.value.as_str());
        let value = guard.clean_value(key, &value, foreign::origin_of(key)).into_owned();
        (guard.clean(key, Origin::Free).into_owned(), value)
    };
    Labels::new(attributes.map(clean))
}
