//! What is said of sessions with exchange gateways.

use otel_core::{
    Choice, Count, CounterDef, EventDef, GaugeDef, HistogramDef, Key, Label, Severity, Text, Unit,
};

use crate::labels::{Gateway, RejectKind, SessionFact, SessionState};

/// The gateway.
pub const GATEWAY: Key<Text> = Key::new(Gateway::KEY, "The exchange gateway that the session is with.");
/// The state of the session.
pub const STATE: Key<Choice<SessionState>> = Key::new(SessionState::KEY, "What the session is at.");
/// The state before.
pub const PREVIOUS_STATE: Key<Choice<SessionState>> =
    Key::new("trading.gateway.previous_state", "What the session was at before.");
/// What happened.
pub const FACT: Key<Choice<SessionFact>> = Key::new(SessionFact::KEY, "What happened to the session.");
/// Which layer refused.
pub const REJECT_KIND: Key<Choice<RejectKind>> =
    Key::new(RejectKind::KEY, "Which layer refused the message.");
/// The first message in question.
pub const FIRST: Key<Count> =
    Key::new("trading.gateway.sequence.first", "The sequence number of the first message in question.");
/// The last message in question.
pub const LAST: Key<Count> =
    Key::new("trading.gateway.sequence.last", "The sequence number of the last message in question.");

/// A session is at something else.
pub const STATE_CHANGED: EventDef =
    EventDef::new("trading.gateway.state.changed", Severity::Info, "A session came to another state.");
/// A session broke.
pub const SESSION_LOST: EventDef =
    EventDef::new("trading.gateway.session.lost", Severity::Error, "A session ended without a logout.");
/// Heartbeats are missing.
pub const HEARTBEAT_MISSED: EventDef =
    EventDef::new("trading.gateway.heartbeat.missed", Severity::Warn, "The other side missed a heartbeat.");
/// Messages are missing.
pub const SEQUENCE_GAP: EventDef =
    EventDef::new("trading.gateway.sequence.gap", Severity::Warn, "Messages of the other side are missing.");
/// Messages are asked for again.
pub const RESEND_REQUESTED: EventDef = EventDef::new(
    "trading.gateway.resend.requested",
    Severity::Warn,
    "The other side was asked to send messages again.",
);
/// The sequence begins anew.
pub const SEQUENCE_RESET: EventDef = EventDef::new(
    "trading.gateway.sequence.reset",
    Severity::Warn,
    "The other side set its sequence number anew.",
);
/// A fact does not fit.
pub const VIOLATED: EventDef = EventDef::new(
    "trading.gateway.violated",
    Severity::Warn,
    "A fact about a session does not fit what the session is at.",
);

/// What each session is at.
pub const SESSIONS: GaugeDef<(Gateway, SessionState)> = GaugeDef::new(
    "trading.gateway.sessions",
    Unit::new("{session}"),
    "One for the state that a session is at, and zero for each other state.",
);
/// What happened to sessions.
pub const FACTS: CounterDef<(Gateway, SessionFact)> =
    CounterDef::new("trading.gateway.facts", Unit::new("{fact}"), "What happened to sessions.");
/// What did not fit.
pub const VIOLATIONS: CounterDef<(SessionState, SessionFact)> = CounterDef::new(
    "trading.gateway.violations",
    Unit::new("{violation}"),
    "Facts that do not fit what their session is at.",
);
/// Messages refused by the other side.
pub const REJECTS: CounterDef<(Gateway, RejectKind)> =
    CounterDef::new("trading.gateway.rejects", Unit::new("{message}"), "Messages that the gateway refused.");
/// Heartbeats that did not come.
pub const HEARTBEATS_MISSED: CounterDef<Gateway> = CounterDef::new(
    "trading.gateway.heartbeats.missed",
    Unit::new("{heartbeat}"),
    "Heartbeat intervals, with their allowance, in which nothing came.",
);
/// Messages asked for again.
pub const RESENDS: CounterDef<Gateway> = CounterDef::new(
    "trading.gateway.resends",
    Unit::new("{message}"),
    "Messages that the gateway was asked to send again.",
);
/// Messages that will never come.
pub const MESSAGES_LOST: CounterDef<Gateway> = CounterDef::new(
    "trading.gateway.messages.lost",
    Unit::new("{message}"),
    "Messages of the gateway that were missing, or passed over, when it began its numbers anew.",
);
/// The wait before another attempt.
pub const BACKOFF_DURATION: HistogramDef<Gateway> = HistogramDef::new(
    "trading.gateway.backoff.duration",
    Unit::SECONDS,
    "How long is waited before another attempt to connect.",
);
/// From the loss of a session to its return.
pub const OUTAGE_DURATION: HistogramDef<Gateway> = HistogramDef::new(
    "trading.gateway.outage.duration",
    Unit::SECONDS,
    "From the loss of a session to the next accepted logon.",
);

/// The name of the alert on lost sessions.
pub(crate) const DOWN: &str = "trading_gateway_session_lost";
/// What the alert on lost sessions means.
pub(crate) const DOWN_MEANS: &str = "A gateway session broke without a logout: orders in the market cannot be changed through it, so check for cancel-on-disconnect and use another session.";
/// The name of the alert on refused messages.
pub(crate) const REFUSED: &str = "trading_gateway_messages_refused";
/// What the alert on refused messages means.
pub(crate) const REFUSED_MEANS: &str = "A gateway refuses many of our messages: a release here or there changed the format, or the session sends what it has no permission for.";
