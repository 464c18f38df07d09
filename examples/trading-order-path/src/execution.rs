//! What an execution report of FIX 4.2 says.

use hotfix_message::fix42;
use otel_core::{Currency, Decimal};
use otel_trading::ids::{ClientOrderId, ExecId, Mic, OrderId, Symbol, TradeId};
use otel_trading::labels::{CancelReason, Liquidity, OrderStatus};
use otel_trading::lifecycle::Answer;
use otel_trading::order::{Fill, Progress, Replacement, Report};
use otel_trading::trade::Trade;
use otel_trading::{OrderSpan, Price, Quantity};

use crate::codes;
use crate::fix::Fields;
use crate::orders::Traits;
use crate::refusal::Refusal;

/// ISO 4217 for "no currency".
const NO_CURRENCY: &str = "XXX";

/// An execution report, read whole before any of it is told.
pub(crate) struct Execution<'a> {
    kind: &'a str,
    transaction: &'a str,
    exec_id: &'a str,
    client_id: Option<&'a str>,
    pub(crate) order_quantity: Option<Quantity>,
    last: Quantity,
    last_price: Option<Price>,
    price: Option<Price>,
    reject_reason: &'a str,
    pub(crate) report: Report<'a>,
}

impl<'a> Execution<'a> {
    /// Reads a report.
    ///
    /// # Errors
    ///
    /// When a field it needs is missing or cannot be read.
    pub(crate) fn of(message: &'a Fields) -> Result<Self, Refusal> {
        let exec_id = message.required(fix42::EXEC_ID)?;
        let cumulative = message.quantity(fix42::CUM_QTY)?;
        let ordered = match message.quantity(fix42::ORDER_QTY)? {
            Some(ordered) => Some(ordered),
            None => message.quantity(fix42::LEAVES_QTY)?.zip(cumulative).and_then(|(a, b)| a.checked_add(b)),
        };
        Ok(Self {
            kind: message.required(fix42::EXEC_TYPE)?,
            transaction: message.required(fix42::EXEC_TRANS_TYPE)?,
            exec_id,
            client_id: message.text(fix42::CL_ORD_ID)?,
            order_quantity: ordered,
            last: message.quantity(fix42::LAST_SHARES)?.unwrap_or(Quantity::ZERO),
            last_price: message.price(fix42::LAST_PX)?,
            price: message.price(fix42::PRICE)?,
            reject_reason: message.text(fix42::ORD_REJ_REASON)?.unwrap_or_default(),
            report: Report {
                exec_id: Some(ExecId(exec_id)),
                order_id: message.text(fix42::ORDER_ID)?.map(OrderId),
                cumulative,
                transact_time: message.transact_time()?,
                ..Report::default()
            },
        })
    }

    /// Tells what happened to the order.
    pub(crate) fn tell(&self, order: &mut OrderSpan) -> Answer {
        let report = &self.report;
        match (self.transaction, self.kind) {
            ("1", _) => order.trade_busted(&self.fill()),
            ("2", _) => order.trade_corrected(&self.fill()),
            (_, "0") => order.order_acknowledged(report),
            (_, "1") => order.order_partially_filled(&self.fill()),
            (_, "2") => order.order_filled(&self.fill()),
            (_, "3") => order.order_done_for_day(report),
            (_, "4") => {
                let asked = order.lifecycle().status() == OrderStatus::PendingCancel;
                let reason = if asked { CancelReason::Requested } else { CancelReason::Unsolicited };
                order.order_cancelled(reason, report)
            }
            (_, "5") => order.order_replaced(&self.replacement(order.lifecycle().ordered())),
            (_, "6") => order.order_cancel_requested(report),
            (_, "7") => order.order_stopped(report),
            (_, "8") => order.order_rejected(codes::reject_reason(self.reject_reason), report),
            (_, "9") => order.order_suspended(report),
            (_, "A") => order.order_pending_new(report),
            (_, "C") => order.order_expired(report),
            (_, "E") => order.order_replace_requested(report),
            // Calculated (B), restated (D), and whatever a venue has of its own.
            _ => order.order_restated(report),
        }
    }

    /// Whether it answers a question, and nothing has happened.
    pub(crate) fn is_answer(&self) -> bool {
        self.transaction == "3"
    }

    /// Whether something was executed.
    pub(crate) fn is_trade(&self) -> bool {
        self.transaction == "0" && matches!(self.kind, "1" | "2")
    }

    fn fill(&self) -> Fill<'a> {
        let price = self.last_price.unwrap_or(Price(Decimal::whole(0)));
        Fill { report: self.report, ..Fill::new(ExecId(self.exec_id), self.last, price) }
    }

    fn replacement(&self, ordered: Quantity) -> Replacement<'a> {
        let name = ClientOrderId(self.client_id.unwrap_or_default());
        let quantity = self.order_quantity.unwrap_or(ordered);
        Replacement { price: self.price, report: self.report, ..Replacement::new(name, quantity) }
    }

    /// The trade behind it, with what only the order said.
    pub(crate) fn trade<'b>(&'b self, traits: &'b Traits) -> Option<Trade<'b>> {
        let fill = self.fill();
        Some(Trade {
            id: TradeId(self.exec_id),
            symbol: Symbol(&traits.symbol),
            venue: Mic(&traits.venue),
            side: traits.side,
            quantity: fill.quantity,
            price: fill.price,
            currency: traits.currency.or_else(|| Currency::from_code(NO_CURRENCY))?,
            liquidity: Liquidity::Unknown,
            client_id: self.client_id.map(ClientOrderId),
            transact_time: self.report.transact_time,
        })
    }

    /// Where the order must have been before this report.
    pub(crate) fn progress_before(&self) -> Progress {
        let after = self.report.cumulative.unwrap_or(Quantity::ZERO);
        let before = match (self.transaction, self.kind) {
            ("1", _) => after.checked_add(self.last),
            ("0", "1" | "2") => after.checked_sub(self.last),
            _ => Some(after),
        };
        let cumulative = before.unwrap_or(Quantity::ZERO);
        let status = match self.kind {
            "0" | "8" | "A" => OrderStatus::Submitted,
            "5" => OrderStatus::PendingReplace,
            _ if cumulative > Quantity::ZERO => OrderStatus::PartiallyFilled,
            _ => OrderStatus::New,
        };
        Progress { status, cumulative }
    }
}
