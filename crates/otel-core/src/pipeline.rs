//! The engine of an application: installs a telemetry, carries what it records, and says what arrived.
//!
//! One thread does it all, with a runtime of its own and telemetry suppressed: it works with any executor or none,
//! cannot be blocked by the application's, and does not trace itself.

mod backlog;
mod builder;
mod carrier;
mod climate;
mod complaints;
mod courier;
mod destination;
mod diagnostic;
mod dispatch;
mod doctor;
mod drain;
mod effort;
mod errand;
mod health;
mod interop;
mod keeper;
mod launch;
mod meters;
mod monitor;
mod operator;
mod pacer;
#[cfg(feature = "prometheus")]
mod prometheus;
mod propagators;
mod recall;
mod resource;
mod scribe;
mod self_metrics;
mod sieve;
mod sites;
mod vitals;

use std::fmt;
#[cfg(feature = "prometheus")]
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use builder::{Builder, InstallError};
pub use diagnostic::Diagnostic;
pub(crate) use diagnostic::Listener;
pub use doctor::{Diagnosis, Finding, FindingKind, Subject};
pub use health::{Health, Stage};
pub(crate) use self_metrics::LABELS;

#[cfg(feature = "testing")]
pub(crate) use destination::{Destination, Memory};
#[cfg(feature = "testing")]
pub(crate) use launch::Parts;
#[cfg(feature = "testing")]
pub(crate) use resource::Resource;
#[cfg(feature = "testing")]
pub(crate) use sites::{Site, Way};

use opentelemetry::propagation::{TextMapCompositePropagator, TextMapPropagator};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::alerting::{Alert, Gate, Watch};
use crate::clock::Wall;
use crate::ledger::{DestinationReport, Ledger, Report};
use crate::privacy::{Officer, Privacy, Redaction};
use crate::recorder::{Recorder, Streams};
use crate::sensitive::Guard;
use crate::settings::{EffectiveSettings, PropagationSettings, Settings};
use crate::telemetry::Telemetry;
use drain::Command;
use vitals::Vitals;

/// How long the guard waits when it is dropped without a [`Pipeline::shutdown`].
const DROP_DEADLINE: Duration = Duration::from_secs(2);

/// As good as for ever: a deadline beyond it would not fit into a clock.
const EVER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// What a wait on the pipeline's thread may take beyond a deadline, for the thread to be scheduled and to answer.
const SLACK: Duration = Duration::from_millis(250);

impl Telemetry {
    /// Starts to set up a pipeline for the service called `service_name`.
    ///
    /// The name is what the service is called unless `OTEL_SERVICE_NAME` says otherwise.
    pub fn builder(service_name: impl Into<String>) -> Builder {
        Builder::new(service_name)
    }

    /// A pipeline for development: everything is sampled and printed on standard output, readable, within a
    /// second: a tree for each trace with timings, events in their place, and what changed in the metrics.
    ///
    /// # Errors
    ///
    /// When the pipeline's thread cannot be started.
    pub fn dev(service_name: impl Into<String>) -> Result<Pipeline, InstallError> {
        Builder::new(service_name).for_development().install()
    }
}

/// An installed pipeline, and the guard that ends it.
///
/// It dereferences to [`Telemetry`], so `&pipeline` is what a domain crate takes. Dropping it delivers what is
/// left, for two seconds at most.
#[derive(Debug)]
#[must_use = "dropping the pipeline ends it; keep it until the end of `main` and shut it down"]
pub struct Pipeline {
    telemetry: Telemetry,
    /// `None` when the SDK is disabled.
    engine: Option<Engine>,
    effective: EffectiveSettings,
    propagation: PropagationSettings,
    officer: Arc<Officer>,
}

/// The running half of a pipeline.
struct Engine {
    settings: Settings,
    recorder: Arc<Recorder>,
    ledger: Arc<Ledger>,
    vitals: Arc<Vitals>,
    commands: tokio::sync::mpsc::UnboundedSender<Command>,
    tracers: SdkTracerProvider,
    loggers: SdkLoggerProvider,
    meters: SdkMeterProvider,
    alerts: Option<Arc<Watch>>,
    gate: Option<Arc<Gate>>,
    #[cfg(feature = "prometheus")]
    prometheus: Option<SocketAddr>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Deref for Pipeline {
    type Target = Telemetry;

    fn deref(&self) -> &Telemetry {
        &self.telemetry
    }
}

impl Pipeline {
    fn new(telemetry: Telemetry, engine: Option<Engine>, settings: &Settings, officer: Arc<Officer>) -> Self {
        let (effective, propagation) = (settings.effective.clone(), settings.propagation.clone());
        Self { telemetry, engine, effective, propagation, officer }
    }

