//! When an instruction is due, and how long it has been.

use crate::labels::Age;
use crate::regulatory::{Date, ReportingCalendar};

use super::instruction::Cycle;

/// The longest run of days without settlement that is believed.
const LONGEST_PAUSE: usize = 40;

/// The day so many settlement days after the day of the trade; `None` when the calendar has none for weeks.
///
/// A trade on a day without settlement counts from that day, as if it had one.
pub fn intended_day(
    traded: Date,
    cycle: Cycle,
    calendar: &(impl ReportingCalendar + ?Sized),
) -> Option<Date> {
    let mut day = traded;
    for _ in 0..cycle.0 {
        day = next_day(day, calendar)?;
    }
    let is_day = calendar.is_working_day(day);
    if is_day { Some(day) } else { next_day(day, calendar) }
}

/// How long an instruction intended for a day has been due.
pub(super) fn age(intended: Date, today: Date, calendar: &(impl ReportingCalendar + ?Sized)) -> Age {
    if today < intended {
        return Age::NotDue;
    }
    let days = std::iter::successors(Some(intended.next()), |day| Some(day.next()));
    let most = usize::try_from(today.day_number() - intended.day_number()).unwrap_or(usize::MAX);
    match days.take(most).filter(|day| calendar.is_working_day(*day)).take(8).count() {
        0 => Age::Due,
        1 => Age::Late1,
        2..=4 => Age::Late2To4,
        5..=7 => Age::Late5To7,
        _ => Age::Late8,
    }
}

fn next_day(day: Date, calendar: &(impl ReportingCalendar + ?Sized)) -> Option<Date> {
    std::iter::successors(Some(day.next()), |day| Some(day.next()))
        .take(LONGEST_PAUSE)
        .find(|day| calendar.is_working_day(*day))
}
