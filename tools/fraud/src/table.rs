//! Scores as a table for people, and for Markdown.

use std::fmt;

use crate::score::Scores;

/// The table of one world: a row for each judge.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a>(pub &'a Scores);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| rule | precision | recall | amount | terminal | customer | amount + customer | false alarms in 10,000 |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|")?;
        for (judge, it) in self.0.found() {
            writeln!(
                f,
                "| {} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.2} |",
                judge.name,
                it.precision(),
                it.recall(),
                it.recall_amount(),
                it.recall_terminal(),
                it.recall_customer(),
                it.recall_of_amounts(),
                it.false_alarms()
            )?;
        }
        Ok(())
    }
}
