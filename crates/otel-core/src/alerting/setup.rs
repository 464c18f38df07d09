//! What an application says about alerting.

use std::path::PathBuf;
use std::time::Duration;

use super::action::{KillSwitch, Respond};
use super::notifier::Grouping;
use super::routing::{Criticality, Routing};
use super::sinks::Sink;
use crate::alert::AlertRule;
use crate::catalogue::Catalogue;

/// How often rules are evaluated unless said otherwise.
const EVERY: Duration = Duration::from_secs(15);

/// What an application wants of its alert machine: which rules, how often, and who is told.
///
/// ```
/// # use std::time::Duration;
/// use otel_core::alerting::Alerting;
/// use otel_core::{AlertLevel, AlertRule, Condition, Limit};
///
/// static TOO_HOT: AlertRule = AlertRule::new(
///     "oven_too_hot",
///     AlertLevel::Critical,
///     Condition::Observed { limit: Limit::above(250.0).until(230.0), holds_for: Duration::from_secs(60) },
///     Duration::from_secs(10),
///     "An oven is hotter than it may be, and what is in it burns.",
/// );
///
/// let alerting = Alerting::new().rule(&TOO_HOT).remember_in("/var/lib/bakery/alerts");
/// # let _ = alerting;
/// ```
#[derive(Debug)]
#[must_use = "alerting does nothing until a pipeline is installed with it"]
pub struct Alerting {
    pub(crate) rules: Vec<Ruled>,
    pub(crate) every: Duration,
    pub(crate) grouping: Grouping,
    pub(crate) routing: Routing,
    pub(crate) criticality: Option<Criticality>,
    pub(crate) memory: Option<PathBuf>,
    pub(crate) sinks: Vec<Sink>,
    pub(crate) responses: Vec<Respond>,
    pub(crate) switch: KillSwitch,
}

/// A rule, and the instrumentation scope whose failed spans are its evidence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ruled {
    pub(crate) rule: &'static AlertRule,
    /// Name and version.
    pub(crate) scope: Option<(&'static str, &'static str)>,
}

impl Default for Alerting {
    fn default() -> Self {
        Self::new()
    }
}

impl Alerting {
    /// Alerting without rules: what is sent with [`Alerts::send_alert`](crate::Alerts::send_alert) is all there is.
    pub fn new() -> Self {
        Self {
            rules: Vec::new(),
            every: EVERY,
            grouping: Grouping::default(),
            routing: Routing::STANDARD,
            criticality: None,
            memory: None,
            sinks: Vec::new(),
            responses: Vec::new(),
            switch: KillSwitch::default(),
        }
    }

    /// The rules of a domain.
    pub fn rules(mut self, catalogue: &'static Catalogue) -> Self {
        let scope = Some((catalogue.name, catalogue.version));
        self.rules.extend(catalogue.alerts.iter().map(|rule| Ruled { rule, scope }));
        self
    }

    /// One more rule.
    pub fn rule(mut self, rule: &'static AlertRule) -> Self {
        self.rules.push(Ruled { rule, scope: None });
        self
    }

    /// How often rules are evaluated; 15 seconds unless said otherwise, one second at least.
    ///
    /// Metrics are collected as often, and still sent only as often as `OTEL_METRIC_EXPORT_INTERVAL` says. When they are
    /// sent as differences (`OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`), they can only be collected when they
    /// are sent, and rules about metrics are evaluated no more often than that.
    pub fn every(mut self, interval: Duration) -> Self {
        self.every = interval.max(Duration::from_secs(1));
        self
    }

    /// How notifications are put together.
    pub const fn grouping(mut self, grouping: Grouping) -> Self {
        self.grouping = grouping;
        self
    }

    /// What is done about which alert, in place of [`Routing::STANDARD`].
    pub const fn routing(mut self, routing: Routing) -> Self {
        self.routing = routing;
        self
    }

    /// How much the service matters, in place of the resource's `service.criticality`.
    pub const fn criticality(mut self, criticality: Criticality) -> Self {
        self.criticality = Some(criticality);
        self
    }

    /// Who else is told.
    pub fn sink(mut self, sink: Sink) -> Self {
        self.sinks.push(sink);
        self
    }

    /// What is done without a person when a rule begins to fire: only rehearsed, unless the code says
    /// [`Respond::live`] and the environment `OTEL_RUST_ALERT_ACTIONS=on`.
    pub fn respond(mut self, response: Respond) -> Self {
        self.responses.push(response);
        self
    }

    /// What stops all responses at once.
    pub fn kill_switch(mut self, switch: KillSwitch) -> Self {
        self.switch = switch;
        self
    }

    /// Where the states of all alerts are kept over a restart: a folder, which is made.
    pub fn remember_in(mut self, folder: impl Into<PathBuf>) -> Self {
        self.memory = Some(folder.into());
        self
    }
}
