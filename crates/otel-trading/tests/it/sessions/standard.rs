//! The calendars that come with the crate.

use otel_trading::compliance::sessions::{Calendars, Part, Phase, Unknown};
use otel_trading::ids::Mic;

use super::{around, instant, standard};

const REGULAR: Phase = Phase::Open(Part::Whole);

#[test]
fn each_calendar_says_where_it_is_from_and_what_it_covers() {
    let covered = [
        ("CMES", "2010-01-01T06:00:00Z", "2027-12-31T23:00:00Z"),
        ("XASX", "2009-12-31T13:00:00Z", "2026-12-31T13:00:00Z"),
        ("XETR", "2009-12-31T23:00:00Z", "2027-12-31T23:00:00Z"),
        ("XHKG", "2011-03-06T16:00:00Z", "2027-12-31T16:00:00Z"),
        ("XLON", "2000-01-01T00:00:00Z", "2028-01-01T00:00:00Z"),
        ("XNYS", "2003-01-01T05:00:00Z", "2028-01-01T05:00:00Z"),
        ("XPAR", "2001-12-31T23:00:00Z", "2027-12-31T23:00:00Z"),
        ("XTKS", "2009-12-31T15:00:00Z", "2027-12-31T15:00:00Z"),
    ];
    let calendars = standard();
    assert_eq!(calendars.iter().count(), covered.len());
    for (calendar, (mic, from, expires)) in calendars.iter().zip(covered) {
        assert_eq!(calendar.mic(), Mic(mic));
        assert!(calendar.source().len() > 40, "{mic}: {}", calendar.source());
        assert_eq!(calendar.covered_from(), instant(from), "{mic}");
        assert_eq!(calendar.expires(), instant(expires), "{mic}");
    }
}

#[test]
fn outside_of_what_is_covered_nothing_is_known() {
    let calendars = standard();
    for calendar in calendars.iter() {
        let [before, first, _] = around(calendar.covered_from());
        let [last, after, _] = around(calendar.expires());
        assert_eq!(calendar.session_at(before), Phase::Unknown(Unknown::TooEarly));
        assert_eq!(calendar.session_at(after), Phase::Unknown(Unknown::Expired));
        for known in [first, last] {
            assert!(!matches!(calendar.session_at(known), Phase::Unknown(_)), "{}", calendar.mic().0);
        }
    }
}

#[test]
fn a_venue_without_a_calendar_is_unknown_and_not_outside() {
    let calendars = standard();
    let at = instant("2024-07-01T15:00:00Z");
    for mic in ["XXXX", "xnys", "XNYS ", ""] {
        assert_eq!(calendars.session_at(Mic(mic), at), Phase::Unknown(Unknown::Venue), "{mic:?}");
    }
}

#[test]
fn the_clocks_of_a_venue_change_when_its_country_says() {
    let calendars = standard();
    // On the second Sunday of March in New York and Chicago, on the last one in London and Frankfurt.
    opens(&calendars, "XNYS", "2024-03-08T14:30:00Z");
    opens(&calendars, "XNYS", "2024-03-11T13:30:00Z");
    opens(&calendars, "XLON", "2024-03-28T08:00:00Z");
    opens(&calendars, "XLON", "2024-04-02T07:00:00Z");
    opens(&calendars, "XETR", "2024-04-02T07:00:00Z");
    // The session of Monday begins on Sunday evening, fifteen hours after the change.
    opens(&calendars, "CMES", "2024-03-03T23:00:00Z");
    opens(&calendars, "CMES", "2024-03-10T22:00:00Z");
    // On the first Sunday of November in New York, and of October in Sydney, where summer begins.
    opens(&calendars, "XNYS", "2024-11-01T13:30:00Z");
    opens(&calendars, "XNYS", "2024-11-04T14:30:00Z");
    opens(&calendars, "XASX", "2024-10-04T00:00:00Z");
    opens(&calendars, "XASX", "2024-10-08T23:00:00Z");
    // Until 2006 America changed later, in April.
    opens(&calendars, "XNYS", "2006-03-31T14:30:00Z");
    opens(&calendars, "XNYS", "2006-04-03T13:30:00Z");
    // Tokyo and Hong Kong never do.
    opens(&calendars, "XTKS", "2024-01-04T00:00:00Z");
    opens(&calendars, "XTKS", "2024-07-04T00:00:00Z");
    opens(&calendars, "XHKG", "2024-07-04T01:30:00Z");
}

#[test]
fn a_session_that_began_yesterday_is_open_over_midnight() {
    let calendars = standard();
    // New Year's Eve 2023 is a Sunday, and Monday is New Year's Day: no one trades until Monday evening.
    answers(&calendars, "CMES", "2024-01-01T18:00:00Z", Phase::Closed);
    answers(&calendars, "CMES", "2024-01-01T22:59:59.999999999Z", Phase::Closed);
    answers(&calendars, "CMES", "2024-01-01T23:00:00Z", REGULAR);
    answers(&calendars, "CMES", "2024-01-02T06:00:00Z", REGULAR);
    // Thanksgiving: closed at noon, and open again for Friday at five.
    answers(&calendars, "CMES", "2024-11-28T17:59:59.999999999Z", REGULAR);
    answers(&calendars, "CMES", "2024-11-28T18:00:00Z", Phase::Closed);
    answers(&calendars, "CMES", "2024-11-28T23:00:00Z", REGULAR);
}

