//! Surveillance: facts about orders in, flags with their evidence out.
//!
//! A [`Surveillance`] is fed one stream of [`MarketFact`]s, and of the tape's [`Print`]s. Each detector remembers the
//! little that its rule needs, in maps with a declared cap, and answers with [`Flag`]s: which [`FlagRule`], how bad,
//! and what was seen. The same facts give the same flags: nothing here reads a clock, draws a number or depends on
//! the order of a map. A flag is a reason to look, and never a verdict.
//!
//! The order matters only within one instrument, and there it is the order of the calls. A time that runs backwards
//! counts as no time at all.

mod amount;
pub(super) mod bounded;
mod clock_divergence;
mod evidence;
mod fact;
mod flag;
mod fx;
mod keys;
mod large_trade;
mod layering;
mod marking_the_close;
mod message_rate;
mod order_to_trade;
mod orders;
mod quote_stuffing;
mod sessions_of_venues;
mod set;
mod surveillance;
mod usual;
mod wash_trade;

pub use clock_divergence::{ClockDivergence, ClockTier};
pub use evidence::{Evidence, Percent, RateScope, RatioKind, Undetermined, WashKind};
pub use fact::{
    Action, ClockReading, DealingCapacity, Execution, FactError, LiquidMarket, Listing, MarketFact, Party,
    Print, Touch, TradingSession,
};
pub use flag::{Flag, FlagRule};
pub use fx::{FxError, FxTable};
pub use keys::{AccountKey, InstrumentKey, OrderKey, OwnerKey, ParticipantKey, TradeKey, VenueKey};
pub use large_trade::{LargeTrade, LargeTradeLimits};
pub use layering::{Layering, LayeringLimits};
pub use marking_the_close::{MarkingTheClose, MarkingTheCloseLimits};
pub use message_rate::{MessageRate, MessageRateLimits};
pub use order_to_trade::{OrderToTrade, OrderToTradeLimits};
pub use quote_stuffing::{QuoteStuffing, QuoteStuffingLimits};
pub use set::Flags;
pub use surveillance::{Caps, Counts, Settings, Surveillance};
pub use wash_trade::{WashTrade, WashTradeLimits};
