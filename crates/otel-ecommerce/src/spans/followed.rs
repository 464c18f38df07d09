//! An order that is being followed: what outlives any one span of it, and what each of them ends with.

use std::mem;

use otel_core::{Span, Telemetry, Timestamp};

use super::ending::Ending;
use super::parked::Parts;
use crate::conventions::order as said;
use crate::ids::Kept;
use crate::invalid::Invalid;
use crate::labels::{Channel, OrderFailure, OrderStatus};
use crate::observability::Observability;
use crate::order::{Answer, Fact, Lifecycle, NewOrder, Progress};

/// What is kept of an order while it is followed.
#[derive(Debug)]
pub(super) struct Followed {
    shop: Observability,
    id: Kept,
    life: Lifecycle,
    pub(super) channel: Channel,
    pub(super) worth: f32,
    pub(super) since: Timestamp,
    /// When it began, until it is handed over or given up; unknown when it was met midway.
    started: Option<Timestamp>,
    /// Why it is cancelled, or a problem.
    failure: Option<OrderFailure>,
    /// Its spans, once it was parked.
    pub(super) parts: Parts,
}

impl Followed {
    /// An order that begins: it is counted as one that has to be paid for.
    pub(super) fn from_the_start(shop: &Observability, new: &NewOrder<'_>) -> Self {
        shop.metrics().order_came(OrderStatus::PaymentDue, new.channel(), None);
        let mut order = Self::new(shop, new, Lifecycle::new(new));
        order.started = Some(order.since);
        order
    }

    /// An order that is met in the middle of its life: what was before is neither counted nor timed.
    pub(super) fn midway(
        shop: &Observability,
        new: &NewOrder<'_>,
        progress: &Progress,
    ) -> Result<Self, Invalid> {
        Ok(Self::new(shop, new, Lifecycle::midway(new, progress)?))
    }

    fn new(shop: &Observability, new: &NewOrder<'_>, life: Lifecycle) -> Self {
        Self {
            shop: shop.clone(),
            id: Kept::new(new.id().0),
            life,
            channel: new.channel(),
            worth: new.worth(),
            since: shop.telemetry().now(),
            started: None,
            failure: None,
            parts: Parts::default(),
        }
    }

    pub(super) fn telemetry(&self) -> &Telemetry {
        self.shop.telemetry()
    }

    pub(super) fn id(&self) -> &str {
        self.id.as_str()
    }

    pub(super) const fn lifecycle(&self) -> &Lifecycle {
        &self.life
    }

    /// Takes in a fact: feeds the life cycle, counts and times.
    pub(super) fn take_in(&mut self, fact: &Fact<'_>, failure: Option<OrderFailure>) -> Answer {
        let (before, forgotten) = (self.life.status(), self.life.told().forgotten());
        let answer = self.life.apply(fact);
        self.shop.metrics().order_fact(fact.kind(), answer.violation());
        self.shop.metrics().order_facts_forgotten(self.life.told().forgotten() - forgotten);
        let status = self.life.status();
        if status != before {
            self.failure = failure;
            self.shop.metrics().order_came(status, self.channel, failure);
            if is_settled(status)
                && let Some(started) = self.started.take()
            {
                let took = self.telemetry().now().since(started);
                self.shop.metrics().order_processed(took, self.channel, failure);
            }
        }
        answer
    }

    /// Sets what is known of the order by now.
    pub(super) fn describe(&self, span: &mut Span) {
        Known::of(self).set(span);
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        let parts = mem::take(&mut self.parts);
        parts.summarise(self.telemetry(), self);
    }
}

/// Whether an order with this status is in its buyer's or a carrier's hands, or is not going to be.
const fn is_settled(status: OrderStatus) -> bool {
    match status {
        OrderStatus::PickupAvailable
        | OrderStatus::InTransit
        | OrderStatus::Delivered
        | OrderStatus::Cancelled
        | OrderStatus::Returned => true,
        OrderStatus::PaymentDue | OrderStatus::Processing | OrderStatus::Problem => false,
    }
}

/// A span that ends with what the order is at by then.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) span: Span,
    known: Known,
}

/// What is known of an order.
#[derive(Clone, Copy, Debug)]
struct Known {
    life: Lifecycle,
    failure: Option<OrderFailure>,
}

impl Open {
    pub(super) fn new(span: Span, order: &Followed) -> Self {
        Self { span, known: Known::of(order) }
    }

    /// Takes note of where the order has come to.
    pub(super) fn note(&mut self, order: &Followed) {
        self.known = Known::of(order);
    }
}

impl Known {
    const fn of(order: &Followed) -> Self {
        Self { life: order.life, failure: order.failure }
    }

    fn set(&self, span: &mut Span) {
        span.set(&said::STATUS, self.life.status())
            .set(&said::AUTHORIZED_AMOUNT, self.life.authorized())
            .set(&said::CAPTURED_AMOUNT, self.life.captured())
            .set(&said::REFUNDED_AMOUNT, self.life.refunded())
            .set(&said::ITEMS_RETURNED, self.life.returned().into());
        // Most orders are paid for in one way.
        let rare =
            [(&said::RECEIVED_AMOUNT, self.life.received()), (&said::VOIDED_AMOUNT, self.life.voided())];
        for (key, amount) in rare.into_iter().filter(|(_, amount)| amount.minor() > 0) {
            span.set(key, amount);
        }
    }

    fn ending(&self) -> Ending {
        match (self.failure, self.life.status()) {
            (Some(failure), _) => Ending::of(failure.as_str(), failure.is_fault()),
            (None, OrderStatus::Delivered) => Ending::Well,
            (None, _) => Ending::Open,
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut span = mem::take(&mut self.span);
        // Here and not with each fact: an attribute that is set again stands twice on the wire.
        self.known.set(&mut span);
        if !std::thread::panicking() {
            self.known.ending().end(span);
        }
    }
}
