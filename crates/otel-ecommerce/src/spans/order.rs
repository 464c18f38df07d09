//! An order, and everything that happens to it.
//!
//! An [`OrderSpan`] stands for what *one process* sees of an order *without a break*: the request in which somebody buys.
//! What comes later, days after, is a step of its own: [`OrderSpan::park`] ends the span and keeps the little that the
//! next message needs, and [`ParkedOrder::resume`] starts a short span for that message, with a link to the first. The
//! verbs are the same either way, and so are all metrics and events.

use std::future::Future;

use otel_core::{Context, ERROR_TYPE, Event, EventDef, Key, Money, Span, Text};

use super::current::can_be_current;
use super::followed::{Followed, Open};
use super::parked::{ParkedOrder, Parts};
use crate::conventions::{self, order as said, payment};
use crate::ids::{CaptureId, PaymentId, RefundId, ReturnId, TransactionId, VoidId};
use crate::invalid::Invalid;
use crate::labels::{OrderFailure, OrderStatus};
use crate::observability::Observability;
use crate::order::{Answer, Fact, Lifecycle, NewOrder, Progress};

/// An order as one process follows it: span `process_order`, or `process_order_step` once it was parked.
///
/// Each verb feeds the order's [`Lifecycle`], emits the event of its fact, counts it in `ecommerce.order.facts`, in
/// `{fact}`, and says what the life cycle made of it. A status that the order came to is counted in `ecommerce.orders`, in
/// `{order}`. A fact that is refused changes nothing. What is wrong with a fact, be it refused or believed all the
/// same, is counted in `ecommerce.order.transition.violations`, in `{violation}`, and told by `ecommerce.order.violated`.
/// The span ends with what the order is at when the guard is
/// finished, parked or dropped; it is worth the order's value to a tail sampler.
#[derive(Debug)]
#[must_use = "an order that is dropped at once is not followed; bind the guard, and finish or park it"]
pub struct OrderSpan {
    open: Open,
    order: Followed,
}

impl OrderSpan {
    pub(crate) fn begin(shop: &Observability, new: &NewOrder<'_>, span: Span) -> Self {
        let order = Followed::from_the_start(shop, new);
        Self::described(order, new, span)
    }

    pub(crate) fn midway(
        shop: &Observability,
        new: &NewOrder<'_>,
        progress: &Progress,
        origin: Option<&Context>,
    ) -> Result<Self, Invalid> {
        let mut order = Followed::midway(shop, new, progress)?;
        let mut span = shop.telemetry().span(&said::PROCESS_ORDER);
        if let Some(origin) = origin {
            span.link(origin);
            order.parts = Parts::since(origin);
        }
        Ok(Self::described(order, new, span))
    }

    fn described(order: Followed, new: &NewOrder<'_>, mut span: Span) -> Self {
        span.worth(order.worth)
            .set(&conventions::ORDER_ID, new.id().0)
            .set(&conventions::CHANNEL, new.channel())
            .set(&said::TOTAL, new.total())
            .set(&conventions::CURRENCY, new.total().currency())
            .set(&said::ITEMS, new.items().into());
        if let Some(user) = new.user() {
            span.set(&conventions::USER, user);
        }
        if let Some(checkout) = new.checkout() {
            span.set(&said::CHECKOUT_ID, checkout.0);
        }
        if let Some(cart) = new.cart() {
            span.set(&said::CART_ID, cart.0);
        }
        if let Some(time) = new.placed_at() {
            span.set(&said::PLACED_AT, time);
        }
        Self { open: Open::new(span, &order), order }
    }

    pub(super) fn resume(mut order: Followed, mut span: Span) -> Self {
        span.worth(order.worth).set(&conventions::ORDER_ID, order.id());
        if let Some(origin) = order.parts.origin() {
            span.link(origin);
        }
        order.parts.add(&span.context());
        Self { open: Open::new(span, &order), order }
    }

    /// The purchase was completed, and the order is being prepared: event `ecommerce.order.completed`, or
    /// `ecommerce.order.resumed` where that had happened before.
    ///
    /// That it was completed is told once, even if that message was overtaken by those of later steps.
    pub fn order_completed(&mut self) -> Answer {
        let event = if self.lifecycle().is_completed() { &said::RESUMED } else { &said::COMPLETED };
        self.come(OrderStatus::Processing, event, None)
    }

    /// The order has to be paid for again, as when a direct debit bounces: event `ecommerce.order.payment_missed`.
    pub fn order_payment_missed(&mut self) -> Answer {
        self.come(OrderStatus::PaymentDue, &said::PAYMENT_MISSED, None)
    }

    /// The order can be fetched: event `ecommerce.order.readied`.
    pub fn order_readied(&mut self) -> Answer {
        self.come(OrderStatus::PickupAvailable, &said::READIED, None)
    }

    /// The order is on its way: event `ecommerce.order.shipped`.
    pub fn order_shipped(&mut self) -> Answer {
        self.come(OrderStatus::InTransit, &said::SHIPPED, None)
    }

    /// Its buyer has what was ordered: event `ecommerce.order.delivered`.
    pub fn order_delivered(&mut self) -> Answer {
        self.come(OrderStatus::Delivered, &said::DELIVERED, None)
    }

    /// The order was cancelled, by its buyer's wish or because something failed: event `ecommerce.order.cancelled`.
    pub fn order_cancelled(&mut self, failure: Option<OrderFailure>) -> Answer {
        self.come(OrderStatus::Cancelled, &said::CANCELLED, failure)
    }

