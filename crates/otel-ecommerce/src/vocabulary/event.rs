//! What happened, with everything that is said of it.

use std::collections::BTreeMap;

use otel_core::{Currency, Money, Sensitive};

use super::problem::{checked, spent};
use super::{AmountField, EventError, EventKind, Item, TextField};

/// An event has at most this many items: the limit of Google Analytics 4.
pub const MAX_ITEMS: usize = 200;

/// What happened in a shop. All its amounts are of one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopEvent {
    kind: EventKind,
    currency: Option<Currency>,
    texts: BTreeMap<TextField, String>,
    search_term: Option<Sensitive<String>>,
    amounts: BTreeMap<AmountField, Money>,
    step: Option<u32>,
    items: Vec<Item>,
}

impl ShopEvent {
    /// An event of which nothing is said yet.
    pub const fn new(kind: EventKind) -> Self {
        Self {
            kind,
            currency: None,
            texts: BTreeMap::new(),
            search_term: None,
            amounts: BTreeMap::new(),
            step: None,
            items: Vec::new(),
        }
    }

    /// Says something in words, once: what was said before is replaced.
    ///
    /// # Errors
    ///
    /// When that is no text an event may have. The event stays as it was.
    pub fn set_text(&mut self, field: TextField, text: &str) -> Result<&mut Self, EventError> {
        self.texts.insert(field, checked(text)?);
        Ok(self)
    }

    /// Says what was searched for, once: what was said before is replaced. It is never told as telemetry and shown by no
    /// `Debug`, for people search for themselves, too; others get it from [`Dialect::export_with_search_term`] alone.
    ///
    /// # Errors
    ///
    /// When that is no text an event may have. The event stays as it was.
    ///
    /// [`Dialect::export_with_search_term`]: super::Dialect::export_with_search_term
    pub fn set_search_term(&mut self, term: Sensitive<&str>) -> Result<&mut Self, EventError> {
        self.search_term = Some(Sensitive::new(checked(term.expose())?));
        Ok(self)
    }

    /// Says something in money, once: what was said before is replaced.
    ///
    /// # Errors
    ///
    /// When it is below zero, in no currency (`XXX`), or in another one than the rest. The event stays as it was.
    pub fn set_amount(&mut self, field: AmountField, amount: Money) -> Result<&mut Self, EventError> {
        if amount.minor() < 0 {
            return Err(EventError::Negative);
        }
        self.set_currency(amount.currency())?;
        self.amounts.insert(field, amount);
        Ok(self)
    }

    /// Says the currency, where no amount does.
    ///
    /// # Errors
    ///
    /// When that is none (`XXX`), or there is another one already. The event stays as it was.
    pub fn set_currency(&mut self, currency: Currency) -> Result<&mut Self, EventError> {
        spent(currency)?;
        if self.currency.is_some_and(|known| known != currency) {
            return Err(EventError::OtherCurrency);
        }
        self.currency = Some(currency);
        Ok(self)
    }

    /// Says the number of the step of a checkout.
    pub const fn set_step(&mut self, step: u32) -> &mut Self {
        self.step = Some(step);
        self
    }

    /// Adds an item.
    ///
    /// # Errors
    ///
    /// When there are [`MAX_ITEMS`] already, or its amounts are in another currency. The event stays as it was.
    pub fn add_item(&mut self, item: Item) -> Result<&mut Self, EventError> {
        if self.items.len() == MAX_ITEMS {
            return Err(EventError::TooManyItems);
        }
        if let Some(currency) = item.currency() {
            self.set_currency(currency)?;
        }
        self.items.push(item);
        Ok(self)
    }

    /// What happened.
    pub const fn kind(&self) -> EventKind {
        self.kind
    }

    /// The currency of all its amounts.
    pub const fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// Something said in words.
    pub fn text(&self, field: TextField) -> Option<&str> {
        self.texts.get(&field).map(String::as_str)
    }

    /// What was searched for.
    pub fn search_term(&self) -> Option<Sensitive<&str>> {
        self.search_term.as_ref().map(Sensitive::as_str)
    }

    /// Something said in money.
    pub fn amount(&self, field: AmountField) -> Option<Money> {
        self.amounts.get(&field).copied()
    }

    /// The number of the step of a checkout.
    pub const fn step(&self) -> Option<u32> {
        self.step
    }

    /// The items, in their order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The sum of price times quantity: what [`AmountField::Value`] should be, without tax and shipping.
    ///
    /// `None` without items, when one of them has no price, and when the sum does not fit.
    pub fn value_of_items(&self) -> Option<Money> {
        let nothing = Money::from_minor(0, self.items.first()?.currency()?);
        self.items.iter().try_fold(nothing, |sum, item| sum.checked_add(item.value()?))
    }
}
