//! What the alert machine says of itself, as data.

use super::action::{ActionOutcome, ActionReason};
use super::sinks::{AttemptOutcome, NotDelivered};
use super::state::AlertState;
use crate::alert::AlertLevel;
use crate::catalogue::Catalogue;
use crate::event::{EventDef, Severity};
use crate::key::Key;
use crate::label::{Dimension, Label};
use crate::lane::Lane;
use crate::metric::{Instrument, MetricFacts, Unit};
use crate::value::{Bool, Choice, Count, Double, Int, Text, TextList, Time};

/// The names of all values of an enum, so that none has to be written twice.
macro_rules! names {
    ($values:ident) => {
        const {
            let mut names = [""; $values::ALL.len()];
            let mut at = 0;
            while at < names.len() {
                names[at] = $values::ALL[at].as_str();
                at += 1;
            }
            names
        }
    };
}

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
/// The sink.
pub const SINK_NAME: Key<Text> =
    Key::new("alert.sink.name", "Name of the sink that was given something to tell.");
/// What became of it.
pub const NOTIFICATION_OUTCOME: Key<Text> = Key::new(
    "alert.notification.outcome",
    "What became of what a sink was given, or of an attempt to deliver it.",
);
/// Why it is not there.
pub const DROP_REASON: Key<Text> =
    Key::new("alert.drop.reason", "Why something that was observed or measured was not kept.");
/// The action.
pub const ACTION_NAME: Key<Text> = Key::new("alert.action.name", "Name of the action.");
/// What it acts upon.
pub const ACTION_SCOPE: Key<Text> =
    Key::new("alert.action.scope", "What the action acts upon, with the labels that tell which one.");
/// Which run it is.
pub const ACTION_RUN: Key<Count> = Key::new(
    "alert.action.run",
    "Which occasion for an action it is, counted from 1 in this process: entries of one run have one number.",
);
/// Whether it is real.
pub const ACTION_DRY_RUN: Key<Bool> =
    Key::new("alert.action.dry_run", "Whether the action was only rehearsed.");
/// What became of it.
pub const ACTION_OUTCOME: Key<Choice<ActionOutcome>> =
    Key::new(ActionOutcome::KEY, "What became of the action.");
/// Why.
pub const ACTION_REASON: Key<Choice<ActionReason>> =
    Key::new(ActionReason::KEY, "Why that became of the action.");
/// What the action says.
pub const ACTION_MESSAGE: Key<Text> =
    Key::new("alert.action.message", "What the action says about it; at most 1,000 characters.");

