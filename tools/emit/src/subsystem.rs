//! The parts of a domain, by the names of its metrics.

use otel_core::MetricFacts;

/// What belongs together: the metrics whose names begin alike.
#[derive(Clone, Debug)]
pub(crate) struct Subsystem {
    /// The second component of the names, such as `order`.
    pub(crate) name: &'static str,
    pub(crate) metrics: Vec<&'static MetricFacts>,
}

/// The subsystems of a domain, in the order of its metrics.
pub(crate) fn subsystems(metrics: &'static [MetricFacts]) -> Vec<Subsystem> {
    let mut found: Vec<Subsystem> = Vec::new();
    for metric in metrics {
        let name = subsystem_of(metric.name, metrics);
        match found.iter_mut().find(|subsystem| subsystem.name == name) {
            Some(subsystem) => subsystem.metrics.push(metric),
            None => found.push(Subsystem { name, metrics: vec![metric] }),
        }
    }
    found
}

/// The subsystem of a metric: what is counted as a whole (`trading.orders`) belongs to what is one of it
/// (`trading.order.events`).
pub(crate) fn subsystem_of(name: &'static str, metrics: &[MetricFacts]) -> &'static str {
    let second = second(name);
    let singular = second.strip_suffix('s').filter(|_| name.matches('.').count() == 1);
    singular.filter(|one| metrics.iter().any(|metric| self::second(metric.name) == *one)).unwrap_or(second)
}

/// The second component of a dotted name; the first where there is no other.
pub(crate) fn second(name: &str) -> &str {
    let mut parts = name.split('.');
    let first = parts.next().unwrap_or(name);
    parts.next().unwrap_or(first)
}
