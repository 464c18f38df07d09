//! Visits: every destination is asked whether it takes an empty request, of every stream that goes there.
//!
//! The doctor does not trust the pipeline: it asks on a thread, with a runtime and through connections of its own, made
//! from the same settings. So it can ask while the pipeline is stuck, and when it is gone.

use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::ledger::Stream;
use crate::otlp::{Attempt, Batch, Failure, FailureKind, ProbeAnswer, Sign};
use crate::recorder::Recorder;
use crate::settings::{DestinationSettings, ExporterSettings, Problem, Route};
use crate::time::Timestamp;

use super::super::destination::Destination;
use super::super::{SLACK, in_background};
use super::port::{self, Language};

/// One stream on its way to an endpoint.
#[derive(Clone)]
pub(super) struct Way {
    /// The destination's name.
    pub(super) to: String,
    pub(super) stream: Stream,
    pub(super) exporter: ExporterSettings,
}

/// What came of a visit.
pub(super) enum Visit {
    /// What was made of the settings once cannot be made again.
    Unusable(Problem),
    /// The host has no address.
    Unresolved(String),
    Asked(Asked),
}

/// What was answered, and when by our clock.
pub(super) struct Asked {
    pub(super) attempt: Attempt,
    pub(super) times: Times,
    /// What the port speaks, where the answer leaves that open.
    pub(super) language: Option<Language>,
    /// How long there was time for an answer.
    pub(super) allowed: Duration,
}

/// What time it was, by everybody who knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// When the request left, by the clock that records have.
    pub(super) sent: Timestamp,
    /// When the answer was there.
    pub(super) heard: Timestamp,
    /// What the answer says.
    pub(super) theirs: Option<Timestamp>,
}

/// All ways to endpoints.
pub(super) fn ways(destinations: &[DestinationSettings]) -> Vec<Way> {
    let of = |destination: &DestinationSettings| {
        let routes = Stream::ALL.into_iter().zip(destination.routes.clone());
        let to = destination.name.clone();
        routes
            .filter_map(move |(stream, route)| match route {
                Some(Route::Otlp(exporter)) => Some(Way { to: to.clone(), stream, exporter: *exporter }),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    destinations.iter().flat_map(of).collect()
}

/// Goes all ways at once. What is not back in time is not there.
pub(super) fn all(ways: &[Way], recorder: &Arc<Recorder>, patience: Duration) -> Vec<Option<Visit>> {
    let mut visits: Vec<_> = ways.iter().map(|_| None).collect();
    let began = Instant::now();
    let (tell, told) = mpsc::channel();
    let (ways, recorder) = (ways.to_vec(), Arc::clone(recorder));
    in_background("otel-doctor", move || set_out(ways, &recorder, Hours { began, patience }, &tell));
    let end = began + patience + SLACK;
    while let Ok((at, visit)) = told.recv_timeout(end.saturating_duration_since(Instant::now())) {
        visits[at] = Some(visit);
    }
    visits
}

type Tell = mpsc::Sender<(usize, Visit)>;

/// When a visit begins, and how long it may take.
#[derive(Clone, Copy)]
struct Hours {
    began: Instant,
    patience: Duration,
}

impl Hours {
    /// The share of the time that there is for an answer. What is left is for finding out what the port speaks, if
    /// it comes to that.
    const FOR_AN_ANSWER: f64 = 0.75;

    fn for_answer(self, way: &Way) -> Duration {
        way.exporter.timeout.min(self.patience.mul_f64(Self::FOR_AN_ANSWER))
    }

    fn end(self) -> Instant {
        self.began + self.patience
    }
}

fn set_out(ways: Vec<Way>, recorder: &Arc<Recorder>, hours: Hours, tell: &Tell) {
    let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(async {
        let mut visits = JoinSet::new();
        for (at, way) in ways.into_iter().enumerate() {
            let (recorder, tell) = (Arc::clone(recorder), tell.clone());
            visits.spawn(async move {
                // Whoever asked may have stopped waiting.
                let _ = tell.send((at, visit(&way, &recorder, hours).await));
            });
        }
        while visits.join_next().await.is_some() {}
    });
    // A name that is still being looked up is not waited for.
    runtime.shutdown_background();
}

async fn visit(way: &Way, recorder: &Recorder, hours: Hours) -> Visit {
    let allowed = hours.for_answer(way);
    let limit = hours.began + allowed;
    let addresses = match timeout_at(limit, tokio::net::lookup_host(way.exporter.authority())).await {
        Ok(Ok(addresses)) => addresses.collect::<Vec<SocketAddr>>(),
        Ok(Err(error)) => return Visit::Unresolved(error.to_string()),
        Err(_) => return Visit::Unresolved(format!("there is no answer within {allowed:?}")),
    };
    let destination = match Destination::otlp(&way.exporter) {
        Ok(destination) => destination,
        Err(problem) => return Visit::Unusable(problem),
    };
    let sent = recorder.clock.now();
    let answer = timeout_at(limit, destination.probe(&Batch::empty(way.stream))).await;
    let heard = recorder.clock.now();
    let ProbeAnswer { attempt, date } = answer.unwrap_or_else(|_| ProbeAnswer {
        attempt: Attempt::Retry { after: None, why: Failure::not_in_time() },
        date: None,
    });
    let language = if is_unclear(&attempt) { port::language(&addresses, hours.end()).await } else { None };
    let times = Times { sent, heard, theirs: date.map(Timestamp::from) };
    Visit::Asked(Asked { attempt, times, language, allowed })
}

/// Whether it may be that we do not speak the same language.
fn is_unclear(attempt: &Attempt) -> bool {
    let (Attempt::Retry { why, .. } | Attempt::Refused(why)) = attempt else { return false };
    why.kind == FailureKind::NoAnswer || matches!(why.sign, Some(Sign::NotTls | Sign::Http(400)))
}
