//! What surveillance is told.

use std::fmt;
use std::time::Duration;

use otel_core::{Currency, Timestamp};

use super::keys::{AccountKey, InstrumentKey, OrderKey, OwnerKey, ParticipantKey, TradeKey, VenueKey};
use crate::labels::{CancelReason, Side};
use crate::quantity::{Price, Quantity};

/// An instrument as it is traded at one venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Listing {
    /// The instrument.
    pub instrument: InstrumentKey,
    /// The venue.
    pub venue: VenueKey,
}

/// Who is behind an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Party {
    /// The member of the venue that sent it.
    pub participant: ParticipantKey,
    /// The account it is for.
    pub account: AccountKey,
    /// Whom the position belongs to in the end.
    pub owner: OwnerKey,
}

impl Party {
    /// An account whose owner nobody knows: it is its own.
    pub fn new(participant: ParticipantKey, account: AccountKey) -> Self {
        Self { participant, account, owner: account.into() }
    }

    /// The same account, with its beneficial owner.
    pub const fn owned_by(self, owner: OwnerKey) -> Self {
        Self { owner, ..self }
    }
}

/// One thing that happened to one order.
///
/// What every fact has is asked for by [`MarketFact::new`]; the rest is what only some callers know, and what
/// [`Surveillance`](super::Surveillance) fills in as far as it can.
#[derive(Clone, Copy, Debug)]
pub struct MarketFact {
    /// When it happened: the venue's time, or the time of the message.
    pub at: Timestamp,
    /// What the order is about, and where.
    pub listing: Listing,
    /// Who is behind it.
    pub party: Party,
    /// Which order.
    pub order: OrderKey,
    /// Which side of the market the order is on.
    pub side: Side,
    /// What happened.
    pub action: Action,
    /// How much of it: what was ordered, what is open after a replacement, what was taken back, or what was executed.
    /// It is positive.
    pub quantity: Quantity,
    /// The currency of the price.
    pub currency: Option<Currency>,
    /// For whom the participant deals.
    pub capacity: DealingCapacity,
    /// Whether there is a liquid market for the instrument.
    pub liquid: LiquidMarket,
    /// The best prices before it happened.
    pub touch: Option<Touch>,
    /// The session it belongs to.
    pub session: Option<TradingSession>,
    /// When the order was entered or last replaced, for a fact about an order that is there already.
    pub entered: Option<Timestamp>,
    /// The size of a usual order in this listing.
    pub usual_order: Option<Quantity>,
    /// How good the clock behind [`MarketFact::at`] was.
    pub clock: Option<ClockReading>,
}

impl MarketFact {
    /// A fact with what every fact has: dealt on own account, in an instrument of which nobody said how liquid it is.
    pub const fn new(
        at: Timestamp,
        listing: Listing,
        party: Party,
        order: OrderKey,
        side: Side,
        action: Action,
        quantity: Quantity,
    ) -> Self {
        Self {
            at,
            listing,
            party,
            order,
            side,
            action,
            quantity,
            currency: None,
            capacity: DealingCapacity::OwnAccount,
            liquid: LiquidMarket::Unknown,
            touch: None,
            session: None,
            entered: None,
            usual_order: None,
            clock: None,
        }
    }

    /// Whether it is a message that the participant sent: an order, a change or a cancellation. What the venue did by
    /// itself, and cancellations after a lost connection or a kill switch, are none: Reg. (EU) 2017/566 Art. 1(a).
    pub const fn is_message(&self) -> bool {
        match self.action {
            Action::New { .. } | Action::Replaced { .. } => true,
            Action::Cancelled { reason } => matches!(reason, CancelReason::Requested | CancelReason::Other),
            Action::Executed(_) => false,
        }
    }

    /// Whether it can be judged at all.
    ///
    /// # Errors
    ///
    /// When its quantity is not positive.
    pub fn check(&self) -> Result<(), FactError> {
        if self.quantity <= Quantity::ZERO { Err(FactError::QuantityNotPositive) } else { Ok(()) }
    }

