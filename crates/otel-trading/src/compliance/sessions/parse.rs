//! A calendar's text, read line by line.

use jiff::civil::{Date, date};

use crate::compliance::sessions::days::{Days, Weekdays, Yearly};
use crate::compliance::sessions::error::{CalendarError, Fault};
use crate::compliance::sessions::hours::{DayMinute, Hours};
use crate::compliance::sessions::rule::{Change, Rule};
use crate::compliance::sessions::words::{self, Condition, Kind, Subject, Words};

/// What a calendar's text says.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) mic: &'a str,
    pub(super) zone: &'a str,
    pub(super) source: &'a str,
    /// The first and the last date it covers.
    pub(super) covers: (Date, Date),
    /// The minutes before an opening and after a close that belong to auctions.
    pub(super) auctions: (DayMinute, DayMinute),
    pub(super) rules: Vec<Rule>,
}

/// How many lines a text may have: those of the longest calendar of this crate, a hundred times.
const MAX_LINES: usize = 10_000;

/// Reads a calendar's text.
pub(super) fn draft(text: &str) -> Result<Draft<'_>, CalendarError> {
    let mut lines = Lines::default();
    for (number, line) in (1..).zip(text.lines()) {
        if number > MAX_LINES {
            return Err(CalendarError::at_line(number, Fault::TooLong));
        }
        lines.read(number, line).map_err(|fault| CalendarError::at_line(number, fault))?;
    }
    lines.draft().map_err(CalendarError::of_text)
}

/// What the lines so far say.
#[derive(Default)]
struct Lines<'a> {
    mic: Option<&'a str>,
    zone: Option<&'a str>,
    source: Option<&'a str>,
    covers: Option<(Date, Date)>,
    auctions: Option<(DayMinute, DayMinute)>,
    rules: Vec<Rule>,
}

impl<'a> Lines<'a> {
    fn read(&mut self, line: usize, text: &'a str) -> Result<(), Fault> {
        let mut words = Words::of(text);
        let Some(first) = words.next() else { return Ok(()) };
        let change = match words::subject(first).ok_or(Fault::Word)? {
            Subject::Mic => return once(&mut self.mic, mic(words)?),
            Subject::Zone => return once(&mut self.zone, only_word(words)?),
            Subject::Covers => return once(&mut self.covers, covers(words)?),
            Subject::Auctions => return once(&mut self.auctions, auctions(words)?),
            Subject::Source => return once(&mut self.source, source(text, first)?),
            Subject::Hours => Change::Hours(hours(&mut words)?),
            Subject::Closed => Change::Closed,
            Subject::Open => Change::Open(words::time(words.needed()?)?),
            Subject::Close => Change::Close(words::time(words.needed()?)?),
        };
        self.rules.push(rule(line, change, words)?);
        Ok(())
    }

    fn draft(self) -> Result<Draft<'a>, Fault> {
        if !self.rules.iter().any(|rule| matches!(rule.change, Change::Hours(_))) {
            return Err(Fault::NoHours);
        }
        Ok(Draft {
            mic: self.mic.ok_or(Fault::NoMic)?,
            zone: self.zone.ok_or(Fault::NoZone)?,
            source: self.source.ok_or(Fault::NoSource)?,
            covers: self.covers.ok_or(Fault::NoCoverage)?,
            auctions: self.auctions.unwrap_or_default(),
            rules: self.rules,
        })
    }
}

fn once<T>(place: &mut Option<T>, value: T) -> Result<(), Fault> {
    match place.replace(value) {
        Some(_) => Err(Fault::Repeated),
        None => Ok(()),
    }
}

fn only_word(mut words: Words<'_>) -> Result<&str, Fault> {
    let word = words.needed()?;
    words.end().map(|()| word)
}

fn mic(words: Words<'_>) -> Result<&str, Fault> {
    let word = only_word(words)?;
    let is_mic =
        word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if is_mic { Ok(word) } else { Err(Fault::Mic) }
}

fn auctions(mut words: Words<'_>) -> Result<(DayMinute, DayMinute), Fault> {
    let (before, after) = (words::time(words.needed()?)?, words::time(words.needed()?)?);
    words.end()?;
    // What is longer than half a day belongs to another session.
    if before.max(after) <= 12 * 60 { Ok((before, after)) } else { Err(Fault::Number) }
}

