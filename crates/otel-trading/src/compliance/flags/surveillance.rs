//! All detectors on one stream.

use super::clock_divergence::{self, ClockDivergence, ClockTier};
use super::fact::{FactError, MarketFact, Print, TradingSession};
use super::flag::Flag;
use super::keys::VenueKey;
use super::large_trade::{LargeTrade, LargeTradeLimits};
use super::layering::{Layering, LayeringLimits};
use super::marking_the_close::{MarkingTheClose, MarkingTheCloseLimits};
use super::message_rate::{MessageRate, MessageRateLimits};
use super::order_to_trade::{OrderToTrade, OrderToTradeLimits};
use super::orders::OpenOrders;
use super::quote_stuffing::{QuoteStuffing, QuoteStuffingLimits};
use super::sessions_of_venues::SessionsOfVenues;
use super::set::Flags;
use super::usual::UsualOrders;
use super::wash_trade::{WashTrade, WashTradeLimits, self_traded};

/// The limits of every detector, and how much they may remember.
#[derive(Debug)]
pub struct Settings {
    /// When a trade is worth a lot.
    pub large_trade: LargeTradeLimits,
    /// When messages come at a high rate.
    pub message_rate: MessageRateLimits,
    /// When somebody trades with themselves.
    pub wash_trade: WashTradeLimits,
    /// When many orders are withdrawn after an execution.
    pub layering: LayeringLimits,
    /// When a few large ones are.
    pub spoofing: LayeringLimits,
    /// When a burst of messages is one.
    pub quote_stuffing: QuoteStuffingLimits,
    /// When trading moves a close.
    pub marking_the_close: MarkingTheCloseLimits,
    /// How many orders a trade may take.
    pub order_to_trade: OrderToTradeLimits,
    /// What the clocks are used for.
    pub clock: ClockTier,
    /// How much may be remembered.
    pub caps: Caps,
}

impl Settings {
    /// The defaults of every detector, for a member without high-frequency trading.
    pub fn new(large_trade: LargeTradeLimits) -> Self {
        Self {
            large_trade,
            message_rate: MessageRateLimits::default(),
            wash_trade: WashTradeLimits::default(),
            layering: LayeringLimits::LAYERS,
            spoofing: LayeringLimits::SPOOFS,
            quote_stuffing: QuoteStuffingLimits::default(),
            marking_the_close: MarkingTheCloseLimits::default(),
            order_to_trade: OrderToTradeLimits::default(),
            clock: ClockTier::Other,
            caps: Caps::default(),
        }
    }
}

/// How much may be remembered. Memory is taken as it is needed, and what does not fit is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Open orders. Default 65,536, at about 120 bytes.
    pub orders: usize,
    /// Pairs of a party and an instrument, of each detector. Default 16,384; a busy one takes up to 16 kB in all.
    pub parties: usize,
    /// Venues. Default 256.
    pub venues: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self { orders: 65_536, parties: 16_384, venues: 256 }
    }
}

/// What was counted beside the flags, since the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Facts that were judged.
    pub facts: u64,
    /// Facts that could not be judged, and were refused.
    pub refused: u64,
    /// Flags raised.
    pub flags: u64,
    /// Executions whose value could not be compared with a threshold.
    pub undetermined_values: u64,
    /// Facts about an order that was not known to be open, so nobody knows how long it had been.
    pub unknown_orders: u64,
    /// Facts and prints of a venue whose session nobody has given.
    pub without_session: u64,
    /// Executions before a close without a tape to compare them with.
    pub without_tape: u64,
    /// Records that did not say how good their clock was.
    pub without_clock: u64,
    /// Open orders that were forgotten, because there were too many.
    pub orders_overflowed: u64,
    /// Parties, listings, thresholds and venues that were forgotten, because there were too many, by all detectors together.
    pub parties_overflowed: u64,
}

/// Every detector, fed by one stream of facts. It belongs to one thread.
#[derive(Debug)]
pub struct Surveillance {
    orders: OpenOrders,
    sessions: SessionsOfVenues,
    usual: UsualOrders,
    large_trade: LargeTrade,
    message_rate: MessageRate,
    wash_trade: WashTrade,
    layering: Layering,
    spoofing: Layering,
    quote_stuffing: QuoteStuffing,
    marking_the_close: MarkingTheClose,
    order_to_trade: OrderToTrade,
    clock: ClockDivergence,
    raised: Vec<Flag>,
    counts: Counts,
}

/// The most flags one fact can raise.
const FLAGS: usize = 11;

impl Surveillance {
    /// All detectors, knowing nothing yet.
    pub fn new(settings: Settings) -> Self {
        let Caps { orders, parties, venues } = settings.caps;
        Self {
            orders: OpenOrders::new(orders),
            sessions: SessionsOfVenues::new(venues),
            usual: UsualOrders::new(parties),
            large_trade: LargeTrade::new(settings.large_trade),
            message_rate: MessageRate::new(settings.message_rate, parties),
            wash_trade: WashTrade::new(settings.wash_trade, parties),
            layering: Layering::of_layers(settings.layering, parties),
            spoofing: Layering::of_spoofs(settings.spoofing, parties),
            quote_stuffing: QuoteStuffing::new(settings.quote_stuffing, parties),
            marking_the_close: MarkingTheClose::new(settings.marking_the_close, parties),
            order_to_trade: OrderToTrade::new(settings.order_to_trade, parties),
            clock: ClockDivergence::new(settings.clock),
            raised: Vec::with_capacity(FLAGS),
            counts: Counts::default(),
        }
    }

