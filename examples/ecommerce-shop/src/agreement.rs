//! Whether two who saw the same counted the same.

use std::fmt;

/// What somebody counted for themselves, beside what the metrics have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    what: &'static str,
    rows: Vec<Row>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    name: String,
    seen: u64,
    measured: u64,
}

impl Agreement {
    /// Nothing was compared yet with what this is.
    pub const fn of(what: &'static str) -> Self {
        Self { what, rows: Vec::new() }
    }

    /// Compares one figure.
    #[must_use]
    pub fn on(mut self, name: impl Into<String>, seen: u64, measured: u64) -> Self {
        self.rows.push(Row { name: name.into(), seen, measured });
        self
    }

    /// Whether all figures are the same.
    pub fn is_complete(&self) -> bool {
        self.rows.iter().all(|row| row.seen == row.measured)
    }
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_complete() { "yes" } else { "no" };
        writeln!(f, "\n{} agrees: {verdict}", self.what)?;
        for row in self.rows.iter().filter(|row| row.seen != row.measured) {
            writeln!(f, "  {:<28}{:>12} seen{:>12} measured", row.name, row.seen, row.measured)?;
        }
        Ok(())
    }
}
