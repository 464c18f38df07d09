//! What is worth waking somebody up for.

mod gateway;
mod journey;

use otel_core::AlertRule;

/// The alert rules of this domain.
pub const ALERTS: &[AlertRule] = &[
    journey::CHECKOUT_FAILING,
    journey::AUTHORIZATIONS_LOW,
    journey::TRANSITIONS_ILLEGAL,
    journey::AMOUNTS_EXCEEDED,
    journey::SHORT,
    gateway::STUFFED,
    gateway::LIMITED,
];
