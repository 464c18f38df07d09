//! The sessions of one venue, computed once and looked up ever after.

use std::ops::Range;

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use otel_core::Timestamp;

use crate::compliance::sessions::error::{CalendarError, Fault};
use crate::compliance::sessions::hours::{DayMinute, Hours};
use crate::compliance::sessions::parse::{self, Draft};
use crate::compliance::sessions::phase::{Part, Phase, Unknown};
use crate::compliance::sessions::rule::{Change, Plan};
use crate::compliance::sessions::session::{Minute, Session};
use crate::ids::Mic;

/// The sessions of one venue over the dates its rules cover.
///
/// About 4 kB for each year.
#[derive(Clone, Debug)]
pub struct SessionCalendar {
    mic: Box<str>,
    zone: Box<str>,
    source: Box<str>,
    from: Minute,
    until: Minute,
    /// In the order of time, and none overlaps another.
    sessions: Box<[Session]>,
    /// The minutes before an opening and after a close that belong to auctions.
    auctions: (u32, u32),
}

impl SessionCalendar {
    /// Reads a calendar.
    ///
    /// A text of lines; what follows a `#` is a comment. Four lines say what it is, in any order:
    ///
    /// ```text
    /// mic    XNYS                         # ISO 10383
    /// zone   America/New_York             # of the IANA database that is built in
    /// covers 2000-01-01/2027-12-31        # local dates, both included
    /// source NYSE Rule 7.2                # where the rules stand; to the end of the line, this note included
    /// ```
    ///
    /// A fifth one may say how long before an opening and after a close a venue takes orders for auctions:
    /// `auctions 03:00 00:05`.
    ///
    /// Every other line changes days, from top to bottom, so that the last word is the last line's. A day that no
    /// line gives `hours` has no session:
    ///
    /// ```text
    /// hours  09:30-12:00 13:00-16:00  every mon tue wed thu fri  from 2011-03-07
    /// closed                          every dec-25  sat>fri sun>mon
    /// closed                          every third-mon-jan  from 1998  except 2001 2002
    /// closed                          every easter -2
    /// close  13:00                    every fourth-thu-nov +1
    /// close  13:00                    every jul-03  only mon tue thu  until 2012
    /// closed                          on 2001-09-11/2001-09-14 2012-10-29
    /// open   12:00                    on 2002-09-11
    /// ```
    ///
    /// - `hours`: there is a session, in one part or in two with a break between them; a day has one at most. An opening that is not before
    ///   the time after it is on the previous calendar day: `17:00-16:00`.
    /// - `closed`: there is none. `open` and `close` change the times of days that have one; the break goes with the
    ///   part that is lost.
    /// - `every`: days of the week, or one day of each year: `dec-25`, the `first` to `fourth` or `last` such weekday
    ///   of a month, or `easter`, with a number of days to add. `only` keeps it on some days of the week, `except`
    ///   drops years, and a move such as `sun>mon` goes to the nearest of the other weekday. `from` and `until` are a
    ///   date or a year, both included; they hold for the day before it moves.
    /// - `on`: dates, and ranges of dates. Each must change something, for one that does not is a mistake.
    ///
    /// A local time that a change of the clocks skips stands for the instant of the change, and a session of nothing
    /// but skipped times is none. Of a time that is repeated, the first is meant.
    ///
    /// # Errors
    ///
    /// If the text does not say that, with the line that is to blame.
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        let draft = parse::draft(text)?;
        let plan = plan(&draft)?;
        let sessions_in = |zone| LocalClock { zone }.sessions(&draft, &plan);
        let (from, until, sessions) = TimeZoneDatabase::bundled()
            .get(draft.zone)
            .map_err(|_| Fault::Zone)
            .and_then(sessions_in)
            .map_err(CalendarError::of_text)?;
        Ok(Self {
            mic: draft.mic.into(),
            zone: draft.zone.into(),
            source: draft.source.into(),
            from,
            until,
            sessions: sessions.into(),
            auctions: (draft.auctions.0.unsigned_abs().into(), draft.auctions.1.unsigned_abs().into()),
        })
    }

    /// Its venue.
    pub fn mic(&self) -> Mic<'_> {
        Mic(&self.mic)
    }

    /// The name of its time zone in the IANA database.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// Where its rules stand.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The first instant it knows about.
    pub const fn covered_from(&self) -> Timestamp {
        self.from.start()
    }

    /// The first instant it knows nothing about any more.
    pub const fn expires(&self) -> Timestamp {
        self.until.start()
    }

    /// All its sessions, in the order of time.
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// What the session is at, at the instant `at`.
    pub fn session_at(&self, at: Timestamp) -> Phase {
        let now = Minute::of(at);
        match self.knows(now) {
            Ok(()) => self.last_opened(now).map_or(Phase::Closed, |session| session.phase(now)),
            Err(unknown) => Phase::Unknown(unknown),
        }
    }

    /// The same with the auctions around a session: before its opening and after its close a venue still takes orders and
    /// trades.
    pub fn trading_at(&self, at: Timestamp) -> Phase {
        match self.session_at(at) {
            Phase::Closed if self.trading_of(at).is_some() => Phase::Open(Part::Auction),
            phase => phase,
        }
    }

    /// The session that `at` belongs to, breaks and auctions included, with its first instant and the first after it.
    pub fn trading_of(&self, at: Timestamp) -> Option<Range<Timestamp>> {
        let now = Minute::of(at);
        self.knows(now).ok()?;
        let (before, after) = self.auctions;
        // The first session that is not over, auctions included; no two are so near that they share a minute of them.
        let next = self.sessions.partition_point(|session| session.close.0.saturating_add(after) <= now.0);
        let session = self.sessions.get(next)?;
        let (opens, closes) = (session.open.0.saturating_sub(before), session.close.0.saturating_add(after));
        (opens <= now.0).then(|| Minute(opens).start()..Minute(closes).start())
    }

    fn knows(&self, now: Minute) -> Result<(), Unknown> {
        if now < self.from {
            Err(Unknown::TooEarly)
        } else if now >= self.until {
            Err(Unknown::Expired)
        } else {
            Ok(())
        }
    }

    /// The latest session that had begun.
    fn last_opened(&self, now: Minute) -> Option<&Session> {
        let opened = self.sessions.partition_point(|session| session.open <= now);
        self.sessions.get(opened.checked_sub(1)?)
    }
}

