//! Identifiers of international standards: validated once, then small, `Copy` and trusted.
//!
//! What a standard's register says today (which codes are assigned, and to whom) is reference data and is not known
//! here: an identifier of the right form and with the right check digit is accepted.

mod cfi;
mod country;
mod isin;
mod lei;
mod mic;

use std::fmt;

pub use cfi::{Cfi, CfiCategory};
pub use country::Country;
pub use isin::Isin;
pub use lei::Lei;
pub use mic::Mic;

/// Why a text is not an identifier of a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodeError {
    /// It has another length than the standard's.
    Length {
        /// How many characters it should have.
        expected: usize,
        /// How many bytes it has.
        found: usize,
    },
    /// A character may not stand where it stands. Letters are upper case.
    Character {
        /// Its position, from zero.
        at: usize,
    },
    /// Its check digits do not belong to the rest of it.
    CheckDigits,
    /// It has the right form, and the standard assigns no meaning to it.
    Unassigned,
}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { expected, found } => {
                write!(f, "{found} characters long, and not {expected}")
            }
            Self::Character { at } => write!(f, "a wrong character at position {at}"),
            Self::CheckDigits => f.write_str("wrong check digits"),
            Self::Unassigned => f.write_str("a code that is not assigned"),
        }
    }
}

impl std::error::Error for CodeError {}

/// The bytes of a text of exactly `N` characters, each of which `allowed` accepts at its position.
fn fixed<const N: usize>(text: &str, allowed: fn(usize, u8) -> bool) -> Result<[u8; N], CodeError> {
    let bytes: [u8; N] =
        text.as_bytes().try_into().map_err(|_| CodeError::Length { expected: N, found: text.len() })?;
    match bytes.iter().enumerate().find(|(at, byte)| !allowed(*at, **byte)) {
        Some((at, _)) => Err(CodeError::Character { at }),
        None => Ok(bytes),
    }
}

const fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// What a character counts in ISO 6166 and ISO 7064: digits as they are, letters from 10 on.
fn worth(byte: u8) -> u32 {
    char::from(byte).to_digit(36).unwrap_or_default()
}

/// Text in and out of a type that holds the validated bytes of a code.
macro_rules! code_text {
    ($name:ident) => {
        impl $name {
            /// The code.
            pub fn as_str(&self) -> &str {
                // The bytes were validated as ASCII when this was made.
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

use code_text;
