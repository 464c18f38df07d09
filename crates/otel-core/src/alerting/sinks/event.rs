//! A notification as an event of the pipeline's own.

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceFlags, TraceState};

use super::told::Told;
use crate::alerting::conventions as is;
use crate::alerting::state::Evidence;
use crate::telemetry::Telemetry;

/// Emits it, inside the first span that shows what it is about.
pub(super) fn emit(Told { notification, response }: &Told, telemetry: &Telemetry) {
    let rule = notification.rule;
    let evidence: Vec<&Evidence> = notification.alerts.iter().flat_map(|alert| &alert.evidence).collect();
    let traces: Vec<String> = evidence.iter().map(|evidence| evidence.trace_id.to_string()).collect();
    let traces: Vec<&str> = traces.iter().map(String::as_str).collect();
    // This thread is not observed, but what it says here is meant to be heard.
    let _heard = match evidence.first() {
        Some(Evidence { trace_id, span_id }) => {
            let span = SpanContext::new(*trace_id, *span_id, TraceFlags::SAMPLED, true, TraceState::NONE);
            Context::new().with_remote_span_context(span)
        }
        None => Context::new(),
    }
    .attach();
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let mut event = telemetry
        .event(&is::NOTIFICATION)
        .at(notification.at)
        .set(&is::RULE_NAME, rule.name)
        .set(&is::LEVEL, rule.level.as_str())
        .set(&is::RESPONSE, response.as_str())
        .set(&is::SUMMARY, rule.summary)
        .set(&is::STARTED_AT, notification.started_at)
        .set(&is::FIRING, count(notification.firing))
        .set(&is::FLAPPING, count(notification.flapping))
        .set(&is::RESOLVED, count(notification.resolved));
    if let Some(runbook) = rule.runbook {
        event = event.set(&is::RUNBOOK_URL, runbook);
    }
    if let Some(alert) = notification.alerts.iter().find(|alert| !alert.message.is_empty()) {
        event = event.set(&is::MESSAGE, &alert.message);
    }
    if !traces.is_empty() {
        event = event.set(&is::EVIDENCE_TRACE_IDS, &traces);
    }
    event.emit();
}
