//! What may follow what.

use crate::labels::OrderStatus::{self, *};

/// What FIX says of an order going from one status to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transition {
    /// A matrix or a scenario of FIX shows it.
    Illustrated,
    /// FIX does not show it, but it happens when messages cross: a fill that meets a cancellation, an
    /// acknowledgement that is overtaken, a request for an order that is just over.
    Race,
    /// It cannot happen to one and the same order.
    Illegal,
}

/// Whether an order can go from one status to another.
pub const fn transition(from: OrderStatus, to: OrderStatus) -> Transition {
    if is_illustrated(from, to) {
        Transition::Illustrated
    } else if is_race(from, to) {
        Transition::Race
    } else {
        Transition::Illegal
    }
}

/// Whether an order with this status is over. One that is done for the day is not.
pub const fn is_over(status: OrderStatus) -> bool {
    matches!(status, Filled | Canceled | Rejected | Expired)
}

/// Appendix D of FIX 5.0 SP2, which has no expiry and no suspension, with these from its order state changes; and
/// the cancellation of a new order, which is how an immediate order that meets no one ends.
const fn is_illustrated(from: OrderStatus, to: OrderStatus) -> bool {
    match from {
        Submitted => matches!(to, PendingNew | New | Rejected),
        PendingNew => matches!(to, New | Rejected),
        New => matches!(
            to,
            New | PartiallyFilled
                | Filled
                | DoneForDay
                | PendingCancel
                | PendingReplace
                | Rejected
                | Stopped
                | Canceled
                | Expired
                | Suspended
        ),
        PartiallyFilled => matches!(
            to,
            PartiallyFilled
                | Filled
                | DoneForDay
                | PendingCancel
                | PendingReplace
                | Canceled
                | Expired
                | Suspended
        ),
        Filled => matches!(to, PartiallyFilled | Filled | PendingReplace),
        DoneForDay | Stopped => matches!(to, PartiallyFilled),
        PendingCancel => matches!(to, New | PartiallyFilled | Filled | PendingCancel | Canceled),
        PendingReplace => matches!(to, New | PartiallyFilled | Filled | PendingReplace | Canceled),
        Suspended => matches!(to, New | PartiallyFilled | Canceled | Expired),
        Canceled | Rejected | Expired => false,
    }
}

const fn is_race(from: OrderStatus, to: OrderStatus) -> bool {
    match from {
        // Whatever the venue says first proves that it has the order.
        Submitted | PendingNew => !matches!(to, Submitted),
        New => matches!(to, PendingNew),
        PartiallyFilled => matches!(to, PendingNew | New | Stopped),
        Filled => matches!(to, PendingNew | New | DoneForDay | PendingCancel),
        DoneForDay | Stopped | Suspended => !matches!(to, Submitted | Rejected),
        PendingCancel | PendingReplace => !matches!(to, Submitted | Rejected),
        Canceled | Expired => matches!(to, PartiallyFilled | Filled | PendingCancel | PendingReplace),
        Rejected => matches!(to, PendingCancel | PendingReplace),
    }
}
