//! How long single order events take at the caller, by percentiles, warm and cold.
//!
//! Every operation is timed by itself, with a fenced reading of the clock before and after it. What two readings with
//! nothing between them take (their median) is subtracted from each. A run beside other work measures the scheduler in
//! its high percentiles: see `docs/performance.md`.

use std::time::Duration;

use clap::Parser;
use otel_benches::bursts::{Arm, Engine};
use otel_benches::cold::Evictor;
use otel_benches::order_flow::{self, Message, OrderFlow};
use otel_benches::ours;
use otel_benches::stock::Stock;
use otel_core::pipeline::InstallError;
use otel_trading::{Observability, OrderTape};

/// How long single order events take at the caller, by percentiles.
#[derive(Debug, Parser)]
struct Options {
    /// Operations with warm caches.
    #[arg(long, default_value_t = 1_000_000)]
    warm: u64,
    /// Operations with cold caches.
    #[arg(long, default_value_t = 5_000)]
    cold: u64,
}

fn main() -> Result<(), InstallError> {
    let options = Options::parse();
    say(format_args!(
        "{:<24} {:>9} {:>9} {:>9} {:>9} {:>11}",
        "ns, without the clock", "p50", "p90", "p99", "p99.9", "max"
    ));
    measure("clock", (), &options, |_| {});
    let stock = Stock::new();
    let logger = stock.logger();
    measure("idiomatic", &stock, &options, |message| order_flow::idiomatic(&logger, message));
    let pipeline = ours::pipeline()?;
    let trading = Observability::new(&pipeline);
    let encoded = |message: &Message| order_flow::encoded(&pipeline, trading.metrics(), message);
    measure("ours_encoded", &pipeline, &options, encoded);
    let pipeline = ours::pipeline()?;
    let tape = OrderTape::new(&pipeline);
    measure("ours_made", &pipeline, &options, |message| order_flow::made_and_taped(&tape, message));
    let pipeline = ours::pipeline()?;
    let tape = OrderTape::new(&pipeline);
    measure("ours", &pipeline, &options, |message| order_flow::taped(&tape, message));
    Ok(())
}

/// Measures one arm with warm and with cold caches.
fn measure<E: Engine>(name: &str, engine: E, options: &Options, mut operation: impl FnMut(&Message)) {
    let (arm, mut flow, mut evictor) = (Arm::new(engine, 1), OrderFlow::seeded(), Evictor::new());
    // The first tenth is to get warm.
    arm.warm(options.warm / 10, || operation(flow.message()));
    let mut times = Vec::with_capacity(usize::try_from(options.warm.max(options.cold)).unwrap_or_default());
    let overhead = median_of_clock(options.warm);
    arm.singly(options.warm, None, &mut times, || operation(flow.message()));
    row(&format!("{name}, warm"), &mut times, overhead);
    times.clear();
    arm.singly(options.cold, Some(&mut evictor), &mut times, || operation(flow.message()));
    row(&format!("{name}, cold"), &mut times, overhead);
    arm.account(name);
}

/// What the clock alone takes.
fn median_of_clock(readings: u64) -> Duration {
    let mut times = Vec::with_capacity(usize::try_from(readings).unwrap_or_default());
    Arm::new((), 0).singly(readings, None, &mut times, || {});
    times.sort_unstable();
    percentile(&times, 0.5)
}

fn row(name: &str, times: &mut [Duration], overhead: Duration) {
    times.sort_unstable();
    let at = |share: f64| percentile(times, share).saturating_sub(overhead).as_nanos();
    say(format_args!(
        "{name:<24} {:>9} {:>9} {:>9} {:>9} {:>11}",
        at(0.5),
        at(0.9),
        at(0.99),
        at(0.999),
        at(1.0)
    ));
}

/// The smallest time that so large a share of all is not longer than.
fn percentile(sorted: &[Duration], share: f64) -> Duration {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[expect(clippy::print_stdout, reason = "this program is started by hand")]
fn say(line: std::fmt::Arguments<'_>) {
    println!("{line}");
}
