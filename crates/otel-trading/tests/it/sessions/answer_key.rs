//! Every opening, close and break of eight venues over many years, against tables that others made.

use std::collections::BTreeSet;
use std::fs;

use jiff::civil::{Date, DateTime};
use otel_core::Timestamp;
use otel_trading::compliance::sessions::{Part, Phase, SessionCalendar, Unknown};
use otel_trading::ids::Mic;

use super::{MINUTE, around, instant, local, standard};

/// Tables of sessions in UTC, that lie beside the workspace where there are any.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/exchange_sessions");

/// How many sessions of each venue its table and its calendar must at least have in common.
const VENUES: [(&str, usize); 8] = [
    ("CMES", 4_500),
    ("XASX", 3_000),
    ("XETR", 3_000),
    ("XHKG", 3_000),
    ("XLON", 5_000),
    ("XNYS", 5_000),
    ("XPAR", 4_000),
    ("XTKS", 3_000),
];

/// Where the tables are wrong: the venue, the first and the last date, and the truth.
const ERRATA: [(&str, &str, &str, Truth); 6] = [
    // HKEX cancelled all trading of both days (its notices 2309012 and 2309083); the authors of the table have taken
    // them out since (gerrymanoim/exchange_calendars, pull request 603).
    ("XHKG", "2023-09-01", "2023-09-01", Truth::NoSession),
    ("XHKG", "2023-09-08", "2023-09-08", Truth::NoSession),
    // Equity products traded through the night, until 08:30 in Chicago (CME Group, 2 December 2018).
    ("CMES", "2018-12-05", "2018-12-05", Truth::Session("2018-12-04T23:00:00Z", "2018-12-05T14:30:00Z")),
    // The same six years later (CME Group, 30 December 2024).
    ("CMES", "2025-01-09", "2025-01-09", Truth::Session("2025-01-08T23:00:00Z", "2025-01-09T14:30:00Z")),
    // The tables know today's lunch break only. Hong Kong's became an hour on 5 March 2012 (HKEX, 24 January 2011) …
    ("XHKG", "2011-03-07", "2012-03-04", Truth::Pause((12, 0), (13, 30))),
    // … and Tokyo's on 21 November 2011, when the morning session became longer.
    ("XTKS", "2010-01-01", "2011-11-20", Truth::Pause((11, 0), (12, 30))),
];

/// What a table should say.
#[derive(Clone, Copy)]
enum Truth {
    NoSession,
    /// The opening and the close.
    Session(&'static str, &'static str),
    /// The local hours and minutes of the break, on days that have one.
    Pause((i8, i8), (i8, i8)),
}

