//! A notification on its way to a sink, and in words.

use super::mailbox::Letter;
use crate::alerting::notifier::{Notification, SHOWN};
use crate::alerting::routing::Response;
use crate::alerting::state::{Alert, AlertState};

/// The most characters of what a person said that are repeated.
const MESSAGE: usize = 500;

/// A notification, and what is done about it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Told {
    pub(super) notification: Notification,
    pub(super) response: Response,
}

impl Letter for Told {
    fn matter(&self) -> &'static str {
        self.notification.rule.name
    }

    /// A notification tells what changed since the one before. Where that one did not arrive, it tells both.
    fn supersede(&mut self, older: Self) {
        let (newer, older) = (&mut self.notification, older.notification);
        let known = |alert: &Alert| newer.alerts.iter().any(|newer| newer.labels == alert.labels);
        let again =
            older.alerts.iter().filter(|alert| alert.state == AlertState::Resolved && known(alert)).count();
        let unknown: Vec<Alert> = older.alerts.iter().filter(|alert| !known(alert)).cloned().collect();
        newer.resolved += older.resolved.saturating_sub(again);
        newer.started_at = newer.started_at.min(older.started_at);
        newer.reminder &= older.reminder;
        newer.alerts.extend(unknown);
        newer.alerts.sort_by_key(|alert| !alert.state.is_active());
        newer.alerts.truncate(SHOWN);
    }
}

/// `firing`, `flapping` or `resolved`: what is true of the rule as a whole.
pub(super) const fn state(notification: &Notification) -> AlertState {
    match (notification.firing, notification.flapping) {
        (0, 0) => AlertState::Resolved,
        (0, _) => AlertState::Flapping,
        _ => AlertState::Firing,
    }
}

/// `3 firing, 1 flapping, 2 resolved`, without what is zero.
pub(super) fn counts(notification: &Notification) -> String {
    let Notification { firing, flapping, resolved, .. } = notification;
    let counts = [(firing, "firing"), (flapping, "flapping"), (resolved, "resolved")];
    let told: Vec<String> = counts
        .iter()
        .filter(|(count, _)| **count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if told.is_empty() { "resolved".to_owned() } else { told.join(", ") }
}

/// What was found, where it is a number.
pub(super) fn value(alert: &Alert) -> Option<f64> {
    alert.value.is_finite().then_some(alert.value)
}

/// What a person said about it, in one line that is not too long.
pub(super) fn message(alert: &Alert) -> String {
    short(&alert.message, MESSAGE)
}

/// Which instance, how it is and what was found, on one line.
pub(super) fn instance(alert: &Alert) -> String {
    let mut line = alert.state.as_str().to_owned();
    if !alert.labels.is_empty() {
        line = format!("{}: {line}", alert.labels);
    }
    if let Some(value) = value(alert) {
        line = format!("{line} at {value}");
    }
    match message(alert) {
        message if message.is_empty() => line,
        message => format!("{line}: {message}"),
    }
}

/// How many instances changed or fire, and are not among those shown.
pub(super) fn unshown(notification: &Notification) -> usize {
    let Notification { firing, flapping, resolved, alerts, .. } = notification;
    (firing + flapping + resolved).saturating_sub(alerts.len())
}

/// One line of at most so many characters, without any that could write on a terminal.
pub(super) fn short(text: &str, most: usize) -> String {
    let line = |c: char| if c.is_control() { ' ' } else { c };
    if text.chars().nth(most).is_none() {
        return text.chars().map(line).collect();
    }
    text.chars().map(line).take(most.saturating_sub(1)).chain(['…']).collect()
}
