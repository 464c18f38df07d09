//! Alerts: what fires, what is said about it, and what becomes of it over a restart.

mod actions;
mod lifecycle;
mod measured;
mod names;
mod notifications;
mod queries;
mod restart;
mod sinks;

use std::time::Duration;

use otel_core::alerting::{Alert, AlertState, Alerting};
use otel_core::testing::TestTelemetry;
use otel_core::{AlertLabel, AlertLevel, AlertRule, Condition, Key, Limit, Text};

const OVEN: Key<Text> = Key::new("oven.id", "Which oven.");

/// Fires after ten seconds above 250 degrees, until it is below 230.
static TOO_HOT: AlertRule = AlertRule::new(
    "oven_too_hot",
    AlertLevel::Critical,
    Condition::Observed { limit: Limit::above(250.0).until(230.0), holds_for: MINUTE },
    Duration::from_secs(10),
    "An oven is hotter than it may be, and what is in it burns.",
);

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// Observes the temperature of an oven, and lets the machine look at it.
fn observe(test: &TestTelemetry, oven: &str, degrees: f64) -> Option<AlertState> {
    test.telemetry().alerts().observe(&TOO_HOT, &[AlertLabel::of(&OVEN, oven)], degrees);
    state_of(test, oven)
}

fn state_of(test: &TestTelemetry, oven: &str) -> Option<AlertState> {
    let alerts = test.alerts_now();
    alerts.into_iter().find(|alert| is_of(alert, oven)).map(|alert| alert.state)
}

fn is_of(alert: &Alert, oven: &str) -> bool {
    alert.labels.get("oven.id") == Some(oven)
}

fn bakery() -> Alerting {
    Alerting::new().rule(&TOO_HOT)
}
