//! An order that is taped, and the facts that are made of its messages.

use super::fact::{Id, OrderFact};
use super::text::{Inline, TapedText, TooLong};
use crate::labels::{ExecType, Liquidity, OrderStatus};
use crate::order::{Fill, NewOrder, Replacement, Report};

/// What all facts of one order have in common, checked once; each message then takes only what it says itself.
///
/// It is plain data, to be kept where the order is kept. It takes the same [`NewOrder`], [`Report`], [`Fill`] and
/// [`Replacement`] as an [`OrderSpan`](crate::OrderSpan), so whatever reads messages feeds both. What an order *is at*
/// is for the message to say, or for a [`Lifecycle`](crate::lifecycle::Lifecycle): nothing is judged here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TapedOrder {
    /// That it was sent.
    sent: OrderFact,
}

impl TapedOrder {
    /// An order that is about to be sent. Its trader and time in force are not on the tape.
    ///
    /// # Errors
    ///
    /// When its identifier is longer than [`MOST_ID`](super::MOST_ID) bytes, its symbol than
    /// [`MOST_SYMBOL`](super::MOST_SYMBOL), or its venue than [`MOST_VENUE`](super::MOST_VENUE).
    pub fn new(order: &NewOrder<'_>) -> Result<Self, TooLong> {
        let sent = OrderFact {
            exec_type: ExecType::Submitted,
            status: OrderStatus::Submitted,
            side: order.side,
            order_type: order.order_type,
            venue: Inline::of(order.venue.0, TapedText::Venue)?,
            symbol: Inline::of(order.symbol.0, TapedText::Symbol)?,
            client_id: Id::of(order.client_id.0, TapedText::ClientOrderId)?,
            order_id: Id::EMPTY,
            exec_id: Id::EMPTY,
            refers_to: Id::EMPTY,
            is_execution: false,
            quantity: order.quantity,
            price: order.price,
            cumulative: None,
            leaves: None,
            currency: order.currency,
            liquidity: Liquidity::Unknown,
            reason: None,
            transacted: order.transact_time,
            received: None,
        };
        Ok(Self { sent })
    }

    /// That the order was sent: event `trading.order.submitted`.
    pub const fn submitted(&self) -> OrderFact {
        self.sent
    }

    /// That something happened to the order which is neither an execution nor a replacement: the event of `exec_type`.
    ///
    /// # Errors
    ///
    /// When the report's identifier, or the order's at the venue, is longer than [`MOST_ID`](super::MOST_ID) bytes.
    pub fn reported(
        &self,
        exec_type: ExecType,
        status: OrderStatus,
        report: &Report<'_>,
    ) -> Result<OrderFact, TooLong> {
        let quantity = report.ordered.unwrap_or(self.sent.quantity);
        Ok(OrderFact { quantity, ..self.fact(exec_type, status, report)? })
    }

    /// That the order or a part of it was executed: event `trading.order.filled` when it is `Filled` by that, else
    /// `trading.order.partially_filled`.
    ///
    /// # Errors
    ///
    /// When an identifier is longer than [`MOST_ID`](super::MOST_ID) bytes.
    pub fn executed(&self, status: OrderStatus, fill: &Fill<'_>) -> Result<OrderFact, TooLong> {
        let exec_type = match status {
            OrderStatus::Filled => ExecType::Fill,
            _ => ExecType::PartialFill,
        };
        self.execution(exec_type, status, fill)
    }

    /// That an execution was corrected to what `fill` says: event `trading.trade.corrected`.
    ///
    /// # Errors
    ///
    /// When an identifier is longer than [`MOST_ID`](super::MOST_ID) bytes.
    pub fn corrected(&self, status: OrderStatus, fill: &Fill<'_>) -> Result<OrderFact, TooLong> {
        self.execution(ExecType::TradeCorrect, status, fill)
    }

    /// That an execution was busted: event `trading.trade.busted`.
    ///
    /// # Errors
    ///
    /// When an identifier is longer than [`MOST_ID`](super::MOST_ID) bytes.
    pub fn busted(&self, status: OrderStatus, fill: &Fill<'_>) -> Result<OrderFact, TooLong> {
        self.execution(ExecType::TradeCancel, status, fill)
    }

    /// That the order was replaced: event `trading.order.replaced`. Its identifier, quantity and limit are the
    /// replacement's from now on.
    ///
    /// # Errors
    ///
    /// When an identifier is longer than [`MOST_ID`](super::MOST_ID) bytes; the order is what it was then.
    pub fn replaced(
        &mut self,
        status: OrderStatus,
        replacement: &Replacement<'_>,
    ) -> Result<OrderFact, TooLong> {
        let client_id = Id::of(replacement.client_id.0, TapedText::ClientOrderId)?;
        let fact = OrderFact {
            client_id,
            refers_to: self.sent.client_id,
            quantity: replacement.quantity,
            price: replacement.price.or(self.sent.price),
            ..self.fact(ExecType::Replaced, status, &replacement.report)?
        };
        self.sent = OrderFact { client_id, quantity: fact.quantity, price: fact.price, ..self.sent };
        Ok(fact)
    }

    fn execution(
        &self,
        exec_type: ExecType,
        status: OrderStatus,
        fill: &Fill<'_>,
    ) -> Result<OrderFact, TooLong> {
        let refers_to = fill.refers_to.map_or(Ok(Id::EMPTY), |id| Id::of(id.0, TapedText::ExecRefId))?;
        Ok(OrderFact {
            is_execution: true,
            quantity: fill.quantity,
            price: Some(fill.price),
            liquidity: fill.liquidity,
            refers_to,
            ..self.fact(exec_type, status, &fill.report)?
        })
    }

    #[inline]
    fn fact(
        &self,
        exec_type: ExecType,
        status: OrderStatus,
        report: &Report<'_>,
    ) -> Result<OrderFact, TooLong> {
        let Report { exec_id, order_id, cumulative, leaves, transact_time, .. } = *report;
        Ok(OrderFact {
            exec_type,
            status,
            order_id: order_id.map_or(Ok(Id::EMPTY), |id| Id::of(id.0, TapedText::OrderId))?,
            exec_id: exec_id.map_or(Ok(Id::EMPTY), |id| Id::of(id.0, TapedText::ExecId))?,
            cumulative,
            leaves,
            transacted: transact_time,
            ..self.sent
        })
    }
}
