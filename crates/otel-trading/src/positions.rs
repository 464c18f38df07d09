//! Positions: what is held and earned, how full limits are, and whether others say the same.

mod book;
mod instruments;
mod position;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use otel_core::{Currency, Event, EventDef, Telemetry};

use crate::conventions::{self, positions as said};
use crate::ids::{GroupName, PortfolioId, Symbol};
use crate::labels::{BreakKind, PositionChange, PositionRefusal as Refusal, Side};
use crate::quantity::{Price, Quantity};
use book::Book;
use instruments::{Instruments, Profits};
pub use position::Position;

/// A trade as a position sees it.
#[derive(Clone, Copy, Debug)]
pub struct PositionTrade<'a> {
    /// Whose it is.
    pub portfolio: PortfolioId<'a>,
    /// The part of the business the portfolio belongs to.
    pub group: GroupName<'a>,
    /// What was traded.
    pub symbol: Symbol<'a>,
    /// Whether it was bought or sold; [`Side::Other`] says nothing about a position, and is refused.
    pub side: Side,
    /// How much of it, more than nothing.
    pub quantity: Quantity,
    /// At which price.
    pub price: Price,
    /// The currency of the price.
    pub currency: Currency,
}

/// One line of what a custodian or a clearing house says is held.
#[derive(Clone, Copy, Debug)]
pub struct StatementLine<'a> {
    /// What is held.
    pub symbol: Symbol<'a>,
    /// How much of it; negative when short.
    pub quantity: Quantity,
}

/// A difference between a position and a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionBreak {
    /// The instrument.
    pub symbol: Box<str>,
    /// How they differ.
    pub kind: BreakKind,
    /// What is held according to the trades.
    pub held: Quantity,
    /// What is held according to the statement.
    pub stated: Quantity,
}

/// The positions of all portfolios, kept up to date by their trades.
///
/// Contracts with a multiplier are traded in pieces of the underlying. What is refused changes nothing, and is counted
/// in `trading.position.refusals`. Clones share everything. A lock is held for each fact.
#[derive(Clone)]
pub struct Positions {
    parts: Arc<Parts>,
}

struct Parts {
    telemetry: Telemetry,
    instruments: Instruments,
    books: Mutex<(Book, Profits)>,
}

impl Positions {
    /// At most `room` positions, flat ones among them, all flat.
    pub fn new(telemetry: &Telemetry, room: usize) -> Self {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        let instruments = Instruments::new(&telemetry);
        let books = Mutex::new((Book::new(room), Profits::new()));
        Self { parts: Arc::new(Parts { telemetry, instruments, books }) }
    }

    /// Takes in a trade: the position after it. Event `trading.position.changed`; gauges `trading.profit.realized` and
    /// `trading.profit.unrealized`.
    ///
    /// # Errors
    ///
    /// When the trade says nothing about a position, contradicts it, does not fit it, or there is no room.
    pub fn traded(&self, trade: &PositionTrade<'_>) -> Result<Position, Refusal> {
        let instruments = &self.parts.instruments;
        let mut books = self.books();
        let (book, profits) = &mut *books;
        let (change, effect) = match book.trade(trade, instruments.group(trade.group)) {
            Ok(done) => done,
            Err(refusal) => return Err(self.refused(trade.portfolio, trade.symbol, refusal)),
        };
        instruments.changed(change, &effect);
        instruments.earned(profits, &effect);
        drop(books);
        self.tell(trade, change, &effect.position);
        Ok(effect.position)
    }

    /// The instrument is worth this much now: recorded in `trading.profit.unrealized`.
    ///
    /// # Errors
    ///
    /// When there is no such position, or its value does not fit.
    pub fn marked(
        &self,
        portfolio: PortfolioId<'_>,
        symbol: Symbol<'_>,
        price: Price,
    ) -> Result<(), Refusal> {
        let mut books = self.books();
        let (book, profits) = &mut *books;
        match book.mark(portfolio, symbol, price) {
            Ok(effect) => {
                self.parts.instruments.earned(profits, &effect);
                Ok(())
            }
            Err(refusal) => Err(self.refused(portfolio, symbol, refusal)),
        }
    }

    /// No more than this may be held, long or short.
    ///
    /// # Errors
    ///
    /// When there is no such position, or the limit is not positive.
    pub fn limited(
        &self,
        portfolio: PortfolioId<'_>,
        symbol: Symbol<'_>,
        most: Quantity,
    ) -> Result<(), Refusal> {
        let limited = self.books().0.limit(portfolio, symbol, most);
        limited.map_err(|refusal| self.refused(portfolio, symbol, refusal))
    }

    /// Records how many positions are open, and how full the fullest limit of each group is:
    /// `trading.position.open` and `trading.position.limit.utilization`. Call it about once a second.
    pub fn check(&self) {
        self.parts.instruments.checked(&self.books().0);
    }

    /// Compares a portfolio with what others say is in it: all differences, by instrument. What neither lists, or both
    /// have nothing of, is no difference.
    ///
    /// Each is told by `trading.position.broken`; `trading.position.unreconciled` is what the latest statements show.
    ///
    /// # Errors
    ///
    /// When a sum on the statement does not fit, or there are statements of too many portfolios.
    pub fn reconciled(
        &self,
        portfolio: PortfolioId<'_>,
        statement: &[StatementLine<'_>],
    ) -> Result<Vec<PositionBreak>, Refusal> {
        let instruments = &self.parts.instruments;
        let mut books = self.books();
        let breaks = match books.0.reconcile(portfolio, statement) {
            Ok(breaks) => breaks,
            Err(refusal) => {
                instruments.refused(refusal);
                return Err(refusal);
            }
        };
        instruments.unreconciled(&books.0);
        drop(books);
        for found in &breaks {
            instruments.broken(found.kind);
            self.event(&said::BROKEN, portfolio, Symbol(&found.symbol))
                .set(&said::BREAK_KIND, found.kind)
                .set(&said::QUANTITY, found.held.0)
                .set(&said::STATED_QUANTITY, found.stated.0)
                .emit();
        }
        Ok(breaks)
    }

    /// A position; `None` where nothing was ever traded.
    pub fn position(&self, portfolio: PortfolioId<'_>, symbol: Symbol<'_>) -> Option<Position> {
        self.books().0.get(portfolio, symbol).map(|held| held.position)
    }

    fn books(&self) -> MutexGuard<'_, (Book, Profits)> {
        self.parts.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, trade: &PositionTrade<'_>, change: PositionChange, position: &Position) {
        self.event(&said::CHANGED, trade.portfolio, trade.symbol)
            .set(&said::CHANGE, change)
            .set(&conventions::PORTFOLIO_GROUP, trade.group.0)
            .set(&said::QUANTITY, position.quantity().0)
            .set(&said::REALIZED, position.realized())
            .set(&conventions::CURRENCY, trade.currency)
            .emit();
    }

    fn refused(&self, portfolio: PortfolioId<'_>, symbol: Symbol<'_>, refusal: Refusal) -> Refusal {
        self.parts.instruments.refused(refusal);
        self.event(&said::REFUSED, portfolio, symbol).set(&said::REFUSAL, refusal).emit();
        refusal
    }

    fn event(&self, def: &EventDef, portfolio: PortfolioId<'_>, symbol: Symbol<'_>) -> Event {
        let event = self.parts.telemetry.event(def).set(&conventions::PORTFOLIO_ID, portfolio.0);
        event.set(&conventions::SYMBOL, symbol.0)
    }
}

impl fmt::Debug for Positions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Positions").field("known", &self.books().0.all().count()).finish_non_exhaustive()
    }
}
