//! Starting a pipeline: from parts that were decided to a thread that runs.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::budget::{Budget, Division};
use crate::clock::Clock;
use crate::head::HeadSampler;
use crate::ids::Ids;
use crate::interop;
use crate::lane::Lane;
use crate::ledger::{Ledger, Stream};
use crate::otlp::{Batcher, Buffers};
use crate::outbox::Pool;
#[cfg(feature = "prometheus")]
use crate::prometheus::Scraped;
use crate::record::Kind;
use crate::recorder::{self, Recorder, Scope, Streams};
use crate::resource::Resource;
use crate::settings::{DestinationSettings, JsonTarget, Problem, QueueSettings, Route, Settings};
use crate::telemetry::Telemetry;

use super::builder::InstallError;
use super::carrier::{Carrier, Outlet};
use super::courier::Courier;
use super::destination::Destination;
use super::diagnostic::Listener;
use super::drain::{Batchers, Command, Drain};
use super::monitor::Monitor;
use super::operator::{Operator, Server, server_of};
use super::self_metrics::{self, Component, Sources};
use super::vitals::Vitals;
use super::{Engine, Pipeline, meters};

/// The instrumentation scope of what is recorded without one, and of the pipeline's own metrics.
const SCOPE: &str = env!("CARGO_PKG_NAME");

/// How long the setting up of the pipeline's thread may take.
const START_DEADLINE: Duration = Duration::from_secs(10);

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

/// Makes the destinations, on the pipeline's thread.
type MakeSites = Box<dyn FnOnce(&Settings) -> Result<Vec<Site>, Vec<Problem>> + Send>;

/// Everything a pipeline is made of, decided.
pub(crate) struct Parts {
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) sampler: HeadSampler,
    pub(crate) resource: Resource,
    pub(crate) listener: Listener,
    pub(crate) sites: MakeSites,
    pub(crate) settings: Settings,
}

impl Parts {
    pub(crate) fn install(self) -> Result<Pipeline, InstallError> {
        let Self { clock, ids, sampler, resource, listener, sites, settings } = self;
        let vitals = Arc::new(Vitals::new());
        let ledger = Arc::new(ledger(&settings));
        let (commands, inbox) = unbounded_channel();
        let streams = Streams::default();
        let temporality = settings.metrics.temporality;
        let exporter =
            meters::Exporter::new(commands.clone(), Arc::clone(&ledger), Arc::clone(&vitals), temporality);
        let meters = meters::provider(resource.for_sdk(), streams.clone(), exporter, &settings);
        #[cfg(feature = "prometheus")]
        let (scraped, meters) =
            Scraped::open(&settings, meters).map_err(|problem| InstallError::new(vec![problem]))?;
        let meters = meters.build();
        let budget = Budget::new(&division(&settings));
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
        let scope = InstrumentationScope::builder(SCOPE).with_version(env!("CARGO_PKG_VERSION"));
        let telemetry = Telemetry { scope: Some(Scope::new(&recorder, scope.build())) };
        #[cfg(feature = "prometheus")]
        let prometheus = scraped.as_ref().map(Scraped::address);
        let decided = settings.clone();
        let job = Job {
            recorder: Arc::clone(&recorder),
            ledger: Arc::clone(&ledger),
            vitals: Arc::clone(&vitals),
            inbox,
            resource: resource.encode().into(),
            listener,
            settings,
            budget,
            #[cfg(feature = "prometheus")]
            scraped,
        };
        let engine = Engine {
            thread: Mutex::new(Some(job.start(sites)?)),
            recorder,
            ledger,
            vitals,
            commands,
            tracers,
            loggers,
            meters,
            #[cfg(feature = "prometheus")]
            prometheus,
        };
        Ok(Pipeline::new(telemetry, Some(engine), &decided))
    }
}

/// A ledger with an account for each destination that something is sent to, numbered as they come.
fn ledger(settings: &Settings) -> Ledger {
    let pushed_to = settings.destinations.iter().filter(|destination| is_pushed_to(destination));
    Ledger::new(
        pushed_to
            .map(|destination| (destination.name.clone(), pushed(destination).map(|route| route.is_some()))),
    )
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
    vitals: Arc<Vitals>,
    inbox: UnboundedReceiver<Command>,
    resource: Arc<[u8]>,
    listener: Listener,
    settings: Settings,
    budget: Arc<Budget>,
    #[cfg(feature = "prometheus")]
    scraped: Option<Scraped>,
}

