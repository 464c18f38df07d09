//! The orders that are open: how long they have been.

use otel_core::Timestamp;

use super::amount::Amount;
use super::bounded::Bounded;
use super::fact::{Action, MarketFact};
use super::keys::{OrderKey, VenueKey};

/// When each open order was entered or last replaced, and what is left of it.
#[derive(Debug)]
pub(super) struct OpenOrders {
    orders: Bounded<(VenueKey, OrderKey), Open>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    entered: Timestamp,
    leaves: Amount,
}

impl OpenOrders {
    pub(super) fn new(cap: usize) -> Self {
        Self { orders: Bounded::new(cap) }
    }

    pub(super) fn len(&self) -> usize {
        self.orders.len()
    }

    pub(super) const fn overflow(&self) -> u64 {
        self.orders.evicted()
    }

    /// Takes in one fact; when its order was entered or last replaced before it, if that is known.
    pub(super) fn observe(&mut self, fact: &MarketFact) -> Option<Timestamp> {
        let key = (fact.listing.venue, fact.order);
        let quantity = Amount::from(fact.quantity);
        match fact.action {
            Action::New { .. } => {
                let open = Open { entered: fact.at, leaves: quantity };
                *self.orders.or_insert_with(key, || open) = open;
                None
            }
            Action::Replaced { .. } => {
                let open = self.orders.get_mut(&key)?;
                let before = open.entered;
                *open = Open { entered: fact.at, leaves: quantity };
                Some(before)
            }
            Action::Cancelled { .. } | Action::Executed(_) => {
                let open = self.orders.get_mut(&key)?;
                let entered = open.entered;
                open.leaves = open.leaves.minus(quantity);
                if open.leaves <= Amount::ZERO {
                    self.orders.remove(&key);
                }
                Some(entered)
            }
        }
    }
}
