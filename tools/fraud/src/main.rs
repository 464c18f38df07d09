//! Simulates a world of payments, lets the detectors judge it, and prints how well they did.
//!
//! ```text
//! cargo run --release -p fraud                 # the published size
//! cargo run --release -p fraud -- --seed 8     # another world of that size
//! ```

use std::error::Error;
use std::io::{self, Write as _};

use clap::Parser;
use fraud::replay::{Replay, replay};
use fraud::table::Table;
use fraud::world::{Shape, simulate};

/// Simulates payments with labelled fraud, and says what the detectors find.
#[derive(Debug, Parser)]
struct Arguments {
    /// Which of all worlds it is.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Those who pay.
    #[arg(long, default_value_t = Shape::PUBLISHED.customers)]
    customers: u32,
    /// Where they pay.
    #[arg(long, default_value_t = Shape::PUBLISHED.terminals)]
    terminals: u32,
    /// For how many days.
    #[arg(long, default_value_t = Shape::PUBLISHED.days)]
    days: u32,
    /// The limit that the shop has set, in cents.
    #[arg(long, default_value_t = 22_000)]
    limit: u32,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { seed, customers, terminals, days, limit } = Arguments::parse();
    let shape = Shape { customers, terminals, days, seed, ..Shape::PUBLISHED };
    let transactions = simulate(&shape);
    let mut out = io::stdout().lock();
    writeln!(out, "{} payments, seed {seed}", transactions.len())?;
    for (limit, delay_days) in [(None, 7), (Some(limit), 7), (Some(limit), 1)] {
        let scores = replay(&shape, &transactions, &Replay { delay_days, limit, ..Replay::PUBLISHED })?;
        match limit {
            Some(limit) => write!(out, "\nLimit of {}.{:02}", limit / 100, limit % 100)?,
            None => write!(out, "\nNo limit")?,
        }
        let total = scores.total();
        writeln!(
            out,
            ", labels {delay_days} days late: {} payments scored, frauds by amount {}, terminal {}, customer {}\n",
            total.payments(),
            total.amount,
            total.terminal,
            total.customer
        )?;
        writeln!(out, "{}", Table(&scores))?;
    }
    Ok(())
}
