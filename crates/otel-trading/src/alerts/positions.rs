//! What a risk desk wants to be woken up for.

use std::time::Duration;

use otel_core::{AlertLevel, AlertRule, Condition, Label, Limit, Series};

use crate::conventions::positions as said;
use crate::labels::PortfolioGroup;

/// A position comes near its limit.
pub(crate) const NEAR_LIMIT: AlertRule = AlertRule::new(
    said::NEAR_LIMIT,
    AlertLevel::High,
    Condition::Value {
        series: Series::all(said::LIMIT_UTILIZATION.facts()),
        limit: Limit::above(0.9).until(0.8),
    },
    Duration::ZERO,
    said::NEAR_LIMIT_MEANS,
)
.by(&[PortfolioGroup::KEY]);

/// Our positions are not those of the other side.
pub(crate) const DIFFER: AlertRule = AlertRule::new(
    said::DIFFER,
    AlertLevel::High,
    Condition::Value { series: Series::all(said::UNRECONCILED.facts()), limit: Limit::above(0.0) },
    Duration::ZERO,
    said::DIFFER_MEANS,
);
