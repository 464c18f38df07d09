//! Owners that move the price before the close.

use std::time::Duration;

use otel_core::Timestamp;

use super::amount::Amount;
use super::bounded::Bounded;
use super::evidence::{Evidence, Percent};
use super::fact::{Action, Listing, MarketFact, Print, TradingSession};
use super::flag::Flag;
use super::keys::OwnerKey;
use crate::conventions::flags as rules;

/// When trading before a close is more than trading. The regulation names the signs without figures: the defaults
/// are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkingTheCloseLimits {
    /// How long before the close it counts. Default 10 min.
    pub window: Duration,
    /// The owner's share of all that is traded in the window. Default 30 %.
    pub share: Percent,
    /// How far the price has moved the owner's way since the window began, in hundredths of a percent. Default 50.
    pub moved_bps: u32,
    /// The share of the owner's own trading that is on one side. Default 80 %: who buys and sells marks nothing.
    pub one_sided: Percent,
    /// The trades on the tape before anything is said. Default 10.
    pub min_prints: u32,
    /// The owner's executions before anything is said. Default 3.
    pub min_executions: u32,
}

impl Default for MarkingTheCloseLimits {
    fn default() -> Self {
        Self {
            window: Duration::from_secs(600),
            share: Percent(30),
            moved_bps: 50,
            one_sided: Percent(80),
            min_prints: 10,
            min_executions: 3,
        }
    }
}

/// Flags an owner that makes up much of the trading before a close, on one side, while the price moves that way: once
/// for each session. The close is that of the session the caller gives.
///
/// What everybody traded is known from the tape alone, so without [`Print`]s nothing is judged, which is counted.
#[derive(Debug)]
pub struct MarkingTheClose {
    limits: MarkingTheCloseLimits,
    tapes: Bounded<Listing, Tape>,
    owners: Bounded<(OwnerKey, Listing), Share>,
    without_session: u64,
    without_tape: u64,
}

/// What everybody traded in an instrument, in the window before one close.
#[derive(Clone, Copy, Debug)]
struct Tape {
    session: TradingSession,
    /// The last price before the window, or the first one in it.
    reference: Amount,
    last: Amount,
    traded: Amount,
    prints: u32,
}

/// What one owner traded of it.
#[derive(Clone, Copy, Debug)]
struct Share {
    session: TradingSession,
    since: Timestamp,
    bought: Amount,
    sold: Amount,
    executions: u32,
    flagged: bool,
}

impl MarkingTheClose {
    /// A detector that remembers at most `cap` pairs of an owner and a listing, and as many listings.
    pub fn new(limits: MarkingTheCloseLimits, cap: usize) -> Self {
        let (tapes, owners) = (Bounded::new(cap), Bounded::new(cap));
        Self { limits, tapes, owners, without_session: 0, without_tape: 0 }
    }

    /// What was forgotten too early so far: owners and listings of which there were too many.
    pub const fn overflow(&self) -> u64 {
        self.tapes.evicted() + self.owners.evicted()
    }

    /// The executions and prints so far that belong to no session.
    pub const fn without_session(&self) -> u64 {
        self.without_session
    }

    /// The executions before a close so far of which nobody knows what share they are.
    pub const fn without_tape(&self) -> u64 {
        self.without_tape
    }

    /// Takes in one trade of the tape.
    pub fn observe_print(&mut self, print: &Print) {
        let Some(session) = print.session else {
            self.without_session += 1;
            return;
        };
        let price = Amount::from(print.price);
        let fresh = Tape { session, reference: price, last: price, traded: Amount::ZERO, prints: 0 };
        let tape = self.tapes.or_insert_with(print.listing, || fresh);
        if tape.session != session {
            // The last price of yesterday is no reference.
            *tape = fresh;
        }
        tape.last = price;
        if self.limits.is_before_close(print.at, session) {
            tape.traded = tape.traded.plus(print.quantity.into());
            tape.prints = tape.prints.saturating_add(1);
        } else if tape.prints == 0 {
            tape.reference = price;
        }
    }

    /// Looks at one fact.
    pub fn observe(&mut self, fact: &MarketFact) -> Option<Flag> {
        let Action::Executed(_) = fact.action else { return None };
        let is_buy = fact.is_buy()?;
        let Some(session) = fact.session else {
            self.without_session += 1;
            return None;
        };
        if !self.limits.is_before_close(fact.at, session) {
            return None;
        }
        let quantity = Amount::from(fact.quantity);
        let fresh = Share::new(session, fact.at);
        let share = self.owners.or_insert_with((fact.party.owner, fact.listing), || fresh);
        if share.session != session {
            *share = fresh;
        }
        let side = if is_buy { &mut share.bought } else { &mut share.sold };
        *side = side.plus(quantity);
        share.executions = share.executions.saturating_add(1);
        let Some(tape) = self.tapes.get_mut(&fact.listing).filter(|tape| tape.session == session) else {
            self.without_tape += 1;
            return None;
        };
        let evidence = self.limits.judge(share, tape)?;
        share.flagged = true;
        Some(Flag::new(&rules::MARKING_THE_CLOSE, fact, share.since, evidence.at(fact.at, session)))
    }
}

impl MarkingTheCloseLimits {
    fn is_before_close(&self, at: Timestamp, session: TradingSession) -> bool {
        at <= session.closes() && session.closes().since(at) <= self.window
    }

    fn judge(&self, share: &Share, tape: &Tape) -> Option<Marked> {
        let has_enough = tape.prints >= self.min_prints && share.executions >= self.min_executions;
        if share.flagged || !has_enough {
            return None;
        }
        let (owned, up) = share.larger_side();
        let is_much = owned.is_share(self.share, tape.traded)
            && owned.is_share(self.one_sided, share.bought.plus(share.sold));
        let moved_bps = tape.last.minus(tape.reference).basis_points_of(tape.reference);
        let their_way = if up { moved_bps } else { moved_bps.saturating_neg() };
        let marked = Marked { owned, traded: tape.traded, moved_bps };
        (is_much && their_way >= i64::from(self.moved_bps)).then_some(marked)
    }
}

impl Share {
    const fn new(session: TradingSession, since: Timestamp) -> Self {
        let (bought, sold) = (Amount::ZERO, Amount::ZERO);
        Self { session, since, bought, sold, executions: 0, flagged: false }
    }

    /// What was traded on the side that was traded more, and whether that is the buying one.
    fn larger_side(&self) -> (Amount, bool) {
        if self.bought >= self.sold { (self.bought, true) } else { (self.sold, false) }
    }
}

/// What was seen when it was too much.
struct Marked {
    owned: Amount,
    traded: Amount,
    moved_bps: i64,
}

impl Marked {
    fn at(&self, at: Timestamp, session: TradingSession) -> Evidence {
        Evidence::MarkingTheClose {
            owned: self.owned.quantity(),
            traded: self.traded.quantity(),
            share: self.owned.share_of(self.traded),
            moved_bps: self.moved_bps,
            before_close: session.closes().since(at),
        }
    }
}
