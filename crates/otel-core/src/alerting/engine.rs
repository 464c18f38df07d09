//! The alert machine at work: a thread of its own, so that neither the application nor what is sent can hold it up.

mod work;

use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::metrics::data::ResourceMetrics;

use super::action::{Responder, Safeguards};
use super::conventions;
use super::figures::{self, Figures};
use super::judge::Judge;
use super::memory::Memory;
use super::routing::Criticality;
use super::samples::{Sample, Wanted};
use super::setup::{Alerting, Ruled};
use super::sinks::{self, Office};
use super::state::Alert;
use super::voice::Voice;
use crate::alert::{AlertRule, Desk};
use crate::pipeline::{Diagnostic, Listener};
use crate::recorder::{Recorder, Scope};
use crate::settings::{ActionMode, Problem};
use crate::telemetry::Telemetry;
use crate::time::Timestamp;
use work::Work;

/// Observations that wait for the thread; more are dropped and counted.
const QUEUE: usize = 8_192;

/// The name of the file in which alerts are remembered.
const FILE: &str = "alerts.state";

/// What the thread is told.
enum Command {
    /// Metrics were collected.
    Samples { samples: Vec<Sample>, at: Timestamp },
    /// Do now what you do at every pace, and say which alerts there are.
    Round { done: SyncSender<Vec<Alert>> },
    /// Do it for the last time, tell whom you can until the deadline, and end.
    Stop { deadline: Duration, done: SyncSender<()> },
}

/// What the alert machine is told of the pipeline that it is a part of.
pub(crate) struct Surroundings<'a> {
    /// Attributes of the resource: who is told, wants to know of whom.
    pub(crate) facts: Vec<(String, String)>,
    pub(crate) recorder: &'a Arc<Recorder>,
    pub(crate) listener: &'a Listener,
    pub(crate) actions: ActionMode,
}

impl Surroundings<'_> {
    /// How much the service matters, by its resource.
    fn criticality(&self) -> Criticality {
        let said = self.facts.iter().find(|(key, _)| key == "service.criticality");
        said.and_then(|(_, name)| Criticality::parse(name)).unwrap_or_default()
    }

    /// Who is told what the sinks say aloud: the operator.
    fn announcements(&self) -> sinks::Listener {
        let listener = Arc::clone(self.listener);
        Box::new(move |announcement| listener(&Diagnostic::Alert { announcement: announcement.clone() }))
    }
}

/// A running alert machine.
pub(crate) struct Watch {
    commands: Sender<Command>,
    wanted: Wanted,
    /// Weak, because the recorder holds the meter provider, which holds this.
    recorder: Weak<Recorder>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Watch {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with rules, sinks, responses and the memory; or there cannot be another thread.
    pub(crate) fn start(alerting: Alerting, around: &Surroundings<'_>) -> Result<Arc<Self>, Vec<Problem>> {
        let recorder = around.recorder;
        let all: Vec<&'static AlertRule> = alerting.rules.iter().map(|ruled| ruled.rule).collect();
        let judge = Judge::new(&all, alerting.grouping)
            .map_err(|(rule, why)| vec![Problem::new(rule.name, why.to_string())])?;
        let memory = alerting.memory.as_deref().map(memory).transpose().map_err(|problem| vec![problem])?;
        let scope = InstrumentationScope::builder(conventions::CATALOGUE.name);
        let scope = Scope::new(recorder, scope.with_version(conventions::CATALOGUE.version).build());
        let telemetry = Telemetry { scope: Some(Arc::clone(&scope)) };
        let office = Office::open(&alerting.sinks, &around.facts, &telemetry, around.announcements())?;
        let responder = match alerting.responses {
            responses if responses.is_empty() => None,
            responses => Some(Responder::start(
                responses,
                Safeguards::new(around.actions, alerting.switch),
                &telemetry,
            )?),
        };
        let number = |ruled: &Ruled| {
            let (name, version) = ruled.scope?;
            let scope = InstrumentationScope::builder(name).with_version(version).build();
            Some((ruled.rule, recorder.scope_number(&scope)))
        };
        let scopes = alerting.rules.iter().filter_map(number).collect();
        let (desk, observations) = sync_channel(QUEUE);
        // A recorder has one pipeline, which starts one alert machine.
        let _ = recorder.desk.set(Desk::new(desk));
        conventions::CATALOGUE.metrics.iter().for_each(|facts| recorder.streams.announce(facts));
        let figures = Arc::new(Figures::default());
        let stopwatch = figures::register(&scope.meter, &figures, Arc::downgrade(recorder));
        let (commands, inbox) = channel();
        let mut work = Work {
            judge,
            observations,
            inbox,
            scopes,
            recorder: Arc::clone(recorder),
            routing: alerting.routing,
            criticality: alerting.criticality.unwrap_or_else(|| around.criticality()),
            voice: Voice::new(scope),
            office,
            responder,
            figures,
            stopwatch,
            memory,
            listener: Arc::clone(around.listener),
            complained: false,
            every: alerting.every,
            measured: None,
            ticked: None,
            changed: false,
        };
        work.recall();
        let failed = |error: std::io::Error| vec![Problem::new("alert thread", error.to_string())];
        let thread = std::thread::Builder::new().name("otel-alerts".to_owned());
        let thread = thread.spawn(move || work.run()).map_err(failed)?;
        Ok(Arc::new(Self {
            commands,
            wanted: Wanted::by(all.iter().copied()),
            recorder: Arc::downgrade(recorder),
            thread: Mutex::new(Some(thread)),
        }))
    }

    /// Takes from collected metrics what the rules look at.
    pub(crate) fn collected(&self, metrics: &ResourceMetrics) {
        if let Some(recorder) = self.recorder.upgrade() {
            let (samples, at) = (self.wanted.of(metrics, &recorder.guard), recorder.clock.now());
            let _ = self.commands.send(Command::Samples { samples, at });
        }
    }

    /// Does now what is done at every pace, and says what alerts there are; none when the machine has stopped.
    pub(crate) fn round(&self, deadline: Duration) -> Vec<Alert> {
        let (done, answer) = sync_channel(1);
        let _ = self.commands.send(Command::Round { done });
        answer.recv_timeout(deadline).unwrap_or_default()
    }

    /// Ends the thread after a last round, and says whether it has ended.
    pub(crate) fn stop(&self, deadline: Duration) -> bool {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(thread) = thread else { return true };
        let (done, answer) = sync_channel(1);
        let _ = self.commands.send(Command::Stop { deadline, done });
        let ended = answer.recv_timeout(deadline.saturating_add(SLACK)).is_ok();
        if ended {
            let _ = thread.join();
        }
        ended
    }
}

/// What the thread may take beyond its deadline, to be scheduled and to answer.
const SLACK: Duration = Duration::from_millis(250);

/// A memory in this folder, which is made.
fn memory(folder: &Path) -> Result<Memory, Problem> {
    let problem =
        |error: std::io::Error| Problem::new("alerting.memory", format!("{}: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(problem)?;
    Ok(Memory::at(folder.join(FILE)))
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}
