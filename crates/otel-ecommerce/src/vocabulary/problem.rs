//! Why something is no event.

use std::fmt;

use otel_core::Currency;

use crate::invalid::is_spent;

/// A text of an event has at most this many characters.
pub const MAX_CHARACTERS: usize = 500;

/// Why something does not belong into an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventError {
    /// A text without a sign that can be seen.
    Empty,
    /// A text of more than [`MAX_CHARACTERS`].
    TooLong,
    /// A text with a control character in it.
    Control,
    /// An amount below zero.
    Negative,
    /// A code that ISO 4217 has for no currency and for tests (`XXX`, `XTS`).
    NoCurrency,
    /// An amount in another currency than the rest of the event.
    OtherCurrency,
    /// No piece of an item.
    NoPieces,
    /// More items than [`MAX_ITEMS`](super::MAX_ITEMS).
    TooManyItems,
}

/// The text, where it is one that an event may have.
pub(super) fn checked(text: &str) -> Result<String, EventError> {
    if text.trim().is_empty() {
        Err(EventError::Empty)
    } else if text.chars().nth(MAX_CHARACTERS).is_some() {
        Err(EventError::TooLong)
    } else if text.chars().any(char::is_control) {
        Err(EventError::Control)
    } else {
        Ok(text.to_owned())
    }
}

/// The currency, where there is such money.
pub(super) fn spent(currency: Currency) -> Result<(), EventError> {
    if is_spent(currency) { Ok(()) } else { Err(EventError::NoCurrency) }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "a text without anything in it",
            Self::TooLong => "a text of more than 500 characters",
            Self::Control => "a text with a control character",
            Self::Negative => "an amount below zero",
            Self::NoCurrency => "an amount in no currency",
            Self::OtherCurrency => "an amount in another currency than the rest of the event",
            Self::NoPieces => "an item without a piece",
            Self::TooManyItems => "more than 200 items",
        })
    }
}

impl std::error::Error for EventError {}
