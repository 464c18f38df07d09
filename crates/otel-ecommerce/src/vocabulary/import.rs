//! Events from the words of others.

mod error;

use std::collections::BTreeSet;

use otel_core::{Currency, Money, Sensitive};
use serde_json::value::RawValue;

use super::members::Members;
use super::{
    AmountField, Dialect, EventError, EventKind, Item, ItemField, MAX_ITEMS, NumberError, ShopEvent,
    TextField, number,
};
use crate::conventions::vocabulary as said;
use crate::invalid::is_spent;
pub use error::{ImportError, ImportProblem, Site};

/// An event is read from at most this many bytes.
pub const MAX_BYTES: usize = 1_048_576;

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The event.
    pub event: ShopEvent,
    /// The members that were not understood or had an empty text, in their order.
    pub ignored: Vec<Site>,
}

impl Dialect {
    /// The event of this name, from a JSON object. `currency` is that of events that do not say theirs.
    ///
    /// Amounts are read from the digits of their numbers, or of texts that hold one: `19.90` is 1,990 cents, and
    /// `19.901` is an error. `19.900000000000002` is 1,990 cents again: it has more digits than a double can be trusted
    /// for, and is within a thousandth of a cent of them. Numbers where there should be texts are the texts they are
    /// written with, and currencies may be written in small letters. What is `null` is not there.
    ///
    /// # Errors
    ///
    /// With the first thing that is wrong, and where it stands.
    pub fn import(
        self,
        name: &str,
        params: &str,
        currency: Option<Currency>,
    ) -> Result<Imported, ImportError> {
        let kind = self.vocabulary().parse(name).ok_or_else(|| ImportProblem::UnknownEvent.anywhere())?;
        if params.len() > MAX_BYTES {
            return Err(ImportProblem::TooLong.anywhere());
        }
        let members = members(params, None)?;
        let mut reader = Reader {
            dialect: self,
            kind,
            currency,
            event: ShopEvent::new(kind),
            flat: self.is_flat(kind).then(Item::blank),
            touched: false,
            ignored: Vec::new(),
        };
        reader.currency(&members)?;
        for (name, value) in &members {
            reader.member(name, value)?;
        }
        reader.finish()
    }
}

struct Reader {
    dialect: Dialect,
    kind: EventKind,
    currency: Option<Currency>,
    event: ShopEvent,
    /// The one item that stands beside everything else, where there is one.
    flat: Option<Item>,
    touched: bool,
    ignored: Vec<Site>,
}

impl Reader {
    /// Amounts can only be read when the currency is known.
    fn currency(&mut self, members: &[(String, Box<RawValue>)]) -> Result<(), ImportError> {
        let Some((name, value)) = members.iter().find(|(name, _)| name == said::CURRENCY_NAME) else {
            return Ok(());
        };
        let site = Site::of(name);
        let Some(code) = text(value, &site)? else { return Ok(()) };
        let currency = known(&code).ok_or_else(|| ImportProblem::UnknownCurrency.at(&site))?;
        self.currency = Some(currency);
        self.event.set_currency(currency).map_err(|error| site.refused(error))?;
        Ok(())
    }

    fn member(&mut self, name: &str, value: &RawValue) -> Result<(), ImportError> {
        let site = Site::of(name);
        if is_null(value) || name == said::CURRENCY_NAME {
            return Ok(());
        }
        let (vocabulary, kind) = (self.dialect.vocabulary(), self.kind);
        let is_text = |field: &&TextField| field.name_in(vocabulary, kind) == Some(name);
        let is_amount = |field: &&AmountField| field.name_in(vocabulary, kind) == Some(name);
        if name == self.dialect.search_term() {
            match wording(value, &site)?.map(Sensitive::new) {
                Some(term) => {
                    self.event.set_search_term(term.as_str()).map_err(|error| site.refused(error))?;
                }
                None => self.ignored.push(site),
            }
        } else if let Some(field) = TextField::ALL.iter().find(is_text) {
            match wording(value, &site)? {
                Some(text) => drop(self.event.set_text(*field, &text).map_err(|error| site.refused(error))?),
                None => self.ignored.push(site),
            }
        } else if let Some(field) = AmountField::ALL.iter().find(is_amount) {
            let amount = self.amount(value, &site)?;
            self.event.set_amount(*field, amount).map_err(|error| site.refused(error))?;
        } else if self.dialect.step() == Some(name) {
            self.event.set_step(whole(value, &site)?);
        } else if let Some(item) = self.flat.take() {
            let (item, known) = self.item_member(item, name, value, site)?;
            self.touched |= known;
            self.flat = Some(item);
        } else if self.dialect.items() == name {
            self.items(value, &site)?;
        } else {
            self.ignored.push(site);
        }
        Ok(())
    }

    fn items(&mut self, value: &RawValue, site: &Site) -> Result<(), ImportError> {
        let values: Vec<Box<RawValue>> =
            serde_json::from_str(value.get()).map_err(|_| ImportProblem::Type.at(site))?;
        if values.len() > MAX_ITEMS {
            return Err(site.refused(EventError::TooManyItems));
        }
        for (at, value) in values.iter().enumerate() {
            let mut item = Item::blank();
            for (name, value) in &members(value.get(), Some(at))? {
                if !is_null(value) {
                    item = self.item_member(item, name, value, Site::in_item(at, name))?.0;
                }
            }
            self.add(item, &Site::in_item(at, self.id_name()))?;
        }
        Ok(())
    }

