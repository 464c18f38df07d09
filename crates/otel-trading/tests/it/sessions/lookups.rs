//! Questions beside "is it in session".

use std::time::Duration;

use otel_trading::compliance::sessions::{CalendarError, Calendars, Fault, Phase, Unknown};
use otel_trading::ids::Mic;

use super::{around, instant, parsed, standard};

const NEW_YORK: Mic<'static> = Mic("XNYS");
const HONG_KONG: Mic<'static> = Mic("XHKG");

#[test]
fn the_next_close_is_that_of_this_session_or_of_the_following_one() {
    let calendars = standard();
    let next = |mic, at: &str| calendars.next_close(mic, instant(at));
    // A Friday, in session; then after it, over a weekend and a holiday; then a half day.
    assert_eq!(next(NEW_YORK, "2024-05-24T15:00:00Z"), Ok(instant("2024-05-24T20:00:00Z")));
    assert_eq!(next(NEW_YORK, "2024-05-24T20:00:00Z"), Ok(instant("2024-05-28T20:00:00Z")));
    assert_eq!(next(NEW_YORK, "2024-11-28T15:00:00Z"), Ok(instant("2024-11-29T18:00:00Z")));
    // Lunch is not a close.
    assert_eq!(next(HONG_KONG, "2024-05-24T04:00:00Z"), Ok(instant("2024-05-24T08:00:00Z")));
    assert_eq!(next(Mic("XXXX"), "2024-05-24T04:00:00Z"), Err(Unknown::Venue));
    // The calendar covers the evening of its last day, but not the close after it.
    let evening = "2027-12-31T22:00:00Z";
    assert_eq!(calendars.session_at(NEW_YORK, instant(evening)), Phase::Closed);
    assert_eq!(next(NEW_YORK, evening), Err(Unknown::Expired));
}

#[test]
fn near_the_close_is_in_session_and_within_the_window() {
    let calendars = standard();
    let ten_minutes = Duration::from_secs(600);
    let near = |mic, at| calendars.is_near_close(mic, at, ten_minutes);
    let windows = around(instant("2024-05-24T19:50:00Z")).map(|at| near(NEW_YORK, at));
    assert_eq!(windows, [Ok(false), Ok(true), Ok(true)]);
    let closes = around(instant("2024-05-24T20:00:00Z")).map(|at| near(NEW_YORK, at));
    assert_eq!(closes, [Ok(true), Ok(false), Ok(false)]);
    // A half day closes earlier.
    assert_eq!(near(NEW_YORK, instant("2024-11-29T17:55:00Z")), Ok(true));
    assert_eq!(near(NEW_YORK, instant("2024-11-29T20:55:00Z")), Ok(false));
    // The end of the morning is not a close, and the break is not in session however wide the window.
    assert_eq!(near(HONG_KONG, instant("2024-05-24T03:55:00Z")), Ok(false));
    let day = Duration::from_secs(86_400);
    assert_eq!(calendars.is_near_close(HONG_KONG, instant("2024-05-24T04:30:00Z"), day), Ok(false));
    assert_eq!(calendars.is_near_close(HONG_KONG, instant("2024-05-24T03:30:00Z"), day), Ok(true));
    assert_eq!(near(Mic("XXXX"), instant("2024-05-24T04:00:00Z")), Err(Unknown::Venue));
    assert_eq!(near(NEW_YORK, instant("1999-05-24T04:00:00Z")), Err(Unknown::TooEarly));
    assert_eq!(near(NEW_YORK, instant("2028-05-24T04:00:00Z")), Err(Unknown::Expired));
}

#[test]
fn a_new_calendar_takes_the_place_of_an_expired_one() {
    let at = instant("2030-01-07T15:00:00Z");
    let calendars = standard();
    let venues = calendars.iter().count();
    assert_eq!(calendars.session_at(NEW_YORK, at), Phase::Unknown(Unknown::Expired));
    let renewed = calendars.clone().with(one("XNYS")).expect("room");
    assert!(matches!(renewed.session_at(NEW_YORK, at), Phase::Open(_)));
    assert_eq!(renewed.iter().count(), venues);
    // What others hold does not change under them.
    assert_eq!(calendars.session_at(NEW_YORK, at), Phase::Unknown(Unknown::Expired));
}

#[test]
fn there_is_room_for_so_many_venues_and_for_their_renewal() {
    let mut calendars = Calendars::default();
    for number in 0..Calendars::MAX {
        calendars = calendars.with(one(&format!("{number:04}"))).expect("room");
    }
    let refused: CalendarError = calendars.clone().with(one("XXXX")).expect_err("no room");
    assert_eq!((refused.line(), refused.fault()), (None, Fault::TooMany));
    assert!(calendars.with(one("0007")).is_ok());
}

fn one(mic: &str) -> otel_trading::compliance::sessions::SessionCalendar {
    parsed(&format!(
        "mic {mic}\nzone America/New_York\ncovers 2030-01-01/2030-01-31\nsource a test\n\
         hours 09:30-16:00 every mon tue wed thu fri"
    ))
}
