//! Participants that order much and trade little.

use super::amount::Amount;
use super::bounded::Bounded;
use super::evidence::{Evidence, RatioKind};
use super::fact::{Action, Listing, MarketFact, TradingSession};
use super::flag::Flag;
use super::keys::ParticipantKey;
use crate::conventions::flags as rules;

/// The largest ratios of unexecuted orders to transactions. The regulation says how they are computed, and leaves the
/// limits to each venue's rule book: these defaults are ours, and wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderToTradeLimits {
    /// By number: messages for each transaction, less one. Default 500.
    pub by_number: u32,
    /// By volume: pieces in messages for each piece traded, less one. Default 5,000.
    pub by_volume: u32,
    /// Messages before anything is said. Default 1,000: a morning without a trade is no ratio.
    pub min_messages: u64,
}

impl Default for OrderToTradeLimits {
    fn default() -> Self {
        Self { by_number: 500, by_volume: 5_000, min_messages: 1_000 }
    }
}

/// Flags a participant whose ratio in an instrument exceeds a limit, once by number and once by volume each session.
///
/// The ratios are those of Reg. (EU) 2017/566 Art. 3(1), over all messages of Art. 1(a), each counted once. Without a
/// transaction, the ratio by number is that of one transaction, and there is none by volume.
#[derive(Debug)]
pub struct OrderToTrade {
    limits: OrderToTradeLimits,
    tallies: Bounded<(ParticipantKey, Listing), Tally>,
    without_session: u64,
}

#[derive(Clone, Copy, Debug)]
struct Tally {
    session: TradingSession,
    messages: u64,
    trades: u64,
    ordered: Amount,
    traded: Amount,
    number_flagged: bool,
    volume_flagged: bool,
}

impl OrderToTrade {
    /// A detector that remembers at most `cap` pairs of a participant and an instrument.
    pub fn new(limits: OrderToTradeLimits, cap: usize) -> Self {
        Self { limits, tallies: Bounded::new(cap), without_session: 0 }
    }

    /// The pairs so far whose counts were lost, because there were too many.
    pub const fn overflow(&self) -> u64 {
        self.tallies.evicted()
    }

    /// The facts so far that belong to no session.
    pub const fn without_session(&self) -> u64 {
        self.without_session
    }

    /// Counts one fact, and flags what it completes: first by number, then by volume.
    pub fn observe(&mut self, fact: &MarketFact) -> [Option<Flag>; 2] {
        let Some(session) = fact.session else {
            self.without_session += 1;
            return [None; 2];
        };
        let fresh = Tally::new(session);
        let tally = self.tallies.or_insert_with((fact.party.participant, fact.listing), || fresh);
        if tally.session != session {
            *tally = fresh;
        }
        let quantity = Amount::from(fact.quantity);
        if matches!(fact.action, Action::Executed(_)) {
            tally.trades += 1;
            tally.traded = tally.traded.plus(quantity);
            return [None; 2];
        }
        if !fact.is_message() {
            return [None; 2];
        }
        tally.messages += 1;
        tally.ordered = tally.ordered.plus(quantity);
        if tally.messages < self.limits.min_messages {
            return [None; 2];
        }
        let by_number = tally.exceeds_by_number(self.limits.by_number) && !tally.number_flagged;
        let by_volume = tally.exceeds_by_volume(self.limits.by_volume) && !tally.volume_flagged;
        tally.number_flagged |= by_number;
        tally.volume_flagged |= by_volume;
        [
            by_number.then(|| tally.flag(fact, RatioKind::Number, self.limits.by_number)),
            by_volume.then(|| tally.flag(fact, RatioKind::Volume, self.limits.by_volume)),
        ]
    }
}

impl Tally {
    const fn new(session: TradingSession) -> Self {
        let (ordered, traded) = (Amount::ZERO, Amount::ZERO);
        Self {
            session,
            messages: 0,
            trades: 0,
            ordered,
            traded,
            number_flagged: false,
            volume_flagged: false,
        }
    }

    /// `messages / trades - 1 > limit`, without a division.
    const fn exceeds_by_number(&self, limit: u32) -> bool {
        let trades = if self.trades == 0 { 1 } else { self.trades };
        self.messages > trades.saturating_mul(limit as u64 + 1)
    }

    /// `ordered / traded - 1 > limit`, without a division.
    fn exceeds_by_volume(&self, limit: u32) -> bool {
        self.traded > Amount::ZERO && self.ordered.minus(self.traded) > self.traded.times(limit)
    }

    fn flag(&self, fact: &MarketFact, kind: RatioKind, limit: u32) -> Flag {
        let evidence = Evidence::OrderToTrade {
            kind,
            messages: self.messages,
            trades: self.trades,
            ordered: self.ordered.quantity(),
            traded: self.traded.quantity(),
            limit,
        };
        Flag::new(&rules::ORDER_TO_TRADE_RATIO, fact, self.session.opens(), evidence)
    }
}