    /// Says which session a venue is in from now on. Facts that bring none of their own belong to it.
    pub fn session_began(&mut self, venue: VenueKey, session: TradingSession) {
        self.sessions.set(venue, session);
    }

    /// The thresholds for large trades, and the rates they are compared by, to be kept up to date.
    pub const fn large_trade_limits_mut(&mut self) -> &mut LargeTradeLimits {
        self.large_trade.limits_mut()
    }

    /// Takes in one trade of the tape.
    ///
    /// # Errors
    ///
    /// When its quantity is not positive; nothing remembers it.
    pub fn print_seen(&mut self, print: &Print) -> Result<(), FactError> {
        if print.quantity <= crate::quantity::Quantity::ZERO {
            self.counts.refused += 1;
            return Err(FactError::QuantityNotPositive);
        }
        let session = print.session.or_else(|| self.sessions.of(print.listing.venue));
        self.counts.without_session += u64::from(session.is_none());
        self.marking_the_close.observe_print(&Print { session, ..*print });
        Ok(())
    }

    /// Takes in one fact, and says what it gives reason to look at: the flags it completes, in the order of the rules.
    ///
    /// # Errors
    ///
    /// When it cannot be judged: see [`MarketFact::check`]. It is counted, and nothing remembers it.
    pub fn observe(&mut self, fact: &MarketFact) -> Result<&[Flag], FactError> {
        self.raised.clear();
        if let Err(error) = fact.check() {
            self.counts.refused += 1;
            return Err(error);
        }
        let fact = &self.completed(fact);
        let usual = self.usual.observe(fact);
        self.counts.facts += 1;
        let raised = &mut self.raised;
        raised.extend(self.large_trade.observe(fact));
        raised.extend(self.message_rate.observe(fact).into_iter().flatten());
        raised.extend(self.wash_trade.observe(fact));
        raised.extend(self.layering.observe_with(fact, usual));
        raised.extend(self.spoofing.observe_with(fact, usual));
        raised.extend(self.quote_stuffing.observe(fact));
        raised.extend(self.marking_the_close.observe(fact));
        raised.extend(self.order_to_trade.observe(fact).into_iter().flatten());
        raised.extend(self.clock.observe(fact));
        self.counts.flags += raised.len() as u64;
        Ok(&self.raised)
    }

    /// Takes in one fact about an order of which nobody knows whose it is. Only rules that ask for nobody are applied:
    /// what a trade is worth, and how good the clock was. It is counted as one of an unknown order.
    ///
    /// # Errors
    ///
    /// When it cannot be judged: see [`MarketFact::check`]. It is counted, and nothing remembers it.
    pub fn observe_unowned(&mut self, fact: &MarketFact) -> Result<&[Flag], FactError> {
        self.raised.clear();
        if let Err(error) = fact.check() {
            self.counts.refused += 1;
            return Err(error);
        }
        self.counts.facts += 1;
        self.counts.unknown_orders += 1;
        self.raised.extend(self.large_trade.observe(fact));
        self.raised.extend(self.clock.observe(fact));
        self.counts.flags += self.raised.len() as u64;
        Ok(&self.raised)
    }

    /// The flags of one fact as far as it says them by itself, which nothing remembers or counts: what a trade is worth,
    /// who is on both sides of it, and how good the clock was.
    ///
    /// # Errors
    ///
    /// When it cannot be judged: see [`MarketFact::check`].
    pub fn extract(&mut self, fact: &MarketFact) -> Result<Flags, FactError> {
        fact.check()?;
        let clock = clock_divergence::judge(self.clock.tier(), fact);
        let raised = [self.large_trade.judge(fact), self_traded(fact), clock];
        Ok(raised.into_iter().flatten().map(|flag| flag.rule.kind).collect())
    }

    /// What was counted beside the flags.
    pub const fn counts(&self) -> Counts {
        Counts {
            undetermined_values: self.large_trade.undetermined(),
            without_tape: self.marking_the_close.without_tape(),
            without_clock: self.clock.unbounded(),
            orders_overflowed: self.orders.overflow(),
            parties_overflowed: self.sessions.overflow()
                + self.large_trade.overflow()
                + self.usual.overflow()
                + self.message_rate.overflow()
                + self.wash_trade.overflow()
                + self.layering.overflow()
                + self.spoofing.overflow()
                + self.quote_stuffing.overflow()
                + self.marking_the_close.overflow()
                + self.order_to_trade.overflow(),
            ..self.counts
        }
    }

    /// The orders that are known to be open.
    pub fn open_orders(&self) -> usize {
        self.orders.len()
    }

    /// The fact with what is known of its order and its venue.
    fn completed(&mut self, fact: &MarketFact) -> MarketFact {
        let session = fact.session.or_else(|| self.sessions.of(fact.listing.venue));
        let entered = fact.entered.or(self.orders.observe(fact));
        let is_new = matches!(fact.action, super::fact::Action::New { .. });
        self.counts.without_session += u64::from(session.is_none());
        self.counts.unknown_orders += u64::from(entered.is_none() && !is_new);
        MarketFact { session, entered, ..*fact }
    }
}
