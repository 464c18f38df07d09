//! Which days a line of a calendar is about.

use jiff::civil::{Date, Weekday};

/// The days a rule names.
#[derive(Clone, Debug)]
pub(super) enum Days {
    /// Some days of every week.
    Weekly(Weekdays),
    /// At most one day of every year.
    Yearly(Yearly),
    /// These days: what follows the moon or a decree, or happened once.
    Dated(Vec<(Date, Date)>),
}

/// A day that comes back every year, and where it moves to.
#[derive(Clone, Debug)]
pub(super) struct Yearly {
    pub(super) anchor: Anchor,
    /// Days after the anchor.
    pub(super) offset: i8,
    /// The only days of the week it counts on, before it moves.
    pub(super) only: Option<Weekdays>,
    /// The years without it.
    pub(super) except: Vec<i16>,
    /// From which day of the week it moves to the nearest of which other.
    pub(super) moves: Vec<(Weekday, Weekday)>,
}

/// What a yearly day is counted from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anchor {
    /// A day of a month.
    Fixed { month: i8, day: i8 },
    /// The nth such weekday of a month; the last one is -1.
    Nth { nth: i8, weekday: Weekday, month: i8 },
    /// Easter Sunday, by the Gregorian reckoning.
    Easter,
}

impl Yearly {
    /// The day in `year` before and after it moves; `None` when that year has none.
    pub(super) fn in_year(&self, year: i16) -> Option<(Date, Date)> {
        let anchor = match self.anchor {
            Anchor::Fixed { month, day } => Date::new(year, month, day).ok()?,
            Anchor::Nth { nth, weekday, month } => {
                Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()?
            }
            Anchor::Easter => easter(year)?,
        };
        let nominal = shifted(anchor, self.offset)?;
        let weekday = nominal.weekday();
        if self.except.contains(&year) || self.only.is_some_and(|only| !only.contains(weekday)) {
            return None;
        }
        let to = self.moves.iter().find(|(from, _)| *from == weekday).map_or(weekday, |(_, to)| *to);
        Some((nominal, shifted(nominal, nearest(weekday, to))?))
    }
}

/// Some days of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Weekdays(u8);

impl Weekdays {
    pub(super) const fn with(self, weekday: Weekday) -> Self {
        Self(self.0 | 1 << weekday.to_monday_zero_offset())
    }

    pub(super) const fn contains(self, weekday: Weekday) -> bool {
        self.0 & 1 << weekday.to_monday_zero_offset() != 0
    }
}

/// The way from one day of the week to the nearest of another: three days back or ahead at most.
fn nearest(from: Weekday, to: Weekday) -> i8 {
    match from.until(to) {
        ahead @ 0..=3 => ahead,
        ahead => ahead - 7,
    }
}

fn shifted(date: Date, days: i8) -> Option<Date> {
    date.checked_add(jiff::Span::new().days(days)).ok()
}

/// Easter Sunday of a year: the first Sunday after the full moon of the Gregorian lunar tables on or after 21 March
/// (the bull "Inter gravissimas" of 1582; Meeus, "Astronomical Algorithms", chapter 8).
fn easter(year: i16) -> Option<Date> {
    let (century, golden) = (year / 100, year % 19);
    let leap_days_skipped = century - century / 4;
    let moon_drift = (8 * century + 13) / 25;
    let epact = (19 * golden + leap_days_skipped - moon_drift + 15) % 30;
    // The tables know lunar months of 29 days too, and want no full moon twice within 19 years.
    let full_moon = epact - (golden + 11 * epact) / 319;
    let full_moon = shifted(Date::new(year, 3, 21).ok()?, i8::try_from(full_moon).ok()?)?;
    full_moon.nth_weekday(1, Weekday::Sunday).ok()
}
