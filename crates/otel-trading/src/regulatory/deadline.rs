//! Until when something has to be reported.

use std::time::Duration;

use otel_core::Timestamp;

use super::date::Date;

/// The working days and the clock of the place whose law counts.
pub trait ReportingCalendar {
    /// Whether a day is a working day.
    fn is_working_day(&self, day: Date) -> bool;

    /// By how many minutes the clocks are ahead of UTC at the end of a day.
    fn utc_offset(&self, day: Date) -> i16;
}

/// Monday to Friday without these holidays, at a fixed distance from UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weekdays {
    /// The holidays, in any order.
    pub holidays: Vec<Date>,
    /// By how many minutes the clocks are ahead of UTC.
    pub utc_offset: i16,
}

impl ReportingCalendar for Weekdays {
    fn is_working_day(&self, day: Date) -> bool {
        day.weekday() < 5 && !self.holidays.contains(&day)
    }

    fn utc_offset(&self, _: Date) -> i16 {
        self.utc_offset
    }
}

/// A deadline as data: so many working days after the day of the event, at a time of that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// How many working days after.
    pub working_days: u8,
    /// When on that day, in minutes after midnight; 1,440 is its end.
    pub minute: u16,
}

impl Deadline {
    /// Transaction reports: the close of the following working day, by Article 26(1) of MiFIR.
    pub const MIFIR: Self = Self { working_days: 1, minute: 24 * 60 };

    /// The Consolidated Audit Trail: eight in the morning, Eastern time, of the following trading day.
    pub const CAT: Self = Self { working_days: 1, minute: 8 * 60 };

    /// The longest run of days without work that is believed.
    const LONGEST_PAUSE: usize = 40;

    /// The last moment for something that happened at `event`; `None` when the calendar has no working day for weeks.
    pub fn after(self, event: Timestamp, calendar: &impl ReportingCalendar) -> Option<Timestamp> {
        // The day at the place itself; its offset is taken for the day in UTC, which is a day away at most.
        let mut day = Date::at(event, calendar.utc_offset(Date::at(event, 0)));
        for _ in 0..self.working_days {
            day = std::iter::successors(Some(day.next()), |day| Some(day.next()))
                .take(Self::LONGEST_PAUSE)
                .find(|day| calendar.is_working_day(*day))?;
        }
        let minutes =
            day.day_number() * 24 * 60 + i64::from(self.minute) - i64::from(calendar.utc_offset(day));
        let minutes = u64::try_from(minutes).ok()?;
        Some(Timestamp::default().after(Duration::from_secs(minutes.checked_mul(60)?)))
    }

    /// Whether something that happened at `event` and is not reported by `now` is late.
    pub fn is_late(self, event: Timestamp, now: Timestamp, calendar: &impl ReportingCalendar) -> bool {
        self.after(event, calendar).is_none_or(|deadline| now >= deadline)
    }
}
