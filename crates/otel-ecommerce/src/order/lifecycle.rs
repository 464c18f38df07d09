//! What is known of one order: where it is, what was paid, and what came back.

use otel_core::{Currency, Money};

use crate::ids::PaymentId;
use crate::invalid::{Field, Invalid};
use crate::labels::{OrderFact, OrderStatus, OrderViolation as Violation};
use crate::order::seen::{Seen, digest};
use crate::order::sums::Sums;
use crate::order::transition::{Transition, transition};
use crate::order::{NewOrder, Progress};

/// What is said to have happened to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fact<'a> {
    /// It came to a status.
    Came(OrderStatus),
    /// So many of its items came back; when they are the last, so did the order.
    ItemsReturned(u32),
    /// A payment of this amount was authorised.
    Authorized(PaymentId<'a>, Money),
    /// So much of what was authorised was given back without having been taken.
    Voided(PaymentId<'a>, Money),
    /// So much was taken.
    Captured(PaymentId<'a>, Money),
    /// So much was given back.
    Refunded(PaymentId<'a>, Money),
}

impl Fact<'_> {
    /// What kind of fact it is.
    pub fn kind(&self) -> OrderFact {
        match self {
            Self::Came(status) => (*status).into(),
            Self::ItemsReturned(_) => OrderFact::ItemsReturned,
            Self::Authorized(..) => OrderFact::Authorized,
            Self::Voided(..) => OrderFact::Voided,
            Self::Captured(..) => OrderFact::Captured,
            Self::Refunded(..) => OrderFact::Refunded,
        }
    }
}

/// What an order's life made of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a fact that is refused has changed nothing"]
#[non_exhaustive]
pub enum Answer {
    /// It follows from what is known.
    Accepted,
    /// It is believed, though something is wrong with it.
    Tolerated(Violation),
    /// It changes nothing.
    Refused(Violation),
}

impl Answer {
    /// What is wrong with the fact, if something is.
    pub const fn violation(self) -> Option<Violation> {
        match self {
            Self::Accepted => None,
            Self::Tolerated(violation) | Self::Refused(violation) => Some(violation),
        }
    }

    /// Whether the fact was believed.
    pub const fn is_believed(self) -> bool {
        !matches!(self, Self::Refused(_))
    }
}

/// What is known of one order.
///
/// Whatever is said, of its money `refunded <= captured <= authorized` is true, to the minor unit, and no more of it comes
/// back than was ordered. Parts are refunded and come back in as many steps as there are. It has a fixed size: of the
/// payment service's identifiers the last 16 facts are remembered, so that one which is told again is not added again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifecycle {
    status: OrderStatus,
    currency: Currency,
    items: u32,
    returned: u32,
    sums: Sums,
    told: Seen<16>,
}

impl Lifecycle {
    /// An order that has to be paid for.
    pub const fn new(order: &NewOrder<'_>) -> Self {
        Self {
            status: OrderStatus::PaymentDue,
            currency: order.total().currency(),
            items: order.items(),
            returned: 0,
            sums: Sums { authorized: 0, captured: 0, refunded: 0 },
            told: Seen::NOTHING,
        }
    }

    /// An order that is met in the middle of its life.
    ///
    /// # Errors
    ///
    /// When an amount is less than nothing or in another currency than the order, more was given back than taken or more
    /// taken than authorised, or more came back than was ordered.
    pub fn midway(order: &NewOrder<'_>, progress: &Progress) -> Result<Self, Invalid> {
        let Progress { status, authorized, captured, refunded, returned } = *progress;
        for amount in [authorized, captured, refunded] {
            Invalid::unless_owed(amount)?;
            if amount.currency() != order.total().currency() {
                return Err(Invalid::Currencies);
            }
        }
        let (authorized, captured, refunded) = (authorized.minor(), captured.minor(), refunded.minor());
        let sums = Sums { authorized, captured, refunded };
        if !sums.add_up() {
            return Err(Invalid::Excess(Field::Amount));
        }
        if returned > order.items() {
            return Err(Invalid::Excess(Field::Items));
        }
        Ok(Self { status, sums, returned, ..Self::new(order) })
    }

    /// Takes in a fact. One that is refused changes nothing.
    pub fn apply(&mut self, fact: &Fact<'_>) -> Answer {
        match *fact {
            Fact::Came(status) => self.come(status),
            Fact::ItemsReturned(items) => self.take_back(items),
            Fact::Authorized(id, amount)
            | Fact::Voided(id, amount)
            | Fact::Captured(id, amount)
            | Fact::Refunded(id, amount) => self.pay(fact.kind(), id, amount),
        }
    }

    /// What the order is at.
    pub const fn status(&self) -> OrderStatus {
        self.status
    }

    /// How much is authorised, what was taken of it included.
    pub const fn authorized(&self) -> Money {
        Money::from_minor(self.sums.authorized, self.currency)
    }

    /// How much was taken, what was given back included.
    pub const fn captured(&self) -> Money {
        Money::from_minor(self.sums.captured, self.currency)
    }

    /// How much was given back.
    pub const fn refunded(&self) -> Money {
        Money::from_minor(self.sums.refunded, self.currency)
    }

    /// How many items were ordered.
    pub const fn items(&self) -> u32 {
        self.items
    }

    /// How many of them came back.
    pub const fn returned(&self) -> u32 {
        self.returned
    }

    /// Whether nothing but refunds can follow.
    pub const fn is_over(&self) -> bool {
        matches!(self.status, OrderStatus::Cancelled | OrderStatus::Returned)
    }

    fn come(&mut self, to: OrderStatus) -> Answer {
        let answer = answer(transition(self.status, to));
        if answer.is_believed() {
            self.status = to;
            if to == OrderStatus::Returned {
                self.returned = self.items;
            }
        }
        answer
    }

    fn take_back(&mut self, items: u32) -> Answer {
        let answer = answer(transition(self.status, OrderStatus::Returned));
        if !answer.is_believed() {
            return answer;
        }
        match self.returned.checked_add(items) {
            Some(returned) if items > 0 && returned <= self.items => {
                self.returned = returned;
                if returned == self.items {
                    self.status = OrderStatus::Returned;
                }
                answer
            }
            _ => Answer::Refused(Violation::Items),
        }
    }

    fn pay(&mut self, what: OrderFact, id: PaymentId<'_>, amount: Money) -> Answer {
        if amount.currency() != self.currency {
            return Answer::Refused(Violation::Currency);
        }
        if amount.minor() <= 0 {
            return Answer::Refused(Violation::Amount);
        }
        // One payment is authorised and taken under one identifier, so what is remembered is both.
        let told = digest((what, id));
        if self.told.has(told) {
            return Answer::Refused(Violation::Repeated);
        }
        // Money is given back for what is over, and not taken.
        if self.is_over() && matches!(what, OrderFact::Authorized | OrderFact::Captured) {
            return Answer::Refused(Violation::Illegal);
        }
        let Some(sums) = self.sums.after(what, amount.minor()) else {
            return Answer::Refused(Violation::Excess);
        };
        self.sums = sums;
        self.told.remember(told);
        Answer::Accepted
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