    /// Somebody has to look at the order: event `ecommerce.order.stalled`.
    pub fn order_stalled(&mut self, failure: OrderFailure) -> Answer {
        self.come(OrderStatus::Problem, &said::STALLED, Some(failure))
    }

    /// All of the order came back: event `ecommerce.order.returned`.
    pub fn order_returned(&mut self) -> Answer {
        self.come(OrderStatus::Returned, &said::RETURNED, None)
    }

    /// Items of the order came back: event `ecommerce.order.items_returned`, or `ecommerce.order.returned` when they are
    /// the last.
    pub fn items_returned(&mut self, id: ReturnId<'_>, items: u32) -> Answer {
        let life = self.lifecycle();
        let is_all = life.returned().saturating_add(items) == life.items();
        let event = if is_all { &said::RETURNED } else { &said::SOME_RETURNED };
        self.tell(&Fact::ItemsReturned(id, items), event, None)
    }

    /// A payment for the order was authorised: event `ecommerce.order.payment_authorized`.
    ///
    /// What is told again under its identifier is refused; so it is with everything below. What is authorised on top of it
    /// later has an identifier of its own.
    pub fn payment_authorized(&mut self, payment: PaymentId<'_>, amount: Money) -> Answer {
        self.tell(&Fact::Authorized(payment, amount), &said::AUTHORIZED, None)
    }

    /// A payment for the order came without having been authorised before, as cash, a transfer, a debit, a voucher, or a
    /// card that is charged in one step: event `ecommerce.order.payment_received`.
    pub fn payment_received(&mut self, payment: PaymentId<'_>, amount: Money) -> Answer {
        self.tell(&Fact::Received(payment, amount), &said::RECEIVED, None)
    }

    /// So much of what was authorised was released without having been taken: event `ecommerce.order.payment_voided`.
    pub fn payment_voided(&mut self, void: VoidId<'_>, amount: Money) -> Answer {
        self.tell(&Fact::Voided(void, amount), &said::VOIDED, None)
    }

    /// Money for the order was taken, all that was authorised or a part of it: event
    /// `ecommerce.order.payment_captured`. Each part has an identifier of its own; where a payment is taken at once, its
    /// own will do.
    pub fn payment_captured(&mut self, capture: CaptureId<'_>, amount: Money) -> Answer {
        self.tell(&Fact::Captured(capture, amount), &said::CAPTURED, None)
    }

    /// Money for the order was given back, all that came in or a part of it: event `ecommerce.order.refunded`.
    pub fn order_refunded(&mut self, refund: RefundId<'_>, amount: Money) -> Answer {
        self.tell(&Fact::Refunded(refund, amount), &said::REFUNDED, None)
    }

    /// What is known of the order.
    pub const fn lifecycle(&self) -> &Lifecycle {
        self.order.lifecycle()
    }

    /// Ends the span, and keeps what the next step of this order needs.
    pub fn park(self) -> ParkedOrder {
        let Self { open, mut order } = self;
        // A step is there since it began.
        if order.parts.is_empty() {
            order.parts.add(&open.span.context());
        }
        drop(open);
        ParkedOrder::new(order)
    }

    /// Ends the span, and stops following the order.
    pub fn finish(self) {
        drop(self);
    }

    fn come(&mut self, to: OrderStatus, event: &EventDef, failure: Option<OrderFailure>) -> Answer {
        self.tell(&Fact::Came(to), event, failure)
    }

    /// Takes in a fact, and tells it.
    fn tell(&mut self, fact: &Fact<'_>, def: &EventDef, failure: Option<OrderFailure>) -> Answer {
        let before = self.lifecycle().status();
        let answer = self.order.take_in(fact, failure);
        if let Some(violation) = answer.violation() {
            let event = self.event(&said::VIOLATED, before, fact).set(&said::FACT, fact.kind());
            event.set(&said::VIOLATION, violation).emit();
        }
        if !answer.is_believed() {
            return answer;
        }
        let status = self.lifecycle().status();
        let mut event = self.event(def, status, fact);
        if status != before {
            event = event.set(&said::PREVIOUS_STATUS, before);
        }
        if let Some(failure) = failure {
            event = event.set(&ERROR_TYPE, failure.as_str());
        }
        event.emit();
        self.open.note(&self.order);
        answer
    }

    /// An event with what all events of an order have, and what only those of this kind of fact have.
    fn event(&self, def: &EventDef, status: OrderStatus, fact: &Fact<'_>) -> Event {
        let event = self.open.span.event(def).set(&conventions::ORDER_ID, self.order.id());
        let event = event.set(&said::STATUS, status);
        match (*fact, fact.money()) {
            (Fact::ItemsReturned(id, items), _) => {
                named(event, &said::RETURN_ID, id.0).set(&said::ITEMS, items.into())
            }
            (_, Some((id, amount))) => named(event, id.key(), id.as_str())
                .set(&payment::AMOUNT, amount)
                .set(&conventions::CURRENCY, amount.currency()),
            _ => event,
        }
    }
}

/// The event with this identifier, if it is one.
fn named(event: Event, key: &Key<Text>, id: &str) -> Event {
    if id.trim().is_empty() { event } else { event.set(key, id) }
}

can_be_current!(OrderSpan, open.span);

impl TransactionId<'_> {
    /// What the identifier is told as.
    pub(super) const fn key(self) -> &'static Key<Text> {
        match self {
            Self::Payment(_) => &payment::TRANSACTION_ID,
            Self::Capture(_) | Self::Refund(_) | Self::Void(_) => &payment::MOVEMENT_ID,
        }
    }
}
