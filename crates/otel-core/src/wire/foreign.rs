//! Attributes and values of the OpenTelemetry API, whose keys and shapes are only known when they arrive.

use std::borrow::Cow;

use opentelemetry::{Array, KeyValue, StringValue, Value};

use crate::decimal::Decimal;
use crate::sensitive::{Bearer, Guard, Origin};

use super::{
    ANY_ARRAY, ANY_BOOL, ANY_DOUBLE, ANY_INT, ANY_STRING, ARRAY_VALUE, Buffer, Fit, KEY, VALUE, attribute_of,
    field_len, varint_len,
};

/// Where attributes stand: in which field, of what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    field: u8,
    bearer: Bearer,
}

pub(crate) const SPAN: Place = Place { field: attribute_of::SPAN, bearer: Bearer::Span };
pub(crate) const SPAN_EVENT: Place = Place { field: attribute_of::SPAN_EVENT, bearer: Bearer::Span };
pub(crate) const SPAN_LINK: Place = Place { field: attribute_of::SPAN_LINK, bearer: Bearer::Span };
pub(crate) const SCOPE: Place = Place { field: attribute_of::SCOPE, bearer: Bearer::Scope };
#[cfg(feature = "pipeline")]
pub(crate) const RESOURCE: Place = Place { field: attribute_of::RESOURCE, bearer: Bearer::Resource };

/// Writes one attribute of the API where it belongs, with its texts made to fit.
pub(crate) fn key_value(out: &mut Buffer, place: Place, attribute: &KeyValue, fit: Fit<'_>) {
    pair(out, place, attribute.key.as_str(), &attribute.value, fit);
}

/// Writes `key` and `value` where they belong, unless the guard does not let the key out.
pub(crate) fn pair(out: &mut Buffer, place: Place, key: &str, value: &Value, fit: Fit<'_>) {
    if !fit.guard.lets_out(key, place.bearer) {
        return;
    }
    // What has to be looked at is looked at once and first: its length stands before it.
    let cleaned = cleaned(key, value, fit.guard);
    let value = cleaned.as_ref().unwrap_or(value);
    let key = fit.guard.clean(key, Origin::Free);
    let any = any_len(value, fit);
    out.put([place.field]);
    out.varint((field_len(key.len()) + field_len(any)) as u64);
    out.field(KEY, key.as_bytes());
    out.put([VALUE]);
    out.varint(any as u64);
    any_value(out, value, fit);
}

/// The value without what must not leave, where there could be such a thing in it.
pub(crate) fn cleaned(key: &str, value: &Value, guard: &Guard) -> Option<Value> {
    let (origin, announced) = (origin_of(key), guard.suspects_key(key));
    let suspects = |text: &StringValue| announced || guard.suspects(text.as_str());
    let clean = |text: &StringValue| guard.clean_value(key, text.as_str(), origin).into_owned().into();
    match value {
        Value::String(text) if suspects(text) => Some(Value::String(clean(text))),
        Value::I64(int) => cleaned_int(key, *int, guard).map(Value::from),
        Value::Array(Array::String(texts)) if texts.iter().any(suspects) => {
            Some(Value::Array(Array::String(texts.iter().map(clean).collect())))
        }
        Value::Array(Array::I64(ints)) => {
            let cleaned: Vec<_> = ints.iter().map(|int| cleaned_int(key, *int, guard)).collect();
            cleaned.iter().any(Option::is_some).then(|| {
                let text =
                    |(int, clean): (&i64, Option<String>)| clean.unwrap_or_else(|| int.to_string()).into();
                Value::Array(Array::String(ints.iter().zip(cleaned).map(text).collect()))
            })
        }
        _ => None,
    }
}

/// The least number that could be a card's.
const CARDS_BEGIN: i64 = 100_000_000_000;

