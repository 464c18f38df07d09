//! The hours of one day, in local time.

use crate::compliance::sessions::error::Fault;

/// A time of the day in minutes from local midnight: below zero on the day before, 1,440 at the day's end.
pub(super) type DayMinute = i16;

const DAY: DayMinute = 24 * 60;

/// The hours of one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hours {
    pub(super) open: DayMinute,
    pub(super) pause: Option<(DayMinute, DayMinute)>,
    pub(super) close: DayMinute,
}

impl Hours {
    /// Hours with or without a break. An opening that is not before what follows it is on the day before.
    pub(super) fn new(
        open: DayMinute,
        pause: Option<(DayMinute, DayMinute)>,
        close: DayMinute,
    ) -> Result<Self, Fault> {
        let hours = Self { open, pause, close };
        Self { open: if open < hours.first_end() { open } else { open - DAY }, ..hours }.in_order()
    }

    /// The same day, closed at another time. Without a second part there is no break.
    pub(super) fn closing(self, close: DayMinute) -> Result<Self, Fault> {
        Self { pause: self.pause.filter(|(start, _)| *start < close), close, ..self }.in_order()
    }

    /// The same day, opened at another time. Without a first part there is no break. What opens on the day before may
    /// do so still.
    pub(super) fn opening(self, open: DayMinute) -> Result<Self, Fault> {
        let hours = Self { open, pause: self.pause.filter(|(_, end)| open < *end), ..self };
        let is_on_the_day_before = self.open < 0 && open >= hours.first_end();
        Self { open: if is_on_the_day_before { open - DAY } else { open }, ..hours }.in_order()
    }

    /// When the first part ends.
    fn first_end(&self) -> DayMinute {
        self.pause.map_or(self.close, |(start, _)| start)
    }

    fn in_order(self) -> Result<Self, Fault> {
        let is_ordered = self.open < self.first_end()
            && self.pause.is_none_or(|(start, end)| start < end && end < self.close);
        if is_ordered { Ok(self) } else { Err(Fault::Order) }
    }
}
