//! One position: what is held, what it cost, what it earned. Pure logic.

use otel_core::{Currency, Money};

use crate::labels::{PositionChange as Change, PositionRefusal as Refusal};
use crate::quantity::{Price, Quantity};

/// A position in one instrument, kept by average cost.
///
/// Every trade is rounded to the minor unit once, and nothing is lost by rounding afterwards: what was realised less
/// what the position cost is always, to the minor unit, what was received less what was paid.
#[derive(Clone, Copy, Debug)]
pub struct Position {
    quantity: Quantity,
    cost: i64,
    realized: i64,
    currency: Currency,
}

impl Position {
    /// Nothing held, nothing earned.
    pub const fn flat(currency: Currency) -> Self {
        Self { quantity: Quantity::ZERO, cost: 0, realized: 0, currency }
    }

    /// Takes in a trade: a positive quantity was bought, a negative one sold.
    ///
    /// # Errors
    ///
    /// When the quantity is nothing, or an amount does not fit; the position is as before.
    pub fn trade(&mut self, quantity: Quantity, price: Price) -> Result<Change, Refusal> {
        if quantity == Quantity::ZERO {
            return Err(Refusal::Quantity);
        }
        let (next, change) = self.after(quantity, price).ok_or(Refusal::TooLarge)?;
        *self = next;
        Ok(change)
    }

    /// What is held; negative when short.
    pub const fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// What is held has cost; negative when short: it was received.
    pub const fn cost(&self) -> Money {
        Money::from_minor(self.cost, self.currency)
    }

    /// The profit of what was closed.
    pub const fn realized(&self) -> Money {
        Money::from_minor(self.realized, self.currency)
    }

    /// The profit that closing it at this price would bring; `None` when it does not fit.
    pub fn unrealized(&self, price: Price) -> Option<Money> {
        let value = Money::of(self.quantity.0, price.0, self.currency)?;
        Some(Money::from_minor(value.minor().checked_sub(self.cost)?, self.currency))
    }

    fn after(&self, traded: Quantity, price: Price) -> Option<(Self, Change)> {
        let paid = |quantity: Quantity| Some(Money::of(quantity.0, price.0, self.currency)?.minor());
        let quantity = self.quantity.checked_add(traded)?;
        let amount = paid(traded)?;
        let is_longer = |quantity: Quantity| quantity > Quantity::ZERO;
        if self.quantity == Quantity::ZERO || is_longer(self.quantity) == is_longer(traded) {
            let change = if self.quantity == Quantity::ZERO { Change::Opened } else { Change::Increased };
            return Some((Self { quantity, cost: self.cost.checked_add(amount)?, ..*self }, change));
        }
        let is_reversed = quantity != Quantity::ZERO && is_longer(quantity) == is_longer(traded);
        // What closes the position costs its part of the amount, and frees its part of the cost.
        let (closing, freed, change) = match (is_reversed, quantity == Quantity::ZERO) {
            (true, _) => (paid(Quantity::ZERO.checked_sub(self.quantity)?)?, self.cost, Change::Reversed),
            (_, true) => (amount, self.cost, Change::Closed),
            _ => {
                let part = Quantity::ZERO.checked_sub(traded)?;
                (amount, part.share(self.quantity, self.cost)?, Change::Reduced)
            }
        };
        let earned = 0_i64.checked_sub(closing)?.checked_sub(freed)?;
        let next = Self {
            quantity,
            cost: self.cost.checked_sub(freed)?.checked_add(amount.checked_sub(closing)?)?,
            realized: self.realized.checked_add(earned)?,
            currency: self.currency,
        };
        Some((next, change))
    }
}
