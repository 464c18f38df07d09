//! Starting a pipeline: from parts that were decided to a thread that runs.

use std::pin::Pin;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::alerting::{Alerting, Gate, Surroundings, Watch};
use crate::budget::{Budget, Division};
use crate::clock::Clock;
use crate::head::HeadSampler;
use crate::ids::Ids;
use crate::lane::Lane;
use crate::ledger::{Ledger, Stream};
use crate::otlp::{Batcher, Buffers};
use crate::outbox::Pool;
use crate::privacy::{Officer, Privacy};
use crate::record::Kind;
use crate::recorder::{self, Recorder, Scope, Streams};
use crate::sampling::{GovernorSettings, Look, Looking, conventions};
use crate::sensitive::Guard;
use crate::settings::{Problem, QueueSettings, Settings};
use crate::telemetry::Telemetry;

use super::builder::InstallError;
use super::climate::Climate;
use super::diagnostic::Listener;
use super::dispatch::Dispatch;
use super::drain::{Batchers, Command, Drain, Stages};
use super::monitor::Monitor;
use super::operator::Operator;
#[cfg(feature = "prometheus")]
use super::prometheus::Scraped;
use super::resource::Resource;
use super::scribe::Scribe;
use super::self_metrics::{self, Sources};
use super::sieve::Sieve;
use super::sites::{self, Site};
use super::vitals::Vitals;
use super::{Engine, Pipeline, interop, meters};

/// The instrumentation scope of what is recorded without one, and of the pipeline's own metrics.
const SCOPE: &str = env!("CARGO_PKG_NAME");

/// How long the setting up of the pipeline's thread may take.
const START_DEADLINE: Duration = Duration::from_secs(10);

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
    pub(crate) alerting: Option<Alerting>,
    /// What else the pipeline's thread does, until it ends.
    pub(crate) chores: Vec<Chore>,
    pub(crate) governor: GovernorSettings,
    pub(crate) privacy: Privacy,
}

/// Something that is done beside everything else, and is cancelled when the pipeline ends.
pub(crate) type Chore = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Parts {
    pub(crate) fn install(self) -> Result<Pipeline, InstallError> {
        let Self { listener, settings, .. } = self;
        let vitals = Arc::new(Vitals::new());
        let ledger = Arc::new(sites::ledger(&settings));
        let (commands, inbox) = unbounded_channel();
        let streams = Streams::default();
        let (officer, guard) = guarding(self.privacy, &streams, &self.clock);
        let resource = self.resource.guarded(&guard);
        let gate = self.alerting.as_ref().and_then(Gate::for_rules_of);
        let (books, signs) = (Arc::clone(&ledger), Arc::clone(&vitals));
        let exporter =
            meters::Exporter::new(commands.clone(), books, signs, &settings, guard.clone(), gate.clone());
        let metering = Metering::new(&settings, &resource, &streams, exporter, &guard)?;
        let budget = Budget::new(&division(&settings));
        let look = settings.tail.as_ref().map(|tail| Look::new(tail.look_at));
        let recorder = Recorder::new(recorder::Parts {
            clock: self.clock,
            ids: self.ids,
            sampler: looking(self.sampler, look.as_ref()),
            limits: settings.limits,
            guard: guard.clone(),
            streams,
            meters: Box::new(metering.meters.clone()),
            budget: Arc::clone(&budget),
        });
        let flush = flusher(commands.clone());
        let tracers = interop::tracer_provider(&recorder, resource.for_sdk(), Arc::clone(&flush));
        let loggers = interop::logger_provider(&recorder, resource.for_sdk(), flush);
        let telemetry = Telemetry { scope: Some(Scope::new(&recorder, own_scope())) };
        let around = Surroundings {
            facts: resource.facts(),
            recorder: &recorder,
            listener: &listener,
            actions: settings.actions,
        };
        let alerts = self.alerting.map(|alerting| watch(alerting, &around, gate.as_deref())).transpose()?;
        #[cfg(feature = "prometheus")]
        let prometheus = metering.scraped.as_ref().map(Scraped::address);
        let decided = settings.clone();
        let job = Job {
            recorder: Arc::clone(&recorder),
            ledger: Arc::clone(&ledger),
            vitals: Arc::clone(&vitals),
            inbox,
            resource: resource.encode().into(),
            officer: Arc::clone(&officer),
            listener,
            settings,
            budget,
            chores: self.chores,
            governing: look.map(|look| Governing::new(look, self.governor, &recorder)),
            #[cfg(feature = "prometheus")]
            scraped: metering.scraped,
        };
        let thread = job.start(self.sites).inspect_err(|_| give_up(alerts.as_deref()))?;
        let engine = Engine {
            settings: decided.clone(),
            thread: Mutex::new(Some(thread)),
            recorder,
            ledger,
            vitals,
            commands,
            tracers,
            loggers,
            meters: metering.meters,
            alerts,
            gate,
            #[cfg(feature = "prometheus")]
            prometheus,
        };
        Ok(Pipeline::new(telemetry, Some(engine), &decided, officer))
    }
}