fn plan(draft: &Draft<'_>) -> Result<Plan, CalendarError> {
    let (first, last) = draft.covers;
    let mut plan = Plan::empty(first, last);
    for rule in &draft.rules {
        plan.apply(rule).map_err(|fault| CalendarError::at_line(rule.line, fault))?;
    }
    Ok(plan)
}

/// The clock of a venue: local dates and times as instants.
struct LocalClock {
    zone: TimeZone,
}

impl LocalClock {
    /// What is covered, from and until, and the sessions in it.
    fn sessions(&self, draft: &Draft<'_>, plan: &Plan) -> Result<(Minute, Minute, Vec<Session>), Fault> {
        let (first, last) = draft.covers;
        let mut sessions: Vec<Session> = Vec::new();
        for (date, hours) in plan.sessions() {
            let session = self.session(date, hours)?;
            if session.open == session.close {
                continue;
            }
            if sessions.last().is_some_and(|before| before.close > session.open) {
                return Err(Fault::Overlap);
            }
            sessions.push(session);
        }
        // The first session of the day after the last one may begin on the evening before, for all that is known.
        let earliest = draft.rules.iter().filter_map(|rule| match rule.change {
            Change::Hours(hours) => Some(hours.open),
            _ => None,
        });
        let until = self.minute(last, DAY + earliest.min().unwrap_or(0).min(0))?;
        Ok((self.minute(first, 0)?, until, sessions))
    }

    fn session(&self, date: Date, hours: Hours) -> Result<Session, Fault> {
        let (open, close) = (self.minute(date, hours.open)?, self.minute(date, hours.close)?);
        let Some((start, end)) = hours.pause else { return Ok(Session::whole(open, close)) };
        let (start, end) = (self.minute(date, start)?, self.minute(date, end)?);
        // A part that a change of the clocks skips leaves the other one, without a break.
        Ok(if open == start {
            Session::whole(end, close)
        } else if end == close {
            Session::whole(open, start)
        } else {
            Session { open, pause: (start, end), close }
        })
    }

    /// The minute at a local time. One that a change of the clocks skips is the change itself, so that what is later
    /// on the clock is never earlier in time; of those it repeats, the first is meant.
    fn minute(&self, date: Date, time: DayMinute) -> Result<Minute, Fault> {
        let local = date.at(0, 0, 0, 0).saturating_add(SignedDuration::from_mins(i64::from(time)));
        let instant = self.zone.to_ambiguous_timestamp(local);
        let is_skipped = matches!(instant.offset(), AmbiguousOffset::Gap { .. });
        let first = instant.earlier().map_err(|_| Fault::Date)?;
        let change = if is_skipped { self.zone.following(first).next() } else { None };
        let instant = change.map_or(first, |change| change.timestamp());
        u32::try_from(instant.as_second().div_euclid(60)).map(Minute).map_err(|_| Fault::Date)
    }
}

const DAY: DayMinute = 24 * 60;
