//! What may happen to an order at what status.

use crate::labels::ExecType::{self, *};
use crate::labels::OrderStatus;

/// What FIX says of something happening to an order with some status.
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

use Transition::{Illegal, Illustrated, Race};

/// What to make of `what` being said of an order with status `from`: the status matrix of appendix D of FIX 5.0 SP2
/// and the scenarios A to L beside it, and what both leave open, decided.
///
/// An order whose status is a pending request has another status underneath, which a [`Lifecycle`](super::Lifecycle)
/// knows and this function does not: what is illegal underneath is illegal.
pub const fn transition(from: OrderStatus, what: ExecType) -> Transition {
    match from {
        OrderStatus::Submitted => unanswered(what, false),
        OrderStatus::PendingNew => unanswered(what, true),
        OrderStatus::New => new(what),
        OrderStatus::PartiallyFilled => partially_filled(what),
        OrderStatus::Filled => filled(what),
        OrderStatus::DoneForDay => match what {
            PartialFill | Restated | TradeCorrect | TradeCancel | CancelRejected | Calculated => Illustrated,
            Rejected => Illegal,
            _ => Race,
        },
        OrderStatus::PendingCancel => match what {
            New | PartialFill | Fill | PendingCancel | Canceled | CancelRejected | Restated
            | TradeCorrect | TradeCancel => Illustrated,
            _ => Race,
        },
        OrderStatus::PendingReplace => match what {
            New | PartialFill | Fill | PendingReplace | Replaced | Canceled | CancelRejected | Restated
            | TradeCorrect | TradeCancel => Illustrated,
            _ => Race,
        },
        OrderStatus::Stopped => match what {
            PartialFill | CancelRejected => Illustrated,
            Rejected => Illegal,
            _ => Race,
        },
        OrderStatus::Suspended => match what {
            New | Triggered | Restated | Canceled | Expired | CancelRejected => Illustrated,
            Rejected => Illegal,
            _ => Race,
        },
        OrderStatus::Calculated => match what {
            Calculated | Restated | TradeCorrect | TradeCancel | CancelRejected => Illustrated,
            Rejected => Illegal,
            _ => Race,
        },
        OrderStatus::Canceled | OrderStatus::Expired => match what {
            TradeCorrect | TradeCancel | CancelRejected => Illustrated,
            // A venue's reports of an execution and of the end come on ways of their own.
            Submitted | PartialFill | Fill | PendingCancel | PendingReplace | Restated | Calculated => Race,
            _ => Illegal,
        },
        OrderStatus::Rejected => match what {
            CancelRejected => Illustrated,
            Submitted | PendingCancel | PendingReplace => Race,
            _ => Illegal,
        },
    }
}

/// Whether an order with this status is over. One that is done for the day, or calculated, may be or not: a
/// [`Lifecycle`](super::Lifecycle) knows.
pub const fn is_over(status: OrderStatus) -> bool {
    matches!(
        status,
        OrderStatus::Filled | OrderStatus::Canceled | OrderStatus::Rejected | OrderStatus::Expired
    )
}

/// Whatever a venue says first proves that it has the order; but nothing can be busted that was not executed.
const fn unanswered(what: ExecType, was_received: bool) -> Transition {
    match what {
        New | Rejected | PendingCancel => Illustrated,
        Submitted | PendingNew if !was_received => Illustrated,
        Triggered if was_received => Illustrated,
        TradeCorrect | TradeCancel => Illegal,
        _ => Race,
    }
}

const fn new(what: ExecType) -> Transition {
    match what {
        Submitted | PendingNew | Calculated => Race,
        TradeCorrect | TradeCancel => Illegal,
        _ => Illustrated,
    }
}

const fn partially_filled(what: ExecType) -> Transition {
    match what {
        // An acknowledgement that was overtaken.
        Submitted | PendingNew | New | Stopped | Triggered | Calculated => Race,
        Rejected => Illegal,
        _ => Illustrated,
    }
}

const fn filled(what: ExecType) -> Transition {
    match what {
        PendingReplace | Replaced | CancelRejected | Restated | TradeCorrect | TradeCancel | Calculated => {
            Illustrated
        }
        Submitted | PendingNew | New | PartialFill | Fill | DoneForDay | PendingCancel | Triggered => Race,
        Canceled | Rejected | Stopped | Suspended | Expired => Illegal,
    }
}
