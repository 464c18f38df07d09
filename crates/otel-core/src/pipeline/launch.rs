//! Starting a pipeline: from parts that were decided to a thread that runs.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::clock::Clock;
use crate::head::HeadSampler;
use crate::ids::Ids;
use crate::interop;
use crate::ledger::{Ledger, Stream};
use crate::otlp::{Batcher, Buffers};
use crate::outbox::Budget;
use crate::recorder::{self, Recorder, Scope, Streams};
use crate::resource::Resource;
use crate::settings::{Problem, Route, Settings};
use crate::telemetry::Telemetry;

use super::builder::InstallError;
use super::courier::Routes;
use super::destination::Destination;
use super::diagnostic::Listener;
use super::drain::{Command, Drain};
use super::{Engine, Pipeline, meters};

/// How long the setting up of the pipeline's thread may take.
const START_DEADLINE: Duration = Duration::from_secs(10);

/// Prepares the destinations of all streams. They share the console, where events stand inside their traces.
pub(super) fn destinations(settings: &Settings) -> Result<Destinations, Vec<Problem>> {
    let console = Arc::new(Destination::console());
    let mut problems = Vec::new();
    let destinations = settings.routes.each_ref().map(|route| match route {
        Route::Console => Arc::clone(&console),
        Route::Nothing => Arc::new(Destination::Nowhere),
        Route::Otlp(settings) => Arc::new(Destination::otlp(settings).unwrap_or_else(|problem| {
            problems.push(problem);
            Destination::Nowhere
        })),
    });
    if problems.is_empty() { Ok(destinations) } else { Err(problems) }
}

type Destinations = [Arc<Destination>; Stream::ALL.len()];

/// Makes the destinations, on the pipeline's thread.
type MakeDestinations = Box<dyn FnOnce(&Settings) -> Result<Destinations, Vec<Problem>> + Send>;

/// Everything a pipeline is made of, decided.
pub(crate) struct Parts {
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) sampler: HeadSampler,
    pub(crate) resource: Resource,
    pub(crate) listener: Listener,
    pub(crate) destinations: MakeDestinations,
    pub(crate) settings: Settings,
}

impl Parts {
    pub(crate) fn install(self) -> Result<Pipeline, InstallError> {
        let Self { clock, ids, sampler, resource, listener, destinations, settings } = self;
        let ledger = Arc::new(Ledger::default());
        let (commands, inbox) = unbounded_channel();
        let streams = Streams::default();
        let exporter = meters::Exporter::new(commands.clone(), Arc::clone(&ledger), settings.temporality);
        let meters =
            meters::provider(resource.for_sdk(), streams.clone(), exporter, settings.metric_interval);
        let budget = Budget::new(settings.queue_bytes);
        let recorder = Recorder::new(recorder::Parts {
            clock,
            ids,
            sampler,
            limits: settings.limits,
            streams,
            meters: Box::new(meters.clone()),
            budget: Arc::clone(&budget),
        });
        let flush = flusher(commands.clone());
        let tracers = interop::tracer_provider(&recorder, resource.for_sdk(), Arc::clone(&flush));
        let loggers = interop::logger_provider(&recorder, resource.for_sdk(), flush);
        let resource: Arc<[u8]> = resource.encode().into();
        let job = Job { recorder, ledger, inbox, resource, listener, destinations, settings, budget };
        let (recorder, ledger) = (Arc::clone(&job.recorder), Arc::clone(&job.ledger));
        let thread = job.start()?;
        let scope =
            InstrumentationScope::builder(env!("CARGO_PKG_NAME")).with_version(env!("CARGO_PKG_VERSION"));
        let telemetry = Telemetry { scope: Some(Scope::new(&recorder, scope.build())) };
        let thread = Mutex::new(Some(thread));
        let engine = Engine { recorder, ledger, commands, tracers, loggers, meters, thread };
        Ok(Pipeline { telemetry, engine: Some(engine) })
    }
}

/// How long a flush asked for through the OpenTelemetry API may take; the API has no deadline.
const FLUSH_DEADLINE: Duration = Duration::from_secs(5);

fn flusher(commands: UnboundedSender<Command>) -> interop::Flush {
    Arc::new(move || {
        let (reply, flushed) = mpsc::channel();
        commands.send(Command::Flush { reply }).is_ok() && flushed.recv_timeout(FLUSH_DEADLINE).is_ok()
    })
}

/// What the pipeline's thread is given.
struct Job {
    recorder: Arc<Recorder>,
    ledger: Arc<Ledger>,
    inbox: UnboundedReceiver<Command>,
    resource: Arc<[u8]>,
    listener: Listener,
    destinations: MakeDestinations,
    settings: Settings,
    budget: Arc<Budget>,
}

impl Job {
    /// Starts the thread, and waits until its destinations are ready.
    fn start(self) -> Result<JoinHandle<()>, InstallError> {
        let (ready, started) = mpsc::channel();
        let failed = |why: String| InstallError::new(vec![Problem::new("pipeline thread", why)]);
        let thread = std::thread::Builder::new()
            .name("otel-pipeline".to_owned())
            .spawn(move || self.run(&ready))
            .map_err(|error| failed(error.to_string()))?;
        match started.recv_timeout(START_DEADLINE) {
            Ok(Ok(())) => Ok(thread),
            Ok(Err(problems)) => Err(InstallError::new(problems)),
            Err(_) => Err(failed("did not start".to_owned())),
        }
    }

    fn run(self, ready: &mpsc::Sender<Result<(), Vec<Problem>>>) {
        let _suppressed = opentelemetry::Context::enter_telemetry_suppressed_scope();
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                let _ = ready.send(Err(vec![Problem::new("pipeline thread", error.to_string())]));
                return;
            }
        };
        runtime.block_on(async {
            match (self.destinations)(&self.settings) {
                Ok(destinations) => {
                    let _ = ready.send(Ok(()));
                    let timeouts = self.settings.routes.each_ref().map(timeout);
                    let routes = Routes {
                        destinations,
                        timeouts,
                        listener: self.listener,
                        queue_bytes: self.settings.queue_bytes,
                        reported: Stream::ALL.map(|_| AtomicBool::new(false)),
                    };
                    let batchers = batchers(&self.settings, &self.resource);
                    let routes = Arc::new(routes);
                    Drain::new(self.recorder, self.ledger, routes, self.inbox, batchers, &self.budget)
                        .run()
                        .await;
                }
                Err(problems) => {
                    let _ = ready.send(Err(problems));
                }
            }
        });
    }
}

fn timeout(route: &Route) -> Duration {
    match route {
        Route::Otlp(settings) => settings.timeout,
        Route::Console | Route::Nothing => Duration::from_secs(10),
    }
}

fn batchers(settings: &Settings, resource: &Arc<[u8]>) -> [Batcher; 2] {
    let batch = settings.batch;
    let buffers = Buffers::default();
    [Stream::Traces, Stream::Logs].map(|stream| {
        let at = stream as usize;
        Batcher::new(stream, resource, &buffers, batch.max_items[at], batch.max_bytes, batch.delay[at])
    })
}
