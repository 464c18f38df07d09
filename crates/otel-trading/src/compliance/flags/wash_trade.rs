//! Owners that trade with themselves.

use std::collections::VecDeque;
use std::time::Duration;

use otel_core::Timestamp;

use super::amount::Amount;
use super::bounded::Bounded;
use super::evidence::{Evidence, Percent, WashKind};
use super::fact::{Action, Execution, MarketFact};
use super::flag::Flag;
use super::keys::{InstrumentKey, OwnerKey, TradeKey};
use crate::conventions::flags as rules;

/// When purchases and sales through others look arranged. The regulation names the signs, such as a repetition among
/// few parties and quantities and prices that are very similar, and no figure: the defaults are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WashTradeLimits {
    /// How far apart the two executions of a pair may be. Default 1 s.
    pub window: Duration,
    /// How different their prices may be, in hundredths of a percent. Default 1.
    pub price_tolerance_bps: u32,
    /// How different their quantities may be, in percent of the larger. Default 1.
    pub quantity_tolerance: Percent,
    /// How many pairs it takes. Default 3, and 16 at most: one is what every market maker does.
    pub pairs: u32,
    /// The time in which these pairs have to happen. Default 60 s.
    pub memory: Duration,
    /// The share the pairs have in what the owner trades meanwhile. Default 80 %: who trades otherwise as well has a
    /// reason to.
    pub share: Percent,
}

impl Default for WashTradeLimits {
    fn default() -> Self {
        Self {
            window: Duration::from_secs(1),
            price_tolerance_bps: 1,
            quantity_tolerance: Percent(1),
            pairs: 3,
            memory: Duration::from_secs(60),
            share: Percent(80),
        }
    }
}

/// Flags a trade with one beneficial owner on both sides, at once, and an owner whose purchases and sales of an
/// instrument undo one another time and again, wherever and against whomever they are executed.
#[derive(Debug)]
pub struct WashTrade {
    limits: WashTradeLimits,
    owners: Bounded<(OwnerKey, InstrumentKey), Owner>,
    dropped: u64,
}

/// What one owner did in one instrument.
#[derive(Debug, Default)]
struct Owner {
    /// Executions that nothing has undone yet, the oldest first.
    legs: VecDeque<Leg>,
    /// The latest pairs, the oldest first.
    pairs: VecDeque<Pair>,
    /// All that was ever executed, and all of it that was in pairs.
    executed: Amount,
    paired: Amount,
    last_self_trade: Option<TradeKey>,
}

#[derive(Clone, Copy, Debug)]
struct Leg {
    at: Timestamp,
    is_buy: bool,
    price: Amount,
    quantity: Amount,
    executed_before: Amount,
}

#[derive(Clone, Copy, Debug)]
struct Pair {
    since: Timestamp,
    at: Timestamp,
    executed_before: Amount,
    paired_before: Amount,
}

/// Executions that wait for one that undoes them, of one owner in one instrument.
const LEGS: usize = 64;

/// The most pairs that are remembered.
const PAIRS: usize = 16;

impl WashTrade {
    /// A detector that remembers at most `cap` pairs of an owner and an instrument.
    pub fn new(limits: WashTradeLimits, cap: usize) -> Self {
        Self { limits, owners: Bounded::new(cap), dropped: 0 }
    }

    /// What was forgotten too early so far: owners of whom there were too many, and executions within the window.
    pub const fn overflow(&self) -> u64 {
        self.owners.evicted() + self.dropped
    }

    /// Looks at one fact.
    pub fn observe(&mut self, fact: &MarketFact) -> Option<Flag> {
        let Action::Executed(execution) = fact.action else { return None };
        let owner = self.owners.or_insert_with((fact.party.owner, fact.listing.instrument), Owner::default);
        let executed_before = owner.executed;
        let quantity = Amount::from(fact.quantity);
        owner.executed = owner.executed.plus(quantity);
        if is_self_trade(fact, &execution) {
            let told = execution.trade.is_some() && execution.trade == owner.last_self_trade;
            owner.last_self_trade = execution.trade;
            return (!told).then(|| self_trade(fact, &execution));
        }
        let price = Amount::from(execution.price);
        let leg = Leg { at: fact.at, is_buy: fact.is_buy()?, price, quantity, executed_before };
        let Some(other) = owner.take_opposite(&leg, &self.limits) else {
            self.dropped += u64::from(owner.wait(leg, self.limits.window));
            return None;
        };
        let found = owner.add_pair(&other, &leg, &self.limits)?;
        let evidence = Evidence::WashTrade {
            kind: WashKind::Offsetting,
            pairs: self.limits.pairs(),
            quantity: fact.quantity,
            price: execution.price,
            share: found.share,
        };
        Some(Flag::new(&rules::WASH_TRADE, fact, found.since, evidence))
    }
}