    /// A pipeline that records nothing.
    fn disabled(settings: &Settings, privacy: Privacy) -> Self {
        let officer = Officer::new(privacy, &Streams::default(), Wall::System);
        Self::new(Telemetry::noop(), None, settings, Arc::new(officer))
    }

    /// The handle to give to domains and libraries.
    pub const fn telemetry(&self) -> &Telemetry {
        &self.telemetry
    }

    /// Every setting in force and who said so, to be shown to an operator. Secrets are left out.
    pub const fn effective_settings(&self) -> &EffectiveSettings {
        &self.effective
    }

    /// What became of everything so far.
    pub fn report(&self) -> Report {
        self.engine.as_ref().map(Engine::report).unwrap_or_default()
    }

    /// What became of everything so far, destination by destination.
    pub fn reports(&self) -> Vec<DestinationReport> {
        self.engine.as_ref().map(|engine| engine.ledger.reports(&engine.recorder)).unwrap_or_default()
    }

    /// What was found that must not leave, and what was done about it, so far; never what it was.
    pub fn redactions(&self) -> Vec<Redaction> {
        self.officer.redactions()
    }

    /// How the pipeline is doing: by what gets through, and not by what runs.
    pub fn health(&self) -> Health {
        match &self.engine {
            Some(engine) => engine.vitals.pulse.health(!engine.recorder.is_closed()),
            None => Health::of_nothing(),
        }
    }

    /// Delivers everything recorded before this call, or leaves it to the spool where there is one and its
    /// destination is down.
    ///
    /// It may be called from anywhere, inside any runtime or outside; it blocks the calling thread.
    ///
    /// # Errors
    ///
    /// When it was not over by the deadline, or something was lost meanwhile.
    pub fn flush(&self, deadline: Duration) -> Result<Report, Undelivered> {
        let Some(engine) = &self.engine else { return Ok(Report::default()) };
        let until = Instant::now() + deadline.min(EVER);
        let lost_before = engine.report().lost();
        let (reply, flushed) = mpsc::channel();
        if engine.commands.send(Command::Flush { reply }).is_err() {
            // The pipeline has ended: there is nothing left to wait for.
            return Undelivered::unless(true, engine.report(), lost_before);
        }
        let meters = engine.meters.clone();
        let (done, collected) = mpsc::channel();
        // The SDK's flush has no deadline, so it runs beside.
        in_background("otel-metrics-flush", move || {
            let _ = done.send(meters.force_flush());
        });
        let records = flushed.recv_timeout(until.saturating_duration_since(Instant::now())).is_ok();
        // A failed export shows in the ledger; here it only matters that it is over.
        let metrics = collected.recv_timeout(until.saturating_duration_since(Instant::now())).is_ok();
        Undelivered::unless(records && metrics, engine.report(), lost_before)
    }

    /// Ends the pipeline: delivers what is left until the deadline, and says what became of everything. What a spool
    /// has is not lost: the next process delivers it.
    ///
    /// What is recorded afterwards is counted as dropped. A second shutdown returns the same report. It may be
    /// called from anywhere, inside any runtime or outside; it blocks the calling thread, for the deadline and a
    /// quarter of a second at most.
    ///
    /// # Errors
    ///
    /// When something that was recorded did not arrive, for whatever reason and at whatever time.
    pub fn shutdown(&self, deadline: Duration) -> Result<Report, Undelivered> {
        match &self.engine {
            Some(engine) => engine.shutdown(deadline.min(EVER)),
            None => Ok(Report::default()),
        }
    }

    /// Every alert that is remembered: what is pending, fires, flaps or has resolved lately. Empty without
    /// [`Builder::alerting`].
    ///
    /// Metrics are collected and all rules evaluated for it, in `patience` at most.
    pub fn alerts_now(&self, patience: Duration) -> Vec<Alert> {
        let Some(engine) = &self.engine else { return Vec::new() };
        let Some(alerts) = &engine.alerts else { return Vec::new() };
        let until = Instant::now() + patience.min(EVER);
        if let Some(gate) = engine.gate.clone() {
            let meters = engine.meters.clone();
            let (done, collected) = mpsc::channel();
            in_background("otel-metrics-look", move || {
                gate.look(|| drop(meters.force_flush()));
                let _ = done.send(());
            });
            // Without new metrics, the rules are evaluated on the old ones.
            let _ = collected.recv_timeout(patience.min(EVER));
        }
        alerts.round(until.saturating_duration_since(Instant::now()))
    }

