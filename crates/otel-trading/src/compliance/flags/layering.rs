//! Orders that are withdrawn once the other side was executed.

mod book;

use std::time::Duration;

use otel_core::Timestamp;

use self::book::OwnBook;
use super::amount::Amount;
use super::bounded::Bounded;
use super::evidence::{Evidence, Percent};
use super::fact::{Action, Listing, MarketFact};
use super::flag::{Flag, FlagRule};
use super::keys::OwnerKey;
use crate::conventions::flags as rules;
use crate::quantity::Price;

/// When withdrawn orders look as if they had never been meant. The regulation describes the practice without figures:
/// the defaults are ours, and what they find in real order flow is measured by a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayeringLimits {
    /// The fewest price levels.
    pub min_levels: u32,
    /// The most price levels.
    pub max_levels: u32,
    /// How long before the execution the orders were entered at most.
    pub build_up: Duration,
    /// How soon after the execution they have to be withdrawn.
    pub withdrawal: Duration,
    /// How many times the executed quantity stands on the other side at least.
    pub ratio: u32,
    /// How many times a usual order each of these orders is at least, where it is known what is usual.
    pub order_size: u32,
    /// How many times a usual order all of them are together at least.
    pub total_size: u32,
    /// The share of it that is withdrawn at least.
    pub share: Percent,
    /// How often it has to happen.
    pub episodes: u32,
    /// The time in which it has to happen that often.
    pub memory: Duration,
}

impl LayeringLimits {
    /// Layering: three levels or more, together 5 times the executed quantity and 10 times a usual order, of which
    /// 80 % is withdrawn within 2 s of the execution. Once is enough.
    pub const LAYERS: Self = Self {
        min_levels: 3,
        max_levels: u32::MAX,
        build_up: Duration::from_secs(10),
        withdrawal: Duration::from_secs(2),
        ratio: 5,
        order_size: 0,
        total_size: 10,
        share: Percent(80),
        episodes: 1,
        memory: Duration::from_secs(300),
    };

    /// Spoofing: one or two levels of orders that are each 10 times a usual one, together 10 times the executed
    /// quantity, withdrawn as above. A large order that is withdrawn is nothing by itself, so it takes three times
    /// within five minutes: FINRA Rule 5210.03 too asks for a frequent pattern.
    pub const SPOOFS: Self =
        Self { min_levels: 1, max_levels: 2, ratio: 10, order_size: 10, episodes: 3, ..Self::LAYERS };
}

/// Flags an owner that has much on one side of the book when the other side is executed, and withdraws it at once.
#[derive(Debug)]
pub struct Layering {
    rule: &'static FlagRule,
    limits: LayeringLimits,
    books: Bounded<(OwnerKey, Listing), OwnBook>,
    dropped: u64,
}

impl Layering {
    /// A detector of many orders, on many levels, that remembers at most `cap` pairs of an owner and a listing.
    pub fn of_layers(limits: LayeringLimits, cap: usize) -> Self {
        Self { rule: &rules::LAYERING, limits, books: Bounded::new(cap), dropped: 0 }
    }

    /// A detector of a few large orders, that remembers at most `cap` pairs of an owner and a listing.
    pub fn of_spoofs(limits: LayeringLimits, cap: usize) -> Self {
        Self { rule: &rules::SPOOFING, ..Self::of_layers(limits, cap) }
    }

    /// What was forgotten too early so far: owners of whom there were too many, and orders of one owner.
    pub const fn overflow(&self) -> u64 {
        self.books.evicted() + self.dropped
    }

    /// Looks at one fact.
    pub fn observe(&mut self, fact: &MarketFact) -> Option<Flag> {
        self.observe_with(fact, None)
    }

    /// Looks at one fact, of which the caller may not have said how large a usual order is.
    pub(super) fn observe_with(&mut self, fact: &MarketFact, usual: Option<Amount>) -> Option<Flag> {
        // Where nobody knows what is usual, no order is too small.
        let usual = fact.usual_order.map(Amount::from).or(usual).unwrap_or_default();
        let key = (fact.party.owner, fact.listing);
        let is_buy = fact.is_buy()?;
        match fact.action {
            Action::New { price } => {
                self.enter(fact, price, is_buy, usual);
                None
            }
            Action::Replaced { price } => {
                let book = self.books.get_mut(&key);
                let moved = book.is_none_or(|book| {
                    book.replaced(fact.order, price.map(Amount::from), fact.quantity.into())
                });
                let completed = self.complete(fact);
                if moved {
                    self.enter(fact, price, is_buy, usual);
                }
                completed
            }
            Action::Cancelled { .. } => {
                self.books.get_mut(&key)?.withdrawn(fact.order, fact.quantity.into());
                self.complete(fact)
            }
            Action::Executed(_) => {
                self.books.get_mut(&key)?.executed(fact, is_buy, usual, &self.limits);
                None
            }
        }
    }

    /// Keeps an order that rests in the book and is large enough: one without a limit, or that trades at once, gives
    /// no impression.
    fn enter(&mut self, fact: &MarketFact, price: Option<Price>, is_buy: bool, usual: Amount) {
        let Some(price) = price.map(Amount::from) else { return };
        let trades_at_once = fact.touch.is_some_and(|touch| {
            if is_buy { price >= Amount::from(touch.ask) } else { price <= Amount::from(touch.bid) }
        });
        if !trades_at_once && Amount::from(fact.quantity) >= usual.times(self.limits.order_size) {
            let book = self.books.or_insert_with((fact.party.owner, fact.listing), OwnBook::default);
            self.dropped += u64::from(book.entered(fact, is_buy, price, &self.limits));
        }
    }

    /// The flag of what is complete now.
    fn complete(&mut self, fact: &MarketFact) -> Option<Flag> {
        let book = self.books.get_mut(&(fact.party.owner, fact.listing))?;
        let completed = book.completed(fact.at, &self.limits)?;
        Some(self.flag(fact, completed))
    }

    fn flag(&self, fact: &MarketFact, episode: Completed) -> Flag {
        let evidence = Evidence::Layering {
            orders: episode.orders,
            levels: episode.levels,
            placed: episode.placed.quantity(),
            withdrawn: episode.withdrawn.quantity(),
            executed: episode.executed.quantity(),
            after: fact.at.since(episode.executed_at),
            episodes: episode.times,
        };
        Flag::new(self.rule, fact, episode.since, evidence)
    }
}

/// Everything that was seen, once often enough.
#[derive(Clone, Copy, Debug)]
struct Completed {
    since: Timestamp,
    executed_at: Timestamp,
    orders: u32,
    levels: u32,
    placed: Amount,
    withdrawn: Amount,
    executed: Amount,
    times: u32,
}
