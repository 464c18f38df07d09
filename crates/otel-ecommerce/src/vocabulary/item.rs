//! One item of an event.

use std::collections::BTreeMap;

use otel_core::{Currency, Money};

use super::problem::{checked, spent};
use super::{EventError, ItemField};

/// One item: a product, and how much of it for how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    texts: BTreeMap<ItemField, String>,
    price: Option<Money>,
    discount: Option<Money>,
    quantity: Option<u32>,
    position: Option<u32>,
}

impl Item {
    /// An item by the identifier of its product.
    ///
    /// # Errors
    ///
    /// When that is no text an event may have.
    pub fn new(id: &str) -> Result<Self, EventError> {
        Self::blank().described(ItemField::Id, id)
    }

    /// An item that has no identifier, by the name of its product.
    ///
    /// # Errors
    ///
    /// When that is no text an event may have.
    pub fn named(name: &str) -> Result<Self, EventError> {
        Self::blank().described(ItemField::Name, name)
    }

    /// The same with something said of it.
    ///
    /// # Errors
    ///
    /// When that is no text an event may have.
    pub fn described(mut self, field: ItemField, text: &str) -> Result<Self, EventError> {
        self.texts.insert(field, checked(text)?);
        Ok(self)
    }

    /// The same with the price of one piece.
    ///
    /// # Errors
    ///
    /// When it is below zero, in no currency, or in another one than the discount.
    pub fn priced(mut self, price: Money) -> Result<Self, EventError> {
        self.fits(price)?;
        self.price = Some(price);
        Ok(self)
    }

    /// The same with what is taken off one piece.
    ///
    /// # Errors
    ///
    /// When it is below zero, in no currency, or in another one than the price.
    pub fn discounted(mut self, discount: Money) -> Result<Self, EventError> {
        self.fits(discount)?;
        self.discount = Some(discount);
        Ok(self)
    }

    /// The same so many times.
    ///
    /// # Errors
    ///
    /// When there is not one piece.
    pub fn times(mut self, pieces: u32) -> Result<Self, EventError> {
        if pieces == 0 {
            return Err(EventError::NoPieces);
        }
        self.quantity = Some(pieces);
        Ok(self)
    }

    /// The same at its place in a list.
    #[must_use]
    pub const fn at(mut self, position: u32) -> Self {
        self.position = Some(position);
        self
    }

    /// Something said of it.
    pub fn text(&self, field: ItemField) -> Option<&str> {
        self.texts.get(&field).map(String::as_str)
    }

    /// The price of one piece.
    pub const fn price(&self) -> Option<Money> {
        self.price
    }

    /// What is taken off one piece.
    pub const fn discount(&self) -> Option<Money> {
        self.discount
    }

    /// How many pieces, where that was said.
    pub const fn quantity(&self) -> Option<u32> {
        self.quantity
    }

    /// Its place in a list.
    pub const fn position(&self) -> Option<u32> {
        self.position
    }

    /// Price times quantity; one piece where nothing else is said. `None` without a price, and when it does not fit.
    pub fn value(&self) -> Option<Money> {
        let price = self.price?;
        let minor = price.minor().checked_mul(self.quantity.unwrap_or(1).into())?;
        Some(Money::from_minor(minor, price.currency()))
    }

    /// An item of which nothing is known, not even what it is.
    pub(super) const fn blank() -> Self {
        Self { texts: BTreeMap::new(), price: None, discount: None, quantity: None, position: None }
    }

    /// Whether it is known what it is.
    pub(super) fn is_known(&self) -> bool {
        self.texts.contains_key(&ItemField::Id) || self.texts.contains_key(&ItemField::Name)
    }

    /// The currency of its amounts.
    pub(super) fn currency(&self) -> Option<Currency> {
        self.price.or(self.discount).map(Money::currency)
    }

    fn fits(&self, amount: Money) -> Result<(), EventError> {
        if amount.minor() < 0 {
            return Err(EventError::Negative);
        }
        spent(amount.currency())?;
        match self.currency() {
            Some(currency) if currency != amount.currency() => Err(EventError::OtherCurrency),
            _ => Ok(()),
        }
    }
}
