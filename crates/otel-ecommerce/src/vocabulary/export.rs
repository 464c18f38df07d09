//! Events in the words of others.

use std::fmt;

use super::object::Object;
use super::{AmountField, Dialect, EventKind, Item, ItemField, ShopEvent, TextField};
use crate::conventions::vocabulary as said;

/// An event in the words of others.
///
/// Its `Debug` does not show what is said of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Exported {
    /// What they call it.
    pub name: &'static str,
    /// What is said of it, as a JSON object. Amounts are numbers with exactly the digits of their currency.
    pub params: String,
    /// What they have no name for, each once.
    pub left_out: Vec<Part>,
}

/// A part of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Part {
    /// Something said in words.
    Text(TextField),
    /// Something said in money.
    Amount(AmountField),
    /// What was searched for.
    SearchTerm,
    /// The number of the step.
    Step,
    /// Something said of items in words.
    ItemText(ItemField),
    /// What is taken off one piece of an item.
    ItemDiscount,
}

/// Why an event cannot be said in the words of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportError {
    /// They have no name for it.
    NoName(EventKind),
    /// They know one item of it, and it has more: so many.
    ManyItems(usize),
}

impl Dialect {
    /// The event in the words of this dialect. What was searched for stays here.
    ///
    /// # Errors
    ///
    /// When there are none for it.
    pub fn export(self, event: &ShopEvent) -> Result<Exported, ExportError> {
        self.write(event, false)
    }

    /// The same with what was searched for: people search for themselves and for what ails them, and whoever reads what is
    /// exported can read that.
    ///
    /// # Errors
    ///
    /// When there are no words for it.
    pub fn export_with_search_term(self, event: &ShopEvent) -> Result<Exported, ExportError> {
        self.write(event, true)
    }

    fn write(self, event: &ShopEvent, with_search_term: bool) -> Result<Exported, ExportError> {
        let kind = event.kind();
        let name = self.vocabulary().name_of(kind).ok_or(ExportError::NoName(kind))?;
        let flat = self.is_flat(kind);
        if flat && event.items().len() > 1 {
            return Err(ExportError::ManyItems(event.items().len()));
        }
        let mut writer = Writer { dialect: self, left_out: Vec::new() };
        let mut params = Object::new();
        writer.event(&mut params, event);
        if let Some(term) = event.search_term() {
            let name = with_search_term.then(|| self.search_term());
            writer.write(Part::SearchTerm, name, |name| params.text(name, term.expose()));
        }
        if flat {
            event.items().iter().for_each(|item| writer.item(&mut params, item));
        } else if !event.items().is_empty() {
            let items: Vec<String> = event.items().iter().map(|item| writer.whole_item(item)).collect();
            params.list(self.items(), &items);
        }
        Ok(Exported { name, params: params.finish(), left_out: writer.left_out })
    }
}

struct Writer {
    dialect: Dialect,
    left_out: Vec<Part>,
}

impl Writer {
    fn event(&mut self, params: &mut Object, event: &ShopEvent) {
        let (vocabulary, kind) = (self.dialect.vocabulary(), event.kind());
        for field in TextField::ALL {
            if let Some(text) = event.text(*field) {
                self.write(Part::Text(*field), field.name_in(vocabulary, kind), |name| {
                    params.text(name, text);
                });
            }
        }
        if let Some(currency) = event.currency() {
            params.text(said::CURRENCY_NAME, currency.code());
        }
        for field in AmountField::ALL {
            if let Some(amount) = event.amount(*field) {
                let name = field.name_in(vocabulary, kind);
                self.write(Part::Amount(*field), name, |name| params.amount(name, amount));
            }
        }
        if let Some(step) = event.step() {
            self.write(Part::Step, self.dialect.step(), |name| params.whole(name, step));
        }
    }

    fn whole_item(&mut self, item: &Item) -> String {
        let mut params = Object::new();
        self.item(&mut params, item);
        params.finish()
    }

    fn item(&mut self, params: &mut Object, item: &Item) {
        for field in ItemField::ALL {
            if let Some(text) = item.text(*field) {
                let name = field.name_in(self.dialect.vocabulary());
                self.write(Part::ItemText(*field), name, |name| params.text(name, text));
            }
        }
        if let Some(price) = item.price() {
            params.amount(said::ITEM_PRICE, price);
        }
        if let Some(discount) = item.discount() {
            let name = self.dialect.item_discount();
            self.write(Part::ItemDiscount, name, |name| params.amount(name, discount));
        }
        if let Some(quantity) = item.quantity() {
            params.whole(said::ITEM_QUANTITY, quantity);
        }
        if let Some(position) = item.position() {
            params.whole(self.dialect.item_position(), position);
        }
    }

    /// Writes a part under its name, or says that there is none.
    fn write(&mut self, part: Part, name: Option<&'static str>, write: impl FnOnce(&'static str)) {
        match name {
            Some(name) => write(name),
            None if self.left_out.contains(&part) => {}
            None => self.left_out.push(part),
        }
    }
}

impl fmt::Debug for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exported")
            .field("name", &self.name)
            .field("bytes", &self.params.len())
            .field("left_out", &self.left_out)
            .finish()
    }
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName(kind) => {
                write!(f, "there is no name for {} in this vocabulary", kind.event().name())
            }
            Self::ManyItems(count) => write!(f, "this event has one item here, and not {count}"),
        }
    }
}

impl std::error::Error for ExportError {}
