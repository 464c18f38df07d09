//! What the alert machine says of itself, as data.

use crate::catalogue::Catalogue;
use crate::event::{EventDef, Severity};
use crate::key::Key;
use crate::lane::Lane;
use crate::value::{Double, Int, Text, TextList, Time};

/// The name of the rule.
pub const RULE_NAME: Key<Text> = Key::new("alert.rule.name", "Name of the alert rule.");
/// The level.
pub const LEVEL: Key<Text> =
    Key::new("alert.level", "How bad it is for the business: low, medium, high, critical.");
/// The instance.
pub const INSTANCE_ID: Key<Text> = Key::new(
    "alert.instance.id",
    "What identifies the instance: a hash of the rule and the instance's labels.",
);
/// The labels of the instance.
pub const INSTANCE_LABELS: Key<TextList> =
    Key::new("alert.instance.labels", "The labels of the instance, each as key=value.");
/// The state.
pub const STATE: Key<Text> =
    Key::new("alert.state", "State of the instance: inactive, pending, firing, resolved, flapping.");
/// The state before.
pub const PREVIOUS_STATE: Key<Text> =
    Key::new("alert.previous_state", "State of the instance before the change.");
/// The value.
pub const VALUE: Key<Double> = Key::new("alert.value", "What was found when the instance was last breached.");
/// The beginning.
pub const STARTED_AT: Key<Time> = Key::new("alert.started_at", "When the instance was first breached.");
/// What it means.
pub const SUMMARY: Key<Text> = Key::new("alert.summary", "What is wrong and what it means.");
/// What somebody said.
pub const MESSAGE: Key<Text> =
    Key::new("alert.message", "What was said about an alert that no rule was written for.");
/// What to do.
pub const RUNBOOK_URL: Key<Text> = Key::new("alert.runbook.url", "Where it says what to do.");
/// The traces.
pub const EVIDENCE_TRACE_IDS: Key<TextList> =
    Key::new("alert.evidence.trace_ids", "Traces that show what the alert is about, the latest first.");
/// What is done.
pub const RESPONSE: Key<Text> =
    Key::new("alert.response", "What is done about it, by the routing table: record, notify, ticket, page.");
/// How many fire.
pub const FIRING: Key<Int> = Key::new("alert.notification.firing", "Instances of the rule that fire now.");
/// How many flap.
pub const FLAPPING: Key<Int> =
    Key::new("alert.notification.flapping", "Instances of the rule that flap now.");
/// How many resolved.
pub const RESOLVED: Key<Int> = Key::new(
    "alert.notification.resolved",
    "Instances of the rule that resolved since the last notification.",
);

/// An instance of a rule changed its state.
pub const TRANSITION: EventDef =
    EventDef::new("alert.transition", Severity::Warn, "An instance of an alert rule changed its state.")
        .in_lane(Lane::Alert);
/// People were told about a rule.
pub const NOTIFICATION: EventDef = EventDef::new(
    "alert.notification",
    Severity::Warn,
    "What people are told about the instances of an alert rule.",
)
.in_lane(Lane::Alert);

/// Everything the alert machine emits.
pub const CATALOGUE: Catalogue = Catalogue {
    name: "otel-core.alerting",
    version: env!("CARGO_PKG_VERSION"),
    attributes: &[
        RULE_NAME.facts(),
        LEVEL.facts(),
        INSTANCE_ID.facts(),
        INSTANCE_LABELS.facts(),
        STATE.facts(),
        PREVIOUS_STATE.facts(),
        VALUE.facts(),
        STARTED_AT.facts(),
        SUMMARY.facts(),
        MESSAGE.facts(),
        RUNBOOK_URL.facts(),
        EVIDENCE_TRACE_IDS.facts(),
        RESPONSE.facts(),
        FIRING.facts(),
        FLAPPING.facts(),
        RESOLVED.facts(),
    ],
    spans: &[],
    events: &[TRANSITION, NOTIFICATION],
    metrics: &[],
    alerts: &[],
};
