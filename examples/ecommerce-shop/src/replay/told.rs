//! What a replay told.

use std::fmt;

use otel_core::{Currency, Timestamp};
use otel_ecommerce::order::Answer;

use super::refusal::Refusals;
use crate::agreement::Agreement;
use crate::figures::Figures;
use crate::report::row;

/// What was told of invoices.
#[derive(Debug)]
pub struct Told {
    /// What was read: the name of a file, or how many there were.
    pub source: String,
    /// Lines that were read, those with the names of the columns left out.
    pub lines: u64,
    /// Lines that were used.
    pub used: u64,
    /// Lines that were not.
    pub refused: Refusals,
    /// Invoices that became orders.
    pub orders: u64,
    /// Those of them that sold nothing.
    pub written_off: u64,
    /// Invoices that became refunds.
    pub refunds: u64,
    /// What the orders came to, in minor units.
    pub revenue: u64,
    /// What was given back, in minor units.
    pub given_back: u64,
    /// Orders that could not be followed, and not followed or not judged.
    pub unjudged: u64,
    /// Facts about orders that were refused.
    pub contradictions: u64,
    pub(super) currency: Currency,
    files: u64,
    pub(super) latest: Timestamp,
}

impl Told {
    pub(super) fn nothing(currency: Currency) -> Self {
        Self {
            source: String::new(),
            lines: 0,
            used: 0,
            refused: Refusals::default(),
            orders: 0,
            written_off: 0,
            refunds: 0,
            revenue: 0,
            given_back: 0,
            unjudged: 0,
            contradictions: 0,
            currency,
            files: 0,
            latest: Timestamp::default(),
        }
    }

    pub(super) fn open(&mut self, file: &str) {
        self.files += 1;
        self.source = if self.files == 1 { file.to_owned() } else { format!("{} files", self.files) };
    }

    pub(super) fn hear(&mut self, answer: Answer) {
        self.contradictions += u64::from(!answer.is_believed());
    }

    /// What the invoices say, beside what the metrics do.
    pub fn compare(&self, figures: &Figures) -> Agreement {
        let sales = figures.sales.get(self.currency.code()).copied().unwrap_or_default();
        Agreement::of("what the invoices say")
            .on("orders", self.orders, sales.orders)
            .on("revenue", self.revenue, sales.revenue)
            .on("given back", self.given_back, sales.refunds)
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (lines, used, refused) = (self.lines, self.used, self.refused.total());
        writeln!(f, "{}: {lines} lines read, {used} used, {refused} refused", self.source)?;
        row(f, "orders", self.orders)?;
        row(f, "those of them that sold nothing", self.written_off)?;
        row(f, "refunds", self.refunds)?;
        if self.unjudged > 0 {
            row(f, "not followed or not judged", self.unjudged)?;
        }
        if self.contradictions > 0 {
            row(f, "facts that contradict their order", self.contradictions)?;
        }
        if refused > 0 {
            writeln!(f, "\nrefused lines")?;
        }
        write!(f, "{}", self.refused)
    }
}
