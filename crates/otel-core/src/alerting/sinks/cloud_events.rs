//! A notification as a CloudEvent 1.0 in structured mode.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::calendar::rfc3339;
use super::known::{self, known};
use super::sender::Sender;
use super::told::{self, Told};
use crate::alerting::conventions::NOTIFICATION;

/// What comes before the name of the event, so that it is nobody else's.
const NAMESPACE: &str = "io.github.otel-domains.";

/// One event. Its `id` says which notification it is, and is the same in every attempt to deliver it.
pub(super) fn event(Told { notification, response }: &Told, sender: &Sender) -> Value {
    let rule = notification.rule;
    let moment = notification.at.unix_nanos().to_string();
    let instance = sender.get("service.instance.id").unwrap_or_default();
    known(json!({
        "specversion": "1.0",
        "id": sender.identify(&[rule.name, instance, &moment]),
        "source": format!("/services/{}", escaped(sender.name())),
        "type": format!("{NAMESPACE}{}", NOTIFICATION.name()),
        "subject": rule.name,
        "time": rfc3339(notification.at),
        "datacontenttype": "application/json",
        "data": {
            "rule": rule.name,
            "level": rule.level.as_str(),
            "response": response.as_str(),
            "state": told::state(notification).as_str(),
            "summary": rule.summary,
            "runbook_url": rule.runbook,
            "started_at": rfc3339(notification.started_at),
            "firing": notification.firing,
            "flapping": notification.flapping,
            "resolved": notification.resolved,
            "reminder": notification.reminder,
            "service": sender.facts().collect::<BTreeMap<_, _>>(),
            "instances": notification.alerts.iter().map(known::instance).collect::<Value>(),
        },
    }))
}

/// The text as a segment of a path.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