/// What may leave of an integer that is the number of a card, or the secret that its key announces.
pub(crate) fn cleaned_int(key: &str, int: i64, guard: &Guard) -> Option<String> {
    if int < CARDS_BEGIN && !guard.suspects_key(key) {
        return None;
    }
    let digits = Decimal::whole(int).digits();
    let digits = str::from_utf8(digits.as_bytes()).ok()?;
    match guard.clean_value(key, digits, Origin::Free) {
        Cow::Owned(clean) => Some(clean),
        Cow::Borrowed(_) => None,
    }
}

/// Attributes of the semantic conventions that hold addresses of machines, and not of people.
const MACHINES: [&str; 9] = [
    "container.id",
    "destination.address",
    "host.ip",
    "host.mac",
    "host.name",
    "net.host.ip",
    "network.local.address",
    "server.address",
    "service.instance.id",
];

/// How much is known of an attribute of somebody else, by its key.
pub(crate) fn origin_of(key: &str) -> Origin {
    // Prometheus has no dots in the names of its labels.
    let same = |(one, other): (u8, u8)| one == other || one == b'.' && other == b'_';
    let is_it = |known: &&str| known.len() == key.len() && known.bytes().zip(key.bytes()).all(same);
    if MACHINES.iter().any(is_it) { Origin::Declared } else { Origin::Free }
}

/// The bytes a value takes as an `AnyValue`.
pub(crate) fn any_len(value: &Value, fit: Fit<'_>) -> usize {
    match value {
        Value::Bool(_) => 2,
        Value::I64(int) => 1 + varint_len(*int as u64),
        Value::F64(_) => 9,
        Value::String(text) => field_len(fit.cut(text.as_str()).len()),
        Value::Array(array) => field_len(array_len(array, fit)),
        _ => 0,
    }
}

/// Writes a value as an `AnyValue`.
pub(crate) fn any_value(out: &mut Buffer, value: &Value, fit: Fit<'_>) {
    match value {
        Value::Bool(truth) => out.put([ANY_BOOL, u8::from(*truth)]),
        Value::I64(int) => put_int(out, *int),
        Value::F64(double) => put_double(out, *double),
        Value::String(text) => out.field(ANY_STRING, fit.cut(text.as_str()).as_bytes()),
        Value::Array(array) => put_array(out, array, fit),
        // A kind of value newer than this crate is written as an empty `AnyValue`: its key survives.
        _ => {}
    }
}

fn put_int(out: &mut Buffer, int: i64) {
    out.put([ANY_INT]);
    out.varint(int as u64);
}

fn put_double(out: &mut Buffer, double: f64) {
    out.put([ANY_DOUBLE]);
    out.put(double.to_bits().to_le_bytes());
}

fn array_len(array: &Array, fit: Fit<'_>) -> usize {
    match array {
        Array::Bool(values) => values.len() * 4,
        Array::I64(values) => values.iter().map(|int| field_len(1 + varint_len(*int as u64))).sum(),
        Array::F64(values) => values.len() * field_len(9),
        Array::String(values) => {
            values.iter().map(|text| field_len(field_len(fit.cut(text.as_str()).len()))).sum()
        }
        _ => 0,
    }
}

fn put_array(out: &mut Buffer, array: &Array, fit: Fit<'_>) {
    out.put([ANY_ARRAY]);
    out.varint(array_len(array, fit) as u64);
    match array {
        Array::Bool(values) => {
            values.iter().for_each(|truth| out.put([ARRAY_VALUE, 2, ANY_BOOL, u8::from(*truth)]));
        }
        Array::I64(values) => {
            for int in values {
                out.put([ARRAY_VALUE, 1 + varint_len(*int as u64) as u8]);
                put_int(out, *int);
            }
        }
        Array::F64(values) => {
            for double in values {
                out.put([ARRAY_VALUE, 9]);
                put_double(out, *double);
            }
        }
        Array::String(values) => {
            for text in values {
                let text = fit.cut(text.as_str());
                out.put([ARRAY_VALUE]);
                out.varint(field_len(text.len()) as u64);
                out.field(ANY_STRING, text.as_bytes());
            }
        }
        _ => {}
    }
}
