//! The whole life of an order, told once it is not followed any more.

use otel_core::{Context, Outcome, Telemetry, Timestamp};

use crate::conventions;
use crate::labels::OrderStatus;
use crate::lifecycle::Lifecycle;

/// The spans that are the parts of an order's life, in order; none until it is parked for the first time.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    spans: Vec<Context>,
    more: u32,
}

impl Parts {
    /// How many parts are linked to. OpenTelemetry drops links beyond 128 by default, and these are enough to find the
    /// rest: all parts are in one trace.
    const ROOM: usize = 64;

    pub(crate) fn add(&mut self, part: Context) {
        if self.spans.len() < Self::ROOM {
            self.spans.push(part);
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// Records the span `order_summary`, where there are parts to sum up.
    pub(crate) fn summarise(&self, telemetry: &Telemetry, name: &str, order: &Lifecycle, since: Timestamp) {
        let Some(first) = self.spans.first() else { return };
        let mut span = telemetry.span_in(&conventions::ORDER_SUMMARY, first);
        for part in &self.spans {
            span.link(part);
        }
        span.started_at(since)
            .set(&conventions::CLIENT_ORDER_ID, name)
            .set(&conventions::STATUS, order.status())
            .set(&conventions::QUANTITY, order.ordered().0)
            .set(&conventions::CUMULATIVE_QUANTITY, order.cumulative().0)
            .set(&conventions::LEAVES_QUANTITY, order.leaves().0)
            .set(&conventions::ORDER_PARTS, self.count());
        if let Some(average) = order.average_price() {
            span.set(&conventions::AVERAGE_PRICE, average.0);
        }
        span.finish(if order.status() == OrderStatus::Filled { Outcome::Ok } else { Outcome::Unset });
    }

    fn count(&self) -> i64 {
        i64::try_from(self.spans.len()).unwrap_or(i64::MAX).saturating_add(i64::from(self.more))
    }
}
