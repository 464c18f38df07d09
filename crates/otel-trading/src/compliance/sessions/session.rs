//! One session, in time.

use std::ops::Range;

use otel_core::Timestamp;

use crate::compliance::sessions::phase::{Part, Phase};

/// One session of a venue, from its opening to its close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub(super) open: Minute,
    /// Without a break, both of its ends are the same.
    pub(super) pause: (Minute, Minute),
    pub(super) close: Minute,
}

impl Session {
    /// Its first instant.
    pub const fn open(&self) -> Timestamp {
        self.open.start()
    }

    /// The first instant after it.
    pub const fn close(&self) -> Timestamp {
        self.close.start()
    }

    /// Its break, if it has one: from the first instant of the break to the first instant of the second part.
    pub fn pause(&self) -> Option<Range<Timestamp>> {
        let (start, end) = self.pause;
        (start < end).then(|| start.start()..end.start())
    }

    /// One without a break.
    pub(super) const fn whole(open: Minute, close: Minute) -> Self {
        Self { open, pause: (close, close), close }
    }

    /// What it is at; the minute is not before the opening.
    pub(super) fn phase(&self, now: Minute) -> Phase {
        let (start, end) = self.pause;
        if now >= self.close {
            Phase::Closed
        } else if start == end {
            Phase::Open(Part::Whole)
        } else if now < start {
            Phase::Open(Part::BeforeBreak)
        } else if now < end {
            Phase::Break
        } else {
            Phase::Open(Part::AfterBreak)
        }
    }
}

/// A minute since the Unix epoch.
///
/// Sessions begin and end on whole minutes, so the minute an instant lies in says all there is to know about it, and
/// a session takes sixteen bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Minute(pub(super) u32);

impl Minute {
    const NANOS: u64 = 60_000_000_000;

    /// The minute an instant lies in.
    #[inline]
    pub(super) const fn of(at: Timestamp) -> Self {
        // The last minute a timestamp can name is in the year 2554: 308 million fit.
        Self((at.unix_nanos() / Self::NANOS) as u32)
    }

    /// Its first instant.
    pub(super) const fn start(self) -> Timestamp {
        Timestamp::from_unix_nanos((self.0 as u64).saturating_mul(Self::NANOS))
    }
}
