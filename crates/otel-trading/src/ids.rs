//! Identifiers as callers have them: borrowed, and never mistaken for one another.

pub mod iso;
pub mod person;

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

macro_rules! borrowed_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name<'a>(
            /// The identifier's text.
            pub &'a str,
        );
    )+};
}

borrowed_ids! {
    /// The identifier an order's owner gives it: FIX `ClOrdID` (11).
    ClientOrderId;
    /// The identifier a venue gives an order: FIX `OrderID` (37).
    OrderId;
    /// The identifier a venue gives one report about an order: FIX `ExecID` (17).
    ExecId;
    /// The identifier of a trade.
    TradeId;
    /// What an instrument is called at its venue: FIX `Symbol` (55).
    Symbol;
    /// A market identifier code of ISO 10383, such as `XNAS`.
    Mic;
    /// The identifier of a settlement instruction.
    InstructionId;
    /// The identifier of a portfolio.
    PortfolioId;
    /// The name of the part of the business a portfolio belongs to: a desk, a book, a fund.
    GroupName;
}

impl ExecId<'_> {
    /// A 64-bit hash, the same in every run: what an order remembers of the reports it has seen.
    pub fn digest(self) -> u64 {
        digest(self.0)
    }
}

impl ClientOrderId<'_> {
    /// A 64-bit hash, the same in every run: what an order remembers of what it was called.
    pub fn digest(self) -> u64 {
        digest(self.0)
    }
}

fn digest(text: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(text)
}

/// An identifier that is kept: inline up to [`Kept::ROOM`] bytes, so that keeping an ordinary one allocates nothing.
#[derive(Clone)]
pub(crate) enum Kept {
    Inline { bytes: [u8; Kept::ROOM], len: u8 },
    Long(Box<str>),
}

impl Kept {
    /// A UUID takes 36 bytes; the longest `ClOrdID` venues commonly allow takes 40.
    pub(crate) const ROOM: usize = 46;

    pub(crate) fn new(text: &str) -> Self {
        let mut bytes = [0; Self::ROOM];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(room), Ok(len)) => {
                room.copy_from_slice(text.as_bytes());
                Self::Inline { bytes, len }
            }
            _ => Self::Long(text.into()),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            // The bytes are those of a text, by construction.
            Self::Inline { bytes, len } => bytes
                .get(..usize::from(*len))
                .and_then(|text| std::str::from_utf8(text).ok())
                .unwrap_or_default(),
            Self::Long(text) => text,
        }
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_str().fmt(f)
    }
}
