//! How large orders usually are.

use super::amount::Amount;
use super::bounded::Bounded;
use super::fact::{Action, Listing, MarketFact};

/// The mean size of the latest few hundred orders of each listing, everybody's together.
#[derive(Debug)]
pub(super) struct UsualOrders {
    listings: Bounded<Listing, Amount>,
}

/// Each order is a 2⁸th of the mean.
const SHARE: u32 = 8;

/// No order counts for more than so many usual ones: who enters large orders does not make them usual.
const MOST: u32 = 4;

impl UsualOrders {
    pub(super) fn new(cap: usize) -> Self {
        Self { listings: Bounded::new(cap) }
    }

    pub(super) const fn overflow(&self) -> u64 {
        self.listings.evicted()
    }

    /// Takes in one fact; what was usual before it, if anything was.
    pub(super) fn observe(&mut self, fact: &MarketFact) -> Option<Amount> {
        if matches!(fact.action, Action::Cancelled { .. }) {
            return None;
        }
        let Some(usual) = self.listings.get_mut(&fact.listing) else {
            if matches!(fact.action, Action::New { .. }) {
                self.listings.or_insert_with(fact.listing, || fact.quantity.into());
            }
            return None;
        };
        let before = *usual;
        if matches!(fact.action, Action::New { .. }) {
            *usual = before.moved_towards(Amount::from(fact.quantity).min(before.times(MOST)), SHARE);
        }
        Some(before)
    }
}