impl Job {
    /// Starts the thread, and waits until its destinations are ready.
    fn start(self, sites: MakeSites) -> Result<JoinHandle<()>, InstallError> {
        let (ready, started) = mpsc::channel();
        let failed = |why: String| InstallError::new(vec![Problem::new("pipeline thread", why)]);
        let thread = std::thread::Builder::new()
            .name("otel-pipeline".to_owned())
            .spawn(move || self.run(sites, &ready))
            .map_err(|error| failed(error.to_string()))?;
        match started.recv_timeout(START_DEADLINE) {
            Ok(Ok(())) => Ok(thread),
            Ok(Err(problems)) => Err(InstallError::new(problems)),
            Err(_) => Err(failed("did not start".to_owned())),
        }
    }

    #[cfg_attr(not(feature = "prometheus"), expect(unused_mut, reason = "what serves metrics is taken out"))]
    fn run(mut self, sites: MakeSites, ready: &mpsc::Sender<Result<(), Vec<Problem>>>) {
        let _suppressed = opentelemetry::Context::enter_telemetry_suppressed_scope();
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                let _ = ready.send(Err(vec![Problem::new("pipeline thread", error.to_string())]));
                return;
            }
        };
        runtime.block_on(async {
            match sites(&self.settings) {
                Ok(sites) => {
                    #[cfg(feature = "prometheus")]
                    if let Some(Err(problem)) = self.scraped.take().map(Scraped::serve) {
                        let _ = ready.send(Err(vec![problem]));
                        return;
                    }
                    let _ = ready.send(Ok(()));
                    self.drain(sites).run().await;
                }
                Err(problems) => {
                    let _ = ready.send(Err(problems));
                }
            }
        });
    }

    fn drain(self, sites: Vec<Site>) -> Drain {
        let Self { recorder, ledger, vitals, inbox, resource, listener, settings, budget, .. } = self;
        let operator = Operator::new(listener, settings.queue.bytes, false);
        let carriers = carriers(sites, &settings, &ledger, &vitals, &operator);
        if settings.self_metrics {
            let scope = InstrumentationScope::builder(SCOPE).with_version(env!("CARGO_PKG_VERSION"));
            let sources = Sources {
                ledger: Arc::clone(&ledger),
                recorder: Arc::downgrade(&recorder),
                budget: Arc::clone(&budget),
                vitals: Arc::clone(&vitals),
                components: carriers.iter().map(|carrier| carrier.outlet().component.clone()).collect(),
            };
            self_metrics::register(&recorder.meter(scope.build()), &Arc::new(sources));
        }
        let monitor =
            Monitor::new(vitals, &carriers, settings.self_metrics.then_some(settings.metrics.interval));
        let courier = Courier::new(carriers, Vec::new());
        let batchers = batchers(&settings, &resource);
        Drain::new(recorder, ledger, courier, inbox, batchers, Pool::new(&budget), monitor)
    }
}

/// A carrier for each stream of each destination.
fn carriers(
    sites: Vec<Site>,
    settings: &Settings,
    ledger: &Arc<Ledger>,
    vitals: &Arc<Vitals>,
    operator: &Operator,
) -> Vec<Carrier> {
    let mut servers: HashMap<String, Rc<Server>> = HashMap::new();
    let room = settings.queue.bytes / sites.len().max(1);
    let mut carriers = Vec::new();
    for (number, site) in sites.into_iter().enumerate() {
        for (stream, way) in Stream::ALL.into_iter().zip(site.streams) {
            let Some(Way { destination, attempt }) = way else { continue };
            let server = server_of(destination.endpoint()).to_owned();
            let server = Rc::clone(servers.entry(server).or_insert_with(|| Server::new(operator)));
            let component = Component::new(number, stream, destination.dialect(), destination.endpoint());
            let outlet = Outlet {
                component,
                stream,
                number,
                destination,
                server,
                keeper: None,
                attempt,
                retry_for: settings.retry_for[stream as usize],
                backoff: settings.backoff,
                room,
            };
            carriers.push(Carrier::new(outlet, Arc::clone(ledger), Arc::clone(vitals)));
        }
    }
    carriers
}

fn division(settings: &Settings) -> Division {
    let QueueSettings { bytes, reserved, audit_patience } = settings.queue;
    let of = |lane: Lane| reserved[lane as usize];
    Division { bytes, audit: of(Lane::Audit), alert: of(Lane::Alert), audit_patience }
}

fn batchers(settings: &Settings, resource: &Arc<[u8]>) -> Batchers {
    let batch = settings.batch;
    let buffers = Buffers::default();
    std::array::from_fn(|index| {
        let stream = Stream::from(Kind::at(index).signal);
        let at = stream as usize;
        Batcher::new(stream, resource, &buffers, batch.max_items[at], batch.max_bytes, batch.delay[at])
    })
}
