//! The life of an order as pure logic: what may follow what, and what the executions add up to.
//!
//! Venues tell an order's story in messages that are lost, repeated and overtaken. So a fact has more answers than
//! yes and no: it is *illustrated* by FIX (appendix D of FIX 5.0 SP2, and the scenarios beside it), it is a
//! *tolerated* race that happens when messages cross, or it is *refused* because it cannot be true of this order. A
//! refused fact changes nothing. What a tolerated fact says is believed, for the venue knows best.
//!
//! An order is in several states at once: partially filled, suspended, and its cancellation asked for. Each is kept
//! apart, and [`Lifecycle::status`] is the one that FIX lets win.
//!
//! Four codes of FIX 5.0 SP2 are no steps of an order's life, and stand for nothing here: the status
//! `AcceptedForBidding` (D) is that of an entry of a bid list, before there is an order; the `ExecType` `OrderStatus` (I)
//! answers a question and changes nothing; `TradeInAClearingHold` (J) and `TradeHasBeenReleasedToClearing` (K) are about
//! a trade's clearing, after it was made.

mod after;
mod executions;
mod fact;
mod notional;
mod requests;
mod seen;
mod transition;

pub use fact::{Answer, Fact, Names, Prices, Quantities};
pub use transition::{Transition, is_over, transition};

use crate::labels::{ExecType, OrderStatus, Violation};
use crate::lifecycle::after::After;
use crate::lifecycle::executions::Executions;
use crate::lifecycle::notional::Notional;
use crate::lifecycle::requests::{Requests, Wish};
use crate::lifecycle::seen::Seen;
use crate::quantity::{Price, Quantity};

/// What is known of one order.
///
/// It has a fixed size, and what it remembers has too: the last 32 reports, the last 16 of its names, 16 executions
/// and 8 open requests. Where something was forgotten, what refers to it is tolerated and counted as a
/// [`Violation::Reference`] and not refused, for it may well be true.
#[derive(Clone, Copy, Debug)]
pub struct Lifecycle {
    condition: Condition,
    /// A venue said that it is filled. Executions that add up to less were lost on the way here.
    said_filled: bool,
    ordered: Quantity,
    cumulative: Quantity,
    /// `None` once a price is unknown.
    notional: Option<Notional>,
    sent: bool,
    reports: Seen<32>,
    /// All identifiers its owner gave it, and those of requests about it.
    names: Seen<16>,
    current: Option<u64>,
    requests: Requests,
    executions: Executions,
}

/// What an order is at apart from what is executed of it and what is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    Submitted,
    PendingNew,
    Working,
    DoneForDay,
    Calculated,
    Stopped,
    Suspended,
    Canceled,
    Rejected,
    Expired,
}

impl Lifecycle {
    /// An order of this quantity that nobody has answered yet.
    pub const fn new(ordered: Quantity) -> Self {
        Self {
            condition: Condition::Submitted,
            said_filled: false,
            ordered,
            cumulative: Quantity::ZERO,
            notional: Some(Notional::ZERO),
            sent: false,
            reports: Seen::EMPTY,
            names: Seen::EMPTY,
            current: None,
            requests: Requests::NONE,
            executions: Executions::new(true),
        }
    }

    /// An order that is met in the middle of its life. How much of it is executed says whether it is new, partially
    /// filled or filled, where `status` is one of these; at what price is unknown.
    pub fn at(status: OrderStatus, ordered: Quantity, cumulative: Quantity) -> Self {
        let nothing = cumulative <= Quantity::ZERO;
        Self {
            condition: Condition::of(status),
            said_filled: status == OrderStatus::Filled,
            cumulative,
            notional: nothing.then_some(Notional::ZERO),
            sent: true,
            requests: match status {
                OrderStatus::PendingCancel => Requests::one(Wish::Cancel),
                OrderStatus::PendingReplace => Requests::one(Wish::Replace),
                _ => Requests::NONE,
            },
            executions: Executions::new(nothing),
            ..Self::new(ordered)
        }
    }

    /// The same order, with the digest of the identifier its owner gave it. From here on a fact that names only
    /// other orders is refused.
    #[must_use]
    pub fn called(mut self, name: u64) -> Self {
        self.names.insert(name);
        self.current = Some(name);
        self
    }

    /// What the order is at: of everything that is true of it, what has the highest precedence in FIX.
    pub fn status(&self) -> OrderStatus {
        self.requests.status().unwrap_or_else(|| self.underlying())
    }

    /// The quantity ordered.
    pub const fn ordered(&self) -> Quantity {
        self.ordered
    }

    /// The quantity executed so far.
    pub const fn cumulative(&self) -> Quantity {
        self.cumulative
    }

    /// The average price of what was executed, rounded half away from zero at nine digits after the point; `None`
    /// when nothing was executed, or when some price is not known.
    pub fn average_price(&self) -> Option<Price> {
        self.notional.and_then(|notional| notional.average(self.cumulative))
    }

