//! Metrics: sums over all that was recorded, so that the latest of each is the one that counts.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use otel_core::testing::Received;

use super::{Clock, Differences};
use crate::failure::Failure;
use crate::traffic::wire::sort;
use crate::traffic::{OURS, Recorded};
use crate::way::Way;

/// Compares the latest of each metric that arrived with what was measured, and returns how often each arrived.
///
/// The pipeline's metrics of itself are of another scope, and not looked at.
pub(crate) fn latest(
    recorded: &Recorded,
    received: &Received,
    way: Way,
) -> Result<BTreeMap<String, u64>, Failure> {
    let mut differences = Differences { way, found: Vec::new(), clock: Clock::since(recorded.began) };
    let mut latest: BTreeMap<String, (u64, Metric)> = BTreeMap::new();
    let mut arrived: BTreeMap<String, u64> = BTreeMap::new();
    for (resource, scope, metric) in received.metrics().filter(|(_, scope, _)| scope.name == OURS.name) {
        differences.resource(resource);
        differences.scope(OURS, scope);
        *arrived.entry(metric.name.clone()).or_default() += 1;
        let mut metric = metric.clone();
        let time = differences.without_times(&mut metric);
        let known = latest.get(&metric.name).map_or(0, |(known, _)| *known);
        if time >= known {
            latest.insert(metric.name.clone(), (time, metric));
        }
    }
    let scale = |name: &str, colour: &str| scale(latest.get(name).map(|(_, metric)| metric), colour);
    for expected in recorded.measured.metrics(scale) {
        let metric = latest.remove(&expected.name).map(|(_, metric)| metric);
        differences.expect("metric", &Some(expected), &metric);
    }
    for (_, unknown) in latest.into_values() {
        differences.unknown(&unknown);
    }
    differences.into_result().map(|()| arrived)
}

/// The scale that the sender chose for a series.
fn scale(metric: Option<&Metric>, colour: &str) -> i32 {
    let Some(Data::ExponentialHistogram(histogram)) = metric.and_then(|metric| metric.data.as_ref()) else {
        return 0;
    };
    let point = histogram.data_points.iter().find(|point| name(&point.attributes).contains(colour));
    point.map_or(0, |point| point.scale)
}

impl Differences {
    /// Checks the times of a metric's points and takes them out, orders the points, and returns the latest time.
    fn without_times(&mut self, metric: &mut Metric) -> u64 {
        macro_rules! points {
            ($($kind:ident),+) => {
                match &mut metric.data {
                    $(Some(Data::$kind(it)) => {
                        it.data_points.sort_by_key(|point| name(&point.attributes));
                        it.data_points.iter_mut().fold(0, |latest, point| {
                            sort(&mut point.attributes);
                            let (start, time) = (&mut point.start_time_unix_nano, &mut point.time_unix_nano);
                            latest.max(self.point(&metric.name, start, time))
                        })
                    })+
                    None => 0,
                }
            };
        }
        points!(Gauge, Sum, Histogram, ExponentialHistogram, Summary)
    }

    /// Takes the times out of a point, and returns when it was measured.
    fn point(&mut self, name: &str, start: &mut u64, time: &mut u64) -> u64 {
        let (start, time) = (std::mem::take(start), std::mem::take(time));
        if !(self.clock.may_show(start) && self.clock.may_show(time) && start <= time) {
            self.found.push(format!("{name} was measured from {start} to {time}, not in {:?}", self.clock));
        }
        time
    }
}

/// What tells a point from the others of its metric; red comes before blue.
fn name(attributes: &[KeyValue]) -> String {
    let values = attributes.iter().map(|attribute| format!("{:?}", attribute.value));
    let name: String = values.collect();
    if name.contains("red") { format!("0 {name}") } else { name }
}
