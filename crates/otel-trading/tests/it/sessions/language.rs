//! The language that calendars are written in.

use jiff::civil::{DateTime, date};
use otel_trading::compliance::sessions::{CalendarError, Fault, SessionCalendar};

use super::{instant, parsed};

const HEAD: &str = "mic XTST\nzone UTC\ncovers 2024-01-01/2026-12-31\nsource a test\n";
const WEEK: &str = "hours 09:00-17:00 every mon tue wed thu fri\n";

#[test]
fn a_day_without_hours_has_no_session() {
    assert_eq!(days(&format!("{HEAD}hours 09:00-17:00 every sun from 2026-12-01")).len(), 4);
    assert_eq!(days(&format!("{HEAD}hours 09:00-17:00 on 2024-02-29")), ["2024-02-29"]);
}

#[test]
fn yearly_days_fall_where_the_language_says() {
    for (days, expected) in [
        ("feb-29", &["2024-02-29"][..]),
        ("third-mon-jan", &["2024-01-15", "2025-01-20", "2026-01-19"]),
        ("last-mon-may", &["2024-05-27", "2025-05-26", "2026-05-25"]),
        ("fourth-thu-nov +1", &["2024-11-29", "2025-11-28", "2026-11-27"]),
        ("easter", &["2024-03-31", "2025-04-20", "2026-04-05"]),
        ("easter -2", &["2024-03-29", "2025-04-18", "2026-04-03"]),
        ("easter +50", &["2024-05-20", "2025-06-09", "2026-05-25"]),
        ("jul-04 sat>fri sun>mon", &["2024-07-04", "2025-07-04", "2026-07-03"]),
        ("jul-05 sat>mon sun>wed", &["2024-07-05", "2025-07-07", "2026-07-08"]),
        ("jul-05 only sat sun", &["2025-07-05", "2026-07-05"]),
        ("jul-05 except 2024 2026", &["2025-07-05"]),
        ("jul-05 from 2025", &["2025-07-05", "2026-07-05"]),
        ("jul-05 from 2024-07-06 until 2025", &["2025-07-05"]),
        // The first of January 2028 is beyond what is covered, and a Saturday; that of 2027 is a Friday.
        ("jan-01 fri>thu", &["2024-01-01", "2025-01-01", "2026-01-01", "2026-12-31"]),
        ("jan-01 fri>thu until 2026", &["2024-01-01", "2025-01-01", "2026-01-01"]),
    ] {
        assert_eq!(self::days(&format!("{HEAD}hours 09:00-17:00 every {days}")), expected, "{days}");
    }
}

#[test]
fn easter_is_where_the_tables_of_the_church_have_it() {
    let head = "mic XTST\nzone UTC\ncovers 1973-01-01/2199-12-31\nsource a test\n";
    let found = days(&format!("{head}hours 09:00-17:00 every easter"));
    assert_eq!(found.len(), 2199 - 1973 + 1);
    // The earliest and the latest of these years, and those that the two exceptions of the lunar tables move.
    for easter in [
        "1981-04-19",
        "2000-04-23",
        "2008-03-23",
        "2011-04-24",
        "2019-04-21",
        "2038-04-25",
        "2049-04-18",
        "2076-04-19",
        "2106-04-18",
        "2160-03-23",
    ] {
        assert!(found.iter().any(|day| day == easter), "{easter}");
    }
}

#[test]
fn the_last_line_has_the_last_word() {
    let monday = |rules: &str| hours(&format!("{HEAD}{WEEK}{rules}"), "2024-01-08");
    assert_eq!(monday(""), Some("09:00 17:00".into()));
    assert_eq!(monday("closed on 2024-01-08"), None);
    assert_eq!(monday("close 12:00 on 2024-01-08"), Some("09:00 12:00".into()));
    assert_eq!(monday("close 12:00 every mon\nclose 13:00 every mon"), Some("09:00 13:00".into()));
    assert_eq!(monday("open 10:00 every mon\nclose 13:00 every mon"), Some("10:00 13:00".into()));
    assert_eq!(monday("closed every mon\nclose 13:00 every mon"), None);
    assert_eq!(monday("closed every mon\nhours 10:00-24:00 on 2024-01-08"), Some("10:00 00:00".into()));
}

