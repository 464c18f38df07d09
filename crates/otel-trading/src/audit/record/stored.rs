//! Records as they are read again.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use otel_core::{Currency, Decimal, Money, Sensitive, Timestamp};

use super::super::secrecy::{Context, KeyStore, SecrecyError, Subject};
use super::Version;
use super::json::{Entry, Member, Written};

/// A record that was read from a trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    /// What kind of event it is.
    pub event: String,
    /// When it happened.
    pub time: Timestamp,
    /// What it is about.
    pub entity: String,
    /// Which record of the entity it is.
    pub version: Version,
    /// What changed.
    pub details: Vec<StoredDetail>,
}

/// One thing a stored record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDetail {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub value: StoredValue,
}

/// What a stored detail says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoredValue {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// An exact decimal: a number, a quantity or a price.
    Decimal(Decimal),
    /// An amount of money.
    Money(Money),
    /// A point in time.
    Time(Timestamp),
    /// Personal data, encrypted; [`StoredRecord::unsealed`] reads it.
    Sealed {
        /// Whose data it is.
        subject: String,
        /// A nonce of 24 bytes, and what XChaCha20-Poly1305 makes of the text.
        sealed: Vec<u8>,
    },
}

impl StoredRecord {
    /// Reads an entry.
    ///
    /// # Errors
    ///
    /// Bytes that are not what a record is written as.
    pub fn parse(entry: &[u8]) -> Result<Self, ReadError> {
        let entry: Entry<'_> = serde_json::from_slice(entry)
            .map_err(|error| ReadError { line: error.line() as u64, column: error.column() as u64 })?;
        let details = entry.details.into_iter().map(detail);
        Ok(Self {
            event: entry.event.into_owned(),
            time: Timestamp::from_unix_nanos(entry.unix_nanos),
            entity: entry.entity.into_owned(),
            version: Version(entry.version),
            details: details.collect::<Option<_>>().ok_or(ReadError { line: 0, column: 0 })?,
        })
    }

    /// The text of a personal detail, by its place among the details of this record.
    ///
    /// # Errors
    ///
    /// There is no personal detail in this place, its subject was forgotten, or it was moved here from elsewhere.
    pub fn unsealed(&self, place: usize, keys: &dyn KeyStore) -> Result<Sensitive<String>, SecrecyError> {
        let Some(StoredDetail { name, value: StoredValue::Sealed { subject, sealed } }) =
            self.details.get(place)
        else {
            return Err(SecrecyError::NotSealed);
        };
        let subject = Subject(subject);
        let key = keys.existing(subject)?;
        key.unseal(&Context { entity: &self.entity, version: self.version.0, name, subject }, sealed)
    }
}

/// Where an entry stops being a record; at 0, a value of it is none, such as a currency that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The line of the entry, from 1.
    pub line: u64,
    /// The byte of the line, from 1.
    pub column: u64,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the entry is not a record: line {}, column {}", self.line, self.column)
    }
}

impl std::error::Error for ReadError {}

fn detail(member: Member<'_>) -> Option<StoredDetail> {
    let value = match member.value {
        Written::Text(text) => StoredValue::Text(text.into_owned()),
        Written::Integer(number) => StoredValue::Integer(number),
        Written::Decimal(number) => StoredValue::Decimal(number.parse().ok()?),
        Written::Money { minor, currency } => {
            StoredValue::Money(Money::from_minor(minor, Currency::from_code(&currency)?))
        }
        Written::UnixNanos(nanos) => StoredValue::Time(Timestamp::from_unix_nanos(nanos)),
        Written::Sealed { subject, base64 } => {
            StoredValue::Sealed { subject: subject.into_owned(), sealed: STANDARD.decode(&*base64).ok()? }
        }
    };
    Some(StoredDetail { name: member.name.into_owned(), value })
}
