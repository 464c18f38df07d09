//! Records as JSON. The members are named after the fields of these types.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use otel_core::Decimal;
use serde::{Deserialize, Serialize};

use super::super::secrecy::{Context, KeyStore, SecrecyError};
use super::{Detail, Record, Value};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry<'a> {
    #[serde(borrow)]
    pub(super) event: Cow<'a, str>,
    pub(super) unix_nanos: u64,
    #[serde(borrow)]
    pub(super) entity: Cow<'a, str>,
    pub(super) version: u64,
    #[serde(borrow)]
    pub(super) details: Vec<Member<'a>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Member<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) value: Written<'a>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Written<'a> {
    #[serde(borrow)]
    Text(Cow<'a, str>),
    Integer(i64),
    #[serde(borrow)]
    Decimal(Cow<'a, str>),
    Money {
        minor: i64,
        #[serde(borrow)]
        currency: Cow<'a, str>,
    },
    UnixNanos(u64),
    Sealed {
        #[serde(borrow)]
        subject: Cow<'a, str>,
        #[serde(borrow)]
        base64: Cow<'a, str>,
    },
}

pub(super) fn write(record: &Record<'_>, keys: Option<&dyn KeyStore>) -> Result<Vec<u8>, SecrecyError> {
    let details = record.details.iter().map(|detail| member(record, detail, keys));
    let entry = Entry {
        event: record.event.0.into(),
        unix_nanos: record.time.unix_nanos(),
        entity: record.entity.0.into(),
        version: record.version.0,
        details: details.collect::<Result<_, _>>()?,
    };
    let mut bytes = Vec::with_capacity(256);
    // Writing texts and numbers into memory cannot fail.
    let _infallible = serde_json::to_writer(&mut bytes, &entry);
    Ok(bytes)
}

fn member<'a>(
    record: &Record<'a>,
    detail: &Detail<'a>,
    keys: Option<&dyn KeyStore>,
) -> Result<Member<'a>, SecrecyError> {
    let decimal = |decimal: Decimal| Written::Decimal(decimal.to_string().into());
    let value = match &detail.value {
        Value::Text(text) => Written::Text((*text).into()),
        Value::Integer(number) => Written::Integer(*number),
        Value::Decimal(number) => decimal(*number),
        Value::Quantity(quantity) => decimal(quantity.0),
        Value::Price(price) => decimal(price.0),
        Value::Money(money) => {
            Written::Money { minor: money.minor(), currency: money.currency().code().into() }
        }
        Value::Time(time) => Written::UnixNanos(time.unix_nanos()),
        Value::Personal(subject, value) => {
            let key = keys.ok_or(SecrecyError::NoStore)?.key(*subject)?;
            let context = Context {
                entity: record.entity.0,
                version: record.version.0,
                name: detail.name.0,
                subject: *subject,
            };
            let sealed = key.seal(&context, value.expose())?;
            Written::Sealed { subject: subject.0.into(), base64: STANDARD.encode(sealed).into() }
        }
    };
    Ok(Member { name: detail.name.0.into(), value })
}
