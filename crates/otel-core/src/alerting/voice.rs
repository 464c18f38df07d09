//! Transitions as events: in the lane for alerts, inside the span that shows what they are about.

use std::sync::Arc;

use opentelemetry::TraceFlags;
use opentelemetry::trace::TraceState;

use super::conventions as names;
use super::state::{AlertState, Transition};
use crate::alert::AlertLevel;
use crate::draft::Identity;
use crate::event::{Event, EventDef, Severity};
use crate::recorder::Scope;

/// Says what changed.
#[derive(Debug)]
pub(crate) struct Voice {
    scope: Arc<Scope>,
}

impl Voice {
    pub(crate) const fn new(scope: Arc<Scope>) -> Self {
        Self { scope }
    }

    pub(crate) fn say(&self, transition: &Transition) {
        let Transition { alert, from, at } = transition;
        let evidence = alert.evidence.first();
        let identity = evidence.map_or(Identity::NONE, |evidence| Identity {
            trace_id: evidence.trace_id,
            span_id: evidence.span_id,
            flags: TraceFlags::SAMPLED,
            trace_state: TraceState::NONE,
        });
        let def = names::TRANSITION.with_severity(severity(alert.rule.level, alert.state));
        let traces: Vec<String> = alert.evidence.iter().map(|it| it.trace_id.to_string()).collect();
        let traces: Vec<&str> = traces.iter().map(String::as_str).collect();
        let labels: Vec<String> = alert.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let mut event = self
            .event(&def, &identity)
            .at(*at)
            .set(&names::RULE_NAME, alert.rule.name)
            .set(&names::LEVEL, alert.rule.level.as_str())
            .set(&names::INSTANCE_ID, &alert.fingerprint())
            .set(&names::STATE, alert.state.as_str())
            .set(&names::PREVIOUS_STATE, from.as_str())
            .set(&names::VALUE, alert.value)
            .set(&names::STARTED_AT, alert.started_at)
            .set(&names::SUMMARY, alert.rule.summary);
        if !labels.is_empty() {
            event = event.set(&names::INSTANCE_LABELS, &labels);
        }
        if !traces.is_empty() {
            event = event.set(&names::EVIDENCE_TRACE_IDS, &traces);
        }
        if !alert.message.is_empty() {
            event = event.set(&names::MESSAGE, &alert.message);
        }
        if let Some(url) = alert.rule.runbook {
            event = event.set(&names::RUNBOOK_URL, url);
        }
        event.emit();
    }

    /// An event of ours: this thread's own telemetry is suppressed, and this is not its own.
    fn event(&self, def: &EventDef, identity: &Identity) -> Event {
        Event::start(&self.scope.recorder, self.scope.number, def, identity)
    }
}

/// How severe a change is: of what begins, as severe as its level; of what ends, not at all.
const fn severity(level: AlertLevel, state: AlertState) -> Severity {
    match (state, level) {
        (AlertState::Inactive | AlertState::Resolved | AlertState::Pending, _)
        | (AlertState::Firing | AlertState::Flapping, AlertLevel::Low) => Severity::Info,
        (AlertState::Firing | AlertState::Flapping, AlertLevel::Medium) => Severity::Warn,
        (AlertState::Firing | AlertState::Flapping, AlertLevel::High) => Severity::Error,
        (AlertState::Firing | AlertState::Flapping, AlertLevel::Critical) => Severity::Fatal,
    }
}
