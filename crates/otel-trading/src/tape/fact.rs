//! What is recorded of one thing that happened to an order.

use otel_core::{Currency, Event, Fixed, Timestamp};

use super::text::Inline;
use crate::conventions::{self, tape as said};
use crate::labels::{
    CancelReason, CancelRejectReason, ExecType, Liquidity, OrderStatus, OrderType, RejectReason, Side,
};
use crate::quantity::{Price, Quantity};

/// The most bytes of an identifier on the tape: a UUID, as it is written.
pub const MOST_ID: usize = 36;

/// The most bytes of a symbol on the tape: those of listed options take 21.
pub const MOST_SYMBOL: usize = 24;

/// The bytes of a market identifier code: ISO 10383.
pub const MOST_VENUE: usize = 4;

pub(super) type Id = Inline<MOST_ID>;

otel_core::fixed! {
    /// One thing that happened to an order, as the tape keeps it: 253 bytes that are copied as they are.
    ///
    /// Made by a [`TapedOrder`](super::TapedOrder), which has checked what can be wrong with it.
    pub struct OrderFact {
        pub(super) exec_type: ExecType,
        pub(super) status: OrderStatus,
        pub(super) side: Side,
        pub(super) order_type: OrderType,
        pub(super) venue: Inline<MOST_VENUE>,
        pub(super) symbol: Inline<MOST_SYMBOL>,
        pub(super) client_id: Id,
        pub(super) order_id: Id,
        pub(super) exec_id: Id,
        // What came before: of an execution another execution, of all else what the order was called.
        pub(super) refers_to: Id,
        // Whether quantity and price are those of one execution, and not of the order.
        pub(super) is_execution: bool,
        pub(super) quantity: Quantity,
        pub(super) price: Option<Price>,
        pub(super) cumulative: Option<Quantity>,
        pub(super) leaves: Option<Quantity>,
        pub(super) currency: Option<Currency>,
        pub(super) liquidity: Liquidity,
        pub(super) reason: Option<Reason>,
        pub(super) transacted: Option<Timestamp>,
        pub(super) received: Option<Timestamp>,
    }
}

impl OrderFact {
    /// The same fact, with why it happened: attribute `trading.order.cancel.reason`, `trading.order.cancel.reject.reason`
    /// or `error.type`.
    #[must_use]
    pub fn because(mut self, reason: impl Into<Reason>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// The same fact, with when its message was received, by the clock of whoever stamped it first: a network card or
    /// a gateway. Attribute `trading.event.receive_time`.
    #[must_use]
    pub fn received_at(mut self, time: Timestamp) -> Self {
        self.received = Some(time);
        self
    }

    /// What happened.
    pub const fn exec_type(&self) -> ExecType {
        self.exec_type
    }

    /// What the order is at since.
    pub const fn status(&self) -> OrderStatus {
        self.status
    }

    /// When it happened, as far as anybody says: by the message, else when that was received.
    pub(super) fn happened(&self) -> Option<Timestamp> {
        self.transacted.or(self.received)
    }
}

/// Why an order was cancelled or refused, or what was asked about it was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// Why the order was cancelled.
    Canceled(CancelReason),
    /// Why the order was refused.
    Rejected(RejectReason),
    /// Why a cancellation or a replacement was refused.
    CancelRejected(CancelRejectReason),
}

impl From<CancelReason> for Reason {
    fn from(reason: CancelReason) -> Self {
        Self::Canceled(reason)
    }
}

impl From<RejectReason> for Reason {
    fn from(reason: RejectReason) -> Self {
        Self::Rejected(reason)
    }
}

impl From<CancelRejectReason> for Reason {
    fn from(reason: CancelRejectReason) -> Self {
        Self::CancelRejected(reason)
    }
}

impl Fixed for Reason {
    const SIZE: usize = 3;

