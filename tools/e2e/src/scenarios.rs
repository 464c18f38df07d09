//! What is tried: a file for each.

mod alertmanager;
mod generated;
mod interop;
mod restart;
mod rules;
mod story;

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use otel_core::Telemetry;
use otel_core::pipeline::{Builder, InstallError};
use otel_core::settings::Environment;

use crate::failure::Failure;
use crate::install::{self, debian};
use crate::servers::rotel;
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
    /// Alert rules are in the same state in the process and in Prometheus, at every step.
    Rules,
    /// The committed rules are what Prometheus takes, and pass their tests.
    Generated,
    /// Alerts reach people through an Alertmanager, whoever of the two is started again in between.
    Alertmanager,
    /// The trading story's alert fires and resolves in a Prometheus that fetches its metrics.
    Story,
}

impl Scenario {
    pub(crate) const ALL: [Self; 6] =
        [Self::Interop, Self::Restart, Self::Rules, Self::Generated, Self::Alertmanager, Self::Story];

    /// Tries it in every way that makes a difference.
    pub(crate) fn run(self, ground: &Ground) -> Table {
        match self {
            Self::Interop => interop::run(ground),
            Self::Restart => restart::run(ground),
            Self::Rules => rules::run(ground),
            Self::Generated => generated::run(ground),
            Self::Alertmanager => alertmanager::run(ground),
            Self::Story => story::run(ground),
        }
    }
}

/// What scenarios stand on.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    /// Where servers are installed.
    pub(crate) folder: PathBuf,
    /// What chance begins with, where something is left to chance.
    pub(crate) seed: u64,
    /// Where to keep what servers say.
    pub(crate) logs: Option<PathBuf>,
}

impl Ground {
    /// The program of the collector.
    fn rotel(&self) -> Result<PathBuf, Failure> {
        install::executable(&rotel::PACKAGE, &self.folder)
    }

    /// The program of Alertmanager.
    fn alertmanager(&self) -> Result<PathBuf, Failure> {
        debian::executable(&debian::ALERTMANAGER, "prometheus-alertmanager", &self.folder)
    }

    /// The program of Prometheus.
    fn prometheus(&self) -> Result<PathBuf, Failure> {
        debian::executable(&debian::PROMETHEUS, "prometheus", &self.folder)
    }

    /// The program that tests the rules of Prometheus.
    fn promtool(&self) -> Result<PathBuf, Failure> {
        debian::executable(&debian::PROMETHEUS, "promtool", &self.folder)
    }

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
