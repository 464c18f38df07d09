//! ISO 10962: what kind of instrument something is.

use std::str::FromStr;

use super::{CodeError, code_text, fixed};

/// A classification of financial instruments: six letters for category, group and four attributes.
///
/// The category must be one of the standard; groups and attributes are checked for their form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cfi([u8; 6]);

code_text!(Cfi);

/// The first letter of a [`Cfi`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CfiCategory {
    /// `E`: shares and what is like them.
    Equity,
    /// `C`: units of funds.
    Collective,
    /// `D`: bonds and what is like them.
    Debt,
    /// `R`: rights, entitlements and warrants.
    Entitlement,
    /// `O`: listed options.
    Option,
    /// `F`: futures.
    Future,
    /// `S`: swaps.
    Swap,
    /// `H`: options that are not listed, or complex.
    ComplexOption,
    /// `I`: spot.
    Spot,
    /// `J`: forwards.
    Forward,
    /// `K`: strategies.
    Strategy,
    /// `L`: financing.
    Financing,
    /// `T`: reference instruments, such as indices.
    Referential,
    /// `M`: anything else.
    Other,
}

impl Cfi {
    /// The kind of instrument.
    pub const fn category(self) -> CfiCategory {
        // The letter was checked when this was made.
        match category(self.0[0]) {
            Some(category) => category,
            None => CfiCategory::Other,
        }
    }

    /// The letter that names the group within the category.
    pub const fn group(self) -> char {
        self.0[1] as char
    }

    /// The letters of the four attributes, whose meaning depends on the category.
    pub const fn attributes(self) -> [char; 4] {
        [self.0[2] as char, self.0[3] as char, self.0[4] as char, self.0[5] as char]
    }
}

impl FromStr for Cfi {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let bytes: [u8; 6] = fixed(text, |_, byte| byte.is_ascii_uppercase())?;
        match category(bytes[0]) {
            Some(_) => Ok(Self(bytes)),
            None => Err(CodeError::Unassigned),
        }
    }
}

const fn category(letter: u8) -> Option<CfiCategory> {
    Some(match letter {
        b'E' => CfiCategory::Equity,
        b'C' => CfiCategory::Collective,
        b'D' => CfiCategory::Debt,
        b'R' => CfiCategory::Entitlement,
        b'O' => CfiCategory::Option,
        b'F' => CfiCategory::Future,
        b'S' => CfiCategory::Swap,
        b'H' => CfiCategory::ComplexOption,
        b'I' => CfiCategory::Spot,
        b'J' => CfiCategory::Forward,
        b'K' => CfiCategory::Strategy,
        b'L' => CfiCategory::Financing,
        b'T' => CfiCategory::Referential,
        b'M' => CfiCategory::Other,
        _ => return None,
    })
}
