//! ISO 6166: what a security is called all over the world.

use std::str::FromStr;

use super::{CodeError, code_text, fixed, is_alphanumeric, worth};

/// An international securities identification number: a prefix of two letters, nine characters, one check digit.
///
/// The check digit is that of ISO 6166. It finds every digit that was taken for another one, and most letters that
/// were; it does not tell `09` from `90`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Isin([u8; 12]);

code_text!(Isin);

impl FromStr for Isin {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let bytes: [u8; 12] = fixed(text, |at, byte| match at {
            0 | 1 => byte.is_ascii_uppercase(),
            11 => byte.is_ascii_digit(),
            _ => is_alphanumeric(byte),
        })?;
        if luhn(&bytes).is_multiple_of(10) { Ok(Self(bytes)) } else { Err(CodeError::CheckDigits) }
    }
}

/// The sum of ISO 6166: letters become two digits, and every second digit from the right is doubled and its own
/// digits added up.
fn luhn(bytes: &[u8; 12]) -> u32 {
    let (mut sum, mut doubled) = (0, false);
    let mut add = |digit: u32| {
        let counted = if doubled { digit * 2 } else { digit };
        sum += counted / 10 + counted % 10;
        doubled = !doubled;
    };
    for byte in bytes.iter().rev() {
        let worth = worth(*byte);
        add(worth % 10);
        if worth >= 10 {
            add(worth / 10);
        }
    }
    sum
}
