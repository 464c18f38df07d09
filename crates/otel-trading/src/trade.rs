//! What a caller says about a trade.

use otel_core::{Currency, Money, Timestamp};

use crate::ids::{ClientOrderId, Mic, Symbol, TradeId};
use crate::labels::{Liquidity, Side};
use crate::quantity::{Price, Quantity};

/// A trade: somebody's order was executed.
#[derive(Clone, Copy, Debug)]
pub struct Trade<'a> {
    /// What the venue calls it.
    pub id: TradeId<'a>,
    /// What was traded.
    pub symbol: Symbol<'a>,
    /// Where.
    pub venue: Mic<'a>,
    /// Whether it was bought or sold.
    pub side: Side,
    /// How much of it.
    pub quantity: Quantity,
    /// At which price.
    pub price: Price,
    /// The currency of the price.
    pub currency: Currency,
    /// What it did to the book.
    pub liquidity: Liquidity,
    /// The order it belongs to.
    pub client_id: Option<ClientOrderId<'a>>,
    /// When it happened, by the venue's clock.
    pub transact_time: Option<Timestamp>,
}

impl Trade<'_> {
    /// Quantity times price, rounded to the minor unit; `None` beyond what [`Money`] holds.
    ///
    /// It has the sign of the price: a spread may trade below zero.
    pub fn notional(&self) -> Option<Money> {
        Money::of(self.quantity.0, self.price.0, self.currency)
    }
}
