//! What is known of one order: where it is, what was paid, and what came back.

use otel_core::{Currency, Money};

use crate::ids::{ReturnId, TransactionId};
use crate::invalid::{Field, Invalid};
use crate::labels::{OrderFact, OrderStatus, OrderViolation as Violation};
use crate::order::sums::Sums;
use crate::order::told::{Told, ToldFact};
use crate::order::transition::{Transition, transition};
use crate::order::{Answer, Fact, NewOrder, Progress};

/// What is known of one order.
///
/// Facts about money are told by those who moved it, in any order: a payment service promises none. So each is believed,
/// and each sum is that of all of them, once each and to the minor unit. `captured + voided <= authorized` and
/// `refunded <= captured + received` are true unless a fact was answered with
/// [`Unmatched`](Violation::Unmatched) or [`Excess`](Violation::Excess), and become true again with the fact that was
/// missing: see [`adds_up`](Self::adds_up). No more items come back than were ordered. Parts are taken, refunded and come
/// back in as many steps as there are.
///
/// It has a fixed size: the last [`Told::ROOM`] facts with an identifier are remembered, so that one which is told again
/// is not added again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifecycle {
    status: OrderStatus,
    currency: Currency,
    items: u32,
    returned: u32,
    completed: bool,
    sums: Sums,
    told: Told,
}

impl Lifecycle {
    /// An order that has to be paid for.
    pub const fn new(order: &NewOrder<'_>) -> Self {
        Self {
            status: OrderStatus::PaymentDue,
            currency: order.total().currency(),
            items: order.items(),
            returned: 0,
            completed: false,
            sums: Sums { authorized: 0, received: 0, voided: 0, captured: 0, refunded: 0 },
            told: Told::NOTHING,
        }
    }

    /// An order that is met in the middle of its life.
    ///
    /// # Errors
    ///
    /// When an amount is less than nothing or in another currency than the order, or more came back than was ordered.
    pub fn midway(order: &NewOrder<'_>, progress: &Progress) -> Result<Self, Invalid> {
        let Progress { status, returned, completed, told, .. } = *progress;
        let minor = |amount: Money| {
            Invalid::unless_owed(amount)?;
            match amount.currency() == order.total().currency() {
                true => Ok(amount.minor()),
                false => Err(Invalid::Currencies),
            }
        };
        let sums = Sums {
            authorized: minor(progress.authorized)?,
            received: minor(progress.received)?,
            voided: minor(progress.voided)?,
            captured: minor(progress.captured)?,
            refunded: minor(progress.refunded)?,
        };
        if returned > order.items() {
            return Err(Invalid::Excess(Field::Items));
        }
        Ok(Self { status, returned, completed, sums, told, ..Self::new(order) })
    }

    /// How far it has come: what to keep with the order where it outlives the process, for
    /// [`midway`](Self::midway).
    pub const fn progress(&self) -> Progress {
        Progress {
            status: self.status,
            authorized: self.authorized(),
            received: self.received(),
            voided: self.voided(),
            captured: self.captured(),
            refunded: self.refunded(),
            returned: self.returned,
            completed: self.completed,
            told: self.told,
        }
    }

    /// Takes in a fact. One that is refused changes nothing.
    pub fn apply(&mut self, fact: &Fact<'_>) -> Answer {
        let kind = fact.kind();
        match *fact {
            Fact::Came(status) => self.come(status),
            Fact::ItemsReturned(id, items) => self.take_back(id, items),
            Fact::Authorized(id, amount) | Fact::Received(id, amount) => self.pay(kind, id.into(), amount),
            Fact::Voided(id, amount) => self.pay(kind, id.into(), amount),
            Fact::Captured(id, amount) => self.pay(kind, id.into(), amount),
            Fact::Refunded(id, amount) => self.pay(kind, id.into(), amount),
        }
    }

    /// What the order is at.
    pub const fn status(&self) -> OrderStatus {
        self.status
    }

    /// How much was authorised, what was taken and released of it included.
    pub const fn authorized(&self) -> Money {
        Money::from_minor(self.sums.authorized, self.currency)
    }

    /// How much came without having been authorised, what was given back included.
    pub const fn received(&self) -> Money {
        Money::from_minor(self.sums.received, self.currency)
    }

    /// How much of what was authorised was released without having been taken.
    pub const fn voided(&self) -> Money {
        Money::from_minor(self.sums.voided, self.currency)
    }

    /// How much of what was authorised was taken, what was given back included.
    pub const fn captured(&self) -> Money {
        Money::from_minor(self.sums.captured, self.currency)
    }