    /// The quantity still to be executed: nothing, once the order is over.
    pub fn leaves(&self) -> Quantity {
        if self.is_over() {
            return Quantity::ZERO;
        }
        self.ordered.checked_sub(self.cumulative).map_or(Quantity::ZERO, |leaves| leaves.max(Quantity::ZERO))
    }

    /// Whether nothing more will be executed, unless an execution is taken back or the order is replaced.
    pub fn is_over(&self) -> bool {
        match self.status() {
            OrderStatus::DoneForDay | OrderStatus::Calculated => self.is_filled(),
            status => is_over(status),
        }
    }

    /// The digest of what the order is called now: that of its latest replacement.
    pub const fn current_name(&self) -> Option<u64> {
        self.current
    }

    /// Takes in one fact, and says what to make of it.
    ///
    /// When several things are wrong with it, the first of *duplicate*, *reference*, *illegal*, *quantity*, *price*
    /// and *race* is named; what is refused comes before what is tolerated.
    pub fn apply(&mut self, fact: &Fact) -> Answer {
        if self.is_repeated(fact) {
            return Answer::Refused(Violation::Duplicate);
        }
        let is_stranger = self.is_stranger(fact);
        if is_stranger && !self.names.has_forgotten() {
            return Answer::Refused(Violation::Reference);
        }
        let how = self.judge(fact.exec_type);
        if how == Transition::Illegal || takes_back(fact.exec_type) && self.cumulative <= Quantity::ZERO {
            return Answer::Refused(Violation::Illegal);
        }
        let Some(after) = After::of(self, fact) else { return Answer::Refused(Violation::Reference) };
        let (was_over, is_late) = (self.is_over(), self.is_late(fact));
        self.remember(fact, &after);
        let fits = is_late || self.enter(fact, was_over);
        let violation = if is_stranger || after.is_guess || !fits {
            Some(Violation::Reference)
        } else if !after.adds_up || self.contradicts_leaves(fact) {
            Some(Violation::Quantity)
        } else if self.contradicts_average(fact) {
            Some(Violation::Price)
        } else {
            (is_late || how == Transition::Race).then_some(Violation::Race)
        };
        violation.map_or(Answer::Illustrated, Answer::Tolerated)
    }

    fn is_repeated(&self, fact: &Fact) -> bool {
        match fact.exec_type {
            ExecType::Submitted => self.sent,
            _ => fact.report.is_some_and(|report| self.reports.contains(report)),
        }
    }

    /// Whether a fact names orders, and none of them is this one.
    fn is_stranger(&self, fact: &Fact) -> bool {
        let names = match fact.exec_type {
            // These bring a new name with them.
            ExecType::PendingCancel | ExecType::PendingReplace | ExecType::Replaced
                if fact.names.original.is_none() =>
            {
                [None, None]
            }
            _ => [fact.names.client, fact.names.original],
        };
        let is_named = names.iter().any(Option::is_some);
        is_named
            && !self.names.is_empty()
            && !names.into_iter().flatten().any(|name| self.names.contains(name))
    }

    /// Whether it tells of a request that was answered before.
    fn is_late(&self, fact: &Fact) -> bool {
        let is_request = matches!(fact.exec_type, ExecType::PendingCancel | ExecType::PendingReplace);
        let is_answered = |name: u64| {
            // Some venues confirm a request under the name of the order.
            let is_order = self.current == Some(name) && fact.names.original.is_none_or(|old| old == name);
            self.names.contains(name) && !self.requests.contains(name) && !is_order
        };
        is_request && fact.names.client.is_some_and(is_answered)
    }

    fn judge(&self, what: ExecType) -> Transition {
        match transition(self.underlying(), what) {
            Transition::Illegal => Transition::Illegal,
            _ => transition(self.status(), what),
        }
    }

    fn remember(&mut self, fact: &Fact, after: &After) {
        if let Some(report) = fact.report {
            self.reports.insert(report);
        }
        if !self.names.is_empty() {
            fact.names.client.into_iter().for_each(|name| self.names.insert(name));
        }
        self.sent = true;
        self.ordered = after.ordered;
        self.cumulative = after.cumulative;
        self.notional = after.notional;
        self.executions = after.executions;
    }

