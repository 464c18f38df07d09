//! ISO 17442: what a legal entity is called all over the world.

use std::str::FromStr;

use super::{CodeError, code_text, fixed, is_alphanumeric, worth};

/// A legal entity identifier: eighteen characters and two check digits.
///
/// The check digits are those of ISO 7064, MOD 97-10. They find every digit taken for another digit, every letter
/// taken for another letter, and every two neighbours of one kind that changed places.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lei([u8; 20]);

code_text!(Lei);

impl FromStr for Lei {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let bytes: [u8; 20] = fixed(text, |at, byte| match at {
            18 | 19 => byte.is_ascii_digit(),
            _ => is_alphanumeric(byte),
        })?;
        if remainder(&bytes) == 1 { Ok(Self(bytes)) } else { Err(CodeError::CheckDigits) }
    }
}

/// The remainder by 97 of the number that the characters make; a letter makes two digits of it.
fn remainder(bytes: &[u8; 20]) -> u32 {
    bytes.iter().fold(0, |rest, byte| {
        let worth = worth(*byte);
        let shift = if worth >= 10 { 100 } else { 10 };
        (rest * shift + worth) % 97
    })
}
