//! Why a line is not used, and how often.

use std::collections::BTreeMap;
use std::fmt;

/// Lines that are shown for each reason.
const SHOWN: usize = 5;

/// Why a line is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Refusal {
    /// It is longer than 64 KiB.
    TooLong,
    /// It has more or fewer fields than the first line has.
    Fields,
    /// A field that is needed is not UTF-8.
    NotText,
    /// The number of its invoice is none: digits, with a `C` before them where it cancels something.
    Number,
    /// It is of an adjustment of the books: its number begins with an `A`.
    Adjustment,
    /// The quantity is no whole number.
    Quantity,
    /// The price is no decimal number.
    Price,
    /// The time is none.
    Time,
    /// The customer is neither nobody nor a number.
    Customer,
    /// The lines of its invoice come to more than money can be.
    Total,
    /// The lines of its invoice come to less than nothing, and it is no cancellation.
    NegativeSale,
    /// The lines of its cancellation give nothing back.
    NothingBack,
    /// Its invoice was there before, with the same amount at the same time.
    Repeated,
    /// The key figures do not take its invoice, for this reason.
    NotCounted(&'static str),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "longer than 64 KiB",
            Self::Fields => "not as many fields as the first line",
            Self::NotText => "not UTF-8",
            Self::Number => "no number of an invoice",
            Self::Adjustment => "an adjustment of the books",
            Self::Quantity => "no usable quantity",
            Self::Price => "no usable price",
            Self::Time => "no usable time",
            Self::Customer => "no usable customer",
            Self::Total => "an invoice that is too large",
            Self::NegativeSale => "an invoice of less than nothing",
            Self::NothingBack => "a cancellation of nothing",
            Self::Repeated => "an invoice that was there before",
            Self::NotCounted(why) => return write!(f, "not counted: {why}"),
        })
    }
}

/// Lines that were not used, by reason: how many, and where the first of them are.
#[derive(Debug, Default)]
pub struct Refusals {
    by_reason: BTreeMap<Refusal, Lines>,
}

#[derive(Debug, Default)]
struct Lines {
    count: u64,
    first: Vec<String>,
}

impl Refusals {
    /// Counts lines of a file, of which this is the first.
    pub(super) fn add(&mut self, refusal: Refusal, count: u64, file: &str, line: u64) {
        let lines = self.by_reason.entry(refusal).or_default();
        lines.count += count;
        if lines.first.len() < SHOWN {
            lines.first.push(format!("{file}:{line}"));
        }
    }

    /// Lines that were refused for this reason.
    pub fn of(&self, refusal: Refusal) -> u64 {
        self.by_reason.get(&refusal).map_or(0, |lines| lines.count)
    }

    /// All lines that were not used.
    pub fn total(&self) -> u64 {
        self.by_reason.values().map(|lines| lines.count).sum()
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (reason, lines) in &self.by_reason {
            let more = if lines.count > lines.first.len() as u64 { ", …" } else { "" };
            let first = lines.first.join(", ");
            writeln!(f, "  {:<40}{:>12}   {first}{more}", reason.to_string(), lines.count)?;
        }
        Ok(())
    }
}
