//! The alert machine at work: a thread of its own, so that neither the application nor what is sent can hold it up.

use std::fmt;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::metrics::data::ResourceMetrics;

use super::conventions;
use super::figures::{self, Figures, Stopwatch};
use super::judge::Judge;
use super::memory::Memory;
use super::routing::{Criticality, Response, Routing};
use super::samples::{Sample, Wanted};
use super::setup::{Alerting, Ruled};
use super::state::{Alert, Evidence, Transition};
use super::voice::Voice;
use crate::alert::{AlertRule, Desk, Observation};
use crate::clock::Clock;
use crate::pipeline::{Diagnostic, Listener};
use crate::recorder::{Recorder, Scope};
use crate::settings::Problem;
use crate::time::Timestamp;

/// How often the thread looks for observations.
const PACE: Duration = Duration::from_millis(250);

/// Observations that wait for the thread; more are dropped and counted.
const QUEUE: usize = 8_192;

/// The name of the file in which alerts are remembered.
const FILE: &str = "alerts.state";

/// What the thread is told.
enum Command {
    /// Metrics were collected.
    Samples { samples: Vec<Sample>, at: Timestamp },
    /// Do now what you do at every pace, and say when it is done.
    Round { done: SyncSender<Snapshot> },
    /// Do it for the last time, and end.
    Stop,
}

/// What alerts there are at the end of a round.
pub(crate) type Snapshot = Vec<Alert>;

/// Where collected metrics go to the alert machine: it starts after the meter provider, whose instruments it uses.
#[derive(Debug)]
pub(crate) struct Gate {
    every: Duration,
    watch: OnceLock<Arc<Watch>>,
    /// How many wait for a collection that is only looked at, and not sent.
    looking: AtomicUsize,
}

impl Gate {
    /// A gate, where some rule is about metrics.
    pub(crate) fn for_rules_of(alerting: &Alerting) -> Option<Arc<Self>> {
        let measured = alerting.rules.iter().any(|ruled| !ruled.rule.is_observed());
        measured.then(|| {
            Arc::new(Self { every: alerting.every, watch: OnceLock::new(), looking: AtomicUsize::new(0) })
        })
    }

    /// How often metrics have to be collected.
    pub(crate) const fn every(&self) -> Duration {
        self.every
    }

    pub(crate) fn open(&self, watch: &Arc<Watch>) {
        // A pipeline starts one alert machine.
        let _ = self.watch.set(Arc::clone(watch));
    }

    /// How many wait for a collection that is only looked at, and not sent.
    pub(crate) fn looking(&self) -> usize {
        self.looking.load(Ordering::SeqCst)
    }

    /// Runs a collection that is only looked at.
    pub(crate) fn look(&self, collect: impl FnOnce()) {
        self.looking.fetch_add(1, Ordering::SeqCst);
        collect();
        self.looking.fetch_sub(1, Ordering::SeqCst);
    }

