//! When markets are in session: rules and data, never the wall clock.
//!
//! A [`SessionCalendar`] is written as text, in the small language that [`SessionCalendar::parse`] explains: regular
//! hours, the days that differ, where this is known from, and which dates it covers. Outside those dates, as for a
//! venue without a calendar, the answer is [`Phase::Unknown`]: a calendar that has expired does not guess.
//!
//! Calendars know what was scheduled, and whole days that were lost. What a venue halts or delays within a day it says
//! on that day, and the messages it says it with are the better witness.
//!
//! ```
//! # use otel_core::Timestamp;
//! use otel_trading::compliance::sessions::{CalendarError, Calendars, Part, Phase, SessionCalendar};
//! use otel_trading::ids::Mic;
//!
//! # fn main() -> Result<(), CalendarError> {
//! let own = SessionCalendar::parse(
//!     "mic    XNAD
//!      zone   America/New_York
//!      covers 2026-01-01/2026-12-31
//!      source Our own night desk, handbook of 2026
//!      hours  20:00-04:00  every mon tue wed thu fri
//!      closed every dec-25  sat>fri sun>mon",
//! )?;
//! let calendars = Calendars::standard()?.with(own)?;
//! // Half past ten in New York on the Friday after Thanksgiving, 2024; the market closes at one.
//! let order = Timestamp::from_unix_nanos(1_732_894_200_000_000_000);
//! assert_eq!(calendars.session_at(Mic("XNYS"), order), Phase::Open(Part::Whole));
//! # Ok(())
//! # }
//! ```

mod calendar;
mod days;
mod error;
mod hours;
mod parse;
mod phase;
mod rule;
mod session;
mod standard;
mod words;

use std::sync::Arc;

use otel_core::Timestamp;

pub use self::calendar::SessionCalendar;
pub use self::error::{CalendarError, Fault};
pub use self::phase::{Part, Phase, Unknown};
pub use self::session::Session;

use crate::ids::Mic;

/// The session calendars an application knows, by venue.
///
/// Asking costs two searches in sorted tables: no allocation, no lock, no time-zone arithmetic. Clones share
/// everything.
#[derive(Clone, Debug, Default)]
pub struct Calendars {
    /// In the order of their codes.
    calendars: Arc<[Arc<SessionCalendar>]>,
}

impl Calendars {
    /// How many venues fit: more than anybody trades at, and about 100 MB of them.
    pub const MAX: usize = 1_024;

    /// The calendars that come with this crate: `CMES`, `XASX`, `XETR`, `XHKG`, `XLON`, `XNYS`, `XPAR` and `XTKS`.
    ///
    /// Each says what it was written from and when it expires: [`SessionCalendar::source`],
    /// [`SessionCalendar::expires`]. Making them takes milliseconds, so make them once, where the application starts.
    ///
    /// # Errors
    ///
    /// If a calendar of this crate cannot be read, which its tests exclude.
    pub fn standard() -> Result<Self, CalendarError> {
        standard::TEXTS
            .iter()
            .try_fold(Self::default(), |calendars, text| calendars.with(SessionCalendar::parse(text)?))
    }

    /// These calendars and one more. It takes the place of one of the same venue, so that what has expired can be
    /// renewed without a new version of this crate.
    ///
    /// # Errors
    ///
    /// If there are [`Calendars::MAX`] others.
    pub fn with(self, calendar: SessionCalendar) -> Result<Self, CalendarError> {
        let mut calendars = self.calendars.to_vec();
        match self.place(calendar.mic()) {
            Ok(place) => {
                calendars.remove(place);
                calendars.insert(place, Arc::new(calendar));
            }
            Err(_) if calendars.len() >= Self::MAX => return Err(CalendarError::of_text(Fault::TooMany)),
            Err(place) => calendars.insert(place, Arc::new(calendar)),
        }
        Ok(Self { calendars: calendars.into() })
    }

    /// The calendar of a venue.
    pub fn get(&self, mic: Mic<'_>) -> Option<&SessionCalendar> {
        self.place(mic).ok().and_then(|place| self.calendars.get(place)).map(Arc::as_ref)
    }

    /// All of them, in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &SessionCalendar> {
        self.calendars.iter().map(Arc::as_ref)
    }

    /// What the session of a venue was at, at the instant `at`.
    pub fn session_at(&self, mic: Mic<'_>, at: Timestamp) -> Phase {
        self.get(mic).map_or(Phase::Unknown(Unknown::Venue), |calendar| calendar.session_at(at))
    }

    /// The same with the auctions around sessions: see [`SessionCalendar::trading_at`].
    pub fn trading_at(&self, mic: Mic<'_>, at: Timestamp) -> Phase {
        self.get(mic).map_or(Phase::Unknown(Unknown::Venue), |calendar| calendar.trading_at(at))
    }

    fn place(&self, mic: Mic<'_>) -> Result<usize, usize> {
        self.calendars.binary_search_by(|calendar| calendar.mic().0.cmp(mic.0))
    }
}
