//! The engine's handle on everything that is done about alerts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::counts::{ActionCounts, Counters};
use super::facts::EVERYTHING;
use super::kill_switch::KillSwitch;
use super::pace::Rate;
use super::respond::{self, Respond};
use super::supervisor::{Elapsed, Lines, Message, Supervisor};
use crate::alerting::conventions::CATALOGUE;
use crate::alerting::state::Transition;
use crate::settings::{ActionMode, Problem};
use crate::telemetry::Telemetry;

/// Transitions that may wait for the supervisor.
const MAX_WAITING: usize = 4_096;

/// What a shutdown may take beyond its deadline, for the supervisor to write down what it leaves.
const SLACK: Duration = Duration::from_millis(250);

/// What holds all actions back together.
#[derive(Clone, Debug)]
pub(crate) struct Safeguards {
    /// What the environment allows.
    pub(crate) mode: ActionMode,
    /// What stops everything.
    pub(crate) switch: KillSwitch,
    /// How often all actions together may be executed.
    pub(crate) rate: Rate,
}

impl Safeguards {
    pub(crate) const fn new(mode: ActionMode, switch: KillSwitch) -> Self {
        Self { mode, switch, rate: EVERYTHING }
    }
}

/// How many transitions wait.
#[derive(Debug, Default)]
pub(super) struct Room(AtomicUsize);

impl Room {
    fn enter(&self) -> bool {
        let more = |waiting| (waiting < MAX_WAITING).then_some(waiting + 1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    pub(super) fn leave(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Takes actions when alerts begin to fire. Dropping it leaves what is under way as it is.
#[derive(Debug)]
pub(crate) struct Responder {
    rules: Vec<&'static str>,
    outbox: Sender<Message>,
    room: Arc<Room>,
    counters: Arc<Counters>,
    /// The thread, and a line that goes dead with it.
    thread: Option<(JoinHandle<()>, Receiver<()>)>,
}

impl Responder {
    /// Starts the thread that takes these actions.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the responses; or no thread can be started, or nobody would hear the audit.
    pub(crate) fn start(
        responses: Vec<Respond>,
        safeguards: Safeguards,
        telemetry: &Telemetry,
    ) -> Result<Self, Vec<Problem>> {
        let mut problems = respond::problems(&responses);
        let Some(scope) = &telemetry.scope else {
            problems.push(Problem::new("actions", "what is done must be written down: telemetry is off"));
            return Err(problems);
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        let rules = responses.iter().map(|response| response.rule.name).collect();
        let (outbox, inbox) = channel();
        let (room, counters) = (Arc::default(), Arc::default());
        let (alive, gone) = channel();
        let lines = Lines {
            outbox: outbox.clone(),
            inbox,
            room: Arc::clone(&room),
            counters: Arc::clone(&counters),
            alive,
        };
        let elapsed = Elapsed::new(scope);
        let telemetry = telemetry.with_scope(&CATALOGUE);
        let supervisor = Supervisor::new(responses, safeguards, telemetry, elapsed, lines);
        // Telemetry is not suppressed on this thread, or nobody would hear the audit.
        let thread = std::thread::Builder::new()
            .name("otel-actions".to_owned())
            .spawn(move || supervisor.run())
            .map_err(|error| vec![Problem::new("actions", format!("their thread did not start: {error}"))])?;
        Ok(Self { rules, outbox, room, counters, thread: Some((thread, gone)) })
    }

    /// Hears that an instance changed its state. It never waits.
    pub(crate) fn on_transition(&self, transition: &Transition) {
        if !self.rules.contains(&transition.alert.rule.name) {
            return;
        }
        let message = || Message::Transition(Box::new(transition.clone()));
        if !self.room.enter() || self.outbox.send(message()).is_err() {
            self.counters.lose();
        }
    }

    /// What became of actions so far.
    pub(crate) fn counts(&self) -> ActionCounts {
        self.counters.read()
    }

    /// Executes nothing more, and waits for what is under way; what is not over by the deadline is left as it is.
    ///
    /// It must come before the pipeline's own shutdown, which delivers the audit.
    pub(crate) fn shutdown(mut self, deadline: Duration) -> ActionCounts {
        self.close(deadline);
        self.counters.read()
    }

    fn close(&mut self, within: Duration) {
        let Some((thread, gone)) = self.thread.take() else { return };
        // A thread that is gone has ended everything already.
        let _ = self.outbox.send(Message::Close { within });
        // It may wait for room in the audit lane: it would rather wait for ever than act without an audit.
        if gone.recv_timeout(within.saturating_add(SLACK)) == Err(RecvTimeoutError::Disconnected) {
            let _ = thread.join();
        }
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        self.close(Duration::ZERO);
    }
}
