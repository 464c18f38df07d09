//! The tape: what happens to orders, on paths where even an event costs too much.
//!
//! An [`OrderSpan`](crate::OrderSpan) follows an order: it judges every fact, times what is between them, and writes
//! each event at once. The tape does none of this. It copies a fact of a fixed size into the queue of the thread that
//! has it, counts it, and is done; the pipeline's thread writes the event. The events have the names that an
//! `OrderSpan` gives them, by what happened: whoever looks for `trading.order.filled` finds the orders of both. They
//! belong to no span, so what would stand on one (the symbol, the venue, the side) stands on each of them.
//!
//! Record an order on the tape or follow it, but not both: each counts what happens in `trading.order.events`.
//!
//! | | when the queue is full |
//! |---|---|
//! | [`OrderTape`] | the newest fact is dropped, and counted by the pipeline with the reason |
//! | [`AuditTape`] | the recording thread waits until there is room; nothing is dropped |
//!
//! The audit *lane* is a way to the collector on which nothing is given up. What has to be proved later belongs into an
//! audit *trail*: see [`audit`](crate::audit).

mod fact;
mod order;
mod text;
mod venues;

use std::sync::Arc;

use otel_core::{Counter, Deferred, DeferredDef, Lane, Telemetry};

use crate::conventions::{self, tape as said};
use crate::labels::{ExecType, OrderType, RejectReason, Side, Venue};

pub use fact::{MOST_ID, MOST_SYMBOL, MOST_VENUE, OrderFact, Reason};
pub use order::TapedOrder;
pub use text::{TapedText, TooLong};
use venues::Venues;

/// The tape on which no thread waits. Clones are cheap and share everything.
#[derive(Clone, Debug)]
pub struct OrderTape {
    way: Arc<Way>,
}

impl OrderTape {
    /// The tape of a pipeline, in the lane [`Lane::Normal`].
    pub fn new(telemetry: &Telemetry) -> Self {
        Self { way: Arc::new(Way::new(telemetry, Lane::Normal)) }
    }

    /// Records a fact: one copy into this thread's queue, and one in `trading.order.events`, in `{event}`; what was
    /// sent is also counted in `trading.orders`, and what was refused in `trading.order.rejections`, in `{order}`.
    ///
    /// It takes no lock that others wait for, asks for no memory and never waits. When the queue is full the fact is
    /// counted as dropped in the pipeline's report; it happened all the same, so the metrics have it.
    #[inline]
    pub fn record(&self, fact: &OrderFact) {
        self.way.record(fact);
    }
}

/// The tape that drops nothing: a thread that records waits while the queue is full. Clones are cheap and share
/// everything.
///
/// How long it waits is for the collector to say. A thread that must never wait has an [`OrderTape`].
#[derive(Clone, Debug)]
pub struct AuditTape {
    way: Arc<Way>,
}

impl AuditTape {
    /// The tape of a pipeline, in the lane [`Lane::Audit`].
    pub fn new(telemetry: &Telemetry) -> Self {
        Self { way: Arc::new(Way::new(telemetry, Lane::Audit)) }
    }

    /// Records a fact as [`OrderTape::record`] does, but waits for room where that drops.
    #[inline]
    pub fn record(&self, fact: &OrderFact) {
        self.way.record(fact);
    }
}

/// The way of facts through one pipeline, in one lane.
#[derive(Debug)]
struct Way {
    /// By what happened, because that is the name of the event. In place, so that one look finds it.
    events: [Deferred<OrderFact>; ExecType::ALL.len()],
    venues: Venues,
    order_events: Counter<(ExecType, Venue, Side)>,
    orders: Counter<(Venue, OrderType)>,
    rejections: Counter<(Venue, RejectReason)>,
}

impl Way {
    fn new(telemetry: &Telemetry, lane: Lane) -> Self {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        let deferred = |exec_type: &ExecType| {
            let event = said::event_of(*exec_type).in_lane(lane);
            telemetry.deferred(&DeferredDef::new(event, fact::written))
        };
        Self {
            events: std::array::from_fn(|index| deferred(&ExecType::ALL[index])),
            venues: Venues::new(&telemetry),
            order_events: telemetry.counter(&conventions::ORDER_EVENTS),
            orders: telemetry.counter(&conventions::ORDERS),
            rejections: telemetry.counter(&conventions::ORDER_REJECTIONS),
        }
    }

    #[inline]
    fn record(&self, fact: &OrderFact) {
        // There are as many as the type has values.
        let event = &self.events[fact.exec_type as usize];
        match fact.happened() {
            Some(time) => event.record_at(fact, time),
            None => event.record(fact),
        }
        self.count(fact);
    }

    /// Counts what an [`OrderSpan`](crate::OrderSpan) counts without knowing anything else of the order.
    #[inline]
    fn count(&self, fact: &OrderFact) {
        let venue = self.venues.get(&fact.venue);
        self.order_events.add(1, (fact.exec_type, venue, fact.side));
        match fact.exec_type {
            ExecType::Submitted => self.orders.add(1, (venue, fact.order_type)),
            ExecType::Rejected => {
                let reason = match fact.reason {
                    Some(Reason::Rejected(reason)) => reason,
                    _ => RejectReason::Other,
                };
                self.rejections.add(1, (venue, reason));
            }
            _ => {}
        }
    }
}
