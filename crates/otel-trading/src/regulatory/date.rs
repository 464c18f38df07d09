//! Days and moments, as the regulations write them.

use std::fmt;
use std::str::FromStr;

use otel_core::Timestamp;

/// A day of the Gregorian calendar, from 1583 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A moment in UTC to the microsecond: `{DATE_TIME_FORMAT}`.
///
/// What a clock says beyond that is cut off, not rounded: a moment that is not over yet was not reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    micros: u64,
}

/// A text that is no date, or no moment, of the form that the regulations prescribe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateError;

const MICROS_OF_DAY: u64 = 86_400_000_000;

impl Date {
    /// The day with these numbers; `None` when no calendar has it.
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        if year < 1583 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_of(year, month) {
            return None;
        }
        Some(Self { year, month, day })
    }

    /// Year, month and day.
    pub const fn parts(self) -> (u16, u8, u8) {
        (self.year, self.month, self.day)
    }

    /// The day that is current at this moment where clocks are `offset` minutes ahead of UTC.
    pub fn at(time: Timestamp, offset: i16) -> Self {
        let minutes = i64::try_from(time.unix_nanos() / 60_000_000_000).unwrap_or_default();
        Self::from_day_number((minutes + i64::from(offset)).div_euclid(24 * 60))
    }

    /// The day after this one.
    pub fn next(self) -> Self {
        Self::from_day_number(self.day_number() + 1)
    }

    /// The day of the week: 0 for Monday, 6 for Sunday.
    pub fn weekday(self) -> u8 {
        // The first of January 1970 was a Thursday.
        u8::try_from((self.day_number() + 3).rem_euclid(7)).unwrap_or_default()
    }

    /// The days since the first of January 1970.
    pub fn day_number(self) -> i64 {
        let (year, month) = (i64::from(self.year), i64::from(self.month));
        // A year that begins in March has its leap day at the end.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let before_year = year * 365 + year / 4 - year / 100 + year / 400;
        before_year + (month * 153 + 2) / 5 + i64::from(self.day) - 1 - DAYS_BEFORE_1970
    }

    pub(crate) fn from_digits(digits: &str) -> Option<Self> {
        let number = |range| digits.get(range).filter(|text| is_digits(text))?.parse().ok();
        let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
        (digits.len() == 8).then(|| Self::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?))?
    }

    /// The day so many days after the first of January 1970, kept within the calendar.
    fn from_day_number(number: i64) -> Self {
        let days = number + DAYS_BEFORE_1970;
        // The mean year is a little too long at the start of each cycle; one step puts it right.
        let mut year = days * 400 / 146_097;
        while start_of(year + 1) <= days {
            year += 1;
        }
        while start_of(year) > days {
            year -= 1;
        }
        let rest = days - start_of(year);
        let month = (rest * 5 + 2) / 153;
        let day = rest - (month * 153 + 2) / 5 + 1;
        let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
        let small = |number| u8::try_from(number).unwrap_or(1);
        let year = u16::try_from(year.clamp(1583, 9999)).unwrap_or(9999);
        Self { year, month: small(month), day: small(day) }
    }
}

/// The days from the first of March of year 0 to the first of January 1970.
const DAYS_BEFORE_1970: i64 = 719_468;

/// The days from the first of March of year 0 to that of this year.
const fn start_of(year: i64) -> i64 {
    year * 365 + year / 4 - year / 100 + year / 400
}

const fn days_of(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Moment {
    /// The point in time, without what is beyond the microsecond.
    pub const fn timestamp(self) -> Timestamp {
        Timestamp::from_unix_nanos(self.micros * 1_000)
    }

    /// The day in UTC.
    pub fn date(self) -> Date {
        Date::at(self.timestamp(), 0)
    }
}

impl From<Timestamp> for Moment {
    fn from(time: Timestamp) -> Self {
        Self { micros: time.unix_nanos() / 1_000 }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_day = self.micros % MICROS_OF_DAY;
        let (seconds, fraction) = (of_day / 1_000_000, of_day % 1_000_000);
        let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
        write!(f, "{}T{hours:02}:{minutes:02}:{:02}.{fraction:06}Z", self.date(), seconds % 60)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let mut parts = text.split('-');
        let mut part = |width| parts.next().filter(|text| text.len() == width && is_digits(text));
        let (year, month, day) = (part(4), part(2), part(2));
        let date = || Self::new(year?.parse().ok()?, month?.parse().ok()?, day?.parse().ok()?);
        match (date(), parts.next()) {
            (Some(date), None) => Ok(date),
            _ => Err(DateError),
        }
    }
}

impl FromStr for Moment {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        moment(text).ok_or(DateError)
    }
}

fn moment(text: &str) -> Option<Moment> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let days = u64::try_from(date.parse::<Date>().ok()?.day_number()).ok()?;
    let number = |range: std::ops::Range<usize>, limit: u64| {
        let number = time.get(range).filter(|digits| is_digits(digits))?.parse::<u64>().ok()?;
        (number < limit).then_some(number)
    };
    let marks = [time.get(2..3)?, time.get(5..6)?, time.get(8..9)?].concat();
    let is_shaped = time.len() == 15 && marks.chars().eq([':', ':', '.']);
    let (hours, minutes, seconds) = (number(0..2, 24)?, number(3..5, 60)?, number(6..8, 60)?);
    let fraction = number(9..15, 1_000_000)?;
    let of_day = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction;
    let micros = days.checked_mul(MICROS_OF_DAY)?.checked_add(of_day)?;
    // A timestamp counts nanoseconds in 64 bits, until the year 2554.
    (is_shaped && micros.checked_mul(1_000).is_some()).then_some(Moment { micros })
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date, or not a moment in UTC to the microsecond")
    }
}

impl std::error::Error for DateError {}