impl WashTradeLimits {
    const fn pairs(&self) -> u32 {
        if self.pairs == 0 {
            1
        } else if self.pairs > PAIRS as u32 {
            PAIRS as u32
        } else {
            self.pairs
        }
    }

    fn undoes(&self, leg: &Leg, other: &Leg) -> bool {
        let larger = leg.quantity.max(other.quantity);
        leg.is_buy != other.is_buy
            && leg.at.since(other.at) <= self.window
            && larger.times(self.quantity_tolerance.0) >= leg.quantity.distance(other.quantity).times(100)
            && leg.price.distance(other.price).basis_points_rounded_up(other.price)
                <= self.price_tolerance_bps
    }
}

/// What was found when there were enough pairs.
struct Found {
    since: Timestamp,
    share: Percent,
}

impl Owner {
    /// Takes out the latest execution that this one undoes.
    fn take_opposite(&mut self, leg: &Leg, limits: &WashTradeLimits) -> Option<Leg> {
        let at = self.legs.iter().rposition(|other| limits.undoes(leg, other))?;
        self.legs.remove(at)
    }

    /// Keeps an execution for the next one; whether another had to go that was not too old yet.
    fn wait(&mut self, leg: Leg, window: Duration) -> bool {
        while self.legs.front().is_some_and(|oldest| leg.at.since(oldest.at) > window) {
            self.legs.pop_front();
        }
        let is_full = self.legs.len() >= LEGS;
        if is_full {
            self.legs.pop_front();
        }
        self.legs.push_back(leg);
        is_full
    }

    /// Remembers a pair; what was found, if it is one too many.
    fn add_pair(&mut self, first: &Leg, second: &Leg, limits: &WashTradeLimits) -> Option<Found> {
        let paired_before = self.paired;
        self.paired = self.paired.plus(first.quantity).plus(second.quantity);
        if self.pairs.len() >= limits.pairs() as usize {
            self.pairs.pop_front();
        }
        let executed_before = first.executed_before;
        self.pairs.push_back(Pair { since: first.at, at: second.at, executed_before, paired_before });
        if self.pairs.len() < limits.pairs() as usize {
            return None;
        }
        let oldest = *self.pairs.front()?;
        let paired = self.paired.minus(oldest.paired_before);
        let executed = self.executed.minus(oldest.executed_before);
        if second.at.since(oldest.at) > limits.memory || !paired.is_share(limits.share, executed) {
            return None;
        }
        // The next flag takes as many pairs again.
        self.pairs.clear();
        Some(Found { since: oldest.since, share: paired.share_of(executed) })
    }
}

/// Whether one owner is on both sides of an execution.
pub(super) fn is_self_trade(fact: &MarketFact, execution: &Execution) -> bool {
    execution.counterparty == Some(fact.party.owner)
}

/// Whether one fact shows both of its sides to be one owner's.
pub(super) fn self_traded(fact: &MarketFact) -> Option<Flag> {
    match fact.action {
        Action::Executed(execution) if is_self_trade(fact, &execution) => Some(self_trade(fact, &execution)),
        _ => None,
    }
}

/// The flag of a trade with one owner on both sides.
pub(super) fn self_trade(fact: &MarketFact, execution: &Execution) -> Flag {
    let evidence = Evidence::WashTrade {
        kind: WashKind::SameOwner,
        pairs: 1,
        quantity: fact.quantity,
        price: execution.price,
        share: Percent(100),
    };
    Flag::new(&rules::WASH_TRADE, fact, fact.at, evidence)
}
