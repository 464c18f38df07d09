//! What was seen: the figures that a rule compared, so that whoever looks needs not believe it.

use std::fmt;
use std::time::Duration;

use otel_core::Money;

use crate::compliance::sessions::Phase;
use crate::quantity::{Price, Quantity};

/// A share, in whole percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(pub u32);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

/// The figures behind a flag, by what was looked for. Its text is for people.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Evidence {
    /// A trade was worth more than a threshold.
    LargeTrade {
        /// What it was worth.
        value: Money,
        /// The same in the currency of the threshold.
        compared: Money,
        /// What it should not exceed.
        threshold: Money,
    },
    /// Nobody can say whether a trade was worth too much.
    LargeTradeUndetermined {
        /// Why not.
        why: Undetermined,
        /// How much was traded.
        quantity: Quantity,
        /// At which price.
        price: Price,
    },
    /// A venue was not in session.
    OutsideSession {
        /// What its session was at.
        phase: Phase,
    },
    /// A participant sends messages as fast as one that trades at high frequency.
    MessageRate {
        /// The messages of the session so far.
        messages: u64,
        /// How long the session is, over which they are averaged.
        session: Duration,
        /// The limit, in messages a second.
        limit: u32,
        /// What the messages went to.
        scope: RateScope,
    },
    /// Somebody traded with themselves.
    WashTrade {
        /// How it was seen.
        kind: WashKind,
        /// The pairs of executions that undo one another.
        pairs: u32,
        /// The quantity of the latest one.
        quantity: Quantity,
        /// Its price.
        price: Price,
        /// The share these pairs have in what the owner traded meanwhile.
        share: Percent,
    },
    /// Orders were withdrawn once the other side had been executed.
    Layering {
        /// The orders there were on the side that was withdrawn.
        orders: u32,
        /// The price levels that were withdrawn.
        levels: u32,
        /// What stood there when the other side was executed.
        placed: Quantity,
        /// What was withdrawn of it.
        withdrawn: Quantity,
        /// What was executed on the other side.
        executed: Quantity,
        /// How long after the execution it was withdrawn.
        after: Duration,
        /// How often this was seen of late, this time included.
        episodes: u32,
    },
    /// A burst of messages that nobody could trade with.
    QuoteStuffing {
        /// The messages in the window.
        messages: u32,
        /// The length of the window.
        window: Duration,
        /// What the same participant usually sends in that time, in thousandths of a message.
        usual_milli: u64,
        /// The orders and quotes entered in the window.
        entered: u32,
        /// Those taken back in the window.
        withdrawn: u32,
        /// Those of them that did not live long.
        fleeting: u32,
    },
    /// Much of the trading before a close was one owner's, and the price went their way.
    MarkingTheClose {
        /// What the owner traded on one side.
        owned: Quantity,
        /// What everybody traded.
        traded: Quantity,
        /// The owner's share of it.
        share: Percent,
        /// How far the price has moved since, in hundredths of a percent.
        moved_bps: i64,
        /// How long before the close it was.
        before_close: Duration,
    },
    /// A participant orders much and trades little.
    OrderToTrade {
        /// What is counted.
        kind: RatioKind,
        /// The messages.
        messages: u64,
        /// The executions.
        trades: u64,
        /// The quantity in the messages.
        ordered: Quantity,
        /// The quantity executed.
        traded: Quantity,
        /// The most that is allowed.
        limit: u32,
    },
    /// A record was stamped by a clock that is not good enough.
    ClockDivergence {
        /// How far from UTC it may have been.
        divergence: Duration,
        /// How far it may be.
        max_divergence: Duration,
        /// Its smallest step.
        granularity: Duration,
        /// How small that has to be.
        max_granularity: Duration,
    },
}

/// Why the value of a trade cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Undetermined {
    /// Nobody said which currency the price is in.
    NoCurrency,
    /// There is no rate for its currency.
    NoRate,
    /// It is more than an amount of money can hold.
    Beyond,
}

/// What a rate of messages is counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RateScope {
    /// One instrument at a venue.
    Instrument,
    /// All instruments of a venue.
    Venue,
}

/// How it was seen that somebody trades with themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WashKind {
    /// One owner was on both sides of a trade.
    SameOwner,
    /// Purchases and sales of one owner undo one another, time and again, through others.
    Offsetting,
}

/// What an order-to-trade ratio counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RatioKind {
    /// Messages and executions.
    Number,
    /// The quantities in them.
    Volume,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LargeTrade { value, compared, threshold } => {
                write!(f, "{value}, which is {compared}, exceeds {threshold}")
            }
            Self::LargeTradeUndetermined { why, quantity, price } => {
                write!(f, "{} at {}: {why}", quantity.0, price.0)
            }
            Self::OutsideSession { phase: Phase::Break } => f.write_str("the venue was in its break"),
            Self::OutsideSession { .. } => f.write_str("the venue was closed"),
            Self::MessageRate { messages, session, limit, scope } => {
                write!(
                    f,
                    "{messages} messages to {scope} in a session of {session:?}: {limit} a second or more"
                )
            }
            Self::WashTrade { kind, pairs, quantity, price, share } => {
                let (quantity, price) = (quantity.0, price.0);
                write!(f, "{kind}: {pairs} pairs, the last of {quantity} at {price}, {share} of the trading")
            }
            Self::Layering { orders, levels, placed, withdrawn, executed, after, episodes } => {
                let (placed, withdrawn, executed) = (placed.0, withdrawn.0, executed.0);
                write!(
                    f,
                    "{withdrawn} of {placed} in {orders} orders on {levels} levels withdrawn {after:?} after \
                     {executed} on the other side, {episodes} times"
                )
            }
            Self::QuoteStuffing { messages, window, usual_milli, entered, withdrawn, fleeting } => {
                let (whole, thousandths) = (usual_milli / 1_000, usual_milli % 1_000);
                write!(
                    f,
                    "{messages} messages in {window:?}, usually {whole}.{thousandths:03}; \
                     {withdrawn} of {entered} withdrawn, {fleeting} at once"
                )
            }
            Self::MarkingTheClose { owned, traded, share, moved_bps, before_close } => {
                let (owned, traded) = (owned.0, traded.0);
                write!(
                    f,
                    "{owned} of {traded} ({share}) until {before_close:?} before the close, \
                     price moved {moved_bps} bp"
                )
            }
            Self::OrderToTrade { kind, messages, trades, ordered, traded, limit } => {
                let (ordered, traded) = (ordered.0, traded.0);
                write!(
                    f,
                    "{messages} messages of {ordered}, {trades} trades of {traded}: over {limit} by {kind}"
                )
            }
            Self::ClockDivergence { divergence, max_divergence, granularity, max_granularity } => write!(
                f,
                "up to {divergence:?} from UTC ({max_divergence:?} allowed), in steps of {granularity:?} \
                 ({max_granularity:?} allowed)"
            ),
        }
    }
}

impl fmt::Display for Undetermined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoCurrency => "no currency",
            Self::NoRate => "no rate",
            Self::Beyond => "too large to be an amount",
        })
    }
}

impl fmt::Display for RateScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Instrument => "an instrument",
            Self::Venue => "a venue",
        })
    }
}

impl fmt::Display for WashKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SameOwner => "same owner on both sides",
            Self::Offsetting => "offsetting trades",
        })
    }
}

impl fmt::Display for RatioKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "number",
            Self::Volume => "volume",
        })
    }
}
