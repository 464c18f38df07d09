//! Alerts that somebody sent in their own words: one rule for each level, and an instance for each title.

use std::time::Duration;

use crate::alert::{AlertLevel, AlertRule, Condition, Limit};

/// How long a sent alert fires, unless it is sent again.
const HOLDS_FOR: Duration = Duration::from_secs(5 * 60);

/// The label that tells what was sent from something else that was sent.
pub(crate) const TITLE: &str = "alert.title";

const fn rule(name: &'static str, level: AlertLevel) -> AlertRule {
    let condition = Condition::Observed { limit: Limit::above(0.0), holds_for: HOLDS_FOR };
    AlertRule::new(
        name,
        level,
        condition,
        Duration::ZERO,
        "Somebody has to know what no rule was written for.",
    )
}

static LOW: AlertRule = rule("alert_sent_low", AlertLevel::Low);
static MEDIUM: AlertRule = rule("alert_sent_medium", AlertLevel::Medium);
static HIGH: AlertRule = rule("alert_sent_high", AlertLevel::High);
static CRITICAL: AlertRule = rule("alert_sent_critical", AlertLevel::Critical);

/// The rules, the least level first.
pub(crate) static RULES: [&AlertRule; 4] = [&LOW, &MEDIUM, &HIGH, &CRITICAL];

/// The rule for what is sent with this level.
pub(crate) fn rule_of(level: AlertLevel) -> &'static AlertRule {
    match level {
        AlertLevel::Low => &LOW,
        AlertLevel::Medium => &MEDIUM,
        AlertLevel::High => &HIGH,
        AlertLevel::Critical => &CRITICAL,
    }
}
