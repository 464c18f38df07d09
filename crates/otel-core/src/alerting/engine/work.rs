//! What the alert machine's thread does.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::Command;
use crate::alert::{AlertRule, Observation};
use crate::alerting::action::Responder;
use crate::alerting::figures::{Figures, Stopwatch};
use crate::alerting::heard::Heard;
use crate::alerting::judge::Judge;
use crate::alerting::memory::Memory;
use crate::alerting::routing::{Criticality, Response, Routing};
use crate::alerting::samples::Sample;
use crate::alerting::sinks::Office;
use crate::alerting::state::{Evidence, Transition};
use crate::alerting::voice::Voice;
use crate::clock::Clock;
use crate::pipeline::{Diagnostic, Listener};
use crate::recorder::Recorder;
use crate::time::Timestamp;

/// How often the thread looks for observations.
const PACE: Duration = Duration::from_millis(250);

/// How long sinks may take to be told while time stands still.
const PATIENCE: Duration = Duration::from_secs(1);

/// How old a failed span may be to be evidence for a rule that only looks at the present.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// Observations that are looked at in one round: a flood of them must not keep everything else waiting.
const OBSERVATIONS: usize = 65_536;

/// What the thread has.
pub(super) struct Work {
    pub(super) judge: Judge,
    pub(super) observations: Receiver<Observation>,
    pub(super) inbox: Receiver<Command>,
    /// Rules whose evidence are the failed spans of a scope, and the number of that scope.
    pub(super) scopes: Vec<(&'static AlertRule, u16)>,
    pub(super) recorder: Arc<Recorder>,
    pub(super) routing: Routing,
    pub(super) criticality: Criticality,
    pub(super) voice: Voice,
    pub(super) office: Office,
    pub(super) responder: Option<Responder>,
    pub(super) figures: Arc<Figures>,
    pub(super) stopwatch: Stopwatch,
    pub(super) memory: Option<Memory>,
    pub(super) listener: Listener,
    /// Whether the operator knows that nothing can be remembered.
    pub(super) complained: bool,
    pub(super) every: Duration,
    /// When metrics were last looked at, by both clocks.
    pub(super) measured: Option<(Timestamp, Instant)>,
    /// When what was observed was last looked at as a whole.
    pub(super) ticked: Option<Timestamp>,
    /// Whether there is something to be remembered.
    pub(super) changed: bool,
}

impl Work {
    pub(super) fn run(mut self) {
        let _suppressed = opentelemetry::Context::enter_telemetry_suppressed_scope();
        // A clock that only moves when told is moved by someone who says when to look at it.
        let alone = matches!(self.recorder.clock, Clock::System(_));
        loop {
            match self.inbox.recv_timeout(PACE) {
                Ok(Command::Samples { samples, at }) => self.measure(samples, at),
                Ok(Command::Round { done }) => {
                    self.round(true);
                    if !alone {
                        // Time stands still, so that whoever asks finds everybody told.
                        self.office.flush(PATIENCE);
                    }
                    let _ = done.send(self.judge.alerts(self.recorder.clock.now()).collect());
                }
                Err(RecvTimeoutError::Timeout) if alone => self.round(false),
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Command::Stop { deadline, done }) => {
                    self.end(deadline);
                    let _ = done.send(());
                    return;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Lets what is done be finished, and what is told be told.
    fn end(&mut self, deadline: Duration) {
        let until = Instant::now() + deadline;
        self.round(true);
        if let Some(responder) = self.responder.take() {
            responder.shutdown(deadline / 2);
        }
        // What could not be told is in its counts.
        self.office.shutdown(until.saturating_duration_since(Instant::now()));
        self.figures.told(&self.office.counts());
    }

    /// Takes note of metrics, and evaluates the rules about them.
    fn measure(&mut self, samples: Vec<Sample>, at: Timestamp) {
        let began = Instant::now();
        let at = self.steadily(at, began);
        let scopes = &self.scopes;
        let desk = self.recorder.desk.get();
        let evidence = |rule: &'static AlertRule| -> Option<Evidence> {
            let (_, scope) = scopes.iter().find(|(known, _)| std::ptr::eq(*known, rule))?;
            let (trace_id, span_id, when) = desk?.last_failure(*scope)?;
            let fresh = at.since(when) <= rule.condition.reach().max(FRESH);
            fresh.then_some(Evidence { trace_id, span_id })
        };
        let transitions = self.judge.measure(samples, at, evidence);
        self.tell(&transitions);
        self.stopwatch.record(began.elapsed());
        self.publish(at);
    }

    /// The time of a measurement. A clock that was set back must not make all rules blind until it is where it was.
    fn steadily(&mut self, at: Timestamp, seen: Instant) -> Timestamp {
        let at = match self.measured {
            Some((last, then)) if at < last => last.after(seen.saturating_duration_since(then)),
            _ => at,
        };
        self.measured = Some((at, seen));
        at
    }

    /// Looks at what was observed, and tells whoever has to know.
    fn round(&mut self, asked: bool) {
        let mut transitions = Vec::new();
        for observation in self.observations.try_iter().take(OBSERVATIONS) {
            transitions.extend(self.judge.observe(Heard::of(observation, &self.recorder.guard)));
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
            self.office.tell(&notification, self.response(notification.rule));
        }
        if due || asked || !transitions.is_empty() {
            self.publish(now);
        }
    }

    fn tell(&mut self, transitions: &[Transition]) {
        for transition in transitions {
            self.voice.say(transition);
            self.figures.count(transition);
            if let Some(responder) = &self.responder {
                responder.on_transition(transition);
            }
        }
        self.changed |= !transitions.is_empty();
    }

    /// Shows what there is now, to whoever collects metrics and to the next process.
    fn publish(&mut self, now: Timestamp) {
        self.figures.show(&self.judge, now);
        self.figures.told(&self.office.counts());
        self.figures.acted(self.responder.as_ref().map(Responder::counts));
        if self.office.wants_state() {
            let alerts = self.judge.alerts(now).map(|alert| {
                let response = self.response(alert.rule);
                (alert, response)
            });
            self.office.state(alerts.collect());
        }
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
    pub(super) fn recall(&mut self) {
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