    /// Metrics were collected.
    pub(crate) fn collected(&self, metrics: &ResourceMetrics) {
        if let Some(watch) = self.watch.get() {
            watch.collected(metrics);
        }
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
    /// When its memory cannot be kept where it should be, or there cannot be another thread.
    pub(crate) fn start(
        alerting: Alerting,
        criticality: Criticality,
        recorder: &Arc<Recorder>,
        listener: &Listener,
    ) -> Result<Arc<Self>, Problem> {
        let Alerting { rules, every, grouping, routing, criticality: said, memory } = alerting;
        let memory = memory.map(|folder| {
            let problem = |error: std::io::Error| {
                Problem::new("alerting.memory", format!("{}: {error}", folder.display()))
            };
            fs::create_dir_all(&folder).map_err(problem)?;
            Ok(Memory::at(folder.join(FILE)))
        });
        let memory = memory.transpose()?;
        let (desk, observations) = sync_channel(QUEUE);
        // A recorder has one pipeline, which starts one alert machine.
        let _ = recorder.desk.set(Desk::new(desk));
        let scope = InstrumentationScope::builder(conventions::CATALOGUE.name);
        let scope = Scope::new(recorder, scope.with_version(conventions::CATALOGUE.version).build());
        conventions::CATALOGUE.metrics.iter().for_each(|facts| recorder.streams.announce(facts));
        let figures = Arc::new(Figures::default());
        let stopwatch = figures::register(&scope.meter, &figures, Arc::downgrade(recorder));
        let all: Vec<&'static AlertRule> = rules.iter().map(|ruled| ruled.rule).collect();
        let (commands, inbox) = channel();
        let mut work = Work {
            judge: Judge::new(&all, grouping)
                .map_err(|(rule, why)| Problem::new(rule.name, why.to_string()))?,
            observations,
            inbox,
            rules,
            recorder: Arc::clone(recorder),
            routing,
            criticality: said.unwrap_or(criticality),
            voice: Voice::new(scope),
            figures,
            stopwatch,
            memory,
            listener: Arc::clone(listener),
            complained: false,
            every,
            ticked: None,
            changed: false,
        };
        work.recall();
        let failed = |error: std::io::Error| Problem::new("alert thread", error.to_string());
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
    fn collected(&self, metrics: &ResourceMetrics) {
        if let Some(recorder) = self.recorder.upgrade() {
            let (samples, at) = (self.wanted.of(metrics), recorder.clock.now());
            let _ = self.commands.send(Command::Samples { samples, at });
        }
    }

    /// Does now what is done at every pace, and says what alerts there are; none when the machine has stopped.
    pub(crate) fn round(&self, deadline: Duration) -> Snapshot {
        let (done, answer) = sync_channel(1);
        let _ = self.commands.send(Command::Round { done });
        answer.recv_timeout(deadline).unwrap_or_default()
    }

    /// Ends the thread, and says whether it has ended.
    pub(crate) fn stop(&self, deadline: Duration) -> bool {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(thread) = thread else { return true };
        // The thread answers a last round before it stops.
        let (done, answer) = sync_channel(1);
        let _ = self.commands.send(Command::Round { done });
        let _ = self.commands.send(Command::Stop);
        let ended = answer.recv_timeout(deadline).is_ok();
        if ended {
            let _ = thread.join();
        }
        ended
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}

/// What the thread has.
struct Work {
    judge: Judge,
    observations: Receiver<Observation>,
    inbox: Receiver<Command>,
    rules: Vec<Ruled>,
    recorder: Arc<Recorder>,
    routing: Routing,
    criticality: Criticality,
    voice: Voice,
    figures: Arc<Figures>,
    stopwatch: Stopwatch,
    memory: Option<Memory>,
    listener: Listener,
    /// Whether the operator knows that nothing can be remembered.
    complained: bool,
    every: Duration,
    /// When what was observed was last looked at as a whole.
    ticked: Option<Timestamp>,
    /// Whether there is something to be remembered.
    changed: bool,
}

impl Work {
    fn run(mut self) {
        let _suppressed = opentelemetry::Context::enter_telemetry_suppressed_scope();
        // A clock that only moves when told is moved by someone who says when to look at it.
        let alone = matches!(self.recorder.clock, Clock::System(_));
        loop {
            match self.inbox.recv_timeout(PACE) {
                Ok(Command::Samples { samples, at }) => self.measure(samples, at),
                Ok(Command::Round { done }) => {
                    self.round(true);
                    let _ = done.send(self.judge.alerts(self.recorder.clock.now()).collect());
                }
                Err(RecvTimeoutError::Timeout) if alone => self.round(false),
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Command::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Takes note of metrics, and evaluates the rules about them.
    fn measure(&mut self, samples: Vec<Sample>, at: Timestamp) {
        let began = Instant::now();
        let rules = &self.rules;
        let desk = self.recorder.desk.get();
        let recorder = &self.recorder;
        let evidence = |rule: &'static AlertRule| -> Option<Evidence> {
            let (name, version) = rules.iter().find(|ruled| std::ptr::eq(ruled.rule, rule))?.scope?;
            let scope = InstrumentationScope::builder(name).with_version(version).build();
            let (trace_id, span_id, when) = desk?.last_failure(recorder.scope_number(&scope))?;
            let fresh = at.since(when) <= rule.condition.reach().max(FRESH);
            fresh.then_some(Evidence { trace_id, span_id })
        };
        let transitions = self.judge.measure(samples, at, evidence);
        self.tell(&transitions);
        self.stopwatch.record(began.elapsed());
        self.publish(at);
    }

    /// Looks at what was observed, and tells whoever has to know.
    fn round(&mut self, asked: bool) {
        let mut transitions = Vec::new();
        // Not more than there is room for, or a flood of observations would keep everything else waiting.
        let observations: Vec<Observation> = self.observations.try_iter().take(QUEUE).collect();
        for observation in observations {
            transitions.extend(self.judge.observe(observation));
        }
        let now = self.recorder.clock.now();
        let due = self.ticked.is_none_or(|ticked| now.since(ticked) >= self.every);
        if due || asked {
            let began = Instant::now();
            self.ticked = Some(now);
            transitions.extend(self.judge.tick(now));
            self.stopwatch.record(began.elapsed());
        }
        self.tell(&transitions);
        for notification in self.judge.notify(now) {
            self.changed = true;
            let _ = self.response(notification.rule);
        }
        if due || asked || !transitions.is_empty() {
            self.publish(now);
        }
    }

    fn tell(&mut self, transitions: &[Transition]) {
        for transition in transitions {
            self.voice.say(transition);
            self.figures.count(transition);
        }
        self.changed |= !transitions.is_empty();
    }

    /// Shows what there is now, to whoever collects metrics and to the next process.
    fn publish(&mut self, now: Timestamp) {
        self.figures.show(&self.judge, now);
        if !std::mem::take(&mut self.changed) {
            return;
        }
        let Some(memory) = &self.memory else { return };
        match memory.save(&self.judge.saved()) {
            Ok(()) => self.complained = false,
            Err(error) => {
                // The next round tries again; it is said once.
                self.changed = true;
                let what = format!("cannot remember alerts in {}: {error}", memory.path().display());
                if !std::mem::replace(&mut self.complained, true) {
                    self.complain(what);
                }
            }
        }
    }

    /// Tells the operator, whose code must not end this thread.
    fn complain(&self, what: String) {
        let listener = std::panic::AssertUnwindSafe(&self.listener);
        let _ = std::panic::catch_unwind(|| listener(&Diagnostic::Alerting { what }));
    }

    fn response(&self, rule: &AlertRule) -> Response {
        self.routing.response(self.criticality, rule.level)
    }

    /// Goes on where the last process was. What cannot be read is said, and does not keep anything from starting.
    fn recall(&mut self) {
        let now = self.recorder.clock.now();
        let Some(memory) = &self.memory else { return self.publish(now) };
        match memory.load() {
            Ok(None) => {}
            Ok(Some(saved)) => {
                let unknown = self.judge.recall(saved, now);
                if unknown > 0 {
                    self.complain(format!(
                        "{unknown} alerts were remembered of rules that there are no more"
                    ));
                }
            }
            Err(why) => {
                self.complain(format!(
                    "cannot use what was remembered in {}: {why}",
                    memory.path().display()
                ));
            }
        }
        self.publish(now);
    }
}

/// How old a failed span may be to be evidence for a rule that only looks at the present.
const FRESH: Duration = Duration::from_secs(5 * 60);
