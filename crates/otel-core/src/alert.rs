//! Alert rules as data: what is wrong, how bad it is, and when it is so.

use std::time::Duration;

use crate::metric::MetricFacts;

/// How bad an alert is for the business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AlertLevel {
    /// Worth recording.
    Low,
    /// Worth somebody's working hours.
    Medium,
    /// Worth somebody's attention today.
    High,
    /// Worth waking somebody up.
    Critical,
}

/// When a rule is breached. Metrics are named by their definitions, so a rename breaks the build, not the pager.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Condition {
    /// The metric's value stays above `threshold`.
    Above {
        /// The metric.
        metric: MetricFacts,
        /// In the metric's unit.
        threshold: f64,
    },
    /// The metric's increase per second over `window` stays above `threshold`.
    RateAbove {
        /// A counter.
        metric: MetricFacts,
        /// What the rate is taken over.
        window: Duration,
        /// In the metric's unit per second.
        threshold: f64,
    },
    /// The share of `part` in `whole` over `window` stays above `threshold`, with at least `min_events` in `whole`:
    /// one failure in two requests at night is not an outage.
    RatioAbove {
        /// The counter of what should be rare.
        part: MetricFacts,
        /// The series of `part` that count, as pairs of label and value; all of them when empty.
        part_where: &'static [(&'static str, &'static str)],
        /// The counter of everything.
        whole: MetricFacts,
        /// What the ratio is taken over.
        window: Duration,
        /// From 0 to 1.
        threshold: f64,
        /// The least increase of `whole` over `window` for the ratio to mean anything.
        min_events: u64,
    },
}

/// An alert rule: const data that everything else about the alert is made from.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct AlertRule {
    /// The rule's name, in snake case with the domain's prefix.
    pub name: &'static str,
    /// How bad it is.
    pub level: AlertLevel,
    /// When it is breached.
    pub condition: Condition,
    /// How long it must be breached before it fires.
    pub pending: Duration,
    /// What is wrong and what it means, in one sentence for whoever is woken up.
    pub summary: &'static str,
}

impl AlertRule {
    /// Declares a rule.
    pub const fn new(
        name: &'static str,
        level: AlertLevel,
        condition: Condition,
        pending: Duration,
        summary: &'static str,
    ) -> Self {
        Self { name, level, condition, pending, summary }
    }
}