    /// Enters what a fact leads to; `false` when it is a request and there are too many.
    fn enter(&mut self, fact: &Fact, was_over: bool) -> bool {
        match fact.exec_type {
            ExecType::Submitted => {}
            ExecType::PartialFill | ExecType::Fill if self.condition.is_end() => {}
            ExecType::PendingNew => self.leave(&[Condition::Submitted], Condition::PendingNew),
            ExecType::New | ExecType::Triggered => {
                self.leave(&Condition::NOT_YET_WORKING, Condition::Working);
            }
            ExecType::PartialFill => self.trade(),
            ExecType::Fill => {
                self.said_filled = true;
                self.trade();
            }
            // The next day begins with a restatement.
            ExecType::Restated => self.leave(&Condition::NOT_WORKING_TODAY, Condition::Working),
            ExecType::DoneForDay | ExecType::Stopped | ExecType::Suspended if was_over => {}
            ExecType::DoneForDay => self.condition = Condition::DoneForDay,
            ExecType::Stopped => self.condition = Condition::Stopped,
            ExecType::Suspended => self.condition = Condition::Suspended,
            ExecType::Calculated if self.condition.is_end() => {}
            ExecType::Calculated => self.condition = Condition::Calculated,
            ExecType::Canceled => self.end(Condition::Canceled),
            ExecType::Rejected => self.end(Condition::Rejected),
            ExecType::Expired => self.end(Condition::Expired),
            ExecType::TradeCorrect | ExecType::TradeCancel => self.said_filled = false,
            ExecType::PendingCancel => return was_over || self.ask(fact, Wish::Cancel),
            // A filled order can be replaced by a larger one.
            ExecType::PendingReplace => return self.condition.is_end() || self.ask(fact, Wish::Replace),
            ExecType::CancelRejected => self.requests.close(fact.names.client, None),
            ExecType::Replaced => {
                self.requests.close(fact.names.client, Some(Wish::Replace));
                self.current = fact.names.client.or(self.current);
                self.said_filled = false;
                self.leave(&Condition::NOT_YET_WORKING, Condition::Working);
            }
        }
        true
    }

    fn ask(&mut self, fact: &Fact, wish: Wish) -> bool {
        self.requests.open(wish, fact.names.client.filter(|name| self.current != Some(*name)))
    }

    /// An execution ends whatever kept an order from trading, but for a suspension: that ends when it is lifted.
    fn trade(&mut self) {
        if self.condition != Condition::Suspended {
            self.condition = Condition::Working;
        }
    }

    fn end(&mut self, condition: Condition) {
        self.condition = condition;
        self.requests = Requests::NONE;
    }

    fn leave(&mut self, from: &[Condition], to: Condition) {
        if from.contains(&self.condition) {
            self.condition = to;
        }
    }

    /// The status without what is asked for.
    fn underlying(&self) -> OrderStatus {
        match self.condition {
            Condition::Submitted => OrderStatus::Submitted,
            Condition::PendingNew => OrderStatus::PendingNew,
            Condition::DoneForDay => OrderStatus::DoneForDay,
            Condition::Calculated => OrderStatus::Calculated,
            Condition::Rejected => OrderStatus::Rejected,
            _ if self.is_filled() => OrderStatus::Filled,
            Condition::Stopped => OrderStatus::Stopped,
            Condition::Suspended => OrderStatus::Suspended,
            Condition::Canceled => OrderStatus::Canceled,
            Condition::Expired => OrderStatus::Expired,
            Condition::Working if self.cumulative > Quantity::ZERO => OrderStatus::PartiallyFilled,
            Condition::Working => OrderStatus::New,
        }
    }

    fn is_filled(&self) -> bool {
        self.said_filled || self.cumulative > Quantity::ZERO && self.cumulative >= self.ordered
    }

    /// Only executions are compared: an acknowledgement or an end may have been overtaken by them.
    fn contradicts_leaves(&self, fact: &Fact) -> bool {
        is_execution(fact.exec_type) && fact.quantities.leaves.is_some_and(|leaves| leaves != self.leaves())
    }

    fn contradicts_average(&self, fact: &Fact) -> bool {
        let known = self.notional.zip(fact.prices.average).filter(|_| is_execution(fact.exec_type));
        known.is_some_and(|(notional, average)| notional.contradicts(average, self.cumulative))
    }
}

impl Condition {
    const NOT_YET_WORKING: [Self; 3] = [Self::Submitted, Self::PendingNew, Self::Suspended];
    const NOT_WORKING_TODAY: [Self; 4] =
        [Self::Submitted, Self::PendingNew, Self::DoneForDay, Self::Calculated];

    const fn of(status: OrderStatus) -> Self {
        match status {
            OrderStatus::Submitted => Self::Submitted,
            OrderStatus::PendingNew => Self::PendingNew,
            OrderStatus::DoneForDay => Self::DoneForDay,
            OrderStatus::Calculated => Self::Calculated,
            OrderStatus::Stopped => Self::Stopped,
            OrderStatus::Suspended => Self::Suspended,
            OrderStatus::Canceled => Self::Canceled,
            OrderStatus::Rejected => Self::Rejected,
            OrderStatus::Expired => Self::Expired,
            OrderStatus::New
            | OrderStatus::PartiallyFilled
            | OrderStatus::Filled
            | OrderStatus::PendingCancel
            | OrderStatus::PendingReplace => Self::Working,
        }
    }

    const fn is_end(self) -> bool {
        matches!(self, Self::Canceled | Self::Rejected | Self::Expired)
    }
}

const fn is_execution(exec_type: ExecType) -> bool {
    takes_back(exec_type) || matches!(exec_type, ExecType::PartialFill | ExecType::Fill)
}

const fn takes_back(exec_type: ExecType) -> bool {
    matches!(exec_type, ExecType::TradeCorrect | ExecType::TradeCancel)
}
