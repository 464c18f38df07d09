//! Alert rules as data.

use std::time::Duration;

use super::condition::Condition;
use super::level::AlertLevel;
use super::series::same;

/// What becomes of an instance of which nothing is known any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoData {
    /// It counts as kept, and what fires resolves.
    #[default]
    Resolve,
    /// It counts as breached. Only for rules without [`AlertRule::by`]: who was never seen cannot be missed.
    Alert,
    /// It stays as it was.
    Hold,
}

/// An alert rule: const data that everything else about the alert is made from.
///
/// From one rule come the evaluation in the process, the rule for Prometheus with its tests, the page about it and
/// the thresholds on the dashboard.
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
    /// The labels that are kept apart: each combination of their values is an instance of its own.
    pub by: &'static [&'static str],
    /// How long it goes on firing after it was last breached.
    pub keep_firing_for: Duration,
    /// What becomes of an instance of which nothing is known any more.
    pub no_data: NoData,
    /// The time in which an instance is notified of twice at most; what changed in between is told afterwards.
    pub cool_down: Duration,
    /// Where it says what to do.
    pub runbook: Option<&'static str>,
}

/// The cool-down of a rule that does not say otherwise: two notifications an hour for an instance.
const COOL_DOWN: Duration = Duration::from_secs(60 * 60);

impl AlertRule {
    /// Declares a rule with one instance.
    ///
    /// # Panics
    ///
    /// At compile time, when the condition asks for what its metrics cannot say.
    pub const fn new(
        name: &'static str,
        level: AlertLevel,
        condition: Condition,
        pending: Duration,
        summary: &'static str,
    ) -> Self {
        condition.check();
        Self {
            name,
            level,
            condition,
            pending,
            summary,
            by: &[],
            keep_firing_for: Duration::ZERO,
            no_data: NoData::Resolve,
            cool_down: COOL_DOWN,
            runbook: None,
        }
    }

    /// The same rule with an instance for each combination of these labels' values.
    ///
    /// # Panics
    ///
    /// At compile time, when a metric of the condition does not have the label, and when nothing can be known of each
    /// instance: absence has no labels.
    #[must_use]
    pub const fn by(mut self, labels: &'static [&'static str]) -> Self {
        let mut at = 0;
        while at < labels.len() {
            let label = labels[at];
            let known = match &self.condition {
                Condition::Value { series, .. }
                | Condition::Rate { series, .. }
                | Condition::Mean { series, .. }
                | Condition::Deviation { series, .. } => series.has_label(label),
                Condition::Ratio { part, whole, .. } => part.has_label(label) && whole.has_label(label),
                Condition::BurnRate { bad, total, .. } => bad.has_label(label) && total.has_label(label),
                Condition::Absence { .. } | Condition::Observed { .. } => false,
            };
            assert!(known, "a rule keeps a label apart that its metrics do not have");
            let taken = same(label, "job") || same(label, "alertname") || same(label, "alertstate");
            assert!(!taken, "Prometheus has a label of this name already");
            at += 1;
        }
        self.by = labels;
        self
    }

    /// The same rule, but it goes on firing this long after it was last breached.
    #[must_use]
    pub const fn keep_firing_for(mut self, time: Duration) -> Self {
        self.keep_firing_for = time;
        self
    }

    /// The same rule with another answer to missing data.
    ///
    /// # Panics
    ///
    /// At compile time, when missing data would be breaches of instances that nobody can name.
    #[must_use]
    pub const fn no_data(mut self, policy: NoData) -> Self {
        let named = self.by.is_empty() && !matches!(self.condition, Condition::Observed { .. });
        assert!(named || !matches!(policy, NoData::Alert), "who was never seen cannot be missed");
        self.no_data = policy;
        self
    }

    /// The same rule with another cool-down than an hour.
    #[must_use]
    pub const fn cool_down(mut self, time: Duration) -> Self {
        self.cool_down = time;
        self
    }

    /// The same rule with the address of a page that says what to do.
    #[must_use]
    pub const fn runbook(mut self, url: &'static str) -> Self {
        self.runbook = Some(url);
        self
    }

    /// Whether detectors observe what the rule is about; the pipeline's metrics say it otherwise.
    pub const fn is_observed(&self) -> bool {
        matches!(self.condition, Condition::Observed { .. })
    }
}
