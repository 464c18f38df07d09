//! What operations wants to know of settlement.

use std::time::Duration;

use otel_core::{AlertLevel, AlertRule, Condition, Label, Limit, Matching, Series};

use crate::conventions::settlement as said;
use crate::labels::{Age, Place};

/// Too much of what is due does not settle.
pub(crate) const FAILING: AlertRule = AlertRule::new(
    said::FAILING,
    AlertLevel::Medium,
    // A house value: large markets settle 95 % of what is due, and more, on its day.
    Condition::Value { series: Series::all(said::FAIL_RATE.facts()), limit: Limit::above(0.05) },
    Duration::ZERO,
    said::FAILING_MEANS,
);

/// Something has been due for more than a week.
pub(crate) const OVERDUE: AlertRule = AlertRule::new(
    said::OVERDUE,
    AlertLevel::High,
    Condition::Value {
        series: Series::all(said::OUTSTANDING.facts()).only(&[Matching::new(Age::KEY, Age::Late8.as_str())]),
        limit: Limit::above(0.0),
    },
    Duration::ZERO,
    said::OVERDUE_MEANS,
)
.by(&[Place::KEY]);