/// Starts the alert machine.
fn watch(
    alerting: Alerting,
    around: &Surroundings<'_>,
    gate: Option<&Gate>,
) -> Result<Arc<Watch>, InstallError> {
    let watch = Watch::start(alerting, around).map_err(InstallError::new)?;
    if let Some(gate) = gate {
        gate.open(&watch);
    }
    Ok(watch)
}

/// Ends the alert machine of a pipeline that did not start. Nobody else would: it is held by what it watches.
fn give_up(alerts: Option<&Watch>) {
    if let Some(alerts) = alerts {
        alerts.stop(Duration::ZERO);
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

/// Who looks after privacy, and how everybody asks.
fn guarding(privacy: Privacy, streams: &Streams, clock: &Clock) -> (Arc<Officer>, Guard) {
    let officer = Arc::new(Officer::new(privacy, streams, clock.wall()));
    let guard = Guard::new(Arc::<Officer>::clone(&officer));
    (officer, guard)
}

/// Where metrics come from.
struct Metering {
    meters: SdkMeterProvider,
    #[cfg(feature = "prometheus")]
    scraped: Option<Scraped>,
}

impl Metering {
    fn new(
        settings: &Settings,
        resource: &Resource,
        streams: &Streams,
        exporter: meters::Exporter,
        #[cfg_attr(not(feature = "prometheus"), expect(unused_variables, reason = "only the page needs it"))]
        guard: &Guard,
    ) -> Result<Self, InstallError> {
        let meters = meters::provider(resource.for_sdk(), streams.clone(), exporter, settings);
        #[cfg(feature = "prometheus")]
        let (scraped, meters) =
            Scraped::open(settings, meters, guard).map_err(|why| InstallError::new(vec![why]))?;
        Ok(Self {
            meters: meters.build(),
            #[cfg(feature = "prometheus")]
            scraped,
        })
    }
}

/// What a governor needs.
struct Governing {
    look: Look,
    settings: GovernorSettings,
    scope: Arc<Scope>,
}

impl Governing {
    fn new(look: Look, settings: GovernorSettings, recorder: &Arc<Recorder>) -> Self {
        Self { look, settings, scope: Scope::of(recorder, &conventions::CATALOGUE) }
    }
}

/// The scope of what is recorded without one, and of the pipeline's own metrics.
fn own_scope() -> InstrumentationScope {
    InstrumentationScope::builder(SCOPE).with_version(env!("CARGO_PKG_VERSION")).build()
}

/// The head sampler, with a look at what it does not sample where there is a tail sampler.
fn looking(head: HeadSampler, look: Option<&Look>) -> HeadSampler {
    match look {
        Some(look) => HeadSampler::Chosen(Box::new(Looking::new(head, look.clone()))),
        None => head,
    }
}

/// What the pipeline's thread is given.
struct Job {
    recorder: Arc<Recorder>,
    ledger: Arc<Ledger>,
    vitals: Arc<Vitals>,
    inbox: UnboundedReceiver<Command>,
    resource: Arc<[u8]>,
    officer: Arc<Officer>,
    listener: Listener,
    settings: Settings,
    budget: Arc<Budget>,
    chores: Vec<Chore>,
    /// What a tail sampler is governed with, where there is one.
    governing: Option<Governing>,
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
            match self.prepare(sites) {
                Ok(dispatch) => {
                    self.chores.drain(..).for_each(|chore| drop(tokio::spawn(chore)));
                    // With it come the pipeline's own metrics, which whoever waits may collect at once.
                    let drain = self.drain(dispatch);
                    let _ = ready.send(Ok(()));
                    drain.run().await;
                }
                Err(problems) => {
                    let _ = ready.send(Err(problems));
                }
            }
        });
    }

    /// Everything that is sent to, kept in or fetched from, ready.
    fn prepare(&mut self, sites: MakeSites) -> Result<Dispatch, Vec<Problem>> {
        let sites = sites(&self.settings)?;
        #[cfg(feature = "prometheus")]
        self.scraped.take().map_or(Ok(()), Scraped::serve).map_err(|problem| vec![problem])?;
        let Self { settings, recorder, ledger, vitals, listener, .. } = self;
        Dispatch::prepare(sites, settings, Arc::clone(listener), recorder, ledger, vitals)
    }

    fn drain(self, dispatch: Dispatch) -> Drain {
        let Self {
            recorder,
            ledger,
            vitals,
            inbox,
            resource,
            officer,
            listener,
            settings,
            budget,
            governing,
            ..
        } = self;
        let carriers = dispatch.courier.carriers();
        if settings.self_metrics {
            let sources = Sources {
                ledger: Arc::clone(&ledger),
                recorder: Arc::downgrade(&recorder),
                budget: Arc::clone(&budget),
                vitals: Arc::clone(&vitals),
                officer,
                components: carriers.iter().map(|carrier| carrier.outlet().component.clone()).collect(),
            };
            let has_tail = settings.tail.is_some();
            self_metrics::register(&recorder.meter(own_scope()), &Arc::new(sources), has_tail);
        }
        let own_metrics = settings.self_metrics.then_some(settings.metrics.interval);
        let spool_cap = settings.spool.as_ref().map(|spool| spool.max_bytes * dispatch.keepings.len() as u64);
        let governed = settings.tail.as_ref().zip(governing).map(|(tail, governing)| {
            let Governing { look, settings, scope } = governing;
            Climate::new(settings, (look, tail.look_at), scope, &budget, &vitals, spool_cap)
        });
        let sieve = settings.tail.as_ref().and_then(|tail| Sieve::new(tail, recorder.clock.read()).ok());
        let monitor = Monitor::new(vitals, carriers, own_metrics);
        let operator = Operator::new(listener, settings.queue.bytes, settings.spool.is_some());
        let scribe = Scribe::new(&recorder, operator);
        let stages =
            Stages { sampling: sieve.zip(governed), scribe, batchers: batchers(&settings, &resource) };
        Drain::new(recorder, ledger, dispatch, inbox, stages, Pool::new(&budget), monitor)
    }
}

