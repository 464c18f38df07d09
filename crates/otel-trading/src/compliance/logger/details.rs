//! The details of records.

use crate::audit::{Detail, DetailName, StoredDetail, StoredRecord, StoredValue, Value};
use crate::compliance::logger::change::StatusChange;
use crate::compliance::logger::principal::Principal;
use crate::compliance::logger::told::Told;
use crate::conventions::compliance::detail;
use crate::ids::TradeId;
use crate::labels::{FlagKind, SessionAnswer};
use crate::order::{NewOrder, Progress};
use crate::trade::Trade;

/// The details of a record in the making.
#[derive(Debug)]
pub(super) struct Details<'a>(Vec<Detail<'a>>);

/// The identifier an order goes by from this record on, where it says one.
pub(super) fn client_id(record: &StoredRecord) -> Option<&str> {
    let is_it = |detail: &&StoredDetail| detail.name == detail::CLIENT_ID.0;
    match &record.details.iter().find(is_it)?.value {
        StoredValue::Text(text) => Some(text),
        _ => None,
    }
}

/// What the history of a trade without an order goes by: a name of its own, for a trade may be called as an order is.
pub(super) fn name_of_trade(trade: TradeId<'_>) -> Box<str> {
    [detail::OF_TRADE, trade.0].concat().into()
}

impl<'a> Details<'a> {
    /// What an order says; `pseudonym` is that of its trader, for where the principal names no person.
    pub(super) fn of_order(
        order: &NewOrder<'a>,
        principal: Option<&Principal<'a>>,
        pseudonym: Option<&'a str>,
    ) -> Self {
        let mut details = Self(Vec::new());
        details
            .text(detail::CLIENT_ID, order.client_id.0)
            .text(detail::SYMBOL, order.symbol.0)
            .text(detail::VENUE, order.venue.0)
            .text(detail::SIDE, order.side.as_str())
            .text(detail::ORDER_TYPE, order.order_type.as_str())
            .some(detail::QUANTITY, Some(Value::Quantity(order.quantity)))
            .some(detail::PRICE, order.price.map(Value::Price))
            .some(detail::CURRENCY, order.currency.map(|currency| Value::Text(currency.code())))
            .some(detail::TIME_IN_FORCE, order.time_in_force.map(|time| Value::Text(time.as_str())));
        match principal.and_then(|principal| principal.trader) {
            Some(trader) => {
                details.some(detail::TRADER, Some(Value::Personal(trader.subject, trader.identity)))
            }
            None => details.some(detail::TRADER_PSEUDONYM, pseudonym.map(Value::Text)),
        };
        details
    }

    /// The same, of an order that was met where it had come to.
    pub(super) fn met_at(mut self, progress: &Progress) -> Self {
        self.text(detail::STATUS, progress.status.as_str())
            .some(detail::CUMULATIVE, Some(Value::Quantity(progress.cumulative)));
        self
    }

    pub(super) fn of_change(change: &StatusChange<'a>) -> Self {
        let mut details = Self(Vec::new());
        let report = &change.report;
        details
            .text(detail::EXEC_TYPE, change.exec_type.as_str())
            .text(detail::STATUS, change.status.as_str())
            .some(detail::CLIENT_ID, change.replacement.map(|id| Value::Text(id.0)))
            .some(detail::EXEC_ID, report.exec_id.map(|id| Value::Text(id.0)))
            .some(detail::ORDER_ID, report.order_id.map(|id| Value::Text(id.0)))
            .some(detail::CUMULATIVE, change.cumulative.or(report.cumulative).map(Value::Quantity))
            .some(detail::CANCEL_REASON, change.cancel_reason.map(|it| Value::Text(it.as_str())))
            .some(
                detail::CANCEL_REJECT_REASON,
                change.cancel_reject_reason.map(|it| Value::Text(it.as_str())),
            )
            .some(detail::REJECT_REASON, change.reject_reason.map(|it| Value::Text(it.as_str())))
            .some(detail::VIOLATION, change.answer.violation().map(|it| Value::Text(it.as_str())));
        // What an execution changes is not what the order asks for.
        let (quantity, price) = if change.is_replacement() {
            (detail::QUANTITY, detail::PRICE)
        } else {
            (detail::TRADE_QUANTITY, detail::TRADE_PRICE)
        };
        details
            .some(quantity, change.quantity.map(Value::Quantity))
            .some(price, change.price.map(Value::Price));
        details
    }

    pub(super) fn of_trade(trade: &Trade<'a>) -> Self {
        let mut details = Self(Vec::new());
        details
            .text(detail::TRADE_ID, trade.id.0)
            .text(detail::SYMBOL, trade.symbol.0)
            .text(detail::VENUE, trade.venue.0)
            .text(detail::SIDE, trade.side.as_str())
            .some(detail::TRADE_QUANTITY, Some(Value::Quantity(trade.quantity)))
            .some(detail::TRADE_PRICE, Some(Value::Price(trade.price)))
            .text(detail::CURRENCY, trade.currency.code())
            .some(detail::NOTIONAL, trade.notional().map(Value::Money))
            .text(detail::LIQUIDITY, trade.liquidity.as_str());
        details
    }

    /// Adds what was found: the phase of the session, and each flag with its rule and evidence.
    pub(super) fn judged(mut self, told: &Told, flags: &'a [(FlagKind, String)]) -> Self {
        self.some(
            detail::SESSION,
            told.head.phase.map(|phase| Value::Text(SessionAnswer::from(phase).as_str())),
        );
        for (kind, text) in flags {
            self.text(DetailName(kind.as_str()), text);
        }
        self
    }

    pub(super) fn as_slice(&self) -> &[Detail<'a>] {
        &self.0
    }

    fn text(&mut self, name: DetailName<'a>, text: &'a str) -> &mut Self {
        self.some(name, Some(Value::Text(text)))
    }

    fn some(&mut self, name: DetailName<'a>, value: Option<Value<'a>>) -> &mut Self {
        self.0.extend(value.map(|value| Detail::new(name, value)));
        self
    }
}
