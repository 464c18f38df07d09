//! An order as its shop gives it, and its life as pure logic.

mod fact;
mod lifecycle;
mod sums;
mod told;
mod transition;

use otel_core::{Money, Pseudonym, Timestamp};

use crate::ids::{CartId, CheckoutId, OrderId};
use crate::invalid::{Field, Invalid};
use crate::labels::{Channel, OrderStatus};

pub use fact::{Answer, Fact};
pub use lifecycle::Lifecycle;
pub use told::{Told, ToldFact};
pub use transition::{Transition, transition};

/// An order that is about to be followed: checked where it is made, so that whoever has one has one that can be.
#[derive(Clone, Copy, Debug)]
pub struct NewOrder<'a> {
    id: OrderId<'a>,
    channel: Channel,
    total: Money,
    items: u32,
    value: Money,
    user: Option<Pseudonym>,
    checkout: Option<CheckoutId<'a>>,
    cart: Option<CartId<'a>>,
    placed_at: Option<Timestamp>,
}

impl<'a> NewOrder<'a> {
    /// An order with what every order has: its total, which may be nothing, and how many items it is of.
    ///
    /// # Errors
    ///
    /// When the identifier is empty, the total is less than nothing or in no currency, or there are no items.
    pub fn new(id: OrderId<'a>, channel: Channel, total: Money, items: u32) -> Result<Self, Invalid> {
        Invalid::unless_there(id.0, Field::Order)?;
        Invalid::unless_owed(total)?;
        if items == 0 {
            return Err(Invalid::Nothing(Field::Items));
        }
        let (user, checkout, cart, placed_at) = (None, None, None, None);
        Ok(Self { id, channel, total, items, value: total, user, checkout, cart, placed_at })
    }

    /// The same order, with who gave it.
    #[must_use]
    pub const fn with_user(mut self, user: Pseudonym) -> Self {
        self.user = Some(user);
        self
    }

    /// The same order, with the checkout that it came from.
    ///
    /// # Errors
    ///
    /// When the identifier is empty.
    pub fn with_checkout(mut self, checkout: CheckoutId<'a>) -> Result<Self, Invalid> {
        Invalid::unless_there(checkout.0, Field::Checkout)?;
        self.checkout = Some(checkout);
        Ok(self)
    }

    /// The same order, with the cart that it came from.
    ///
    /// # Errors
    ///
    /// When the identifier is empty.
    pub fn with_cart(mut self, cart: CartId<'a>) -> Result<Self, Invalid> {
        Invalid::unless_there(cart.0, Field::Cart)?;
        self.cart = Some(cart);
        Ok(self)
    }

    /// The same order, with when it was given, which `now` must not be long before.
    ///
    /// # Errors
    ///
    /// When it is later than now by more than [`CLOCK_SKEW`](crate::invalid::CLOCK_SKEW).
    pub fn with_placed_at(mut self, at: Timestamp, now: Timestamp) -> Result<Self, Invalid> {
        Invalid::unless_past(at, now)?;
        self.placed_at = Some(at);
        Ok(self)
    }

    /// The same order, with its value in the one currency that a shop of several compares orders in. Unless it is said,
    /// the total stands for it.
    ///
    /// Its minor units are the worth of the order's spans: what a tail sampler keeps traces by.
    ///
    /// # Errors
    ///
    /// When the value is less than nothing, or in no currency.
    pub fn with_value(mut self, value: Money) -> Result<Self, Invalid> {
        Invalid::unless_owed(value)?;
        self.value = value;
        Ok(self)
    }

    /// What the shop calls it.
    pub const fn id(&self) -> OrderId<'a> {
        self.id
    }

    /// Through which channel it came.
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// What is to be paid for it.
    pub const fn total(&self) -> Money {
        self.total
    }

    /// How many items it is of.
    pub const fn items(&self) -> u32 {
        self.items
    }

    /// Who gave it.
    pub const fn user(&self) -> Option<Pseudonym> {
        self.user
    }

    /// The checkout that it came from.
    pub const fn checkout(&self) -> Option<CheckoutId<'a>> {
        self.checkout
    }

    /// The cart that it came from.
    pub const fn cart(&self) -> Option<CartId<'a>> {
        self.cart
    }

    /// When it was given.
    pub const fn placed_at(&self) -> Option<Timestamp> {
        self.placed_at
    }

    /// What its spans are worth: the minor units of its value.
    pub(crate) fn worth(&self) -> f32 {
        self.value.minor() as f32
    }
}

/// How far an order had come when this process met it: after a restart, or when another process began it.
///
/// It is what [`Lifecycle::progress`] answers, and what to keep with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it was at.
    pub status: OrderStatus,
    /// How much was authorised, what was taken and released of it included.
    pub authorized: Money,
    /// How much came without having been authorised, what was given back included.
    pub received: Money,
    /// How much of what was authorised was released without having been taken.
    pub voided: Money,
    /// How much of what was authorised was taken, what was given back included.
    pub captured: Money,
    /// How much was given back.
    pub refunded: Money,
    /// How many items came back.
    pub returned: u32,
    /// Whether its purchase was told to be completed: it is told once.
    pub completed: bool,
    /// The last facts that were told: without them, one that is told again is added again.
    pub told: Told,
}

impl Progress {
    /// An order that has come to this status, and of which nothing was told but what brings an order there: nothing was
    /// paid, nothing came back, and it was completed unless it has yet to be paid for, was cancelled, or is a problem.
    pub const fn unpaid(status: OrderStatus, order: &NewOrder<'_>) -> Self {
        let nothing = Money::from_minor(0, order.total.currency());
        let is_open =
            matches!(status, OrderStatus::PaymentDue | OrderStatus::Cancelled | OrderStatus::Problem);
        Self {
            status,
            authorized: nothing,
            received: nothing,
            voided: nothing,
            captured: nothing,
            refunded: nothing,
            returned: 0,
            completed: !is_open,
            told: Told::NOTHING,
        }
    }
}
