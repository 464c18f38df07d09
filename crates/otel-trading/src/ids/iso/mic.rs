//! ISO 10383: what a market is called all over the world.

use std::str::FromStr;

use super::{CodeError, code_text, fixed, is_alphanumeric};

/// A market identifier code of four letters or digits, validated; [`ids::Mic`](crate::ids::Mic) is the unchecked one
/// of a message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mic([u8; 4]);

code_text!(Mic);

impl Mic {
    /// `XOFF`: outside any venue, in an instrument that is traded on one.
    pub const OFF_VENUE: Self = Self([b'X', b'O', b'F', b'F']);
    /// `XXXX`: outside any venue, in an instrument that is traded on none.
    pub const NOT_LISTED: Self = Self([b'X', b'X', b'X', b'X']);
    /// `SINT`: at a systematic internaliser, in post-trade publications.
    pub const SYSTEMATIC_INTERNALISER: Self = Self([b'S', b'I', b'N', b'T']);

    /// Whether this names a market, rather than say that there was none or of which kind it was.
    pub fn is_market(self) -> bool {
        ![Self::OFF_VENUE, Self::NOT_LISTED, Self::SYSTEMATIC_INTERNALISER].contains(&self)
    }
}

impl<'a> From<&'a Mic> for crate::ids::Mic<'a> {
    fn from(mic: &'a Mic) -> Self {
        Self(mic.as_str())
    }
}

impl FromStr for Mic {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        fixed(text, |_, byte| is_alphanumeric(byte)).map(Self)
    }
}
