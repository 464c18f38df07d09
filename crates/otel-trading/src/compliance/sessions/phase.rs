//! The answers a calendar gives.

use std::fmt;

/// What a venue's session is at, at one instant.
///
/// Every interval has its beginning and not its end: the instant of the opening is in session, that of the close is
/// not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// In session.
    Open(Part),
    /// In the break between two parts of a session.
    Break,
    /// Outside every session.
    Closed,
    /// Not known. It is neither in nor outside of a session.
    Unknown(Unknown),
}

/// Which part of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The only one: this session has no break.
    Whole,
    /// The one before the break.
    BeforeBreak,
    /// The one after the break.
    AfterBreak,
    /// An auction before the opening or after the close: only [`SessionCalendar::trading_at`] answers it.
    ///
    /// [`SessionCalendar::trading_at`]: super::SessionCalendar::trading_at
    Auction,
}

/// Why an answer is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unknown {
    /// The venue has no calendar.
    Venue,
    /// The venue's calendar begins later.
    TooEarly,
    /// The venue's calendar has expired: it needs new data.
    Expired,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Venue => f.write_str("the venue has no calendar"),
            Self::TooEarly => f.write_str("the venue's calendar begins later"),
            Self::Expired => f.write_str("the venue's calendar has expired"),
        }
    }
}

impl std::error::Error for Unknown {}