    /// The item with this member, and whether the member was understood.
    fn item_member(
        &mut self,
        item: Item,
        name: &str,
        value: &RawValue,
        site: Site,
    ) -> Result<(Item, bool), ImportError> {
        let vocabulary = self.dialect.vocabulary();
        let changed = if let Some(field) =
            ItemField::ALL.iter().find(|field| field.name_in(vocabulary) == Some(name))
        {
            match wording(value, &site)? {
                Some(text) => item.described(*field, &text),
                None => {
                    self.ignored.push(site);
                    return Ok((item, false));
                }
            }
        } else if name == said::ITEM_PRICE {
            item.priced(self.amount(value, &site)?)
        } else if self.dialect.item_discount() == Some(name) {
            item.discounted(self.amount(value, &site)?)
        } else if name == said::ITEM_QUANTITY {
            item.times(whole(value, &site)?)
        } else if name == self.dialect.item_position() {
            Ok(item.at(whole(value, &site)?))
        } else if name == said::CURRENCY_NAME {
            self.same_currency(value, &site)?;
            Ok(item)
        } else {
            self.ignored.push(site);
            return Ok((item, false));
        };
        Ok((changed.map_err(|error| site.refused(error))?, true))
    }

    /// An item may repeat the currency of its event.
    fn same_currency(&self, value: &RawValue, site: &Site) -> Result<(), ImportError> {
        let code = text(value, site)?;
        let same = code.as_deref().is_none_or(|code| self.currency.is_some_and(|it| known(code) == Some(it)));
        if same { Ok(()) } else { Err(site.refused(EventError::OtherCurrency)) }
    }

    fn amount(&self, value: &RawValue, site: &Site) -> Result<Money, ImportError> {
        let currency = self.currency.ok_or_else(|| ImportProblem::NoCurrency.at(site))?;
        let minor = number(value, site, |digits| number::amount(digits, currency.exponent()))?;
        Ok(Money::from_minor(minor, currency))
    }

    fn add(&mut self, item: Item, site: &Site) -> Result<(), ImportError> {
        if !item.is_known() {
            return Err(ImportProblem::Nameless.at(site));
        }
        self.event.add_item(item).map_err(|error| site.refused(error))?;
        Ok(())
    }

    fn finish(mut self) -> Result<Imported, ImportError> {
        if let Some(item) = self.flat.take_if(|_| self.touched) {
            self.add(item, &Site::of(self.id_name()))?;
        }
        Ok(Imported { event: self.event, ignored: self.ignored })
    }

    /// Where an item that has none should have its identifier.
    fn id_name(&self) -> &'static str {
        ItemField::Id.name_in(self.dialect.vocabulary()).unwrap_or_default()
    }
}

/// The members of an object, each of which stands there once.
fn members(json: &str, item: Option<usize>) -> Result<Vec<(String, Box<RawValue>)>, ImportError> {
    let site = |name: &str| item.map_or_else(|| Site::of(name), |at| Site::in_item(at, name));
    let parsed: Result<Members, _> = serde_json::from_str(json);
    let Members(members) = parsed.map_err(|_| ImportProblem::Malformed.at(&site(<&str>::default())))?;
    let mut seen = BTreeSet::new();
    match members.iter().find(|(name, _)| !seen.insert(name.as_str())) {
        Some((twice, _)) => Err(ImportProblem::Duplicate.at(&site(twice))),
        None => Ok(members),
    }
}

fn is_null(value: &RawValue) -> bool {
    serde_json::from_str::<()>(value.get()).is_ok()
}

/// The text of a value; `None` where there is nothing in it.
fn text(value: &RawValue, site: &Site) -> Result<Option<String>, ImportError> {
    let text: Option<String> = serde_json::from_str(value.get()).map_err(|_| ImportProblem::Type.at(site))?;
    Ok(text.filter(|text| !text.trim().is_empty()))
}

/// The same of a value that may also be a number: what is a number to one program is an identifier to another.
fn wording(value: &RawValue, site: &Site) -> Result<Option<String>, ImportError> {
    let json = value.get();
    let is_number = json.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    if is_number { Ok(Some(json.to_owned())) } else { text(value, site) }
}

/// The currency with this code, however it is written.
fn known(code: &str) -> Option<Currency> {
    Currency::from_code(&code.trim().to_ascii_uppercase()).filter(|currency| is_spent(*currency))
}

fn whole(value: &RawValue, site: &Site) -> Result<u32, ImportError> {
    number(value, site, number::whole)
}

/// Reads a number from its digits, which may stand in a text.
fn number<N>(
    value: &RawValue,
    site: &Site,
    read: impl FnOnce(&str) -> Result<N, NumberError>,
) -> Result<N, ImportError> {
    let json = value.get();
    let quoted = if json.starts_with('"') { text(value, site)? } else { None };
    let digits = quoted.as_deref().unwrap_or(json);
    if !digits.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        return Err(ImportProblem::Type.at(site));
    }
    read(digits).map_err(|error| ImportProblem::Number(error).at(site))
}
