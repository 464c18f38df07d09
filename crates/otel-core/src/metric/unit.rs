//! Units of measure, in UCUM.

use std::fmt;

/// A unit of measure: a UCUM code, or an annotation in braces for things that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unit(&'static str);

impl Unit {
    /// Seconds.
    pub const SECONDS: Self = Self("s");
    /// Bytes.
    pub const BYTES: Self = Self("By");
    /// A ratio or a share, from 0 to 1.
    pub const RATIO: Self = Self("1");
    /// Minor units of a currency, as integers; the currency is a label.
    pub const MINOR_UNITS: Self = Self("{minor_unit}");

    /// Another UCUM code, such as `"Cel"`, or an annotation in braces, such as `"{order}"`.
    ///
    /// # Panics
    ///
    /// At compile time, when the code is empty, longer than 63 bytes (the API's limit) or not ASCII.
    pub const fn new(code: &'static str) -> Self {
        assert!(!code.is_empty() && code.len() <= 63, "a unit is 1 to 63 bytes long");
        assert!(code.is_ascii(), "a unit is ASCII");
        Self(code)
    }

    /// The code.
    pub const fn code(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
