//! Texts that are kept where they are, so that what holds them can be copied as it is.

use std::fmt;

use otel_core::Fixed;

/// A text of at most `N` bytes; empty where nobody said anything.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Inline<const N: usize> {
    len: u8,
    bytes: [u8; N],
}

impl<const N: usize> Inline<N> {
    pub(super) const EMPTY: Self = Self { len: 0, bytes: [0; N] };

    /// Takes in a text; `what` is for the error.
    #[inline]
    pub(super) fn of(text: &str, what: TapedText) -> Result<Self, TooLong> {
        let mut inline = Self::EMPTY;
        let (Some(room), Ok(len)) = (inline.bytes.get_mut(..text.len()), u8::try_from(text.len())) else {
            return Err(TooLong { what, bytes: text.len(), most: N });
        };
        room.copy_from_slice(text.as_bytes());
        inline.len = len;
        Ok(inline)
    }

    /// The text, unless it is empty.
    pub(super) fn said(&self) -> Option<&str> {
        Some(self.as_str()).filter(|text| !text.is_empty())
    }

    /// All bytes there is room for; those that are not needed are zero.
    pub(super) const fn bytes(&self) -> &[u8; N] {
        &self.bytes
    }

    pub(super) fn as_str(&self) -> &str {
        // The bytes are those of a text, by construction.
        let text = self.bytes.get(..usize::from(self.len));
        text.and_then(|text| str::from_utf8(text).ok()).unwrap_or_default()
    }
}

impl<const N: usize> Fixed for Inline<N> {
    const SIZE: usize = 1 + N;

    #[inline]
    fn store(&self, to: &mut [u8]) {
        let (len, bytes) = to.split_at_mut(1);
        self.len.store(len);
        // All of it, for copying a known number of bytes is cheaper than asking how many there are.
        bytes.copy_from_slice(&self.bytes);
    }

    #[inline]
    fn load(from: &[u8]) -> Self {
        let (len, bytes) = from.split_at(1);
        Self { len: u8::load(len), bytes: bytes.first_chunk().copied().unwrap_or([0; N]) }
    }
}

impl<const N: usize> fmt::Debug for Inline<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// A text that goes on the tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TapedText {
    /// What its owner calls the order: FIX `ClOrdID` (11).
    ClientOrderId,
    /// What the venue calls the order: FIX `OrderID` (37).
    OrderId,
    /// What the venue calls the report: FIX `ExecID` (17).
    ExecId,
    /// What the venue called the execution that is corrected or busted: FIX `ExecRefID` (19).
    ExecRefId,
    /// The instrument's symbol: FIX `Symbol` (55).
    Symbol,
    /// The venue's market identifier code.
    Venue,
}

/// Why something cannot go on the tape: a text is longer than there is room for. Nothing was cut off, and nothing was
/// recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TooLong {
    /// Which text.
    pub what: TapedText,
    /// How long it is.
    pub bytes: usize,
    /// How long it may be.
    pub most: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.what {
            TapedText::ClientOrderId => "a client order id",
            TapedText::OrderId => "an order id",
            TapedText::ExecId => "an execution id",
            TapedText::ExecRefId => "the id of the execution referred to",
            TapedText::Symbol => "a symbol",
            TapedText::Venue => "a market identifier code",
        })?;
        write!(f, " of {} bytes does not fit the tape, which has room for {}", self.bytes, self.most)
    }
}

impl std::error::Error for TooLong {}
