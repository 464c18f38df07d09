//! What a caller says about an order.
//!
//! The structs are plain data. What an order or a report must have is asked for by `new`; the rest is optional, and
//! written like this, so that a new optional field breaks nobody:
//!
//! ```
//! # use otel_core::Decimal;
//! # use otel_trading::{Price, Quantity, ids::ExecId, labels::Liquidity, order::Fill};
//! # let price = Price(Decimal::whole(48));
//! let fill = Fill { liquidity: Liquidity::Added, ..Fill::new(ExecId("e-2"), Quantity::whole(300), price) };
//! ```

use otel_core::{AgreedTrace, Currency, Pseudonym, Timestamp};

use crate::conventions::TRACE_KIND;
use crate::ids::{ClientOrderId, ExecId, Mic, OrderId, Symbol};
use crate::labels::{Liquidity, OrderStatus, OrderType, Side, TimeInForce};
use crate::quantity::{Price, Quantity};
use crate::regulatory::Date;

/// An order, as its owner gives it: FIX `NewOrderSingle`.
#[derive(Clone, Copy, Debug)]
pub struct NewOrder<'a> {
    /// What its owner calls it.
    pub client_id: ClientOrderId<'a>,
    /// What it buys or sells.
    pub symbol: Symbol<'a>,
    /// Where it goes.
    pub venue: Mic<'a>,
    /// Whether it buys or sells.
    pub side: Side,
    /// How it wants to be executed.
    pub order_type: OrderType,
    /// How much of it.
    pub quantity: Quantity,
    /// Its limit, if it has one.
    pub price: Option<Price>,
    /// The currency of its price.
    pub currency: Option<Currency>,
    /// How long it stays.
    pub time_in_force: Option<TimeInForce>,
    /// Who gave it: personal data, so it takes `Sensitive::pseudonym` to get here.
    pub trader: Option<Pseudonym>,
    /// When it was given, by its owner's clock.
    pub transact_time: Option<Timestamp>,
    /// The trace of the order, where it has one of its own: from [`trace_of`]. Its first span is then a root, with a
    /// link to the span it would have been a child of.
    pub trace: Option<AgreedTrace>,
}

/// The trace of an order that may live for hours, in several processes, and over restarts: whoever knows the order is in
/// it, and whoever holds its ticket finds it.
///
/// `first` is what its owner called the order at first, before any replacement, and `day` the trading day it was given
/// on: a `ClOrdID` is unique for a day, at a venue. Making the id allocates once.
pub fn trace_of(venue: Mic<'_>, day: Date, first: ClientOrderId<'_>) -> AgreedTrace {
    AgreedTrace::of(TRACE_KIND, &[venue.0, &day.to_string(), first.0])
}

impl<'a> NewOrder<'a> {
    /// An order with what every order has.
    pub const fn new(
        client_id: ClientOrderId<'a>,
        symbol: Symbol<'a>,
        venue: Mic<'a>,
        side: Side,
        order_type: OrderType,
        quantity: Quantity,
    ) -> Self {
        Self {
            client_id,
            symbol,
            venue,
            side,
            order_type,
            quantity,
            price: None,
            currency: None,
            time_in_force: None,
            trader: None,
            transact_time: None,
            trace: None,
        }
    }
}

/// How far an order had come when this process first heard of it.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// What it was at.
    pub status: OrderStatus,
    /// How much of it was executed.
    pub cumulative: Quantity,
}

/// What any message about an order says beside what happened; [`Report::default`] when it says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Report<'a> {
    /// What the venue calls this report. It is how a repeated report is recognised.
    pub exec_id: Option<ExecId<'a>>,
    /// What the venue calls the order.
    pub order_id: Option<OrderId<'a>>,
    /// What its owner calls the order, or the request this is about: FIX `ClOrdID` (11). Where it is known, a report
    /// about another order is refused.
    pub client_id: Option<ClientOrderId<'a>>,
    /// What its owner called the order before: FIX `OrigClOrdID` (41).
    pub original_client_id: Option<ClientOrderId<'a>>,
    /// The quantity ordered, as the venue sees it; believed when the order is restated.
    pub ordered: Option<Quantity>,
    /// The quantity executed so far, as the venue sees it.
    pub cumulative: Option<Quantity>,
    /// The quantity still to be executed, as the venue sees it; compared when something is executed or taken back.
    pub leaves: Option<Quantity>,
    /// The average price of what was executed, as the venue sees it; compared in the same cases.
    pub average: Option<Price>,
    /// When it happened, by the venue's clock.
    pub transact_time: Option<Timestamp>,
}

impl<'a> Report<'a> {
    /// A report with an identifier.
    pub fn new(exec_id: ExecId<'a>) -> Self {
        Self { exec_id: Some(exec_id), ..Self::default() }
    }
}

/// One execution of an order, or of a part of it.
#[derive(Clone, Copy, Debug)]
pub struct Fill<'a> {
    /// How much was executed.
    pub quantity: Quantity,
    /// At which price.
    pub price: Price,
    /// What it did to the book.
    pub liquidity: Liquidity,
    /// The execution that is busted or corrected: FIX `ExecRefID` (19).
    pub refers_to: Option<ExecId<'a>>,
    /// What else the report says.
    pub report: Report<'a>,
}

impl<'a> Fill<'a> {
    /// An execution with what every execution has.
    pub fn new(exec_id: ExecId<'a>, quantity: Quantity, price: Price) -> Self {
        let (liquidity, refers_to) = (Liquidity::Unknown, None);
        Self { quantity, price, liquidity, refers_to, report: Report::new(exec_id) }
    }
}

/// What an order became when it was replaced.
#[derive(Clone, Copy, Debug)]
pub struct Replacement<'a> {
    /// What its owner calls it now.
    pub client_id: ClientOrderId<'a>,
    /// How much it buys or sells now, what was executed before included.
    pub quantity: Quantity,
    /// Its limit now.
    pub price: Option<Price>,
    /// What else the report says.
    pub report: Report<'a>,
}

impl<'a> Replacement<'a> {
    /// A replacement with what every replacement has.
    pub fn new(client_id: ClientOrderId<'a>, quantity: Quantity) -> Self {
        Self { client_id, quantity, price: None, report: Report::default() }
    }
}