#[test]
fn every_session_of_eight_venues_is_as_others_know_it() {
    let calendars = standard();
    let mut wrong = Vec::new();
    for (mic, at_least) in VENUES {
        let Ok(text) = fs::read_to_string(format!("{FOLDER}/{}.csv", mic.to_lowercase())) else {
            tell(&format!(
                "SKIPPED: {FOLDER} has no table of {mic}, so its calendar is not compared with one"
            ));
            continue;
        };
        let calendar = calendars.get(Mic(mic)).expect("a calendar");
        let compared = compare(calendar, &Key::read(&text).corrected(calendar));
        tell(&format!(
            "{mic}: {} to {}, {} sessions, {} days without one, {} instants asked at their edges and {} in between, {} answers differ",
            compared.first,
            compared.last,
            compared.sessions,
            compared.days_off,
            compared.at_edges,
            compared.between,
            compared.wrong.len(),
        ));
        assert!(compared.sessions >= at_least, "{mic}: only {} sessions", compared.sessions);
        wrong.extend(compared.wrong.into_iter().map(|answer| format!("{mic}: {answer}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[expect(clippy::print_stderr, reason = "what was compared, and what was not, must not pass unseen")]
fn tell(line: &str) {
    eprintln!("{line}");
}

/// One row: the date a session belongs to, its opening, close and break.
#[derive(Clone, Copy, PartialEq)]
struct Row {
    date: Date,
    open: Timestamp,
    close: Timestamp,
    pause: Option<(Timestamp, Timestamp)>,
}

/// The sessions of a venue, as others know them.
struct Key(Vec<Row>);

impl Key {
    fn read(text: &str) -> Self {
        let row = |line: &str| {
            let mut cells = line.split(',');
            let mut next = || cells.next().expect("five columns");
            let date = next().get(..10).expect("a date").parse().expect("a date");
            let (open, close) = (instant(next()), instant(next()));
            let pause = match (next(), next()) {
                ("", "") => None,
                (start, end) => Some((instant(start), instant(end))),
            };
            Row { date, open, close, pause }
        };
        Self(text.lines().skip(1).map(row).collect())
    }

    /// The table without its errors, each of which must still be in it.
    fn corrected(mut self, calendar: &SessionCalendar) -> Self {
        let mic = calendar.mic().0;
        for (_, first, last, truth) in ERRATA.iter().filter(|(venue, ..)| *venue == mic) {
            let before = self.0.clone();
            let (first, last): (Date, Date) = (first.parse().expect("a date"), last.parse().expect("a date"));
            let is_meant = |row: &Row| (first..=last).contains(&row.date);
            match *truth {
                Truth::NoSession => self.0.retain(|row| !is_meant(row)),
                Truth::Session(open, close) => {
                    self.0.retain(|row| !is_meant(row));
                    let place = self.0.partition_point(|row| row.date < first);
                    let row = Row { date: first, open: instant(open), close: instant(close), pause: None };
                    self.0.insert(place, row);
                }
                Truth::Pause(start, end) => {
                    for row in self.0.iter_mut().filter(|row| is_meant(row) && row.pause.is_some()) {
                        let at = |(hour, minute)| local(calendar.zone(), row.date.at(hour, minute, 0, 0));
                        row.pause = Some((at(start), at(end)));
                    }
                }
            }
            assert!(
                self.0 != before,
                "the table of {mic} has been corrected from {first} on: correct the errata"
            );
        }
        self
    }

    /// What the table says about an instant.
    fn phase(&self, at: Timestamp) -> Phase {
        let opened = self.0.partition_point(|row| row.open <= at);
        let Some(row) = opened.checked_sub(1).map(|last| &self.0[last]) else { return Phase::Closed };
        match row.pause {
            _ if at >= row.close => Phase::Closed,
            None => Phase::Open(Part::Whole),
            Some((start, _)) if at < start => Phase::Open(Part::BeforeBreak),
            Some((_, end)) if at < end => Phase::Break,
            Some(_) => Phase::Open(Part::AfterBreak),
        }
    }
}

struct Compared {
    first: Date,
    last: Date,
    sessions: usize,
    days_off: usize,
    at_edges: usize,
    between: usize,
    wrong: Vec<String>,
}

impl Compared {
    fn ask(&mut self, calendar: &SessionCalendar, key: &Key, at: Timestamp) {
        let answer = calendar.session_at(at);
        let expected = if at < calendar.covered_from() {
            Phase::Unknown(Unknown::TooEarly)
        } else if at >= calendar.expires() {
            Phase::Unknown(Unknown::Expired)
        } else {
            key.phase(at)
        };
        if answer != expected {
            self.wrong.push(format!("{} is {expected:?}, and not {answer:?}", utc(at)));
        }
    }
}

/// Compares a calendar with the rows of a table that it covers.
fn compare(calendar: &SessionCalendar, key: &Key) -> Compared {
    let is_covered = |row: &&Row| row.open >= calendar.covered_from() && row.close <= calendar.expires();
    let rows: Vec<&Row> = key.0.iter().filter(is_covered).collect();
    let (first, last) = (rows[0].date, rows[rows.len() - 1].date);
    let mut compared = Compared {
        first,
        last,
        sessions: rows.len(),
        days_off: 0,
        at_edges: 0,
        between: 0,
        wrong: Vec::new(),
    };
    for row in &rows {
        let (start, end) = row.pause.unwrap_or((row.open, row.close));
        for edge in BTreeSet::from([row.open, start, end, row.close]) {
            for at in around(edge) {
                compared.at_edges += 1;
                compared.ask(calendar, key, at);
            }
        }
    }
    let with_session: BTreeSet<Date> = rows.iter().map(|row| row.date).collect();
    for date in first.series(jiff::Span::new().days(1)).take_while(|date| *date <= last) {
        for at in hours(calendar, date) {
            compared.between += 1;
            compared.ask(calendar, key, at);
        }
        if !with_session.contains(&date) {
            compared.days_off += 1;
            // Not by the table: a day without a row has no trading at noon, whatever the day before does.
            let noon = local(calendar.zone(), date.at(12, 0, 0, 0));
            let answer = calendar.session_at(noon);
            if answer != Phase::Closed {
                compared.wrong.push(format!("noon on {date}, without a session, is {answer:?}"));
            }
        }
    }
    let known = |at: Timestamp| at >= rows[0].open && at <= rows[rows.len() - 1].open;
    let sessions = calendar.sessions().iter().filter(|session| known(session.open())).count();
    if sessions != rows.len() {
        compared.wrong.push(format!("there are {} sessions, and not {sessions}", rows.len()));
    }
    compared
}

/// Every hour of a local day, and its last nanosecond.
fn hours(calendar: &SessionCalendar, date: Date) -> impl Iterator<Item = Timestamp> {
    let midnight = |date: Date| local(calendar.zone(), DateTime::from(date)).unix_nanos();
    let (start, end) = (midnight(date), midnight(date.tomorrow().expect("a tomorrow")));
    let hour = usize::try_from(60 * MINUTE).expect("64 bits");
    (start..end).step_by(hour).chain([end - 1]).map(Timestamp::from_unix_nanos)
}

fn utc(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_nanosecond(i128::from(at.unix_nanos())).expect("a time of our days")
}
