//! Questions beside "is it in session".

use otel_trading::compliance::sessions::{CalendarError, Calendars, Fault, Part, Phase, Unknown};
use otel_trading::ids::Mic;

use super::{around, instant, parsed, standard};

const NEW_YORK: Mic<'static> = Mic("XNYS");
const LONDON: Mic<'static> = Mic("XLON");
const HONG_KONG: Mic<'static> = Mic("XHKG");

#[test]
fn auctions_belong_to_trading_and_not_to_the_session() {
    let calendars = standard();
    // London takes orders from ten to eight, and trades until twenty to five.
    for (edge, from, until) in [
        ("2024-05-24T06:50:00Z", Phase::Closed, Phase::Open(Part::Auction)),
        ("2024-05-24T07:00:00Z", Phase::Open(Part::Auction), Phase::Open(Part::Whole)),
        ("2024-05-24T15:30:00Z", Phase::Open(Part::Whole), Phase::Open(Part::Auction)),
        ("2024-05-24T15:40:00Z", Phase::Open(Part::Auction), Phase::Closed),
    ] {
        let answers = around(instant(edge)).map(|at| calendars.trading_at(LONDON, at));
        assert_eq!(answers, [from, until, until], "{edge}");
    }
    assert_eq!(calendars.session_at(LONDON, instant("2024-05-24T15:35:00Z")), Phase::Closed);
    // A half day has its closing auction, too.
    let half = instant("2024-12-24T12:35:00Z");
    assert_eq!(calendars.trading_at(LONDON, half), Phase::Open(Part::Auction));
    let trading = calendars.get(LONDON).and_then(|calendar| calendar.trading_of(half));
    assert_eq!(trading, Some(instant("2024-12-24T07:50:00Z")..instant("2024-12-24T12:40:00Z")));
    // A break is one, and what is not known is not.
    assert_eq!(calendars.trading_at(HONG_KONG, instant("2024-05-24T04:30:00Z")), Phase::Break);
    let early = instant("1990-05-24T04:00:00Z");
    assert_eq!(calendars.trading_at(LONDON, early), Phase::Unknown(Unknown::TooEarly));
    assert_eq!(calendars.get(LONDON).and_then(|calendar| calendar.trading_of(early)), None);
    assert_eq!(calendars.trading_at(Mic("XXXX"), half), Phase::Unknown(Unknown::Venue));
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