/// How many instances of a rule are in a state.
pub const ACTIVE: MetricFacts = facts(
    "alert.active",
    Instrument::UpDownCounter,
    Unit::new("{alert}"),
    "Instances of an alert rule in each state: one state of each instance is 1, the others are 0.",
    &[RULE, LEVELS, INSTANCE, STATES],
    ACTIVE_SERIES,
);
/// How often instances changed.
pub const TRANSITIONS: MetricFacts = facts(
    "alert.transitions",
    Instrument::Counter,
    Unit::new("{transition}"),
    "Changes of state, by rule and new state.",
    &[RULE, STATES],
    RULES * 5,
);
/// How long evaluations take.
pub const EVALUATION_DURATION: MetricFacts = facts(
    "alert.evaluation.duration",
    Instrument::Histogram,
    Unit::SECONDS,
    "How long one evaluation of all alert rules took.",
    &[],
    1,
);
/// What became of observations.
pub const OBSERVATIONS_DROPPED: MetricFacts = facts(
    "alert.observations.dropped",
    Instrument::Counter,
    Unit::new("{observation}"),
    "What detectors observed and the alert machine never saw, by reason.",
    &[Dimension::new(DROP_REASON.name(), &["queue_full", "too_many_labels", "too_many_instances"])],
    3,
);
/// What became of samples.
pub const SAMPLES_DROPPED: MetricFacts = facts(
    "alert.samples.dropped",
    Instrument::Counter,
    Unit::new("{sample}"),
    "Samples of metrics that rules look at and that were not kept, by reason.",
    &[Dimension::new(DROP_REASON.name(), &["too_many_series", "late"])],
    2,
);
/// What is remembered of metrics.
pub const HISTORY_SIZE: MetricFacts = facts(
    "alert.history.size",
    Instrument::UpDownCounter,
    Unit::BYTES,
    "Memory that the samples take which rules look at.",
    &[],
    1,
);
/// How often sinks tried.
pub const NOTIFICATION_ATTEMPTS: MetricFacts = facts(
    "alert.notification.attempts",
    Instrument::Counter,
    Unit::new("{attempt}"),
    "Attempts to tell somebody, by sink and outcome.",
    &[SINK, Dimension::new(NOTIFICATION_OUTCOME.name(), &names!(AttemptOutcome))],
    32 * 3,
);
/// What became of notifications.
pub const NOTIFICATIONS: MetricFacts = facts(
    "alert.notifications",
    Instrument::Counter,
    Unit::new("{notification}"),
    "What became of what sinks were given to tell: delivered, or why not.",
    &[SINK, Dimension::new(NOTIFICATION_OUTCOME.name(), &DELIVERED_OR_NOT)],
    32 * 6,
);
/// What became of actions.
pub const ACTIONS: MetricFacts = facts(
    "alert.actions",
    Instrument::Counter,
    Unit::new("{action}"),
    "What became of actions, rehearsals included.",
    &[Dimension::new(ActionOutcome::KEY, ActionOutcome::VALUES)],
    ActionOutcome::ALL.len(),
);

/// What becomes of a notification.
const DELIVERED_OR_NOT: [&str; 1 + NotDelivered::ALL.len()] = {
    let [superseded, queue_full, rejected, expired, shutdown] = names!(NotDelivered);
    ["delivered", superseded, queue_full, rejected, expired, shutdown]
};

const SINK: Dimension = Dimension::capped(SINK_NAME.name(), 32);

/// The most rules that are told apart in a metric.
pub(crate) const RULES: usize = 128;

/// The most series of `alert.active`: the default limit of OpenTelemetry SDKs.
const ACTIVE_SERIES: usize = 2_000;

const RULE: Dimension = Dimension::capped(RULE_NAME.name(), RULES);
const LEVELS: Dimension = Dimension::new(LEVEL.name(), &names!(AlertLevel));
const INSTANCE: Dimension = Dimension::capped(INSTANCE_ID.name(), ACTIVE_SERIES / 5);
const STATES: Dimension = Dimension::new(STATE.name(), &names!(AlertState));

/// A metric that is observed when it is collected; it has no handle that could declare it.
const fn facts(
    name: &'static str,
    instrument: Instrument,
    unit: Unit,
    brief: &'static str,
    dimensions: &'static [Dimension],
    series: usize,
) -> MetricFacts {
    MetricFacts { name, instrument, unit, brief, dimensions, series, buckets: None }
}

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
/// Something was done about an alert, or was not.
pub const ACTION: EventDef = EventDef::new(
    "alert.action",
    Severity::Info,
    "What was done about an alert without a person, what was not, and why.",
)
.in_lane(Lane::Audit);

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
        SINK_NAME.facts(),
        NOTIFICATION_OUTCOME.facts(),
        DROP_REASON.facts(),
        ACTION_NAME.facts(),
        ACTION_SCOPE.facts(),
        ACTION_RUN.facts(),
        ACTION_DRY_RUN.facts(),
        ACTION_OUTCOME.facts(),
        ACTION_REASON.facts(),
        ACTION_MESSAGE.facts(),
    ],
    spans: &[],
    metrics: &[
        ACTIVE,
        TRANSITIONS,
        EVALUATION_DURATION,
        OBSERVATIONS_DROPPED,
        SAMPLES_DROPPED,
        HISTORY_SIZE,
        NOTIFICATION_ATTEMPTS,
        NOTIFICATIONS,
        ACTIONS,
    ],
    events: &[TRANSITION, NOTIFICATION, ACTION],
    alerts: &[],
};
