//! The words of a line, read from left to right.

use std::iter::Peekable;
use std::str::SplitWhitespace;

use jiff::civil::{Date, Weekday};

use crate::compliance::sessions::days::Anchor;
use crate::compliance::sessions::error::Fault;
use crate::compliance::sessions::hours::DayMinute;

/// What is left of a line.
#[derive(Debug)]
pub(super) struct Words<'a>(Peekable<SplitWhitespace<'a>>);

impl<'a> Words<'a> {
    /// The words of a line, without its comment.
    pub(super) fn of(line: &'a str) -> Self {
        Self(line.split('#').next().unwrap_or_default().split_whitespace().peekable())
    }

    /// The next word, if there is one.
    pub(super) fn next(&mut self) -> Option<&'a str> {
        self.0.next()
    }

    /// The next word, which must be there.
    pub(super) fn needed(&mut self) -> Result<&'a str, Fault> {
        self.0.next().ok_or(Fault::Incomplete)
    }

    /// The next word as `read` understands it, if it does; otherwise it stays.
    pub(super) fn next_if<T>(&mut self, read: impl Fn(&'a str) -> Option<T>) -> Option<T> {
        let found = self.0.peek().and_then(|word| read(word))?;
        self.0.next();
        Some(found)
    }

    /// What is left, word by word.
    pub(super) fn rest(self) -> impl Iterator<Item = &'a str> {
        self.0
    }

    /// The line must end here.
    pub(super) fn end(mut self) -> Result<(), Fault> {
        self.0.next().map_or(Ok(()), |_| Err(Fault::Word))
    }
}

/// A time such as `09:30`, up to `24:00`.
pub(super) fn time(word: &str) -> Result<DayMinute, Fault> {
    let (hour, minute) = word.split_once(':').ok_or(Fault::Time)?;
    match (two_digits(hour), two_digits(minute)) {
        (Some(24), Some(0)) => Ok(24 * 60),
        (Some(hour @ 0..=23), Some(minute @ 0..=59)) => Ok(hour * 60 + minute),
        _ => Err(Fault::Time),
    }
}

/// Two times such as `09:30-16:00`.
pub(super) fn times(word: &str) -> Result<(DayMinute, DayMinute), Fault> {
    let (open, close) = word.split_once('-').ok_or(Fault::Time)?;
    Ok((time(open)?, time(close)?))
}

/// A date such as `2024-07-04`.
pub(super) fn date(word: &str) -> Result<Date, Fault> {
    let mut parts = word.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Fault::Date);
    };
    let part = |text| two_digits(text).and_then(|part| i8::try_from(part).ok()).ok_or(Fault::Date);
    Date::new(self::year(year)?, part(month)?, part(day)?).map_err(|_| Fault::Date)
}

/// One date, or two such as `2001-09-11/2001-09-14`, both included.
pub(super) fn dates(word: &str) -> Result<(Date, Date), Fault> {
    let (first, last) = word.split_once('/').unwrap_or((word, word));
    let (first, last) = (date(first)?, date(last)?);
    if first <= last { Ok((first, last)) } else { Err(Fault::Date) }
}

/// A year of four digits.
pub(super) fn year(word: &str) -> Result<i16, Fault> {
    let is_year = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    if is_year { word.parse().map_err(|_| Fault::Date) } else { Err(Fault::Date) }
}

/// A number of days with its sign, such as `-2` or `+39`.
pub(super) fn offset(word: &str) -> Option<Result<i8, Fault>> {
    word.starts_with(['+', '-'])
        .then(|| word.parse().ok().filter(|days| (-99..=99).contains(days)).ok_or(Fault::Number))
}

/// A move such as `sun>mon`.
pub(super) fn weekday_move(word: &str) -> Option<Result<(Weekday, Weekday), Fault>> {
    let (from, to) = word.split_once('>')?;
    Some(weekday(from).zip(weekday(to)).ok_or(Fault::Word))
}

/// A day that comes back every year: `dec-25`, `third-mon-jan`, `last-mon-may` or `easter`.
pub(super) fn anchor(word: &str) -> Result<Anchor, Fault> {
    let mut parts = word.split('-');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(feast), None, None, None) => self::feast(feast).ok_or(Fault::Word),
        (Some(nth), Some(weekday), Some(month), None) => Ok(Anchor::Nth {
            nth: self::nth(nth).ok_or(Fault::Word)?,
            weekday: self::weekday(weekday).ok_or(Fault::Word)?,
            month: self::month(month).ok_or(Fault::Word)?,
        }),
        (Some(month), Some(day), None, None) => {
            let month = self::month(month).ok_or(Fault::Word)?;
            let day = two_digits(day).and_then(|day| i8::try_from(day).ok()).ok_or(Fault::Date)?;
            // A leap year has every day that any year has.
            Date::new(2000, month, day).map_err(|_| Fault::Date)?;
            Ok(Anchor::Fixed { month, day })
        }
        _ => Err(Fault::Word),
    }
}

/// Functions that know the words of the language, one for each place a word can stand in.
macro_rules! vocabulary {
    ($($(#[$doc:meta])* $name:ident: $meaning:ty { $($word:ident => $value:expr,)+ })+) => {$(
        $(#[$doc])*
        pub(super) fn $name(word: &str) -> Option<$meaning> {
            $(if word == stringify!($word) {
                return Some($value);
            })+
            None
        }
    )+};
}

vocabulary! {
    /// What a line is about: its first word.
    subject: Subject {
        mic => Subject::Mic,
        auctions => Subject::Auctions,
        zone => Subject::Zone,
        covers => Subject::Covers,
        source => Subject::Source,
        hours => Subject::Hours,
        closed => Subject::Closed,
        open => Subject::Open,
        close => Subject::Close,
    }
    /// How days are named.
    kind: Kind {
        every => Kind::Every,
        on => Kind::On,
    }
    /// What the days that come back every year are held against.
    condition: Condition {
        from => Condition::From,
        until => Condition::Until,
        only => Condition::Only,
        except => Condition::Except,
    }
    /// A day of the week.
    weekday: Weekday {
        mon => Weekday::Monday,
        tue => Weekday::Tuesday,
        wed => Weekday::Wednesday,
        thu => Weekday::Thursday,
        fri => Weekday::Friday,
        sat => Weekday::Saturday,
        sun => Weekday::Sunday,
    }
    /// A month.
    month: i8 {
        jan => 1,
        feb => 2,
        mar => 3,
        apr => 4,
        may => 5,
        jun => 6,
        jul => 7,
        aug => 8,
        sep => 9,
        oct => 10,
        nov => 11,
        dec => 12,
    }
    /// Which of a month's Mondays, for one.
    nth: i8 {
        first => 1,
        second => 2,
        third => 3,
        fourth => 4,
        last => -1,
    }
    /// What moves with the moon.
    feast: Anchor {
        easter => Anchor::Easter,
    }
}

/// What a line is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject {
    Auctions,
    Mic,
    Zone,
    Covers,
    Source,
    Hours,
    Closed,
    Open,
    Close,
}

/// How days are named: by a rule, or one by one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Every,
    On,
}

/// What days are held against.
#[derive(Clone, Copy, Debug)]
pub(super) enum Condition {
    From,
    Until,
    Only,
    Except,
}

fn two_digits(text: &str) -> Option<i16> {
    let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}