#[test]
fn lunch_is_a_break_and_a_half_day_has_none() {
    let calendars = standard();
    answers(&calendars, "XHKG", "2024-12-23T03:59:59.999999999Z", Phase::Open(Part::BeforeBreak));
    answers(&calendars, "XHKG", "2024-12-23T04:00:00Z", Phase::Break);
    answers(&calendars, "XHKG", "2024-12-23T05:00:00Z", Phase::Open(Part::AfterBreak));
    answers(&calendars, "XHKG", "2024-12-24T03:59:59.999999999Z", REGULAR);
    answers(&calendars, "XHKG", "2024-12-24T04:00:00Z", Phase::Closed);
    answers(&calendars, "XHKG", "2024-12-24T05:00:00Z", Phase::Closed);
    // Tokyo trades half an hour longer since 5 November 2024.
    answers(&calendars, "XTKS", "2024-11-01T06:15:00Z", Phase::Closed);
    answers(&calendars, "XTKS", "2024-11-05T06:15:00Z", Phase::Open(Part::AfterBreak));
}

#[test]
fn days_that_came_once_are_known() {
    let calendars = standard();
    for (mic, noon) in [
        ("XNYS", "2012-10-29T16:00:00Z"),
        ("XNYS", "2025-01-09T17:00:00Z"),
        ("XLON", "2022-09-19T12:00:00Z"),
        ("XETR", "2017-10-31T12:00:00Z"),
        ("XASX", "2022-09-22T02:00:00Z"),
        ("XTKS", "2019-05-02T03:00:00Z"),
        ("XTKS", "2020-10-01T03:00:00Z"),
        // Lunar and astronomical days in years that the tables do not reach.
        ("XHKG", "2026-02-19T03:00:00Z"),
        ("XHKG", "2026-04-07T03:00:00Z"),
        ("XHKG", "2026-05-25T03:00:00Z"),
        ("XHKG", "2026-06-19T03:00:00Z"),
        ("XHKG", "2026-10-19T03:00:00Z"),
        ("XHKG", "2027-02-09T03:00:00Z"),
        ("XHKG", "2027-04-05T03:00:00Z"),
        ("XHKG", "2027-05-13T03:00:00Z"),
        ("XHKG", "2027-06-09T03:00:00Z"),
        ("XHKG", "2027-09-16T03:00:00Z"),
        ("XHKG", "2027-10-08T03:00:00Z"),
        ("XTKS", "2027-03-22T03:00:00Z"),
        ("XTKS", "2027-09-23T03:00:00Z"),
        // These two are missing from the tables that others made.
        ("XHKG", "2023-09-01T03:00:00Z"),
        ("XHKG", "2023-09-08T03:00:00Z"),
    ] {
        answers(&calendars, mic, noon, Phase::Closed);
    }
}

#[test]
fn years_that_the_tables_do_not_reach_have_as_many_sessions_as_are_announced() {
    let calendars = standard();
    // Each year's sessions, and how many of them are cut short.
    for (mic, first, years) in [
        ("CMES", 2027, &[(258, 8)][..]),
        ("XASX", 2025, &[(253, 2), (254, 2)]),
        ("XETR", 2023, &[(255, 1), (254, 1), (253, 1), (254, 1), (256, 1)]),
        ("XHKG", 2025, &[(246, 3), (247, 3), (248, 3)]),
        ("XLON", 2023, &[(251, 2), (254, 2), (253, 2), (253, 2), (253, 2)]),
        ("XNYS", 2023, &[(250, 2), (252, 3), (250, 3), (251, 2), (251, 1)]),
        ("XPAR", 2020, &[(257, 2), (258, 2), (257, 0), (255, 0), (256, 2), (255, 2), (256, 2), (258, 2)]),
        ("XTKS", 2026, &[(242, 0), (244, 0)]),
    ] {
        let calendar = calendars.get(Mic(mic)).expect("a calendar");
        for (year, expected) in (first..).zip(years) {
            let new_year = |year: i32| instant(&format!("{year}-01-01T12:00:00Z"));
            let of_the_year = new_year(year)..new_year(year + 1);
            let lengths: Vec<_> = calendar
                .sessions()
                .iter()
                .filter(|session| of_the_year.contains(&session.close()))
                .map(|session| session.close().since(session.open()))
                .collect();
            let full = lengths.iter().max().expect("a session");
            let short = lengths.iter().filter(|length| *length < full).count();
            assert_eq!((lengths.len(), short), *expected, "{mic} in {year}");
        }
    }
}

fn opens(calendars: &Calendars, mic: &str, at: &str) {
    let [before, open, after] = around(instant(at)).map(|at| calendars.session_at(Mic(mic), at));
    assert_eq!(before, Phase::Closed, "{mic}, just before {at}");
    assert!(matches!((open, after), (Phase::Open(_), Phase::Open(_))), "{mic}, {at}: {open:?}, {after:?}");
}

fn answers(calendars: &Calendars, mic: &str, at: &str, expected: Phase) {
    assert_eq!(calendars.session_at(Mic(mic), instant(at)), expected, "{mic}, {at}");
}
