//! What can be wrong with a calendar.

use std::fmt;

/// A calendar that cannot be used, with the line that is to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalendarError {
    line: Option<usize>,
    fault: Fault,
}

impl CalendarError {
    pub(super) const fn at_line(line: usize, fault: Fault) -> Self {
        Self { line: Some(line), fault }
    }

    pub(super) const fn of_text(fault: Fault) -> Self {
        Self { line: None, fault }
    }

    /// The number of the line, counted from one; `None` when no single line is to blame.
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    /// What is wrong.
    pub const fn fault(&self) -> Fault {
        self.fault
    }
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "session calendar, line {line}: {}", self.fault),
            None => write!(f, "session calendar: {}", self.fault),
        }
    }
}

impl std::error::Error for CalendarError {}

/// What is wrong with a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// A word stands where none like it can.
    Word,
    /// The line ends too early.
    Incomplete,
    /// A venue's code is not four capital letters or digits.
    Mic,
    /// The time-zone database has no such zone.
    Zone,
    /// Not a time of the day, `00:00` to `24:00`.
    Time,
    /// Not a date of the calendar, or a range that ends before it begins.
    Date,
    /// A number beyond what makes sense here.
    Number,
    /// The line says again what only one line may say.
    Repeated,
    /// No line `mic`.
    NoMic,
    /// No line `zone`.
    NoZone,
    /// No line `covers`.
    NoCoverage,
    /// No line `source`: data without provenance is not used.
    NoSource,
    /// No line `hours`.
    NoHours,
    /// The dates covered are not within the years 1973 to 2199.
    Coverage,
    /// Too many lines: 10,000 at most.
    TooLong,
    /// The times of a session are not in order, or a changed opening or close lies in the break.
    Order,
    /// A line with dates changes nothing on one of them: a closure on a weekend, a date that is not covered.
    Idle,
    /// Two sessions overlap.
    Overlap,
    /// There is no room for one more calendar.
    TooMany,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Word => "a word that cannot stand here",
            Self::Incomplete => "the line ends too early",
            Self::Mic => "a venue's code is four capital letters or digits",
            Self::Zone => "no such time zone",
            Self::Time => "not a time of the day",
            Self::Date => "not a date",
            Self::Number => "a number out of range",
            Self::Repeated => "this was said before",
            Self::NoMic => "the line `mic` is missing",
            Self::NoZone => "the line `zone` is missing",
            Self::NoCoverage => "the line `covers` is missing",
            Self::NoSource => "the line `source` is missing",
            Self::NoHours => "the line `hours` is missing",
            Self::Coverage => "dates can be covered from 1973 to 2199",
            Self::TooLong => "too many lines",
            Self::Order => "the times are not in order, or one of them lies in the break",
            Self::Idle => "a date on which this line changes nothing",
            Self::Overlap => "two sessions overlap",
            Self::TooMany => "there is no room for one more calendar",
        })
    }
}
