//! Days, moments and deadlines.

use std::time::Duration;

use otel_core::Timestamp;
use otel_trading::regulatory::{Date, Deadline, Moment, ReportingCalendar, Weekdays};
use proptest::prelude::*;

use super::reports::{FRIDAY, date};

#[test]
fn a_moment_is_written_to_the_microsecond_and_cut_there() {
    let moment = Moment::from(FRIDAY);
    assert_eq!(moment.to_string(), "2026-03-06T14:30:00.123456Z");
    assert_eq!(moment.timestamp(), Timestamp::from_unix_nanos(1_772_807_400_123_456_000));
}

#[test]
fn what_is_no_moment_is_refused() {
    for text in [
        "2026-03-06T14:30:00.123456",
        "2026-03-06T14:30:00.12345Z",
        "2026-03-06T24:30:00.123456Z",
        "2026-03-06T14:60:00.123456Z",
        "2026-03-06T14:30:60.123456Z",
        "2026-02-29T14:30:00.123456Z",
        "2026-03-06 14:30:00.123456Z",
        "2026-03-06T14:30:00,123456Z",
        "2026-03-06T+4:30:00.123456Z",
        "1969-12-31T23:59:59.999999Z",
        "9999-12-31T23:59:59.999999Z",
    ] {
        assert!(text.parse::<Moment>().is_err(), "{text}");
    }
    for text in
        ["2026-3-06", "2026-03-06-", "26-03-06", "2026-13-01", "2026-00-01", "2026-04-31", "+026-04-01"]
    {
        assert!(text.parse::<Date>().is_err(), "{text}");
    }
}

#[test]
fn every_day_of_the_calendar_follows_the_one_before() {
    let (mut day, mut number) = (date("1970-01-01"), 0);
    // Days of the week and leap years that anybody can look up.
    assert_eq!(date("2000-02-29").weekday(), 1);
    assert_eq!(date("2026-03-06").weekday(), 4);
    while day < date("2400-03-01") {
        assert_eq!(day.day_number(), number);
        let (year, month, of_month) = day.parts();
        let next = Date::new(year, month, of_month + 1)
            .or_else(|| Date::new(year, month + 1, 1))
            .or_else(|| Date::new(year + 1, 1, 1));
        assert_eq!(Some(day.next()), next, "after {day}");
        day = day.next();
        number += 1;
    }
    // 430 years of 365 days, and 105 leap days, to the first of January; then two months.
    assert_eq!(number, 430 * 365 + 104 + 31 + 29);
}

proptest! {
    #[test]
    fn a_moment_comes_back_as_it_was(nanos in any::<u64>()) {
        let moment = Moment::from(Timestamp::from_unix_nanos(nanos));
        prop_assert_eq!(moment.to_string().parse::<Moment>(), Ok(moment));
        prop_assert_eq!(moment.timestamp().unix_nanos(), nanos - nanos % 1_000);
        prop_assert_eq!(moment.date().day_number(), i64::try_from(nanos / 86_400_000_000_000).expect("few days"));
    }

    #[test]
    fn no_text_makes_a_moment_panic(text in any::<String>(), near in "[0-9TZ:.-]{0,30}") {
        for text in [text, near] {
            let _ = (text.parse::<Moment>().is_ok(), text.parse::<Date>().is_ok());
        }
    }

    #[test]
    fn a_deadline_is_on_the_first_working_day_after(hours in 0_u64..100_000, offset in -720_i16..=840) {
        let calendar = Weekdays { holidays: vec![date("1975-12-25")], utc_offset: offset };
        let event = Timestamp::default().after(Duration::from_secs(hours * 3_600 + 86_400));
        let deadline = Deadline::MIFIR.after(event, &calendar).expect("a working day");
        // One nanosecond earlier, it is still that working day at the place.
        let last = Date::at(Timestamp::from_unix_nanos(deadline.unix_nanos() - 1), offset);
        prop_assert!(calendar.is_working_day(last));
        let mut between = Date::at(event, offset).next();
        while between < last {
            prop_assert!(!calendar.is_working_day(between));
            between = between.next();
        }
        prop_assert_eq!(between, last);
    }
}

#[test]
fn a_report_of_friday_is_late_on_tuesday() {
    let at = |text: &str| text.parse::<Moment>().expect("a moment").timestamp();
    let paris = Weekdays { holidays: Vec::new(), utc_offset: 60 };
    assert_eq!(Deadline::MIFIR.after(FRIDAY, &paris), Some(at("2026-03-09T23:00:00.000000Z")));
    assert!(!Deadline::MIFIR.is_late(FRIDAY, at("2026-03-09T22:59:59.999999Z"), &paris));
    assert!(Deadline::MIFIR.is_late(FRIDAY, at("2026-03-09T23:00:00.000000Z"), &paris));
    let holiday = Weekdays { holidays: vec![date("2026-03-09")], utc_offset: 60 };
    assert_eq!(Deadline::MIFIR.after(FRIDAY, &holiday), Some(at("2026-03-10T23:00:00.000000Z")));
    // An hour before midnight in UTC is the next day in Paris.
    let monday = Deadline::MIFIR.after(at("2026-03-08T23:30:00.000000Z"), &paris);
    assert_eq!(monday, Some(at("2026-03-10T23:00:00.000000Z")));
    let new_york = Weekdays { holidays: Vec::new(), utc_offset: -300 };
    assert_eq!(Deadline::CAT.after(FRIDAY, &new_york), Some(at("2026-03-09T13:00:00.000000Z")));
}

#[test]
fn a_calendar_without_working_days_has_no_deadline() {
    struct Never;
    impl ReportingCalendar for Never {
        fn is_working_day(&self, _: Date) -> bool {
            false
        }
        fn utc_offset(&self, _: Date) -> i16 {
            0
        }
    }
    assert_eq!(Deadline::MIFIR.after(FRIDAY, &Never), None);
    assert!(Deadline::MIFIR.is_late(FRIDAY, FRIDAY, &Never));
}