    /// How much was given back.
    pub const fn refunded(&self) -> Money {
        Money::from_minor(self.sums.refunded, self.currency)
    }

    /// Whether no more was taken and released than was authorised, and no more given back than came in.
    pub fn adds_up(&self) -> bool {
        self.sums.add_up()
    }

    /// How many items were ordered.
    pub const fn items(&self) -> u32 {
        self.items
    }

    /// How many of them came back.
    pub const fn returned(&self) -> u32 {
        self.returned
    }

    /// Whether its purchase was completed, once: whatever it is at now.
    pub const fn is_completed(&self) -> bool {
        self.completed
    }

    /// The facts that are known if they are told again.
    pub const fn told(&self) -> &Told {
        &self.told
    }

    /// Whether nothing but refunds is expected to follow.
    pub const fn is_over(&self) -> bool {
        matches!(self.status, OrderStatus::Cancelled | OrderStatus::Returned)
    }

    fn come(&mut self, to: OrderStatus) -> Answer {
        let answer = match (to, answer(transition(self.status, to))) {
            // The order is past it, and yet this is the first time that anybody says that it was bought.
            (
                OrderStatus::Processing,
                Answer::Refused(late @ (Violation::Repeated | Violation::Overtaken)),
            ) if !self.completed => {
                self.completed = true;
                return Answer::Tolerated(late);
            }
            (_, answer) => answer,
        };
        if answer.is_believed() {
            self.status = to;
            self.completed |= to == OrderStatus::Processing;
            if to == OrderStatus::Returned {
                self.returned = self.items;
            }
        }
        answer
    }

    fn take_back(&mut self, id: ReturnId<'_>, items: u32) -> Answer {
        let fact = match self.unless_told(OrderFact::ItemsReturned, id.0, items.into()) {
            Ok(fact) => fact,
            Err(violation) => return Answer::Refused(violation),
        };
        let answer = answer(transition(self.status, OrderStatus::Returned));
        if !answer.is_believed() {
            return answer;
        }
        match self.returned.checked_add(items) {
            Some(returned) if items > 0 && returned <= self.items => {
                self.returned = returned;
                self.told.remember(fact);
                if returned == self.items {
                    self.status = OrderStatus::Returned;
                }
                answer
            }
            _ => Answer::Refused(Violation::Items),
        }
    }

    fn pay(&mut self, what: OrderFact, id: TransactionId<'_>, amount: Money) -> Answer {
        if amount.currency() != self.currency {
            return Answer::Refused(Violation::Currency);
        }
        let fact = match self.unless_told(what, id.as_str(), amount.minor()) {
            Ok(fact) => fact,
            Err(violation) => return Answer::Refused(violation),
        };
        let Some(sums) = self.sums.after(what, amount.minor()).filter(|_| amount.minor() > 0) else {
            return Answer::Refused(Violation::Amount);
        };
        let violation = sums.violation_since(self.sums).or_else(|| self.is_after_end(what));
        self.sums = sums;
        self.told.remember(fact);
        violation.map_or(Answer::Accepted, Answer::Tolerated)
    }

    /// What is over is given back, and not taken; but what was under way when it ended has moved all the same.
    fn is_after_end(&self, what: OrderFact) -> Option<Violation> {
        let comes_in = matches!(what, OrderFact::Authorized | OrderFact::Captured | OrderFact::Received);
        (self.is_over() && comes_in).then_some(Violation::AfterEnd)
    }

    /// The fact as it is to be remembered, if it has an identifier and was not told before.
    fn unless_told(&self, what: OrderFact, id: &str, amount: i64) -> Result<ToldFact, Violation> {
        if id.trim().is_empty() {
            return Err(Violation::Identifier);
        }
        // One name may stand for an authorisation and for what is taken of it, so what is remembered is both.
        let fact = ToldFact::of(what, id, amount);
        match self.told.find(fact.digest) {
            None => Ok(fact),
            Some(told) if told.amount == amount => Err(Violation::Repeated),
            Some(_) => Err(Violation::Conflict),
        }
    }
}

const fn answer(transition: Transition) -> Answer {
    match transition {
        Transition::Expected => Answer::Accepted,
        Transition::Skipped => Answer::Tolerated(Violation::Skipped),
        Transition::Repeated => Answer::Refused(Violation::Repeated),
        Transition::Overtaken => Answer::Refused(Violation::Overtaken),
        Transition::Illegal => Answer::Refused(Violation::Illegal),
    }
}
