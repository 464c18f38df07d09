//! Replays FIX 4.2 order flow through `otel-trading`, exports it over OTLP, and says what arrived.
//!
//! ```text
//! cargo run --release -p trading-order-path                  # the sample
//! cargo run --release -p trading-order-path -- flow.fix      # a file, one message to a line
//! cargo run --release -p trading-order-path -- - < flow.fix  # standard input
//! cargo run --release -p trading-order-path -- --console     # shows every trace, as `Telemetry::dev` does
//! cargo run --release -p trading-order-path -- --audit-dir d # judges all for compliance, and keeps it in a trail
//! ```
//!
//! It exports to `OTEL_EXPORTER_OTLP_ENDPOINT`. Without one it starts a receiver of its own in this process, so that
//! the last table can compare what was sent with what arrived. It ends with 0 when every message that could be used
//! was told and delivered, with 1 when none could be used or something was lost, and with 2 when the input cannot be
//! read.

mod codes;
mod drive;
mod execution;
mod export;
mod fix;
mod frame;
mod input;
mod orders;
mod progress;
mod refusal;
mod summary;
mod trail;

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use otel_trading::Observability;

use crate::drive::Driver;
use crate::export::{Export, Target};
use crate::fix::Reader;
use crate::input::{Input, Line};
use crate::progress::Progress;
use crate::refusal::{Refusal, Refusals};
use crate::summary::Summary;
use crate::trail::Trail;

/// Replays FIX 4.2 order flow through otel-trading, exports it over OTLP, and says what arrived.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// FIX 4.2 messages, one to a line, separated by SOH or `|`; `-` is standard input. The built-in sample if left out.
    file: Option<String>,
    /// Refuse messages whose BodyLength or CheckSum is wrong, or that have fields FIX 4.2 does not give them.
    #[arg(long)]
    strict: bool,
    /// Where to export to; a receiver in this process if left out.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL")]
    endpoint: Option<String>,
    /// Serve metrics for Prometheus at this port as well; 0 takes one that is free, and says which.
    #[arg(long, value_name = "PORT")]
    prometheus: Option<u16>,
    /// Print what is recorded, readable, instead of exporting it.
    #[arg(long)]
    console: bool,
    /// Judge every order and trade for compliance, and keep them in a new audit trail in this directory.
    #[arg(long, value_name = "DIR")]
    audit_dir: Option<PathBuf>,
}

impl Arguments {
    fn target(&self) -> Target<'_> {
        match &self.endpoint {
            _ if self.console => Target::Console,
            Some(endpoint) => Target::Endpoint(endpoint),
            None => Target::Here,
        }
    }
}

/// Why the program could not do its work, and how it ends then.
#[derive(Debug)]
struct Failure {
    status: u8,
    message: String,
}

impl Failure {
    /// The input or the set-up is at fault.
    fn unusable(message: impl fmt::Display) -> Self {
        Self { status: 2, message: message.to_string() }
    }

    /// The input was read, and there is nothing to show for it.
    fn nothing(message: impl fmt::Display) -> Self {
        Self { status: 1, message: message.to_string() }
    }
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(status) => status,
        Err(failure) => {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(io::stderr(), "trading-order-path: {}", failure.message);
            ExitCode::from(failure.status)
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let mut input = Input::open(arguments.file.as_deref()).map_err(Failure::unusable)?;
    let export = Export::open(arguments.target(), arguments.prometheus).map_err(Failure::unusable)?;
    if let Some(address) = export.scraped_at() {
        let _ = writeln!(io::stderr(), "metrics are at http://{address}/metrics");
    }
    let mut reader = Reader::new(arguments.strict).map_err(Failure::unusable)?;
    let trail = arguments.audit_dir.as_deref().map(|dir| Trail::open(dir, export.telemetry())).transpose();
    let trail = trail.map_err(Failure::unusable)?;
    let trading = Observability::new(export.telemetry());
    let mut driver = Driver::new(match &trail {
        Some(trail) => trading.with_compliance(trail.logger().clone()),
        None => trading,
    });
    // What alerts are measured from: nothing has happened yet.
    export.alerts();
    let mut refusals = Refusals::default();
    let mut progress = Progress::new(input.size());
    while let Some(line) = input.next_line().map_err(Failure::unusable)? {
        progress.line(line.number(), line.bytes_read());
        if let Err(refusal) = take(&line, &mut reader, &mut driver) {
            refusals.add(refusal, line.number());
        }
        export.keep_up_with(line.number());
    }
    progress.done();
    let name = input.name();
    if input.lines() == 0 {
        return Err(Failure::nothing(format_args!("{name} is empty")));
    }
    // Orders that nobody hears of any more stop being active before the last metrics are collected.
    let told = driver.finish();
    let kept = trail.map(Trail::close).transpose().map_err(Failure::nothing)?;
    let alerts = export.alerts();
    let delivery = export.close();
    let summary = Summary {
        source: &name,
        told: &told,
        tolerated: reader.tolerated(),
        refusals: &refusals,
        alerts: &alerts,
        kept: kept.as_ref(),
        delivery,
    };
    // Whoever closes standard output early has seen enough.
    let _ = write!(io::stdout().lock(), "{summary}");
    if let Some(diagnosis) = &summary.delivery.diagnosis {
        let _ = write!(io::stderr().lock(), "{diagnosis}");
    }
    if told.messages() == 0 {
        return Err(Failure::nothing(format_args!("{name} has no message this program can use")));
    }
    if summary.delivery.lost() > 0 {
        return Err(Failure::nothing(format_args!("{} records did not arrive", summary.delivery.lost())));
    }
    if kept.is_some_and(|kept| !kept.is_intact()) {
        return Err(Failure::nothing("the audit trail is not what was signed"));
    }
    Ok(ExitCode::SUCCESS)
}

fn take(line: &Line<'_>, reader: &mut Reader, driver: &mut Driver) -> Result<(), Refusal> {
    match line {
        Line::Text { bytes, .. } => driver.take(&reader.read(bytes)?),
        Line::TooLong { .. } => Err(Refusal::TooLong),
    }
}
