//! What is worth waking somebody up for.

pub(crate) mod compliance;
mod gateway;
mod market_data;
mod positions;
mod settlement;

use std::time::Duration;

use otel_core::{AlertLevel, AlertRule, Condition, Label, Limit, Matching, Series};

use crate::conventions::{
    ORDER_EVENTS, ORDER_REJECTIONS, ORDERS, QUANTITIES_WRONG, QUANTITIES_WRONG_MEANS, REJECTIONS_HIGH,
    REJECTIONS_HIGH_MEANS, RISK_LIMIT_UTILIZATION, RISK_NEAR_LIMIT, RISK_NEAR_LIMIT_MEANS,
    TRANSITION_VIOLATIONS, TRANSITIONS_ILLEGAL, TRANSITIONS_ILLEGAL_MEANS,
};
use crate::labels::{PortfolioGroup, RiskMeasure, Violation};

/// The alert rules of this domain.
pub const ALERTS: &[AlertRule] = &[
    AlertRule::new(
        REJECTIONS_HIGH,
        AlertLevel::High,
        Condition::Ratio {
            part: Series::all(ORDER_REJECTIONS.facts()),
            whole: Series::all(ORDERS.facts()),
            window: MINUTES_5,
            limit: Limit::above(0.1),
            // Two refused orders in a quiet hour are two phone calls, not an outage.
            min_events: 50,
        },
        MINUTES_2,
        REJECTIONS_HIGH_MEANS,
    ),
    AlertRule::new(
        TRANSITIONS_ILLEGAL,
        AlertLevel::High,
        Condition::Ratio {
            part: Series::all(TRANSITION_VIOLATIONS.facts())
                .only(&[Matching::new(Violation::KEY, Violation::Illegal.as_str())]),
            whole: Series::all(ORDER_EVENTS.facts()),
            window: MINUTES_5,
            limit: Limit::above(0.001),
            min_events: 1_000,
        },
        MINUTES_2,
        TRANSITIONS_ILLEGAL_MEANS,
    ),
    AlertRule::new(
        QUANTITIES_WRONG,
        AlertLevel::Critical,
        Condition::Ratio {
            part: Series::all(TRANSITION_VIOLATIONS.facts())
                .only(&[Matching::new(Violation::KEY, Violation::Quantity.as_str())]),
            whole: Series::all(ORDER_EVENTS.facts()),
            window: MINUTES_5,
            // One execution too many is a position nobody wanted, so the first one counts.
            limit: Limit::above(0.0),
            min_events: 1,
        },
        Duration::ZERO,
        QUANTITIES_WRONG_MEANS,
    ),
    compliance::AUDIT_BROKEN,
    compliance::AUDIT_TAMPERED,
    compliance::REPORTS_OVERDUE,
    compliance::CALENDAR_EXPIRED,
    compliance::LARGE_TRADE,
    compliance::LARGE_TRADE_UNDETERMINED,
    compliance::OUTSIDE_SESSION,
    compliance::HFT_MESSAGE_RATE,
    compliance::WASH_TRADE,
    compliance::LAYERING,
    compliance::SPOOFING,
    compliance::QUOTE_STUFFING,
    compliance::MARKING_THE_CLOSE,
    compliance::ORDER_TO_TRADE_RATIO,
    compliance::CLOCK_DIVERGENCE,
    AlertRule::new(
        RISK_NEAR_LIMIT,
        AlertLevel::High,
        Condition::Value {
            series: Series::all(RISK_LIMIT_UTILIZATION.facts()),
            limit: Limit::above(0.9).until(0.8),
        },
        Duration::ZERO,
        RISK_NEAR_LIMIT_MEANS,
    )
    .by(&[PortfolioGroup::KEY, RiskMeasure::KEY]),
    market_data::LOST,
    market_data::STALE,
    positions::NEAR_LIMIT,
    positions::DIFFER,
    settlement::FAILING,
    settlement::OVERDUE,
    gateway::DOWN,
    gateway::REFUSED,
];

const MINUTE: Duration = Duration::from_secs(60);
const MINUTES_2: Duration = Duration::from_secs(2 * 60);
const MINUTES_5: Duration = Duration::from_secs(5 * 60);
