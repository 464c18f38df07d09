//! An order that waits for what comes next.

use otel_core::{Context, Outcome, SpanReference, Telemetry};

use super::followed::Followed;
use super::order::OrderSpan;
use crate::conventions::{self, order as said};
use crate::order::Lifecycle;

/// An order between two steps: no span is open.
///
/// Each step is a part of the request or message that brings it, and links to the span that the order began with. When it
/// is finished or dropped at last, the span `order_summary`, a trace of its own, tells its whole life: from when it was
/// met to the end, with what it came to and links to its parts.
#[derive(Debug)]
#[must_use = "a parked order that is dropped is forgotten; keep it, and resume it with the next message"]
pub struct ParkedOrder {
    order: Followed,
}

impl ParkedOrder {
    pub(super) const fn new(order: Followed) -> Self {
        Self { order }
    }

    /// Follows the order on: span `process_order_step`, under the span that is current on this thread.
    pub fn resume(self) -> OrderSpan {
        let span = self.order.telemetry().span(&said::ORDER_STEP);
        OrderSpan::resume(self.order, span)
    }

    /// The same, under the span of `parent`; an empty context makes it a root.
    pub fn resume_in(self, parent: &Context) -> OrderSpan {
        let span = self.order.telemetry().span_in(&said::ORDER_STEP, parent);
        OrderSpan::resume(self.order, span)
    }

    /// What is known of the order.
    pub const fn lifecycle(&self) -> &Lifecycle {
        self.order.lifecycle()
    }

    /// The span that the order began with, in this process or an earlier one, and nothing else of its context: what to
    /// keep with its [`progress`](Lifecycle::progress) where it outlives the process.
    pub fn origin(&self) -> Option<&Context> {
        self.order.parts.origin()
    }

    /// Stops following the order, and tells its whole life.
    pub fn finish(self) {
        drop(self);
    }
}

/// The spans that are the parts of an order's life, in order; none until it is parked for the first time.
///
/// References, and not contexts: those would keep alive whatever the requests had in them, for as long as the order waits.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// The span that it began with, in an earlier process.
    earlier: Option<SpanReference>,
    spans: Vec<SpanReference>,
    more: u64,
}

impl Parts {
    /// How many parts are linked to: of more than 128 links OpenTelemetry drops the rest by default.
    const ROOM: usize = 64;

    /// The parts of an order that began with the span of this context.
    pub(super) fn since(origin: &Context) -> Self {
        Self { earlier: SpanReference::of(origin), ..Self::default() }
    }

    pub(super) fn add(&mut self, part: &Context) {
        if self.spans.len() >= Self::ROOM {
            self.more = self.more.saturating_add(1);
        } else if let Some(part) = SpanReference::of(part) {
            self.spans.push(part);
        }
    }

    /// Whether there is none but what an earlier process told.
    pub(super) const fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    pub(super) fn origin(&self) -> Option<&Context> {
        self.earlier.as_ref().or(self.spans.first()).map(SpanReference::context)
    }

    /// Records the span `order_summary`, where there are parts to sum up.
    pub(super) fn summarise(&self, telemetry: &Telemetry, order: &Followed) {
        if self.is_empty() {
            return;
        }
        let mut span = telemetry.span_in(&said::ORDER_SUMMARY, &Context::new());
        let linked = self.earlier.iter().chain(&self.spans);
        let count = linked.clone().count() as u64;
        linked.for_each(|part| {
            span.link(part.context());
        });
        let life = order.lifecycle();
        span.started_at(order.since)
            .worth(order.worth)
            .set(&conventions::ORDER_ID, order.id())
            .set(&conventions::CHANNEL, order.channel)
            .set(&said::ITEMS, life.items().into())
            .set(&said::PARTS, count.saturating_add(self.more));
        order.describe(&mut span);
        span.finish(Outcome::Unset);
    }
}
