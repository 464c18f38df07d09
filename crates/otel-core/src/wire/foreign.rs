//! Attributes and values of the OpenTelemetry API, whose keys and shapes are only known when they arrive.

use opentelemetry::{Array, KeyValue, Value};

use super::{
    ANY_ARRAY, ANY_BOOL, ANY_DOUBLE, ANY_INT, ANY_STRING, ARRAY_VALUE, Buffer, KEY, VALUE, cut, field_len,
    varint_len,
};

/// Writes one attribute of the API into the parent's field `parent`, with its texts cut to `longest` characters.
pub(crate) fn key_value(out: &mut Buffer, parent: u8, attribute: &KeyValue, longest: u32) {
    pair(out, parent, attribute.key.as_str(), &attribute.value, longest);
}

/// Writes `key` and `value` into the parent's field `parent`.
pub(crate) fn pair(out: &mut Buffer, parent: u8, key: &str, value: &Value, longest: u32) {
    let any = any_len(value, longest);
    out.put([parent]);
    out.varint((field_len(key.len()) + field_len(any)) as u64);
    out.field(KEY, key.as_bytes());
    out.put([VALUE]);
    out.varint(any as u64);
    any_value(out, value, longest);
}

/// The bytes a value takes as an `AnyValue`.
pub(crate) fn any_len(value: &Value, longest: u32) -> usize {
    match value {
        Value::Bool(_) => 2,
        Value::I64(int) => 1 + varint_len(*int as u64),
        Value::F64(_) => 9,
        Value::String(text) => field_len(cut(text.as_str(), longest).len()),
        Value::Array(array) => field_len(array_len(array, longest)),
        _ => 0,
    }
}

/// Writes a value as an `AnyValue`.
pub(crate) fn any_value(out: &mut Buffer, value: &Value, longest: u32) {
    match value {
        Value::Bool(truth) => out.put([ANY_BOOL, u8::from(*truth)]),
        Value::I64(int) => put_int(out, *int),
        Value::F64(double) => put_double(out, *double),
        Value::String(text) => out.field(ANY_STRING, cut(text.as_str(), longest).as_bytes()),
        Value::Array(array) => put_array(out, array, longest),
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

fn array_len(array: &Array, longest: u32) -> usize {
    match array {
        Array::Bool(values) => values.len() * 4,
        Array::I64(values) => values.iter().map(|int| field_len(1 + varint_len(*int as u64))).sum(),
        Array::F64(values) => values.len() * field_len(9),
        Array::String(values) => {
            values.iter().map(|text| field_len(field_len(cut(text.as_str(), longest).len()))).sum()
        }
        _ => 0,
    }
}

fn put_array(out: &mut Buffer, array: &Array, longest: u32) {
    out.put([ANY_ARRAY]);
    out.varint(array_len(array, longest) as u64);
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
                let text = cut(text.as_str(), longest);
                out.put([ARRAY_VALUE]);
                out.varint(field_len(text.len()) as u64);
                out.field(ANY_STRING, text.as_bytes());
            }
        }
        _ => {}
    }
}
