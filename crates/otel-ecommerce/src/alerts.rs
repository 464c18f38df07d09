//! What is worth waking somebody up for.

pub(crate) mod fraud;
mod gateway;
mod journey;
mod kpi;
mod performance;

use otel_core::AlertRule;

/// The alert rules of this domain.
pub const ALERTS: &[AlertRule] = &[
    journey::CHECKOUT_FAILING,
    journey::AUTHORIZATIONS_LOW,
    journey::TRANSITIONS_ILLEGAL,
    journey::AMOUNTS_EXCEEDED,
    journey::AMOUNTS_UNMATCHED,
    journey::SHORT,
    kpi::REVENUE_STOPPED,
    kpi::ZERO_RESULTS_HIGH,
    kpi::ABANDONMENT_HIGH,
    kpi::REFUNDS_HIGH,
    kpi::REVENUE_REFUSED,
    kpi::REVENUE_DOUBTED,
    fraud::OVER_LIMIT,
    fraud::UNUSUAL,
    fraud::OF_FRAUDS,
    fraud::LABELLED,
    fraud::VELOCITY,
    fraud::TRAVEL,
    fraud::CARD_TESTING,
    fraud::CARD_ENUMERATION,
    fraud::EXCESSIVE_DECLINES,
    fraud::LATE,
    performance::SLOW_MEAN,
    performance::SLOW_TAIL,
    performance::ERRORS_HIGH,
    performance::BUDGET_BURNS,
    gateway::STUFFED,
    gateway::LIMITED,
];
