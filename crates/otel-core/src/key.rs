//! Typed attribute keys.

use std::fmt;
use std::marker::PhantomData;

use crate::sensitive::DataClass;
use crate::value::{AttributeType, Kind};
use crate::wire::EncodedName;

/// A typed attribute key: what an attribute is called, and what kind of value it takes.
///
/// A key is `const` data in a domain's `conventions` module. `T` is one of the attribute types ([`Text`],
/// [`Int`], [`Choice`], …); a value of another type does not compile. The name's OTLP bytes are encoded at
/// compile time.
///
/// Names are lower-case and dotted, at most 62 bytes.
///
/// ```
/// use otel_core::{Key, Text};
///
/// const ORDER_ID: Key<Text> = Key::new("trading.order.id", "Identifier of the order.");
/// assert_eq!(ORDER_ID.name(), "trading.order.id");
/// ```
///
/// [`Text`]: crate::Text
/// [`Int`]: crate::Int
/// [`Choice`]: crate::Choice
pub struct Key<T> {
    name: &'static str,
    brief: &'static str,
    encoded: EncodedName,
    class: DataClass,
    kind: PhantomData<fn() -> T>,
}

impl<T: AttributeType> Key<T> {
    /// Declares a key by name, with one sentence for the reference pages.
    ///
    /// # Panics
    ///
    /// At compile time, when the name is empty or longer than 62 bytes.
    pub const fn new(name: &'static str, brief: &'static str) -> Self {
        Self { name, brief, encoded: EncodedName::new(0x0a, name), class: T::CLASS, kind: PhantomData }
    }

    /// The same key for what anybody may know.
    ///
    /// # Panics
    ///
    /// At compile time, when its type is one for sensitive data.
    #[must_use]
    pub const fn public(mut self) -> Self {
        assert!(!self.class.is_guarded(), "what is sensitive does not become public by being called so");
        self.class = DataClass::Public;
        self
    }

    /// The attribute's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What the catalogue says of this key.
    pub const fn facts(&self) -> KeyFacts {
        KeyFacts { name: self.name, brief: self.brief, kind: T::KIND, class: self.class, values: T::VALUES }
    }

    #[inline]
    pub(crate) const fn encoded(&self) -> &EncodedName {
        &self.encoded
    }
}

impl<T> fmt::Debug for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.name).finish()
    }
}

/// What a catalogue knows of one attribute key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyFacts {
    /// The attribute's name.
    pub name: &'static str,
    /// One sentence that says what it holds.
    pub brief: &'static str,
    /// The kind of its value.
    pub kind: Kind,
    /// The class of its data.
    pub class: DataClass,
    /// The closed list of its values; empty when it is open.
    pub values: &'static [&'static str],
}
