//! How the span of an order ends.

use std::mem;

use otel_core::{Context, Outcome, Span};

use crate::conventions;
use crate::labels::OrderStatus;
use crate::lifecycle::Lifecycle;
use crate::quantity::{Price, Quantity};

/// A span that ends with what the order is at by then.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) span: Span,
    /// The order's first span, where this is not it.
    pub(crate) trace: Option<Context>,
    status: OrderStatus,
    cumulative: Quantity,
    leaves: Quantity,
    average: Option<Price>,
    pub(crate) outcome: Outcome,
}

impl Ending {
    pub(crate) fn new(span: Span, lifecycle: &Lifecycle, trace: Option<Context>) -> Self {
        Self {
            span,
            trace,
            status: lifecycle.status(),
            cumulative: lifecycle.cumulative(),
            leaves: lifecycle.leaves(),
            average: lifecycle.average_price(),
            outcome: Outcome::Unset,
        }
    }

    /// Takes note of where the order has come to.
    pub(crate) fn note(&mut self, lifecycle: &Lifecycle) {
        self.status = lifecycle.status();
        self.cumulative = lifecycle.cumulative();
        self.leaves = lifecycle.leaves();
        self.average = lifecycle.average_price();
        if self.status == OrderStatus::Filled {
            self.outcome = Outcome::Ok;
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let mut span = mem::take(&mut self.span);
        // Here and not with each fact: an attribute that is set again stands twice on the wire.
        span.set(&conventions::STATUS, self.status)
            .set(&conventions::CUMULATIVE_QUANTITY, self.cumulative.0)
            .set(&conventions::LEAVES_QUANTITY, self.leaves.0);
        if let Some(average) = self.average {
            span.set(&conventions::AVERAGE_PRICE, average.0);
        }
        if !std::thread::panicking() {
            span.finish(self.outcome);
        }
    }
}
