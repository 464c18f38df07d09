//! What tells one instance of an observed rule from another.

use crate::key::Key;
use crate::value::Text;

/// A label of an alert's instance: what tells one device, order or venue from another.
///
/// It may be an identifier, because alerts are not metrics: their number is capped, and what is told of them as a
/// metric is counted without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertLabel<'a> {
    pub(super) key: &'static str,
    pub(super) value: &'a str,
}

impl<'a> AlertLabel<'a> {
    /// The value of a declared attribute.
    pub const fn of(key: &Key<Text>, value: &'a str) -> Self {
        Self { key: key.name(), value }
    }

    /// The value of a closed label.
    pub fn value<L: crate::label::Label>(label: L) -> AlertLabel<'static> {
        AlertLabel { key: L::KEY, value: L::VALUES.get(label.index()).copied().unwrap_or_default() }
    }
}
