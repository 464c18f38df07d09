//! Tests of what is done about alerts, and above all of what is not.

mod checker;
mod decisions;
mod fuzz;
mod threads;

use std::time::Duration;

use crate::alert::{AlertLevel, AlertRule, Condition, Limit};
use crate::alerting::labels::Labels;
use crate::alerting::state::{Alert, AlertState, Transition};
use crate::time::Timestamp;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// A rule that detectors observe, so that its instances may have any labels.
static RULE: AlertRule = AlertRule::new(
    "test_too_much",
    AlertLevel::High,
    Condition::Observed { limit: Limit::above(1.0), holds_for: Duration::from_secs(60) },
    Duration::ZERO,
    "Too much of it.",
);

fn alert(labels: &[(&str, &str)], state: AlertState, value: f64) -> Alert {
    Alert {
        rule: &RULE,
        labels: Labels::new(labels.iter().copied()),
        state,
        value,
        started_at: Timestamp::default(),
        resolved_at: None,
        evidence: Vec::new(),
        message: String::new(),
    }
}

fn firing(labels: &[(&str, &str)]) -> Alert {
    alert(labels, AlertState::Firing, 2.0)
}

fn transition(alert: Alert) -> Transition {
    Transition { alert, from: AlertState::Inactive, at: Timestamp::default() }
}