#[test]
fn a_break_goes_with_the_part_that_is_lost() {
    let monday =
        |rules: &str| hours(&format!("{HEAD}hours 09:00-12:00 13:00-17:00 every mon\n{rules}"), "2024-01-08");
    assert_eq!(monday(""), Some("09:00 12:00-13:00 17:00".into()));
    assert_eq!(monday("close 12:00 every mon"), Some("09:00 12:00".into()));
    assert_eq!(monday("close 11:00 every mon"), Some("09:00 11:00".into()));
    assert_eq!(monday("close 14:00 every mon"), Some("09:00 12:00-13:00 14:00".into()));
    assert_eq!(monday("open 13:00 every mon"), Some("13:00 17:00".into()));
    assert_eq!(monday("open 11:59 every mon"), Some("11:59 12:00-13:00 17:00".into()));
}

#[test]
fn an_opening_that_is_not_before_what_follows_is_on_the_evening_before() {
    let text = format!("{HEAD}hours 22:00-12:00 13:00-17:00 every mon\nopen 23:00 on 2024-01-15");
    let calendar = parsed(&text);
    let opens: Vec<_> = calendar.sessions().iter().take(3).map(|session| session.open()).collect();
    let expected = ["2023-12-31T22:00:00Z", "2024-01-07T22:00:00Z", "2024-01-14T23:00:00Z"];
    assert_eq!(opens, expected.map(instant));
    // Whether a session of the first day of 2027 begins on its eve is not known.
    assert_eq!(calendar.expires(), instant("2026-12-31T22:00:00Z"));
}

#[test]
fn a_changed_opening_is_on_the_day_the_session_began_on() {
    let opens = |hours: &str, change: &str| {
        let calendar = parsed(&format!("{HEAD}hours {hours} every mon\nopen {change} on 2024-01-15"));
        calendar.sessions()[2].open()
    };
    assert_eq!(opens("22:00-12:00", "12:00"), instant("2024-01-14T12:00:00Z"));
    assert_eq!(opens("22:00-12:00", "11:59"), instant("2024-01-15T11:59:00Z"));
    // What begins in the morning does not begin on the day before because somebody mistyped.
    refused(&format!("{HEAD}{WEEK}open 17:00 every mon"), Some(6), Fault::Order);
}

#[test]
fn times_that_a_change_of_the_clocks_skips_are_the_change_and_of_repeated_ones_the_first_is_meant() {
    let head = "mic XTST\nzone America/New_York\ncovers 2024-01-01/2024-12-31\nsource a test\n";
    let calendar = parsed(&format!("{head}hours 01:30-02:30 every sun"));
    let on = |first: &str| calendar.sessions().iter().find(|session| session.open() == instant(first));
    // In March the clocks go from two to three, half an hour after the opening.
    let spring = on("2024-03-10T06:30:00Z").expect("a session");
    assert_eq!(spring.close(), instant("2024-03-10T07:00:00Z"));
    // In November 01:30 comes twice.
    let autumn = on("2024-11-03T05:30:00Z").expect("a session");
    assert_eq!(autumn.close(), instant("2024-11-03T07:30:00Z"));
    // What lies within the hour that is skipped is not there.
    let skipped = parsed(&format!("{head}hours 02:10-02:50 every sun from 2024-03-03 until 2024-03-17"));
    let opens: Vec<_> = skipped.sessions().iter().map(|session| session.open()).collect();
    assert_eq!(opens, ["2024-03-03T07:10:00Z", "2024-03-17T06:10:00Z"].map(instant));
    // Nor is a break, or a part of a session, that lies within it.
    for (hours, open, close) in [
        ("01:00-02:10 02:50-04:00", "2024-03-10T06:00:00Z", "2024-03-10T08:00:00Z"),
        ("02:10-02:20 02:50-04:00", "2024-03-10T07:00:00Z", "2024-03-10T08:00:00Z"),
        ("02:10-02:20 03:30-04:00", "2024-03-10T07:30:00Z", "2024-03-10T08:00:00Z"),
        ("01:00-01:30 02:10-02:20", "2024-03-10T06:00:00Z", "2024-03-10T06:30:00Z"),
    ] {
        let calendar = parsed(&format!("{head}hours {hours} on 2024-03-10"));
        let session = calendar.sessions()[0];
        assert_eq!((session.open(), session.close()), (instant(open), instant(close)), "{hours}");
        assert_eq!(session.pause(), None, "{hours}");
    }
}

