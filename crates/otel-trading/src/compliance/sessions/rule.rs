//! One line of a calendar: what it changes, and on which days.

use jiff::civil::Date;

use crate::compliance::sessions::days::{Days, Weekdays, Yearly};
use crate::compliance::sessions::error::Fault;
use crate::compliance::sessions::hours::{DayMinute, Hours};

/// What one line says.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// Its number, to blame it.
    pub(super) line: usize,
    pub(super) change: Change,
    pub(super) days: Days,
    /// The first and the last date it holds for. What counts is the day before it moves.
    pub(super) from: Date,
    pub(super) until: Date,
}

impl Rule {
    fn holds(&self, date: Date) -> bool {
        (self.from..=self.until).contains(&date)
    }
}

/// What a line does to a day.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// There is a session, with these hours.
    Hours(Hours),
    /// There is none.
    Closed,
    /// If there is a session, it begins then.
    Open(DayMinute),
    /// If there is a session, it ends then.
    Close(DayMinute),
}

/// Every covered date with its hours; without any, it has no session.
#[derive(Debug)]
pub(super) struct Plan(Vec<(Date, Option<Hours>)>);

impl Plan {
    /// The dates from `first` to `last`, all without a session.
    pub(super) fn empty(first: Date, last: Date) -> Self {
        Self(dates(first, last).map(|date| (date, None)).collect())
    }

    /// Every date with a session, in order.
    pub(super) fn sessions(&self) -> impl Iterator<Item = (Date, Hours)> {
        self.0.iter().filter_map(|(date, hours)| Some((*date, (*hours)?)))
    }

    /// Makes the changes of a rule. A later rule has the last word.
    pub(super) fn apply(&mut self, rule: &Rule) -> Result<(), Fault> {
        match &rule.days {
            Days::Weekly(weekdays) => self.apply_weekly(rule, *weekdays),
            Days::Yearly(yearly) => self.apply_yearly(rule, yearly),
            Days::Dated(ranges) => self.apply_dated(rule.change, ranges),
        }
    }

    fn apply_weekly(&mut self, rule: &Rule, weekdays: Weekdays) -> Result<(), Fault> {
        for (date, hours) in &mut self.0 {
            if rule.holds(*date) && weekdays.contains(date.weekday()) {
                rule.change.apply(hours)?;
            }
        }
        Ok(())
    }

    fn apply_yearly(&mut self, rule: &Rule, yearly: &Yearly) -> Result<(), Fault> {
        let (Some((first, _)), Some((last, _))) = (self.0.first(), self.0.last()) else { return Ok(()) };
        // A day of the year before or after may move into those that are covered.
        let years = first.year() - 1..=last.year() + 1;
        for (nominal, date) in years.filter_map(|year| yearly.in_year(year)) {
            if rule.holds(nominal)
                && let Some(hours) = self.on(date)
            {
                rule.change.apply(hours)?;
            }
        }
        Ok(())
    }

    fn apply_dated(&mut self, change: Change, ranges: &[(Date, Date)]) -> Result<(), Fault> {
        for (first, last) in ranges {
            for date in dates(*first, *last) {
                let hours = self.on(date).ok_or(Fault::Idle)?;
                // A date in a table that changes nothing is a date mistyped.
                if !change.apply(hours)? {
                    return Err(Fault::Idle);
                }
            }
        }
        Ok(())
    }

    fn on(&mut self, date: Date) -> Option<&mut Option<Hours>> {
        let day = self.0.binary_search_by_key(&date, |(date, _)| *date).ok()?;
        self.0.get_mut(day).map(|(_, hours)| hours)
    }
}

/// All dates of a range, both ends included.
fn dates(first: Date, last: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |date| date.tomorrow().ok()).take_while(move |date| *date <= last)
}

impl Change {
    /// Changes one day, and says whether it is another one now.
    fn apply(self, hours: &mut Option<Hours>) -> Result<bool, Fault> {
        let before = *hours;
        *hours = match (self, before) {
            (Self::Hours(new), _) => Some(new),
            (Self::Closed, _) | (_, None) => None,
            (Self::Open(time), Some(day)) => Some(day.opening(time)?),
            (Self::Close(time), Some(day)) => Some(day.closing(time)?),
        };
        Ok(*hours != before)
    }
}
