//! An order that waits for its next message.

use otel_core::Context;

use crate::conventions;
use crate::lifecycle::Lifecycle;
use crate::spans::ending::Ending;
use crate::spans::followed::Followed;
use crate::spans::order::OrderSpan;

/// An order between two messages: no span is open, and it still counts as active.
///
/// When it is finished or dropped at last, the span `order_summary` tells its whole life: from when it was met to the
/// end, with its last status and quantities, and with links to the spans that are its parts.
#[derive(Debug)]
#[must_use = "a parked order that is dropped is forgotten; keep it, and resume it with the next message"]
pub struct ParkedOrder {
    order: Followed,
    trace: Context,
}

impl ParkedOrder {
    pub(super) const fn new(order: Followed, trace: Context) -> Self {
        Self { order, trace }
    }

    /// Follows the order on: span `order_step`, under the order's first span.
    pub fn resume(self) -> OrderSpan {
        let Self { mut order, trace } = self;
        let mut span = order.trading.telemetry().span_in(&conventions::ORDER_STEP, &trace);
        span.set(&conventions::CLIENT_ORDER_ID, order.client_id.as_str());
        order.parts.add(span.context());
        OrderSpan { span: Ending::new(span, &order.lifecycle, Some(trace)), order }
    }

    /// What is known of the order.
    pub fn lifecycle(&self) -> &Lifecycle {
        &self.order.lifecycle
    }
}
