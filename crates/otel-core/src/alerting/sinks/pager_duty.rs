//! Incidents as version 2 of PagerDuty's Events API takes them.

use serde_json::{Value, json};

use super::calendar::rfc3339;
use super::known::{self, known};
use super::secret::Secret;
use super::sender::Sender;
use super::told::{self, Told};
use crate::alert::AlertLevel;

/// The most characters of a summary.
const SUMMARY: usize = 1_024;

/// One event: it opens or updates the incident of the rule and the service, or ends it.
///
/// The incident belongs to the service and not to the process, so that a process that starts again ends what the one
/// before it began. Several processes of one service share it; while one of them fires, its reminders open it again.
pub(super) fn event(Told { notification, response }: &Told, key: &Secret, sender: &Sender) -> Value {
    let rule = notification.rule;
    let dedup_key = sender.identify(&[rule.name]);
    if !notification.is_active() {
        return json!({ "routing_key": key.reveal(), "event_action": "resolve", "dedup_key": dedup_key });
    }
    let summary = format!("{}: {} ({})", rule.name, rule.summary, told::counts(notification));
    let links: Vec<Value> =
        rule.runbook.iter().map(|url| json!({ "href": url, "text": "What to do" })).collect();
    let shown: Vec<Value> = notification.alerts.iter().map(known::instance).collect();
    known(json!({
        "routing_key": key.reveal(),
        "event_action": "trigger",
        "dedup_key": dedup_key,
        "client": sender.name(),
        "links": links,
        "payload": {
            "summary": told::short(&summary, SUMMARY),
            "source": sender.get("service.instance.id").unwrap_or_else(|| sender.name()),
            "severity": severity(rule.level),
            "timestamp": rfc3339(notification.started_at),
            "component": sender.name(),
            "group": sender.get("service.namespace"),
            "class": rule.name,
            "custom_details": {
                "firing": notification.firing,
                "flapping": notification.flapping,
                "resolved": notification.resolved,
                "not_shown": told::unshown(notification),
                "response": response.as_str(),
                "service.version": sender.get("service.version"),
                "deployment.environment.name": sender.get("deployment.environment.name"),
                "instances": shown,
            },
        },
    }))
}

fn severity(level: AlertLevel) -> &'static str {
    match level {
        AlertLevel::Critical => "critical",
        AlertLevel::High => "error",
        AlertLevel::Medium => "warning",
        AlertLevel::Low => "info",
    }
}
