//! Texts as the regulations bound them.

use std::fmt;
use std::str::FromStr;

/// A code of 1 to `N` capital letters and digits: `{ALPHANUM-N}` where a code is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code<const N: usize>(Box<str>);

/// A name of 1 to `N` characters: capital letters, digits, spaces and `%?#+/`, as names of instruments and indices
/// are written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Words<const N: usize>(Box<str>);

/// Why a text is not one that the regulations allow. It does not show the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextError {
    /// Nothing at all.
    Empty,
    /// More characters than allowed.
    TooLong {
        /// How many are allowed.
        most: usize,
    },
    /// A character that is not allowed.
    Character {
        /// Its position, in bytes from zero.
        at: usize,
    },
}

/// Checks length, in characters, and characters.
pub(crate) fn bounded(text: &str, most: usize, allowed: fn(char) -> bool) -> Result<(), TextError> {
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if let Some((at, _)) = text.char_indices().find(|(_, char)| !allowed(*char)) {
        return Err(TextError::Character { at });
    }
    if text.chars().count() > most { Err(TextError::TooLong { most }) } else { Ok(()) }
}

fn in_code(char: char) -> bool {
    char.is_ascii_uppercase() || char.is_ascii_digit()
}

fn in_words(char: char) -> bool {
    in_code(char) || matches!(char, ' ' | '%' | '?' | '#' | '+' | '/')
}

macro_rules! bounded_text {
    ($name:ident, $allowed:ident) => {
        impl<const N: usize> $name<N> {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<const N: usize> FromStr for $name<N> {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                bounded(text, N, $allowed).map(|()| Self(text.into()))
            }
        }

        impl<const N: usize> fmt::Display for $name<N> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

bounded_text!(Code, in_code);
bounded_text!(Words, in_words);

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty"),
            Self::TooLong { most } => write!(f, "longer than {most} characters"),
            Self::Character { at } => write!(f, "a character that is not allowed at position {at}"),
        }
    }
}

impl std::error::Error for TextError {}