#[test]
fn comments_and_empty_lines_say_nothing() {
    let text = format!("# a comment\n\n{HEAD}  \n{WEEK}closed on 2024-01-08 # 2024-01-09\n");
    assert_eq!(hours(&text, "2024-01-08"), None);
    assert!(hours(&text, "2024-01-09").is_some());
    let source = format!("source  Rule 7.2 # 4, as amended\n{}{WEEK}", HEAD.replace("source a test\n", ""));
    assert_eq!(parsed(&source).source(), "Rule 7.2 # 4, as amended");
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (line, fault) in [
        ("holiday every jan-01", Fault::Word),
        ("closed", Fault::Incomplete),
        ("closed always", Fault::Word),
        ("closed every", Fault::Incomplete),
        ("closed every jan", Fault::Word),
        ("closed every jan-1", Fault::Date),
        ("closed every jan-32", Fault::Date),
        ("closed every feb-30", Fault::Date),
        ("closed every fifth-mon-jan", Fault::Word),
        ("closed every first-mon-jan-02", Fault::Word),
        ("closed every easter +100", Fault::Number),
        ("closed every easter +x", Fault::Number),
        ("closed every easter 2", Fault::Word),
        ("closed every jan-01 sun>moon", Fault::Word),
        ("closed every jan-01 only", Fault::Incomplete),
        ("closed every jan-01 except", Fault::Incomplete),
        ("closed every jan-01 except many", Fault::Date),
        ("closed every jan-01 from", Fault::Incomplete),
        ("closed every jan-01 from 2025 until 2024", Fault::Date),
        ("closed every jan-01 on 2024-01-01", Fault::Word),
        ("closed every mon sun>mon", Fault::Word),
        ("closed every mon only tue", Fault::Word),
        ("closed on", Fault::Incomplete),
        ("closed on 2024-02-30", Fault::Date),
        ("closed on 2024-2-3", Fault::Date),
        ("closed on 2024-02-05-06", Fault::Date),
        ("closed on 24-02-05", Fault::Date),
        ("closed on +024-02-05", Fault::Date),
        ("closed on 2024-02-06/2024-02-05", Fault::Date),
        ("closed on 2024-02-05 from 2024", Fault::Date),
        ("close 25:00 every mon", Fault::Time),
        ("close 24:01 every mon", Fault::Time),
        ("close 12:60 every mon", Fault::Time),
        ("close 1200 every mon", Fault::Time),
        ("close +1:00 every mon", Fault::Time),
        ("close every mon", Fault::Time),
        ("close 09:00 every mon", Fault::Order),
        ("close 08:00 every mon", Fault::Order),
        ("hours 09:00 every mon", Fault::Time),
        ("hours 09:00-12:00 12:00-17:00 every mon", Fault::Order),
        ("hours 09:00-12:00 11:00-17:00 every mon", Fault::Order),
        ("hours 09:00-12:00 13:00-13:00 every mon", Fault::Order),
        ("hours 09:00-10:00 11:00-12:00 13:00-14:00 every mon", Fault::Word),
        // A date that changes nothing is a date mistyped: a Sunday, another year, said before.
        ("closed on 2024-01-07", Fault::Idle),
        ("closed on 2027-01-04", Fault::Idle),
        ("close 17:00 on 2024-01-08", Fault::Idle),
        ("closed on 2024-01-08 2024-01-08", Fault::Idle),
        ("zone UTC", Fault::Repeated),
        ("mic XTST", Fault::Repeated),
        ("covers 2024-01-01/2024-01-02", Fault::Repeated),
        ("source another one", Fault::Repeated),
        ("auctions 00:10", Fault::Incomplete),
        ("auctions 12:01 00:10", Fault::Number),
        ("auctions 00:10 00:10 00:10", Fault::Word),
    ] {
        refused(&format!("{HEAD}{WEEK}{line}"), Some(6), fault);
    }
    for (line, fault) in [
        ("mic", Fault::Incomplete),
        ("mic XTSTX", Fault::Mic),
        ("mic XtST", Fault::Mic),
        ("mic ÄÖ", Fault::Mic),
        ("mic XTST XNYS", Fault::Word),
        ("covers 1972-12-31/2024-01-01", Fault::Coverage),
        ("covers 2024-01-01/2200-01-01", Fault::Coverage),
        ("source", Fault::Incomplete),
    ] {
        refused(line, Some(1), fault);
    }
}

