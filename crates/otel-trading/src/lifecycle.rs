//! The life of an order as pure logic: what may follow what, and what the executions add up to.
//!
//! Venues tell an order's story in messages that are lost, repeated and overtaken. So a fact has more answers than
//! yes and no: it is *illustrated* by FIX (appendix D of FIX 5.0 SP2, and the scenarios beside it), it is a
//! *tolerated* race that happens when messages cross, or it is *refused* because it cannot be true of this order. A
//! refused fact changes nothing. What a tolerated fact says is believed, for the venue knows best.

mod seen;
mod transition;

pub use transition::{Transition, is_over, transition};

use crate::labels::{ExecType, OrderStatus, Violation};
use crate::lifecycle::seen::Seen;
use crate::quantity::Quantity;

/// What is known of one order.
#[derive(Clone, Copy, Debug)]
pub struct Lifecycle {
    status: OrderStatus,
    /// Where a refused cancellation or replacement leads back to.
    before_pending: OrderStatus,
    ordered: Quantity,
    cumulative: Quantity,
    sent: bool,
    seen: Seen,
}

/// One thing that is said to have happened to an order.
#[derive(Clone, Copy, Debug)]
pub struct Fact {
    /// What is said to have happened.
    pub exec_type: ExecType,
    /// The digest of the report's identifier, where it has one: see [`ExecId::digest`](crate::ids::ExecId::digest).
    pub report: Option<u64>,
    /// The quantities it came with.
    pub quantities: Quantities,
}

/// The quantities that came with a fact, as far as it said any.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quantities {
    /// Of this one execution: FIX `LastQty` (32).
    pub last: Option<Quantity>,
    /// Of all executions: FIX `CumQty` (14).
    pub cumulative: Option<Quantity>,
    /// Of the order, when it was replaced: FIX `OrderQty` (38).
    pub ordered: Option<Quantity>,
}

impl Quantities {
    const fn are_unknown(&self) -> bool {
        self.last.is_none() && self.cumulative.is_none() && self.ordered.is_none()
    }
}

/// What a [`Lifecycle`] makes of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// It is as FIX illustrates.
    Illustrated,
    /// It is believed, but something about it deserves to be counted.
    Tolerated(Violation),
    /// It is not believed, and has changed nothing.
    Refused(Violation),
}

impl Answer {
    /// What is wrong with the fact, if anything.
    pub const fn violation(self) -> Option<Violation> {
        match self {
            Self::Illustrated => None,
            Self::Tolerated(violation) | Self::Refused(violation) => Some(violation),
        }
    }
}

impl Lifecycle {
    /// An order of this quantity that nobody has answered yet.
    pub const fn new(ordered: Quantity) -> Self {
        let status = OrderStatus::Submitted;
        Self {
            status,
            before_pending: status,
            ordered,
            cumulative: Quantity::ZERO,
            sent: false,
            seen: Seen::EMPTY,
        }
    }

    /// An order that is met in the middle of its life.
    pub const fn at(status: OrderStatus, ordered: Quantity, cumulative: Quantity) -> Self {
        Self { status, before_pending: status, ordered, cumulative, sent: true, seen: Seen::EMPTY }
    }

    /// What the order is at.
    pub const fn status(&self) -> OrderStatus {
        self.status
    }

    /// The quantity ordered.
    pub const fn ordered(&self) -> Quantity {
        self.ordered
    }

    /// The quantity executed so far.
    pub const fn cumulative(&self) -> Quantity {
        self.cumulative
    }

    /// The quantity still to be executed: nothing, once the order is over.
    pub fn leaves(&self) -> Quantity {
        if is_over(self.status) {
            return Quantity::ZERO;
        }
        self.ordered.checked_sub(self.cumulative).map_or(Quantity::ZERO, |leaves| leaves.max(Quantity::ZERO))
    }

    /// Takes in one fact, and says what to make of it.
    ///
    /// When several things are wrong with it, the first of *duplicate*, *illegal*, *quantity* and *race* is named.
    pub fn apply(&mut self, fact: &Fact) -> Answer {
        let repeated = match fact.exec_type {
            ExecType::Submitted => self.sent,
            _ => fact.report.is_some_and(|report| self.seen.contains(report)),
        };
        if repeated {
            return Answer::Refused(Violation::Duplicate);
        }
        let after = self.after(fact);
        let to = self.target(fact.exec_type, &after);
        let how = match to {
            // What takes something back leads where it came from, and no matrix shows that.
            Some(to) if !takes_back(fact.exec_type) => transition(self.status, to),
            _ => Transition::Illustrated,
        };
        let nothing_to_bust = is_bust(fact.exec_type) && self.cumulative <= Quantity::ZERO;
        if how == Transition::Illegal || nothing_to_bust {
            return Answer::Refused(Violation::Illegal);
        }
        self.remember(fact, &after);
        self.enter(how, to.unwrap_or(self.status));
        match (after.adds_up, how) {
            (false, _) => Answer::Tolerated(Violation::Quantity),
            (true, Transition::Race) => Answer::Tolerated(Violation::Race),
            (true, _) => Answer::Illustrated,
        }
    }

