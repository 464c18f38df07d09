//! What is known of an instance of a rule, and how it changes.

use opentelemetry::{SpanId, TraceId};

use super::labels::Labels;
use crate::alert::AlertRule;
use crate::time::Timestamp;

/// The state of one instance of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AlertState {
    /// Nothing is wrong.
    #[default]
    Inactive,
    /// It is breached, but not yet for long enough.
    Pending,
    /// It is breached, and somebody should know.
    Firing,
    /// It fired, and no longer does.
    Resolved,
    /// It fires and resolves so often that neither says much.
    Flapping,
}

impl AlertState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Inactive, Self::Pending, Self::Firing, Self::Resolved, Self::Flapping];

    /// The state's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inactive => "inactive",
            Self::Pending => "pending",
            Self::Firing => "firing",
            Self::Resolved => "resolved",
            Self::Flapping => "flapping",
        }
    }

    /// Whether somebody should know.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Firing | Self::Flapping)
    }
}

/// A span that shows what an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// Its trace.
    pub trace_id: TraceId,
    /// The span itself.
    pub span_id: SpanId,
}

impl Evidence {
    /// The span of these identifiers.
    pub const fn new(trace_id: TraceId, span_id: SpanId) -> Self {
        Self { trace_id, span_id }
    }
}

/// One instance of a rule as it is now.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Alert {
    /// The rule.
    pub rule: &'static AlertRule,
    /// What tells this instance from the others.
    pub labels: Labels,
    /// Its state.
    pub state: AlertState,
    /// What was found in the last evaluation in which it was breached.
    pub value: f64,
    /// When it was first breached.
    pub started_at: Timestamp,
    /// When it last resolved, where it has and does not fire; one that flaps may have it, too.
    pub resolved_at: Option<Timestamp>,
    /// Spans that show what it is about, the latest first.
    pub evidence: Vec<Evidence>,
    /// What a person said about it; empty for rules.
    pub message: String,
}

impl Alert {
    /// An instance that fires since `started_at`, of which nothing else is known; everything else can be set.
    pub const fn new(rule: &'static AlertRule, labels: Labels, started_at: Timestamp) -> Self {
        Self {
            rule,
            labels,
            state: AlertState::Firing,
            value: f64::NAN,
            started_at,
            resolved_at: None,
            evidence: Vec::new(),
            message: String::new(),
        }
    }

    /// What identifies the instance wherever it is told of: 16 hexadecimal digits of the hash of rule and labels.
    pub fn fingerprint(&self) -> String {
        fingerprint(self.rule, &self.labels)
    }
}

/// A hash of rule and labels, as 16 hexadecimal digits.
pub(crate) fn fingerprint(rule: &AlertRule, labels: &Labels) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut text = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    text(rule.name);
    for (key, value) in labels.iter() {
        text(key);
        text(value);
    }
    hasher.finalize().to_hex().chars().take(16).collect()
}

/// A change of an instance's state.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Transition {
    /// The instance as it is after the change.
    pub alert: Alert,
    /// The state it was in.
    pub from: AlertState,
    /// When it was noticed.
    pub at: Timestamp,
}
