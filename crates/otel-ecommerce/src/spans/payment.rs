//! A payment under way.

use std::mem;

use otel_core::{Event, EventDef, Key, Span, SpanDef, Stopwatch, Text};

use super::current::can_be_current;
use super::ending::Ending;
use crate::charge::Charge;
use crate::conventions::{self, payment as said};
use crate::ids::{PaymentId, TransactionId};
use crate::invalid::{Field, Invalid};
use crate::labels::{PaymentFailure, PaymentOperation, PaymentResult};
use crate::observability::Observability;

/// A payment under way: span `authorize_payment`, `capture_payment` or `refund_payment`, of the kind client.
///
/// What the issuer declines is no error of the shop: its span has the `error.type` and no error, and it is left out of
/// `ecommerce.payment.authorizations`. What could not be asked for, or was not answered, is an error of both. One that is
/// dropped has failed as `abandoned`, or `panic`: the money may have moved, and nobody knows.
#[derive(Debug)]
#[must_use = "a payment that is dropped at once has failed; bind the guard and say what became of it"]
pub struct PaymentSpan<'a> {
    shop: &'a Observability,
    span: Span,
    charge: Charge<'a>,
    kind: Kind,
    watch: Stopwatch,
    failure: Option<PaymentFailure>,
}

/// What is asked of the payment service.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Authorize,
    Capture,
    Refund,
}

impl<'a> PaymentSpan<'a> {
    pub(crate) fn begin(shop: &'a Observability, charge: &Charge<'a>, kind: Kind, mut span: Span) -> Self {
        span.set(&said::METHOD, charge.method())
            .set(&said::NETWORK, charge.network())
            .set(&said::AMOUNT, charge.amount())
            .set(&conventions::CURRENCY, charge.amount().currency());
        if let Some(order) = charge.order() {
            span.set(&conventions::ORDER_ID, order.0);
        }
        if let Some(user) = charge.user() {
            span.set(&conventions::USER, user);
        }
        if let Some(card) = charge.card() {
            span.set(&said::CARD_TOKEN, card);
        }
        if let Some(key) = charge.idempotency_key() {
            span.set(&said::IDEMPOTENCY_KEY, key.0);
        }
        if let Some(payment) = charge.payment() {
            span.set(&said::TRANSACTION_ID, payment.0);
        }
        let (watch, failure) = (shop.telemetry().stopwatch(), Some(PaymentFailure::Abandoned));
        Self { shop, span, charge: *charge, kind, watch, failure }
    }

    /// Ends it as made, with what the payment service calls what it did: event `ecommerce.payment.authorized`, `.captured`
    /// or `.refunded`.
    ///
    /// A [`PaymentId`] names the payment, unless the charge has named it otherwise; then it names what was done with it,
    /// as a [`CaptureId`](crate::ids::CaptureId) and a [`RefundId`](crate::ids::RefundId) always do.
    ///
    /// # Errors
    ///
    /// When the identifier is empty. The payment was made all the same, and is recorded without it.
    pub fn approved<'i>(mut self, id: impl Into<TransactionId<'i>>) -> Result<(), Invalid> {
        let id = id.into();
        let named = Invalid::unless_there(id.as_str(), Field::Payment);
        let mut event = self.event(self.kind.made());
        if let Some(key) = self.new_name(id).filter(|_| named.is_ok()) {
            self.span.set(key, id.as_str());
            event = event.set(key, id.as_str());
        }
        event.emit();
        self.failure = None;
        named
    }

    /// What the identifier is told as, unless it was told already.
    fn new_name(&self, id: TransactionId<'_>) -> Option<&'static Key<Text>> {
        match (id, self.charge.payment()) {
            (TransactionId::Payment(PaymentId(id)), Some(payment)) => {
                (id != payment.0).then_some(&said::MOVEMENT_ID)
            }
            (id, _) => Some(id.key()),
        }
    }

    /// Ends it as not made: event `ecommerce.payment.declined`, or `ecommerce.payment.failed`.
    pub fn failed(mut self, failure: PaymentFailure) {
        self.failure = Some(failure);
    }

    /// An event with what all events of a payment have.
    fn event(&self, def: &EventDef) -> Event {
        let mut event = self.span.event(def).set(&said::METHOD, self.charge.method());
        if let Some(order) = self.charge.order() {
            event = event.set(&conventions::ORDER_ID, order.0);
        }
        if let Some(payment) = self.charge.payment() {
            event = event.set(&said::TRANSACTION_ID, payment.0);
        }
        let amount = self.charge.amount();
        event.set(&said::AMOUNT, amount).set(&conventions::CURRENCY, amount.currency())
    }

    fn measure(&self) {
        let took = self.watch.elapsed();
        let metrics = self.shop.metrics();
        match self.kind.operation() {
            None => metrics.payment_answered(took, &self.charge, self.failure),
            Some(operation) => metrics.payment_moved(took, operation, &self.charge, self.failure),
        }
    }
}

can_be_current!(PaymentSpan<'_>, span);

impl Drop for PaymentSpan<'_> {
    fn drop(&mut self) {
        let panics = self.failure == Some(PaymentFailure::Abandoned) && std::thread::panicking();
        if panics {
            self.failure = Some(PaymentFailure::Panic);
        }
        self.measure();
        let (result, ending) = match self.failure {
            None => (PaymentResult::Approved, Ending::Well),
            Some(failure) => {
                let (result, def) = match failure.is_decline() {
                    true => (PaymentResult::Declined, &said::DECLINED),
                    false => (PaymentResult::Failed, &said::FAILED),
                };
                self.event(def).set(&otel_core::ERROR_TYPE, failure.as_str()).emit();
                (result, Ending::of(failure.as_str(), !failure.is_decline()))
            }
        };
        let mut span = mem::take(&mut self.span);
        span.set(&said::RESULT, result);
        if panics {
            // The span ends itself with what it knows of panics.
            return;
        }
        ending.end(span);
    }
}

impl Kind {
    pub(crate) const fn span(self) -> &'static SpanDef {
        match self {
            Self::Authorize => &said::AUTHORIZE_PAYMENT,
            Self::Capture => &said::CAPTURE_PAYMENT,
            Self::Refund => &said::REFUND_PAYMENT,
        }
    }

    /// The event of a payment that was made.
    const fn made(self) -> &'static EventDef {
        match self {
            Self::Authorize => &said::AUTHORIZED,
            Self::Capture => &said::CAPTURED,
            Self::Refund => &said::REFUNDED,
        }
    }

    const fn operation(self) -> Option<PaymentOperation> {
        match self {
            Self::Authorize => None,
            Self::Capture => Some(PaymentOperation::Capture),
            Self::Refund => Some(PaymentOperation::Refund),
        }
    }
}