    pub(super) const fn is_buy(&self) -> Option<bool> {
        match self.side {
            Side::Buy => Some(true),
            Side::Sell | Side::SellShort => Some(false),
            Side::Other => None,
        }
    }
}

/// What happened to an order.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Action {
    /// It was entered.
    New {
        /// Its limit, if it has one.
        price: Option<Price>,
    },
    /// It was replaced, or a quote was updated.
    Replaced {
        /// Its limit now, if it has one.
        price: Option<Price>,
    },
    /// It was cancelled, or a part of it was.
    Cancelled {
        /// Why.
        reason: CancelReason,
    },
    /// It was executed, or a part of it was.
    Executed(Execution),
}

/// One execution, from the side of one order.
#[derive(Clone, Copy, Debug)]
pub struct Execution {
    /// The price of one piece.
    pub price: Price,
    /// The beneficial owner on the other side, as far as the caller may know: a venue does, and so does a broker for
    /// what it crosses.
    pub counterparty: Option<OwnerKey>,
    /// The trade, where both of its sides are told: it is flagged once.
    pub trade: Option<TradeKey>,
}

impl Execution {
    /// An execution against somebody unknown.
    pub const fn at(price: Price) -> Self {
        Self { price, counterparty: None, trade: None }
    }
}

/// One trade on the tape: everybody's, and each once. It is told before the executions it is made of.
#[derive(Clone, Copy, Debug)]
pub struct Print {
    /// When it happened.
    pub at: Timestamp,
    /// What was traded, and where.
    pub listing: Listing,
    /// The price of one piece.
    pub price: Price,
    /// How many pieces; it is positive.
    pub quantity: Quantity,
    /// The session it belongs to.
    pub session: Option<TradingSession>,
}

impl Print {
    /// A trade with what every trade has.
    pub const fn new(at: Timestamp, listing: Listing, price: Price, quantity: Quantity) -> Self {
        Self { at, listing, price, quantity, session: None }
    }
}

/// Why a fact cannot be judged; nothing remembers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FactError {
    /// Its quantity is zero or less.
    QuantityNotPositive,
    /// It is said to happen later than it can be known of: one such time would make everything else look long past.
    FromTheFuture,
}

impl fmt::Display for FactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::QuantityNotPositive => "the quantity is not positive",
            Self::FromTheFuture => "it is said to happen later than now",
        })
    }
}

impl std::error::Error for FactError {}

/// For whom a participant deals: field 29 of Reg. (EU) 2017/590, field 7 of Reg. (EU) 2017/580.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DealingCapacity {
    /// For itself: `DEAL`.
    OwnAccount,
    /// Between two clients, as matched principal: `MTCH`.
    MatchedPrincipal,
    /// Otherwise, such as for a client: `AOTC`.
    AnyOther,
}

/// Whether there is a liquid market for an instrument: Reg. (EU) No 600/2014 Art. 2(1)(17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LiquidMarket {
    /// There is.
    Yes,
    /// There is none.
    No,
    /// Nobody said; it is taken for liquid, for that errs on the side of a flag.
    Unknown,
}

/// The best bid and offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    /// What somebody pays.
    pub bid: Price,
    /// What somebody asks.
    pub ask: Price,
}

/// One trading session of a venue: from its opening to its close, auctions included where the venue has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TradingSession {
    opens: Timestamp,
    closes: Timestamp,
}

impl TradingSession {
    /// A session; `None` when it would close before it has opened.
    pub fn new(opens: Timestamp, closes: Timestamp) -> Option<Self> {
        (opens < closes).then_some(Self { opens, closes })
    }

    /// When it opens.
    pub const fn opens(self) -> Timestamp {
        self.opens
    }

    /// When it closes.
    pub const fn closes(self) -> Timestamp {
        self.closes
    }

    /// How long it lasts.
    pub const fn lasts(self) -> Duration {
        self.closes.since(self.opens)
    }
}

/// How good a clock was when it stamped a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReading {
    /// The distance from UTC as it was measured, whichever way.
    pub offset: Duration,
    /// How wrong that measurement may be: `maxerror` of the kernel, or what PTP says.
    pub error_bound: Duration,
    /// The smallest step between two stamps.
    pub granularity: Duration,
}