fn division(settings: &Settings) -> Division {
    let QueueSettings { bytes, reserved, audit_patience } = settings.queue;
    let of = |lane: Lane| reserved[lane as usize];
    Division { bytes, audit: of(Lane::Audit), alert: of(Lane::Alert), audit_patience }
}

/// The least number of full batches that a spool has room for.
const BATCHES_IN_SPOOL: u64 = 16;

/// How long what somebody waits for, or what must not be lost, waits for company: a burst still shares a request.
const URGENT: Duration = Duration::from_millis(10);

fn batchers(settings: &Settings, resource: &Arc<[u8]>) -> Batchers {
    let batch = settings.batch;
    // A small spool should hold more than a request or two.
    let for_spool = settings.spool.as_ref().map_or(usize::MAX, |spool| {
        usize::try_from(spool.max_bytes / BATCHES_IN_SPOOL).unwrap_or(usize::MAX)
    });
    let max_bytes = batch.max_bytes.min(for_spool);
    let buffers = Buffers::default();
    std::array::from_fn(|index| {
        let Kind { signal, lane } = Kind::at(index);
        let stream = Stream::from(signal);
        let at = stream as usize;
        let delay = match lane {
            Lane::Audit | Lane::Alert => batch.delay[at].min(URGENT),
            Lane::Normal | Lane::Bulk => batch.delay[at],
        };
        Batcher::new(stream, resource, &buffers, batch.max_items[at], max_bytes, delay)
    })
}
