//! Sites: where telemetry goes, by the settings.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::ledger::{Ledger, Stream};
use crate::settings::{DestinationSettings, JsonTarget, Problem, Route, Settings};

use super::destination::Destination;

/// A destination, and what is sent there.
pub(crate) struct Site {
    pub(crate) streams: [Option<Way>; Stream::ALL.len()],
}

/// The way of one stream to a destination.
#[derive(Clone)]
pub(crate) struct Way {
    pub(crate) destination: Arc<Destination>,
    /// How long one attempt may take.
    pub(crate) attempt: Duration,
}

/// Prepares the destinations. The streams share the console, where events stand inside their traces.
pub(super) fn sites(settings: &Settings) -> Result<Vec<Site>, Vec<Problem>> {
    let console = Arc::new(Destination::console());
    let mut problems = Vec::new();
    let mut made = |made: Result<Destination, Problem>| {
        Arc::new(made.unwrap_or_else(|problem| {
            problems.push(problem);
            Destination::Nowhere
        }))
    };
    // The streams share a file, whose lines must not run into one another.
    let json: HashMap<_, _> = json_targets(settings).map(|target| (target, made(json(target)))).collect();
    let mut way = |route: &Route| {
        let attempt = match route {
            Route::Otlp(settings) => settings.timeout,
            _ => LOCAL_TIMEOUT,
        };
        let destination = match route {
            Route::Console => Arc::clone(&console),
            Route::Nothing | Route::Prometheus { .. } => Arc::new(Destination::Nowhere),
            Route::Json(target) => Arc::clone(&json[target]),
            Route::Otlp(settings) => made(Destination::otlp(settings)),
        };
        Way { destination, attempt }
    };
    let site = |destination: &DestinationSettings| Site {
        streams: pushed(destination).map(|route| route.map(&mut way)),
    };
    let sites =
        settings.destinations.iter().filter(|destination| is_pushed_to(destination)).map(site).collect();
    if problems.is_empty() { Ok(sites) } else { Err(problems) }
}

/// The places where OTLP-JSON lines are written.
fn json_targets(settings: &Settings) -> impl Iterator<Item = &JsonTarget> {
    settings.destinations.iter().flat_map(|destination| &destination.routes).flatten().filter_map(|route| {
        match route {
            Route::Json(target) => Some(target),
            _ => None,
        }
    })
}

#[cfg(feature = "json")]
fn json(target: &JsonTarget) -> Result<Destination, Problem> {
    match target {
        JsonTarget::Stdout => Ok(Destination::json_stdout()),
        JsonTarget::File(path) => Destination::json_file(path, "json_file"),
    }
}

/// Settings refuse what is not part of this build before this is reached.
#[cfg(not(feature = "json"))]
fn json(_: &JsonTarget) -> Result<Destination, Problem> {
    Err(Problem::new("json", "is not part of this build: enable the feature `json`"))
}

/// The routes of a destination that something is sent along, and that nobody fetches from.
fn pushed(destination: &DestinationSettings) -> [Option<&Route>; Stream::ALL.len()] {
    let pushed = |route: &&Route| !matches!(route, Route::Prometheus { .. });
    destination.routes.each_ref().map(|route| route.as_ref().filter(pushed))
}

fn is_pushed_to(destination: &DestinationSettings) -> bool {
    pushed(destination).iter().any(Option::is_some)
}

/// How long a destination in this process may take.
const LOCAL_TIMEOUT: Duration = Duration::from_secs(10);

/// A ledger with an account for each destination that something is sent to, numbered as they come.
pub(super) fn ledger(settings: &Settings) -> Ledger {
    let pushed_to = settings.destinations.iter().filter(|destination| is_pushed_to(destination));
    Ledger::new(
        pushed_to
            .map(|destination| (destination.name.clone(), pushed(destination).map(|route| route.is_some()))),
    )
}

/// The names of the destinations that something is sent to, by their numbers, and whether that leaves this process.
pub(super) fn names(settings: &Settings) -> impl Iterator<Item = (&str, bool)> {
    let pushed_to = settings.destinations.iter().filter(|destination| is_pushed_to(destination));
    pushed_to.map(|destination| {
        let leaves = pushed(destination).iter().flatten().any(|route| matches!(route, Route::Otlp(_)));
        (destination.name.as_str(), leaves)
    })
}