    #[inline]
    fn store(&self, to: &mut [u8]) {
        let (kind, reason) = to.split_at_mut(1);
        match self {
            Self::Canceled(why) => {
                kind.fill(0);
                why.store(reason);
            }
            Self::Rejected(why) => {
                kind.fill(1);
                why.store(reason);
            }
            Self::CancelRejected(why) => {
                kind.fill(2);
                why.store(reason);
            }
        }
    }

    fn load(from: &[u8]) -> Self {
        let (kind, reason) = from.split_at(1);
        match u8::load(kind) {
            0 => Self::Canceled(Fixed::load(reason)),
            1 => Self::Rejected(Fixed::load(reason)),
            _ => Self::CancelRejected(Fixed::load(reason)),
        }
    }
}

/// Quantities and prices are stored as the decimals they are.
macro_rules! stored_as_decimals {
    ($($amount:ident),+) => {$(
        impl Fixed for $amount {
            const SIZE: usize = <otel_core::Decimal as Fixed>::SIZE;

            #[inline]
            fn store(&self, to: &mut [u8]) {
                self.0.store(to);
            }

            #[inline]
            fn load(from: &[u8]) -> Self {
                Self(Fixed::load(from))
            }
        }
    )+};
}

stored_as_decimals!(Quantity, Price);

/// Says in the event what the fact says: what an event of an order that is followed says, and what would stand on the
/// span of that.
pub(super) fn written(fact: &OrderFact, event: Event) -> Event {
    let mut event = event
        .set(&conventions::CLIENT_ORDER_ID, fact.client_id.as_str())
        .set(&conventions::STATUS, fact.status)
        .set(&conventions::EXEC_TYPE, fact.exec_type)
        .set(&conventions::SYMBOL, fact.symbol.as_str())
        .set(&conventions::VENUE, fact.venue.as_str())
        .set(&conventions::SIDE, fact.side)
        .set(&conventions::ORDER_TYPE, fact.order_type);
    if let Some(id) = fact.order_id.said() {
        event = event.set(&conventions::ORDER_ID, id);
    }
    if let Some(id) = fact.exec_id.said() {
        event = event.set(&conventions::EXEC_ID, id);
    }
    if let Some(currency) = fact.currency {
        event = event.set(&conventions::CURRENCY, currency);
    }
    event = amounts(fact, event);
    event = match fact.reason {
        None => event,
        Some(Reason::Canceled(why)) => event.set(&conventions::CANCEL_REASON, why),
        Some(Reason::Rejected(why)) => event.set(&conventions::REJECT_REASON, why),
        Some(Reason::CancelRejected(why)) => event.set(&conventions::CANCEL_REJECT_REASON, why),
    };
    if let Some(time) = fact.transacted {
        event = event.set(&conventions::TRANSACT_TIME, time);
    }
    match fact.received {
        Some(time) => event.set(&said::RECEIVE_TIME, time),
        None => event,
    }
}

/// Quantities, prices, and what they refer to: of one execution, or of the order.
fn amounts(fact: &OrderFact, mut event: Event) -> Event {
    let (quantity, price, before) = if fact.is_execution {
        event = event.set(&conventions::LIQUIDITY, fact.liquidity);
        (&conventions::FILL_QUANTITY, &conventions::FILL_PRICE, &conventions::EXEC_REF_ID)
    } else {
        (&conventions::QUANTITY, &conventions::PRICE, &conventions::ORIGINAL_CLIENT_ORDER_ID)
    };
    event = event.set(quantity, fact.quantity.0);
    if let Some(it) = fact.price {
        event = event.set(price, it.0);
    }
    if let Some(id) = fact.refers_to.said() {
        event = event.set(before, id);
    }
    if let Some(cumulative) = fact.cumulative {
        event = event.set(&conventions::CUMULATIVE_QUANTITY, cumulative.0);
    }
    match fact.leaves {
        Some(leaves) => event.set(&conventions::LEAVES_QUANTITY, leaves.0),
        None => event,
    }
}
