//! A message as Slack's incoming webhooks take it.

use serde_json::{Value, json};

use super::sender::Sender;
use super::told::{self, Told};

/// A text for people, in Slack's markup.
pub(super) fn message(Told { notification, .. }: &Told, sender: &Sender) -> Value {
    let rule = notification.rule;
    let state = told::state(notification).as_str().to_uppercase();
    let still = if notification.reminder { "still " } else { "" };
    let environment = sender.get("deployment.environment.name").map(|name| format!(" in {name}"));
    let mut lines = vec![
        format!(
            "*[{state}] {}* ({}, {}{})",
            escaped(rule.name),
            rule.level.as_str(),
            escaped(sender.name()),
            escaped(&environment.unwrap_or_default()),
        ),
        escaped(rule.summary),
        format!("{still}{}", told::counts(notification)),
    ];
    lines.extend(notification.alerts.iter().map(|alert| format!("• {}", escaped(&told::instance(alert)))));
    match told::unshown(notification) {
        0 => {}
        more => lines.push(format!("… and {more} more")),
    }
    if let Some(runbook) = rule.runbook {
        lines.push(format!("<{}|What to do>", escaped(runbook)));
    }
    json!({ "text": lines.join("\n") })
}

/// The text without the three characters that begin something in Slack's markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
