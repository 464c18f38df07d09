//! What was paid, to the minor unit.

use crate::labels::OrderFact;

/// What was authorised, what of that was taken, and what of that was given back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) authorized: i64,
    pub(super) captured: i64,
    pub(super) refunded: i64,
}

impl Sums {
    /// The sums after so much more was authorised, voided, taken or given back; `None` where they would not add up.
    pub(super) fn after(mut self, fact: OrderFact, minor: i64) -> Option<Self> {
        let sum = match fact {
            OrderFact::Captured => &mut self.captured,
            OrderFact::Refunded => &mut self.refunded,
            _ => &mut self.authorized,
        };
        *sum = match fact {
            OrderFact::Voided => sum.checked_sub(minor)?,
            _ => sum.checked_add(minor)?,
        };
        self.add_up().then_some(self)
    }

    /// Whether nothing is taken that was not authorised, and nothing given back that was not taken.
    pub(super) const fn add_up(self) -> bool {
        self.refunded <= self.captured && self.captured <= self.authorized
    }
}
