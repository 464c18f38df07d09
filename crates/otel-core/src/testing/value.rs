//! Attribute values as a test sees them.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};

/// The value of an attribute, decoded.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TestValue {
    /// A string.
    Text(String),
    /// An integer.
    Int(i64),
    /// A double.
    Double(f64),
    /// A boolean.
    Bool(bool),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<Self>),
    /// A map.
    Map(Vec<(String, Self)>),
    /// No value at all.
    Nothing,
}

impl From<&str> for TestValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for TestValue {
    fn from(int: i64) -> Self {
        Self::Int(int)
    }
}

impl From<f64> for TestValue {
    fn from(double: f64) -> Self {
        Self::Double(double)
    }
}

impl From<bool> for TestValue {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<Option<AnyValue>> for TestValue {
    fn from(value: Option<AnyValue>) -> Self {
        match value.and_then(|value| value.value) {
            Some(Value::StringValue(text)) => Self::Text(text),
            Some(Value::IntValue(int)) => Self::Int(int),
            Some(Value::DoubleValue(double)) => Self::Double(double),
            Some(Value::BoolValue(truth)) => Self::Bool(truth),
            Some(Value::BytesValue(bytes)) => Self::Bytes(bytes),
            Some(Value::ArrayValue(array)) => {
                Self::List(array.values.into_iter().map(|value| Some(value).into()).collect())
            }
            Some(Value::KvlistValue(list)) => Self::Map(attributes(list.values)),
            // Indices into a string table only occur in profiles.
            Some(_) | None => Self::Nothing,
        }
    }
}

/// Decoded attributes, in the order they were sent.
pub(super) fn attributes(attributes: Vec<KeyValue>) -> Vec<(String, TestValue)> {
    attributes.into_iter().map(|attribute| (attribute.key, attribute.value.into())).collect()
}

/// The value of `key`: the last one, where it was set more than once.
pub(super) fn find(attributes: &[(String, TestValue)], key: &str) -> Option<TestValue> {
    attributes.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.clone())
}
