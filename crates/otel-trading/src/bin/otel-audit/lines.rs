//! Entries and states as JSON, one on each line.

use otel_trading::audit::{ArchiveError, Hash, State, StoredDetail, StoredRecord, StoredValue};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::answer::Failure;

#[derive(Debug, Serialize)]
struct Entry<'a> {
    index: u64,
    leaf_hash: String,
    record: &'a RawValue,
}

#[derive(Debug, Serialize)]
struct Version<'a> {
    index: u64,
    leaf_hash: String,
    entity: &'a str,
    version: u64,
    event: &'a str,
    unix_nanos: u64,
    is_complete: bool,
    details: Vec<Detail<'a>>,
}

#[derive(Debug, Serialize)]
struct Detail<'a> {
    name: &'a str,
    value: Value<'a>,
}

/// As the trail writes them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Value<'a> {
    Text(&'a str),
    Integer(i64),
    Decimal(String),
    Money { minor: i64, currency: &'static str },
    UnixNanos(u64),
    Sealed { subject: &'a str },
    Other,
}

/// The record in an entry.
pub(crate) fn record(index: u64, entry: &[u8]) -> Result<StoredRecord, Failure> {
    StoredRecord::parse(entry).map_err(|error| Failure::Archive(ArchiveError::NotARecord { index, error }))
}

/// An entry that is a record, as it is written in the trail.
pub(crate) fn entry(index: u64, entry: &[u8]) -> String {
    let leaf_hash = Hash::leaf(entry).to_string();
    let record = serde_json::from_slice(entry);
    line(record.ok().map(|record| Entry { index, leaf_hash, record }))
}

/// Everything that was known at one version.
pub(crate) fn state(state: &State, leaf_hash: Hash) -> String {
    let State { index, record, details, is_complete, .. } = state;
    line(Some(Version {
        index: *index,
        leaf_hash: leaf_hash.to_string(),
        entity: &record.entity,
        version: record.version.0,
        event: &record.event,
        unix_nanos: record.time.unix_nanos(),
        is_complete: *is_complete,
        details: details.iter().map(detail).collect(),
    }))
}

fn detail(StoredDetail { name, value }: &StoredDetail) -> Detail<'_> {
    let value = match value {
        StoredValue::Text(text) => Value::Text(text),
        StoredValue::Integer(number) => Value::Integer(*number),
        StoredValue::Decimal(number) => Value::Decimal(number.to_string()),
        StoredValue::Money(money) => Value::Money { minor: money.minor(), currency: money.currency().code() },
        StoredValue::Time(time) => Value::UnixNanos(time.unix_nanos()),
        StoredValue::Sealed { subject, .. } => Value::Sealed { subject },
        _ => Value::Other,
    };
    Detail { name, value }
}

fn line<T: Serialize>(value: Option<T>) -> String {
    // Texts and numbers can always be written.
    let mut line = value.and_then(|value| serde_json::to_string(&value).ok()).unwrap_or_default();
    line.push('\n');
    line
}
