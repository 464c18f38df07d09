//! Expectations in the words of the published protobuf definitions.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList};

pub(crate) fn text(text: impl Into<String>) -> Value {
    Value::StringValue(text.into())
}

pub(crate) fn array(values: impl IntoIterator<Item = Value>) -> Value {
    Value::ArrayValue(ArrayValue { values: values.into_iter().map(any).collect() })
}

pub(crate) fn map(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::KvlistValue(KeyValueList {
        values: entries.into_iter().map(|(key, value)| pair(key, value)).collect(),
    })
}

pub(crate) fn any(value: Value) -> AnyValue {
    AnyValue { value: Some(value) }
}

pub(crate) fn pair(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(any(value)), ..KeyValue::default() }
}

/// Attributes in the order of their keys: OTLP gives their own order no meaning.
pub(crate) fn attributes(pairs: impl IntoIterator<Item = (&'static str, Value)>) -> Vec<KeyValue> {
    let mut pairs: Vec<KeyValue> = pairs.into_iter().map(|(key, value)| pair(key, value)).collect();
    sort(&mut pairs);
    pairs
}

/// Puts attributes into the order of their keys. Two of one key stay two, in their own order.
pub(crate) fn sort(attributes: &mut [KeyValue]) {
    attributes.sort_by(|a, b| a.key.cmp(&b.key));
}