#[test]
fn a_break_cannot_be_cut_in_two() {
    let lunch = "hours 09:00-12:00 13:00-17:00 every mon\n";
    for line in
        ["close 12:30 every mon", "close 13:00 every mon", "open 12:30 every mon", "open 12:00 every mon"]
    {
        refused(&format!("{HEAD}{lunch}{line}"), Some(6), Fault::Order);
    }
}

#[test]
fn what_is_missing_is_said() {
    for (missing, fault) in [
        ("mic", Fault::NoMic),
        ("zone", Fault::NoZone),
        ("covers", Fault::NoCoverage),
        ("source", Fault::NoSource),
        ("hours", Fault::NoHours),
    ] {
        let kept = |line: &&str| !line.starts_with(missing);
        let text: Vec<_> = HEAD.lines().chain(WEEK.lines()).filter(kept).collect();
        refused(&text.join("\n"), None, fault);
    }
}

#[test]
fn what_no_single_line_is_to_blame_for_is_refused_too() {
    refused(&HEAD.replace("UTC", "Mars/Olympus"), None, Fault::NoHours);
    refused(&format!("{}{WEEK}", HEAD.replace("UTC", "Mars/Olympus")), None, Fault::Zone);
    let overlapping = "hours 09:00-17:00 every mon\nhours 16:00-12:00 every tue\n";
    refused(&format!("{HEAD}{overlapping}"), None, Fault::Overlap);
    refused(&"#\n".repeat(10_001), Some(10_001), Fault::TooLong);
}

#[test]
fn an_error_reads_as_a_sentence() {
    let refused = |text: &str| SessionCalendar::parse(text).expect_err("a mistake").to_string();
    assert_eq!(refused("closed sometimes"), "session calendar, line 1: a word that cannot stand here");
    assert_eq!(refused(""), "session calendar: the line `hours` is missing");
}

#[track_caller]
fn refused(text: &str, line: Option<usize>, fault: Fault) {
    let refused: CalendarError = SessionCalendar::parse(text).map(drop).expect_err(text);
    assert_eq!((refused.line(), refused.fault()), (line, fault), "{text}");
}

/// The dates of all sessions; the calendar is one in UTC.
fn days(text: &str) -> Vec<String> {
    parsed(text).sessions().iter().map(|session| utc(session.open()).date().to_string()).collect()
}

/// The hours of a date, such as `09:00 12:00-13:00 17:00`; the calendar is one in UTC.
fn hours(text: &str, day: &str) -> Option<String> {
    let calendar = parsed(text);
    let session = calendar.sessions().iter().find(|session| utc(session.open()).date().to_string() == day)?;
    let time = |at| utc(at).strftime("%H:%M").to_string();
    let pause = session.pause().map(|pause| format!(" {}-{}", time(pause.start), time(pause.end)));
    Some(format!("{}{} {}", time(session.open()), pause.unwrap_or_default(), time(session.close())))
}

fn utc(at: otel_core::Timestamp) -> DateTime {
    let seconds = i64::try_from(at.unix_nanos() / 1_000_000_000).expect("a time of our days");
    DateTime::from(date(1970, 1, 1)).saturating_add(jiff::SignedDuration::from_secs(seconds))
}