    /// The status a fact leads to; `None` when it leads nowhere.
    fn target(&self, exec_type: ExecType, after: &After) -> Option<OrderStatus> {
        match exec_type {
            ExecType::Submitted | ExecType::Restated => None,
            ExecType::PendingNew => Some(OrderStatus::PendingNew),
            ExecType::New => Some(OrderStatus::New),
            ExecType::PartialFill => Some(OrderStatus::PartiallyFilled),
            ExecType::Fill => Some(OrderStatus::Filled),
            ExecType::DoneForDay => Some(OrderStatus::DoneForDay),
            ExecType::PendingCancel => Some(OrderStatus::PendingCancel),
            ExecType::Canceled => Some(OrderStatus::Canceled),
            ExecType::PendingReplace => Some(OrderStatus::PendingReplace),
            ExecType::Replaced => Some(after.status()),
            ExecType::CancelRejected => self.is_pending().then_some(self.before_pending),
            ExecType::Rejected => Some(OrderStatus::Rejected),
            ExecType::Stopped => Some(OrderStatus::Stopped),
            ExecType::Suspended => Some(OrderStatus::Suspended),
            ExecType::Expired => Some(OrderStatus::Expired),
            // A bust reopens an order that was filled; one that was cancelled stays so.
            ExecType::TradeCorrect | ExecType::TradeCancel => {
                matches!(self.status, OrderStatus::PartiallyFilled | OrderStatus::Filled)
                    .then(|| after.status())
            }
        }
    }

    /// What the quantities would be after a fact.
    fn after(&self, fact: &Fact) -> After {
        let Quantities { last, cumulative: reported, ordered } = fact.quantities;
        let unchanged = After { ordered: self.ordered, cumulative: self.cumulative, adds_up: true };
        // An acknowledgement that was overtaken by an execution does not know of it.
        if matches!(fact.exec_type, ExecType::New | ExecType::PendingNew) || fact.quantities.are_unknown() {
            return unchanged;
        }
        let last = last.unwrap_or(Quantity::ZERO);
        let ordered = ordered.unwrap_or(self.ordered);
        let expected = match fact.exec_type {
            ExecType::PartialFill | ExecType::Fill => self.cumulative.checked_add(last),
            ExecType::TradeCancel => self.cumulative.checked_sub(last),
            ExecType::TradeCorrect => reported.or(Some(self.cumulative)),
            _ => Some(self.cumulative),
        };
        let mut cumulative = reported.or(expected).unwrap_or(self.cumulative);
        let is_plausible = match fact.exec_type {
            ExecType::PartialFill => last > Quantity::ZERO && cumulative < ordered,
            ExecType::Fill => last > Quantity::ZERO && cumulative == ordered,
            _ => cumulative >= Quantity::ZERO && cumulative <= ordered,
        };
        let adds_up = is_plausible && expected == Some(cumulative);
        if !is_bust(fact.exec_type) {
            // Only a bust takes executions back; anything else that reports fewer of them is late.
            cumulative = cumulative.max(self.cumulative);
        }
        After { ordered, cumulative, adds_up }
    }

    fn remember(&mut self, fact: &Fact, after: &After) {
        if let Some(report) = fact.report {
            self.seen.insert(report);
        }
        self.sent = true;
        self.ordered = after.ordered;
        self.cumulative = after.cumulative;
    }

    fn enter(&mut self, how: Transition, to: OrderStatus) {
        if how == Transition::Race && is_overtaken(self.status, to) {
            return;
        }
        if !self.is_pending() {
            self.before_pending = self.status;
        }
        self.status = to;
    }

    const fn is_pending(&self) -> bool {
        matches!(self.status, OrderStatus::PendingCancel | OrderStatus::PendingReplace)
    }
}

/// Whether news of `to` is old news at `from`, so that the status stays: an acknowledgement that was overtaken, or
/// anything but the last execution once the order is over.
const fn is_overtaken(from: OrderStatus, to: OrderStatus) -> bool {
    matches!(to, OrderStatus::New | OrderStatus::PendingNew)
        || is_over(from) && !matches!(to, OrderStatus::Filled)
}

const fn takes_back(exec_type: ExecType) -> bool {
    is_bust(exec_type) || matches!(exec_type, ExecType::CancelRejected)
}

const fn is_bust(exec_type: ExecType) -> bool {
    matches!(exec_type, ExecType::TradeCorrect | ExecType::TradeCancel)
}

/// The quantities after a fact.
struct After {
    ordered: Quantity,
    cumulative: Quantity,
    adds_up: bool,
}

impl After {
    fn status(&self) -> OrderStatus {
        if self.cumulative <= Quantity::ZERO {
            OrderStatus::New
        } else if self.cumulative < self.ordered {
            OrderStatus::PartiallyFilled
        } else {
            OrderStatus::Filled
        }
    }
}
