//! What the operators of gateways want to be woken up for.

use otel_core::{AlertLevel, AlertRule, Condition, Label, Limit, Matching, Series};

use super::{MINUTE, MINUTES_2, MINUTES_5};
use crate::conventions::gateway as said;
use crate::labels::{Gateway, SessionState};

/// A session is lost.
pub(crate) const DOWN: AlertRule = AlertRule::new(
    said::DOWN,
    AlertLevel::Critical,
    Condition::Value {
        series: Series::all(said::SESSIONS.facts())
            .only(&[Matching::new(SessionState::KEY, SessionState::Lost.as_str())]),
        limit: Limit::above(0.0),
    },
    // A session that comes back at the first attempt is no reason to wake somebody up.
    MINUTE,
    said::DOWN_MEANS,
)
.by(&[Gateway::KEY]);

/// A gateway refuses too much of what it is sent.
pub(crate) const REFUSED: AlertRule = AlertRule::new(
    said::REFUSED,
    AlertLevel::High,
    Condition::Ratio {
        part: Series::all(said::REJECTS.facts()),
        whole: Series::all(said::FACTS.facts()),
        window: MINUTES_5,
        limit: Limit::above(0.05),
        min_events: 50,
    },
    MINUTES_2,
    said::REFUSED_MEANS,
)
.by(&[Gateway::KEY]);
