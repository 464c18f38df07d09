//! Interoperability with servers that no one here wrote.
//!
//! ```text
//! cargo run -p e2e                        # everything
//! cargo run -p e2e -- --only restart      # one scenario
//! cargo run -p e2e -- --keep-logs         # and what the servers said, in target/e2e/logs
//! cargo run -p e2e -- --only rules --seed 7
//! ```
//!
//! It ends with 0 when everything arrived as it was recorded, with 1 when something did not, and with 2 when this
//! machine lacks what it needs.

mod comparison;
mod failure;
mod install;
mod ports;
mod process;
mod scenarios;
mod servers;
mod table;
mod traffic;
mod way;
mod webhook;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use crate::failure::Failure;
use crate::scenarios::{Ground, Scenario};

/// Sends telemetry and alerts through servers that no one here wrote, and compares what arrives with what was sent.
#[derive(Debug, Parser)]
struct Arguments {
    /// Run this scenario alone.
    #[arg(long, value_enum, value_name = "SCENARIO")]
    only: Option<Scenario>,
    /// What chance begins with in `rules`: the same number, the same rules and series.
    #[arg(long, default_value_t = 4)]
    seed: u64,
    /// Keep what the servers said, in `logs` beside what is installed (target/e2e).
    #[arg(long)]
    keep_logs: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(io::stderr(), "e2e: {failure}");
            ExitCode::from(failure.status())
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let folder = folder()?;
    let logs = arguments.keep_logs.then(|| folder.join("logs"));
    if let Some(logs) = &logs {
        std::fs::create_dir_all(logs)
            .map_err(|error| Failure::missing(format!("{} cannot be made: {error}", logs.display())))?;
    }
    let ground = Ground { folder, seed: arguments.seed, logs };
    let mut failed = 0;
    for scenario in Scenario::ALL.into_iter().filter(|it| arguments.only.is_none_or(|only| only == *it)) {
        let outcome = scenario.run(&ground);
        // Whoever closes standard output early has seen enough; the exit status still tells.
        let _ = writeln!(io::stdout(), "{outcome}");
        if let Some(missing) = outcome.missing() {
            return Err(missing.clone());
        }
        failed += outcome.failed();
    }
    match failed {
        0 => Ok(()),
        failed => Err(Failure::wrong(format!("{failed} of the above failed"))),
    }
}

/// Where servers are installed: in the build folder that this program lies in, wherever that is.
fn folder() -> Result<PathBuf, Failure> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::missing(format!("this program cannot find itself: {error}")))?;
    let target = program.parent().and_then(Path::parent);
    target
        .map(|target| target.join("e2e"))
        .ok_or_else(|| Failure::missing(format!("{} lies in no build folder", program.display())))
}
