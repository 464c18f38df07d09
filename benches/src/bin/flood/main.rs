//! Floods a local OTLP server with spans, once for each arm, and says what arrived and what it cost.
//!
//! Three processes take part in each run: this one, which only keeps the books; a *sink*, which answers OTLP over gRPC
//! and counts spans without decoding them; and a *producer*, which records spans in one arm as fast as it can, at a
//! given rate, or as fast as the sink takes them. So the processor time of a producer is that of all its threads, from
//! start to end, and nothing else, and what was delivered is what another process has seen.

mod arms;
mod child;
mod framing;
mod pace;
mod produce;
mod sink;
mod table;

use std::error::Error;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use arms::Arm;

/// Floods a local OTLP server with spans, and says what arrived.
#[derive(Debug, Parser)]
struct Options {
    #[command(subcommand)]
    role: Option<Role>,
    #[command(flatten)]
    flood: Flood,
    /// The arms to run, in this order.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Arm::ALL)]
    arms: Vec<Arm>,
}

/// What a child of this process does.
#[derive(Debug, Subcommand)]
enum Role {
    /// Serves until its standard input ends, then prints what it counted.
    #[command(hide = true)]
    Sink,
    /// Produces in one arm, then prints what it offered.
    #[command(hide = true)]
    Produce {
        /// The arm.
        arm: Arm,
        /// The sink's port.
        port: u16,
        #[command(flatten)]
        flood: Flood,
    },
}

/// How a flood goes.
#[derive(Clone, Copy, Debug, Args)]
struct Flood {
    /// How long to produce, in seconds.
    #[arg(long, default_value_t = 5.0, value_parser = seconds)]
    seconds: f64,
    /// Threads that produce.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=256))]
    threads: u32,
    /// Spans a second over all threads; as many as possible if not given.
    #[arg(long)]
    rate: Option<u64>,
    /// Hold back when this many spans are under way (only `ours` can tell).
    #[arg(long, conflicts_with = "rate")]
    backpressure: Option<u64>,
    /// How long the shutdown may take, in seconds.
    #[arg(long, default_value_t = 10.0, value_parser = seconds)]
    deadline: f64,
}

impl Flood {
    fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }

    fn deadline(&self) -> Duration {
        Duration::from_secs_f64(self.deadline)
    }

    /// The options as a child is given them.
    fn to_arguments(self) -> Vec<String> {
        let mut arguments = vec![
            format!("--seconds={}", self.seconds),
            format!("--threads={}", self.threads),
            format!("--deadline={}", self.deadline),
        ];
        arguments.extend(self.rate.map(|rate| format!("--rate={rate}")));
        arguments.extend(self.backpressure.map(|bound| format!("--backpressure={bound}")));
        arguments
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("`{text}` is not a number"))?;
    if (0.05..=3_600.0).contains(&seconds) { Ok(seconds) } else { Err("between 0.05 and 3600".to_owned()) }
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    match options.role {
        Some(Role::Sink) => sink::run(),
        Some(Role::Produce { arm, port, flood }) => produce::run(arm, port, flood),
        None => compare(&options),
    }
}

/// Runs the arms one after the other, each with a sink of its own.
fn compare(options: &Options) -> Result<(), Box<dyn Error>> {
    let mut table = table::Table::new(options.flood);
    for arm in &options.arms {
        let sink = child::Sink::start()?;
        let produced = child::produce(*arm, sink.port, options.flood)?;
        let received = sink.stop()?;
        table.add(*arm, &produced, &received);
    }
    table.print();
    Ok(())
}
