//! What was paid, to the minor unit.

use crate::labels::{OrderFact, OrderViolation};

/// What was told of an order's money: each the sum of all facts of its kind, so that they do not depend on the order in
/// which the facts came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) authorized: i64,
    pub(super) received: i64,
    pub(super) voided: i64,
    pub(super) captured: i64,
    pub(super) refunded: i64,
}

impl Sums {
    /// The sums with so much more of this kind; `None` where it is no money, or more than can be added up.
    pub(super) fn after(mut self, fact: OrderFact, minor: i64) -> Option<Self> {
        let sum = match fact {
            OrderFact::Authorized => &mut self.authorized,
            OrderFact::Received => &mut self.received,
            OrderFact::Voided => &mut self.voided,
            OrderFact::Captured => &mut self.captured,
            OrderFact::Refunded => &mut self.refunded,
            _ => return None,
        };
        *sum = sum.checked_add(minor)?;
        Some(self)
    }

    /// Whether no more is taken and released than was authorised, and no more given back than came in.
    pub(super) fn add_up(self) -> bool {
        self.authorisation().is_covered() && self.takings().is_covered()
    }

    /// What is wrong with these sums that was not with those before.
    pub(super) fn violation_since(self, before: Self) -> Option<OrderViolation> {
        let authorisation = self.authorisation().violation_since(before.authorisation());
        let takings = self.takings().violation_since(before.takings());
        [authorisation, takings].into_iter().flatten().max_by_key(|it| *it == OrderViolation::Excess)
    }

    fn authorisation(self) -> Account {
        Account { there: self.authorized.into(), used: i128::from(self.captured) + i128::from(self.voided) }
    }

    fn takings(self) -> Account {
        Account { there: i128::from(self.captured) + i128::from(self.received), used: self.refunded.into() }
    }
}

/// How much there is, and how much of it was used.
#[derive(Clone, Copy)]
struct Account {
    there: i128,
    used: i128,
}

impl Account {
    const fn is_covered(self) -> bool {
        self.used <= self.there
    }

    /// What is used before anything is known to be there has most likely overtaken the message that says so. It is too
    /// much once something is known to be there and does not suffice, whichever of the two came last.
    fn violation_since(self, before: Self) -> Option<OrderViolation> {
        let is_told = !before.is_covered() && before.there > 0;
        match (self.is_covered(), self.there, self.used > before.used) {
            (true, ..) | (false, 0, false) => None,
            (false, 0, true) => Some(OrderViolation::Unmatched),
            (false, _, is_more) => (is_more || !is_told).then_some(OrderViolation::Excess),
        }
    }
}
