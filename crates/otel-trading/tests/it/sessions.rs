//! When markets are in session.

mod answer_key;
mod language;
mod lookups;
mod random;
mod standard;

use jiff::civil::DateTime;
use jiff::tz::TimeZoneDatabase;
use otel_core::Timestamp;
use otel_trading::compliance::sessions::{Calendars, SessionCalendar};

const MINUTE: u64 = 60_000_000_000;

fn standard() -> Calendars {
    Calendars::standard().expect("the calendars of this crate")
}

fn parsed(text: &str) -> SessionCalendar {
    SessionCalendar::parse(text).expect("a calendar")
}

/// The instant of an RFC 3339 text.
fn instant(text: &str) -> Timestamp {
    let parsed: jiff::Timestamp = text.parse().expect("an RFC 3339 time");
    nanos(parsed.as_nanosecond())
}

/// The instant of a local time.
fn local(zone: &str, at: DateTime) -> Timestamp {
    let zone = TimeZoneDatabase::bundled().get(zone).expect("a time zone");
    let instant = zone.to_ambiguous_timestamp(at).compatible().expect("a time of our days");
    nanos(instant.as_nanosecond())
}

fn nanos(nanos: i128) -> Timestamp {
    Timestamp::from_unix_nanos(u64::try_from(nanos).expect("a time after 1970"))
}

/// The instants just before, at and just after another.
fn around(at: Timestamp) -> [Timestamp; 3] {
    let at = at.unix_nanos();
    [at - 1, at, at + 1].map(Timestamp::from_unix_nanos)
}
