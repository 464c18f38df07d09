//! Structured text: what is written as YAML or as JSON.
//!
//! Keys keep the order they were put in, so that files read as somebody would have written them, and the same input
//! gives the same bytes.

mod json;
#[cfg(test)]
mod tests;
mod yaml;

pub(crate) use json::{json, quoted};
pub(crate) use yaml::yaml;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Flag(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    List(Vec<Self>),
    Map(Map),
}

/// Keys and values, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Map(Vec<(String, Node)>);

impl Map {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// One more key.
    #[must_use]
    pub(crate) fn with(mut self, key: impl Into<String>, value: impl Into<Node>) -> Self {
        self.0.push((key.into(), value.into()));
        self
    }

    /// One more key, where there is a value for it.
    #[must_use]
    pub(crate) fn with_some(self, key: impl Into<String>, value: Option<impl Into<Node>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// One more key, where the list has items.
    #[must_use]
    pub(crate) fn with_items(self, key: impl Into<String>, items: Vec<Node>) -> Self {
        if items.is_empty() { self } else { self.with(key, items) }
    }

    /// One more key, where the map has any.
    #[must_use]
    pub(crate) fn with_filled(self, key: impl Into<String>, map: Self) -> Self {
        if map.0.is_empty() { self } else { self.with(key, map) }
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }
}

impl Node {
    /// A list of what can be a value.
    pub(crate) fn list(items: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

macro_rules! from {
    ($($from:ty => |$value:ident| $node:expr;)+) => {$(
        impl From<$from> for Node {
            fn from($value: $from) -> Self {
                $node
            }
        }
    )+};
}

from! {
    bool => |value| Self::Flag(value);
    i64 => |value| Self::Integer(value);
    i32 => |value| Self::Integer(value.into());
    u32 => |value| Self::Integer(value.into());
    // A count that does not fit is larger than anything that is counted here.
    usize => |value| Self::Integer(i64::try_from(value).unwrap_or(i64::MAX));
    u64 => |value| Self::Integer(i64::try_from(value).unwrap_or(i64::MAX));
    f64 => |value| Self::Number(value);
    &str => |value| Self::Text(value.to_owned());
    String => |value| Self::Text(value);
    Vec<Node> => |value| Self::List(value);
    Map => |value| Self::Map(value);
}
