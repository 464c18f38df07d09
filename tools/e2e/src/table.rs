//! What a scenario found, as a small table.

use std::fmt;

use crate::failure::Failure;

/// For each column a number, or nothing where it was not looked at; or why it failed.
pub(crate) type Outcome = Result<Vec<Option<u64>>, Failure>;

/// The rows of one scenario.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    title: &'static str,
    columns: &'static [&'static str],
    rows: Vec<(String, Outcome)>,
}

/// Room for the name of a row.
const NAME: usize = 22;

impl Table {
    pub(crate) const fn new(title: &'static str, columns: &'static [&'static str]) -> Self {
        Self { title, columns, rows: Vec::new() }
    }

    /// Adds what one way, or one of whatever else there are several of, led to.
    pub(crate) fn add(&mut self, row: impl fmt::Display, outcome: Outcome) {
        self.rows.push((row.to_string(), outcome));
    }

    /// What this machine lacks, if that is why a row is a failure.
    pub(crate) fn missing(&self) -> Option<&Failure> {
        let mut failures = self.rows.iter().filter_map(|(_, outcome)| outcome.as_ref().err());
        failures.find(|failure| matches!(failure, Failure::Missing(_)))
    }

    /// How many rows are failures.
    pub(crate) fn failed(&self) -> usize {
        self.rows.iter().filter(|(_, outcome)| outcome.is_err()).count()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.title)?;
        write!(f, "  {:NAME$}", "")?;
        self.columns.iter().try_for_each(|column| write!(f, "  {column}"))?;
        writeln!(f)?;
        for (row, outcome) in &self.rows {
            write!(f, "  {row:NAME$}")?;
            match outcome {
                Ok(numbers) => {
                    for (number, column) in numbers.iter().zip(self.columns) {
                        let number = number.map_or_else(|| "-".to_owned(), |number| number.to_string());
                        write!(f, "  {number:>width$}", width = column.chars().count())?;
                    }
                    writeln!(f)?;
                }
                Err(failure) => writeln!(f, "  FAILED: {failure}")?,
            }
        }
        Ok(())
    }
}
