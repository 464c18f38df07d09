//! What is said of an order, and what its life makes of that.

use otel_core::Money;

use crate::ids::{CaptureId, PaymentId, RefundId, ReturnId, TransactionId, VoidId};
use crate::labels::{OrderFact, OrderStatus, OrderViolation as Violation};

/// What is said to have happened to an order.
///
/// What comes in parts has an identifier for each of them: a fact that is told again is known by its own, and not by
/// that of the payment that it is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fact<'a> {
    /// It came to a status.
    Came(OrderStatus),
    /// So many of its items came back; when they are the last, so did the order.
    ItemsReturned(ReturnId<'a>, u32),
    /// A payment of this amount was authorised.
    Authorized(PaymentId<'a>, Money),
    /// A payment of this amount came without having been authorised before: cash, a transfer, a sale in one step.
    Received(PaymentId<'a>, Money),
    /// So much of what was authorised was released without having been taken.
    Voided(VoidId<'a>, Money),
    /// So much of what was authorised was taken.
    Captured(CaptureId<'a>, Money),
    /// So much was given back.
    Refunded(RefundId<'a>, Money),
}

impl<'a> Fact<'a> {
    /// What kind of fact it is.
    pub fn kind(&self) -> OrderFact {
        match self {
            Self::Came(status) => (*status).into(),
            Self::ItemsReturned(..) => OrderFact::ItemsReturned,
            Self::Authorized(..) => OrderFact::Authorized,
            Self::Received(..) => OrderFact::Received,
            Self::Voided(..) => OrderFact::Voided,
            Self::Captured(..) => OrderFact::Captured,
            Self::Refunded(..) => OrderFact::Refunded,
        }
    }

    /// What the payment service calls it and how much it is about, where it is about money.
    pub fn money(&self) -> Option<(TransactionId<'a>, Money)> {
        Some(match *self {
            Self::Authorized(id, amount) | Self::Received(id, amount) => (id.into(), amount),
            Self::Voided(id, amount) => (id.into(), amount),
            Self::Captured(id, amount) => (id.into(), amount),
            Self::Refunded(id, amount) => (id.into(), amount),
            Self::Came(_) | Self::ItemsReturned(..) => return None,
        })
    }
}

/// What an order's life made of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a fact that is refused has changed nothing"]
#[non_exhaustive]
pub enum Answer {
    /// It follows from what is known.
    Accepted,
    /// It is believed, though something is wrong with it.
    Tolerated(Violation),
    /// It changes nothing.
    Refused(Violation),
}

impl Answer {
    /// What is wrong with the fact, if something is.
    pub const fn violation(self) -> Option<Violation> {
        match self {
            Self::Accepted => None,
            Self::Tolerated(violation) | Self::Refused(violation) => Some(violation),
        }
    }

    /// Whether the fact was believed.
    pub const fn is_believed(self) -> bool {
        !matches!(self, Self::Refused(_))
    }
}