    /// A tracer provider of the OpenTelemetry SDK whose spans travel this pipeline: for `tracing-opentelemetry`,
    /// and for code that uses the OpenTelemetry API. `None` when the SDK is disabled.
    pub fn tracer_provider(&self) -> Option<&SdkTracerProvider> {
        self.engine.as_ref().map(|engine| &engine.tracers)
    }

    /// A logger provider of the OpenTelemetry SDK whose records travel this pipeline. `None` when the SDK is
    /// disabled.
    pub fn logger_provider(&self) -> Option<&SdkLoggerProvider> {
        self.engine.as_ref().map(|engine| &engine.loggers)
    }

    /// The meter provider behind this pipeline's metrics. `None` when the SDK is disabled.
    pub fn meter_provider(&self) -> Option<&SdkMeterProvider> {
        self.engine.as_ref().map(|engine| &engine.meters)
    }

    /// How context travels to other processes, as `OTEL_PROPAGATORS` says: W3C trace context and baggage by default.
    /// It works when the SDK is disabled, too.
    pub fn propagator(&self) -> Arc<dyn TextMapPropagator + Send + Sync> {
        Arc::new(self.propagators())
    }

    fn propagators(&self) -> TextMapCompositePropagator {
        propagators::composite(&self.propagation, &Guard::new(Arc::<Officer>::clone(&self.officer)))
    }

    /// Where Prometheus can fetch metrics; `None` when it cannot, or when the SDK is disabled.
    #[cfg(feature = "prometheus")]
    pub fn prometheus_address(&self) -> Option<SocketAddr> {
        self.engine.as_ref().and_then(|engine| engine.prometheus)
    }

    /// Makes this pipeline the one that `opentelemetry::global` hands out, with its [`Pipeline::propagator`]. Nothing
    /// in this crate uses the globals; this is for code that does.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that sets the globals, when the application asks"
    )]
    pub fn make_global(&self) {
        opentelemetry::global::set_text_map_propagator(self.propagators());
        if let Some(engine) = &self.engine {
            opentelemetry::global::set_tracer_provider(engine.tracers.clone());
            opentelemetry::global::set_meter_provider(engine.meters.clone());
        }
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        // What was lost is in the ledger, and the diagnostics have said why; a drop has nobody to tell.
        let _ = self.shutdown(DROP_DEADLINE);
    }
}

impl Engine {
    fn report(&self) -> Report {
        self.ledger.report(&self.recorder)
    }

    fn shutdown(&self, deadline: Duration) -> Result<Report, Undelivered> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(running) = thread.take() else { return Undelivered::unless(true, self.report(), 0) };
        let until = Instant::now() + deadline;
        // First, so that what it has to say still leaves; but not at the cost of everything else.
        let quiet = self.alerts.as_ref().is_none_or(|alerts| alerts.stop(deadline / 2));
        let deadline = until.saturating_duration_since(Instant::now());
        let (reply, finished) = mpsc::channel();
        let asked = self.commands.send(Command::Shutdown { deadline, reply });
        let meters = self.meters.clone();
        let commands = self.commands.clone();
        // The SDK's shutdown has a time limit of its own that cannot be changed, so it runs beside.
        in_background("otel-metrics-shutdown", move || {
            let _ = meters.shutdown();
            let _ = commands.send(Command::MetricsDone);
        });
        let finished = asked.is_ok() && finished.recv_timeout(deadline + SLACK).is_ok();
        if finished {
            // The thread has nothing left to do but to return.
            let _ = running.join();
        }
        Undelivered::unless(finished && quiet, self.report(), 0)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("recorder", &self.recorder).finish_non_exhaustive()
    }
}

/// Runs `work` on a thread of its own that nobody waits for.
fn in_background(name: &str, work: impl FnOnce() + Send + 'static) {
    // Without a thread the work is dropped, and with it the channel that says it is done.
    let _ = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        let _suppressed = opentelemetry::Context::enter_telemetry_suppressed_scope();
        work();
    });
}

/// Something that was recorded did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    report: Box<Report>,
}

impl Undelivered {
    /// What became of everything.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// An error unless it is over and nothing was lost beyond what was lost before.
    fn unless(over: bool, report: Report, lost_before: u64) -> Result<Report, Self> {
        if over && report.lost() == lost_before { Ok(report) } else { Err(Self { report: Box::new(report) }) }
    }
}

impl fmt::Display for Undelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not everything was delivered: {}", self.report)
    }
}

impl std::error::Error for Undelivered {}
