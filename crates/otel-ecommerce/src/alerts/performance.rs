//! What the operators of a shop want to be woken up for.

use std::time::Duration;

use otel_core::{AlertLevel, AlertRule, Burn, Condition, Label, Limit, Matching, Series};

use crate::conventions::performance as said;
use crate::labels::{IssueKind, RequestOutcome, RouteClass};

/// Requests are slow on average.
pub(crate) const SLOW_MEAN: AlertRule = AlertRule::new(
    said::MEAN_SLOW,
    AlertLevel::High,
    Condition::Mean {
        series: Series::all(said::REQUEST_DURATION.facts()),
        window: MINUTES_2,
        limit: Limit::above(said::SLOW_MEAN).until(0.8 * said::SLOW_MEAN),
        min_events: 50,
    },
    Duration::ZERO,
    said::MEAN_SLOW_MEANS,
)
.by(&[RouteClass::KEY]);

/// The slowest requests are too slow, by what their class allows: that is a setting, so it goes by what was found here.
pub(crate) const SLOW_TAIL: AlertRule = AlertRule::new(
    said::TAIL_SLOW,
    AlertLevel::High,
    Condition::Value {
        series: Series::all(said::ISSUES.facts())
            .only(&[Matching::new(IssueKind::KEY, IssueKind::SlowTail.as_str())]),
        limit: Limit::above(0.0),
    },
    Duration::ZERO,
    said::TAIL_SLOW_MEANS,
)
.by(&[RouteClass::KEY]);

/// Too many requests fail.
pub(crate) const ERRORS_HIGH: AlertRule = AlertRule::new(
    said::ERRORS_HIGH,
    AlertLevel::Critical,
    Condition::Ratio {
        part: FAILED,
        whole: Series::all(said::REQUEST_DURATION.facts()),
        window: MINUTES_2,
        limit: Limit::above(said::ERRORS).until(0.8 * said::ERRORS),
        min_events: 100,
    },
    Duration::ZERO,
    said::ERRORS_HIGH_MEANS,
)
.by(&[RouteClass::KEY]);

/// The failures of a month are used up within days.
pub(crate) const BUDGET_BURNS: AlertRule = AlertRule::new(
    said::BUDGET_BURNS,
    AlertLevel::High,
    Condition::BurnRate {
        bad: FAILED,
        total: Series::all(said::REQUEST_DURATION.facts()),
        objective: said::OBJECTIVE,
        burn: Burn::Fast,
        min_events: 1_000,
    },
    Duration::ZERO,
    said::BUDGET_BURNS_MEANS,
);

/// Requests that the shop is to blame for.
const FAILED: Series = Series::all(said::REQUEST_DURATION.facts())
    .only(&[Matching::new(RequestOutcome::KEY, RequestOutcome::Failed.as_str())]);

/// At a collection every 15 seconds, eight of them; at one a minute, as few as make a rate.
const MINUTES_2: Duration = Duration::from_secs(2 * 60);
