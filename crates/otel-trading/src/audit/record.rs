//! What a trail records, and how it is written down.
//!
//! An entry is one JSON object with its members in one order, so that it can be read without this crate, in however
//! many years. Personal values are encrypted before they are written: see [`KeyStore`](super::KeyStore).

mod json;
mod stored;

pub use stored::{ReadError, StoredDetail, StoredRecord, StoredValue};

use otel_core::{Decimal, Money, Sensitive, Timestamp};

use super::secrecy::{KeyStore, SecrecyError, Subject};
use crate::quantity::{Price, Quantity};

/// What kind of event a record is about, such as `order_created`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventType<'a>(
    /// The name of the kind.
    pub &'a str,
);

/// What a record is about: an order, a trade, an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntityId<'a>(
    /// The identifier's text. It stays readable for ever, so it is no personal data.
    pub &'a str,
);

/// The number of a record among those of its entity; the first is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(
    /// The number.
    pub u64,
);

impl Version {
    /// The version that an entity begins with.
    pub const FIRST: Self = Self(1);

    /// The version after this one.
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// The name of one detail of a record, such as `limit_price`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DetailName<'a>(
    /// The name.
    pub &'a str,
);

/// What a detail says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A text that is no personal data.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// An exact decimal.
    Decimal(Decimal),
    /// A quantity of an instrument.
    Quantity(Quantity),
    /// The price of one piece.
    Price(Price),
    /// An amount of money.
    Money(Money),
    /// A point in time.
    Time(Timestamp),
    /// Personal data of a subject: it can be read for as long as there is a key for that subject.
    Personal(Subject<'a>, Sensitive<&'a str>),
}

/// One thing a record says.
#[derive(Clone, Debug)]
pub struct Detail<'a> {
    /// What it is called.
    pub name: DetailName<'a>,
    /// What it is.
    pub value: Value<'a>,
}

impl<'a> Detail<'a> {
    /// A detail.
    pub const fn new(name: DetailName<'a>, value: Value<'a>) -> Self {
        Self { name, value }
    }
}

/// One thing that happened, and what it changed: a record of the trail.
///
/// The details of a record are what changed with its version. What it does not name is as it was in the version before,
/// so that every version can be made again from those up to it.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// What kind of event it is.
    pub event: EventType<'a>,
    /// When it happened.
    pub time: Timestamp,
    /// What it is about.
    pub entity: EntityId<'a>,
    /// Which record of the entity it is.
    pub version: Version,
    /// What changed.
    pub details: &'a [Detail<'a>],
}

impl<'a> Record<'a> {
    /// A record that names no details.
    pub const fn new(event: EventType<'a>, time: Timestamp, entity: EntityId<'a>, version: Version) -> Self {
        Self { event, time, entity, version, details: &[] }
    }

    /// The entry for it.
    pub(super) fn entry(&self, keys: Option<&dyn KeyStore>) -> Result<Vec<u8>, SecrecyError> {
        json::write(self, keys)
    }
}
