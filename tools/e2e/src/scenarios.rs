//! What is tried: a file for each.

mod interop;
mod restart;

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use otel_core::Telemetry;
use otel_core::pipeline::{Builder, InstallError};
use otel_core::settings::Environment;

use crate::failure::Failure;
use crate::table::Table;
use crate::way::Way;

/// How long anything may take that takes a fraction of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Something to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// Everything arrives as it was recorded, whichever way it travels.
    Interop,
    /// A collector is killed and started again while telemetry flows, and the books still balance.
    Restart,
}

impl Scenario {
    pub(crate) const ALL: [Self; 2] = [Self::Interop, Self::Restart];

    /// Tries it in every way that makes a difference.
    pub(crate) fn run(self, ground: &Ground) -> Table {
        match self {
            Self::Interop => interop::run(ground),
            Self::Restart => restart::run(ground),
        }
    }
}

/// What scenarios stand on.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    /// The program of the collector.
    pub(crate) rotel: PathBuf,
    /// Where to keep what servers say.
    pub(crate) logs: Option<PathBuf>,
}

impl Ground {
    fn journal(&self, name: &str) -> Option<PathBuf> {
        self.logs.as_ref().map(|folder| folder.join(format!("{name}.log")))
    }
}

/// A pipeline that sends to `endpoint` this way, whatever the environment says.
fn pipeline(way: Way, endpoint: String) -> Builder {
    let nothing: [(&str, &str); 0] = [];
    Telemetry::builder("e2e")
        .environment(Environment::of(nothing))
        .resource_attribute("e2e.way", way.to_string())
        .endpoint(endpoint)
        .protocol(way.protocol)
        .compression(way.compression)
        .export_timeout(PATIENCE)
        .retry_for(PATIENCE)
        .schedule_delay(Duration::from_millis(20))
}

fn uninstallable(error: &InstallError) -> Failure {
    Failure::wrong(error.to_string())
}

fn unstartable(error: &std::io::Error) -> Failure {
    Failure::wrong(format!("the receiver at the end cannot be started: {error}"))
}