fn covers(words: Words<'_>) -> Result<(Date, Date), Fault> {
    let (first, last) = words::dates(only_word(words)?)?;
    // Before 1973 not every zone was whole minutes from UTC; what is planned for 2200 is not known.
    let is_known = first >= date(1973, 1, 1) && last <= date(2199, 12, 31);
    if is_known { Ok((first, last)) } else { Err(Fault::Coverage) }
}

/// All that follows the first word: a reference has hashes and spaces of its own.
fn source<'a>(text: &'a str, first: &str) -> Result<&'a str, Fault> {
    let source = text.trim().strip_prefix(first).unwrap_or_default().trim();
    if source.is_empty() { Err(Fault::Incomplete) } else { Ok(source) }
}

fn hours(words: &mut Words<'_>) -> Result<Hours, Fault> {
    let (open, end) = words::times(words.needed()?)?;
    match words.next_if(|word| words::times(word).ok()) {
        Some((start, close)) => Hours::new(open, Some((end, start)), close),
        None => Hours::new(open, None, end),
    }
}

fn rule(line: usize, change: Change, mut words: Words<'_>) -> Result<Rule, Fault> {
    let kind = words::kind(words.needed()?).ok_or(Fault::Word)?;
    let mut rule = Rule { line, change, days: Days::Dated(Vec::new()), from: Date::MIN, until: Date::MAX };
    match kind {
        Kind::On => {
            let first = words::dates(words.needed()?)?;
            let mut dates = vec![first];
            for word in words.rest() {
                dates.push(words::dates(word)?);
            }
            rule.days = Days::Dated(dates);
        }
        Kind::Every => match weekdays(&mut words) {
            Some(weekdays) => {
                rule.days = Days::Weekly(weekdays);
                while let Some(word) = words.next() {
                    if !validity(&mut rule, word, &mut words)? {
                        return Err(Fault::Word);
                    }
                }
            }
            None => {
                let yearly = yearly(&mut rule, &mut words)?;
                rule.days = Days::Yearly(yearly);
            }
        },
    }
    if rule.from <= rule.until { Ok(rule) } else { Err(Fault::Date) }
}

fn yearly(rule: &mut Rule, words: &mut Words<'_>) -> Result<Yearly, Fault> {
    let anchor = words::anchor(words.needed()?)?;
    let offset = words.next_if(words::offset).transpose()?.unwrap_or(0);
    let mut yearly = Yearly { anchor, offset, only: None, except: Vec::new(), moves: Vec::new() };
    while let Some(word) = words.next() {
        if let Some(there) = words::weekday_move(word) {
            yearly.moves.push(there?);
        } else if !validity(rule, word, words)? {
            match words::condition(word).ok_or(Fault::Word)? {
                Condition::Only => yearly.only = Some(weekdays(words).ok_or(Fault::Incomplete)?),
                _ => {
                    yearly.except.push(words::year(words.needed()?)?);
                    while let Some(year) = words.next_if(|word| words::year(word).ok()) {
                        yearly.except.push(year);
                    }
                }
            }
        }
    }
    Ok(yearly)
}

/// Reads `from` or `until` with its date, if the word is one of them; a year stands for its first or last day.
fn validity(rule: &mut Rule, word: &str, words: &mut Words<'_>) -> Result<bool, Fault> {
    match words::condition(word) {
        Some(Condition::From) => rule.from = boundary(words.needed()?, (1, 1))?,
        Some(Condition::Until) => rule.until = boundary(words.needed()?, (12, 31))?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn boundary(word: &str, (month, day): (i8, i8)) -> Result<Date, Fault> {
    words::year(word)
        .and_then(|year| Date::new(year, month, day).map_err(|_| Fault::Date))
        .or_else(|_| words::date(word))
}

fn weekdays(words: &mut Words<'_>) -> Option<Weekdays> {
    let mut found = Weekdays::default().with(words.next_if(words::weekday)?);
    while let Some(weekday) = words.next_if(words::weekday) {
        found = found.with(weekday);
    }
    Some(found)
}
