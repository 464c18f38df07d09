//! Calendars nobody would write.

use std::time::Duration;

use otel_core::Timestamp;
use otel_trading::compliance::sessions::{Part, Phase, Session, SessionCalendar, Unknown};
use proptest::prelude::*;
use proptest::sample::select;

use super::{around, parsed};

const MINUTE: u64 = super::MINUTE;

proptest! {
    #[test]
    fn the_phase_of_an_instant_is_what_the_sessions_of_its_days_say(
        calendar in any_calendar(),
        somewhere in prop::collection::vec(0.0..1.0, 20),
    ) {
        let (from, until) = (calendar.covered_from().unix_nanos(), calendar.expires().unix_nanos());
        let span = (until - from) as f64;
        let mut instants: Vec<Timestamp> = somewhere
            .iter()
            .map(|share| Timestamp::from_unix_nanos(from + (span * share) as u64))
            .collect();
        for session in calendar.sessions().iter().take(20) {
            instants.extend(edges(session).into_iter().flat_map(around));
        }
        for at in instants.into_iter().chain(around(calendar.covered_from())).chain(around(calendar.expires())) {
            check(&calendar, at)?;
        }
    }

    #[test]
    fn sessions_are_in_order_and_do_not_overlap(calendar in any_calendar()) {
        for session in calendar.sessions() {
            prop_assert!(session.open() < session.close());
            if let Some(pause) = session.pause() {
                prop_assert!(session.open() < pause.start && pause.start < pause.end);
                prop_assert!(pause.end < session.close());
            }
        }
        let pairs = calendar.sessions().windows(2);
        prop_assert!(pairs.into_iter().all(|pair| pair[0].close() <= pair[1].open()));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any_text()) {
        if let Err(refused) = SessionCalendar::parse(&text) {
            prop_assert!(refused.line().is_none_or(|line| line <= text.lines().count()), "{refused}");
        }
    }
}

/// How long the auctions before and after the sessions of these calendars are.
const AUCTIONS: (Duration, Duration) = (Duration::from_secs(20 * 60), Duration::from_secs(10 * 60));

/// Compares every answer about an instant with what a walk through all sessions finds.
fn check(calendar: &SessionCalendar, at: Timestamp) -> Result<(), TestCaseError> {
    let sessions = calendar.sessions();
    let unknown = if at < calendar.covered_from() {
        Some(Unknown::TooEarly)
    } else {
        (at >= calendar.expires()).then_some(Unknown::Expired)
    };
    let current = sessions.iter().find(|session| session.open() <= at && at < session.close());
    let expected = match (unknown, current) {
        (Some(unknown), _) => Phase::Unknown(unknown),
        (None, Some(session)) => match session.pause() {
            None => Phase::Open(Part::Whole),
            Some(pause) if pause.contains(&at) => Phase::Break,
            Some(pause) if at < pause.start => Phase::Open(Part::BeforeBreak),
            Some(_) => Phase::Open(Part::AfterBreak),
        },
        (None, None) => Phase::Closed,
    };
    prop_assert_eq!(calendar.session_at(at), expected);
    let (before, after) = AUCTIONS;
    let belongs =
        |session: &&Session| session.open() <= at.after(before) && at < session.close().after(after);
    let trading = sessions.iter().find(belongs).filter(|_| unknown.is_none());
    let of = calendar.trading_of(at).map(|of| (of.start.after(before), of.end));
    prop_assert_eq!(of, trading.map(|session| (session.open(), session.close().after(after))));
    let expected = match expected {
        Phase::Closed if trading.is_some() => Phase::Open(Part::Auction),
        expected => expected,
    };
    prop_assert_eq!(calendar.trading_at(at), expected);
    Ok(())
}

fn edges(session: &Session) -> Vec<Timestamp> {
    let pause = session.pause().into_iter().flat_map(|pause| [pause.start, pause.end]);
    [session.open(), session.close()].into_iter().chain(pause).collect()
}

/// A calendar of some months in a zone whose clocks change, with hours in order: over midnight, with and without a
/// break, and with some days that differ.
fn any_calendar() -> impl Strategy<Value = SessionCalendar> {
    let zones = select(vec!["America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Tokyo"]);
    // The hours in which clocks change are asked about more than others.
    let time = prop_oneof![0_u64..240, 0_u64..1_440];
    let times = prop::collection::btree_set(time, 4);
    let weekdays = prop::sample::subsequence(vec!["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 1..=7);
    (zones, times, weekdays, any::<bool>(), any::<bool>(), select(vec!["closed", "close", "open"])).prop_map(
        |(zone, times, weekdays, overnight, has_break, change)| {
            let times: Vec<u64> = times.into_iter().collect();
            let [a, b, c, d] = [0, 1, 2, 3].map(|at: usize| clock(times[at]));
            // The last time of all is the evening before, so that sessions of one day and the next never overlap.
            let hours = match (overnight, has_break) {
                (false, false) => format!("{a}-{d}"),
                (false, true) => format!("{a}-{b} {c}-{d}"),
                (true, false) => format!("{d}-{c}"),
                (true, true) => format!("{d}-{a} {b}-{c}"),
            };
            let time = if overnight { &b } else { &c };
            let change = match change {
                "closed" => "closed".to_owned(),
                change if has_break => format!("{change} {}", if change == "close" { &a } else { time }),
                change => format!("{change} {b}"),
            };
            let text = format!(
                "mic XTST\nzone {zone}\ncovers 2024-02-01/2024-12-15\nsource a test\nauctions 00:20 00:10\nhours {hours} every {}\n",
                weekdays.join(" ")
            );
            let changed = format!("{text}{change} every first-{}-apr\n", weekdays[0]);
            SessionCalendar::parse(&changed).unwrap_or_else(|_| parsed(&text))
        },
    )
}

fn clock(minutes: u64) -> String {
    let at = minutes * MINUTE / (60 * MINUTE);
    format!("{at:02}:{:02}", minutes % 60)
}

/// Lines of words of the language, in any order, and anything else.
fn any_text() -> impl Strategy<Value = String> {
    let words = vec![
        "mic",
        "XTST",
        "zone",
        "UTC",
        "covers",
        "auctions",
        "2024-01-01/2024-12-31",
        "source",
        "hours",
        "09:00-17:00",
        "17:00-16:00",
        "09:00-12:00",
        "13:00-17:00",
        "closed",
        "open",
        "close",
        "12:00",
        "24:00",
        "every",
        "on",
        "easter",
        "dec-25",
        "last-mon-may",
        "+1",
        "-99",
        "sun>mon",
        "only",
        "except",
        "from",
        "until",
        "2024",
        "2024-05-06",
        "0001-01-01",
        "9999-12-31",
        "mon",
        "tue",
        "sat",
        "sun",
        "#",
        "é",
        "-",
        ">",
        "/",
        ":",
    ];
    let line = prop::collection::vec(select(words), 0..7).prop_map(|words| words.join(" "));
    let lines = prop::collection::vec(line, 0..9).prop_map(|lines| lines.join("\n"));
    let head =
        "mic XTST\nzone UTC\ncovers 2024-01-01/2024-12-31\nsource a test\nhours 09:00-17:00 every mon\n";
    prop_oneof![lines.clone(), lines.prop_map(move |lines| format!("{head}{lines}")), any::<String>()]
}
