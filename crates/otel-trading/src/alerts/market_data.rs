//! What a market-data desk wants to be woken up for.

use std::time::Duration;

use otel_core::{AlertLevel, AlertRule, Condition, Label, Limit, Matching, Series};

use super::{MINUTE, MINUTES_5};
use crate::conventions::market_data as said;
use crate::labels::{Feed, Freshness, GapOutcome};

/// Messages were lost on both lines.
pub(crate) const LOST: AlertRule = AlertRule::new(
    said::LOST,
    AlertLevel::High,
    Condition::Ratio {
        part: Series::all(said::GAP_MESSAGES.facts())
            .only(&[Matching::new(GapOutcome::KEY, GapOutcome::Lost.as_str())]),
        whole: Series::all(said::MESSAGES.facts()),
        window: MINUTES_5,
        // One message that is lost on both lines is a book that is wrong.
        limit: Limit::above(0.0),
        min_events: 1,
    },
    Duration::ZERO,
    said::LOST_MEANS,
)
.by(&[Feed::KEY]);

/// A channel that should speak is silent.
pub(crate) const STALE: AlertRule = AlertRule::new(
    said::STALE,
    AlertLevel::High,
    Condition::Value {
        series: Series::all(said::CHANNELS.facts())
            .only(&[Matching::new(Freshness::KEY, Freshness::Stale.as_str())]),
        limit: Limit::above(0.0),
    },
    MINUTE,
    said::STALE_MEANS,
)
.by(&[Feed::KEY]);
