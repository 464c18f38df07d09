//! The thread that hears of alerts and answers, asks the governor, and does what it says.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::counts::Counters;
use super::governor::{Governor, Moment, Order};
use super::kill_switch::KillSwitch;
use super::respond::Respond;
use super::responder::{Room, Safeguards};
use super::run::{Answer, Step};
use super::worker::Worker;
use crate::alerting::state::{AlertState, Transition};
use crate::clock::Reading;
use crate::recorder::Scope;
use crate::settings::ActionMode;
use crate::telemetry::Telemetry;

/// How often the time is looked at while something is due: the clock of a test may go faster than the waiting.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// As good as for ever: a deadline beyond it would not fit into a clock.
const EVER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// What the supervisor is told.
#[derive(Debug)]
pub(super) enum Message {
    /// An instance changed its state.
    Transition(Box<Transition>),
    /// The action of a run answered.
    Answer { run: u64, answer: Answer },
    /// End, and wait so long for what is under way.
    Close { within: Duration },
}

/// A clock that only goes forward, however the wall clock is set: limits are about time that passes.
#[derive(Debug)]
pub(super) struct Elapsed {
    scope: Arc<Scope>,
    beginning: Reading,
}

impl Elapsed {
    pub(super) fn new(scope: &Arc<Scope>) -> Self {
        Self { scope: Arc::clone(scope), beginning: scope.recorder.clock.read() }
    }

    fn now(&self) -> Duration {
        let clock = &self.scope.recorder.clock;
        clock.between(self.beginning, clock.read())
    }
}

/// The supervisor.
#[derive(Debug)]
pub(super) struct Supervisor {
    governor: Governor,
    responses: Vec<Respond>,
    mode: ActionMode,
    switch: KillSwitch,
    telemetry: Telemetry,
    elapsed: Elapsed,
    workers: BTreeMap<u64, Worker>,
    /// For the answers of workers.
    outbox: Sender<Message>,
    inbox: Receiver<Message>,
    room: Arc<Room>,
    counters: Arc<Counters>,
    /// When to end, whatever is under way.
    ends_at: Option<Instant>,
    /// Dropped with the supervisor, which is how others see that it is gone.
    _alive: Sender<()>,
}

/// How the supervisor is connected with everybody else.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) outbox: Sender<Message>,
    pub(super) inbox: Receiver<Message>,
    pub(super) room: Arc<Room>,
    pub(super) counters: Arc<Counters>,
    pub(super) alive: Sender<()>,
}

impl Supervisor {
    pub(super) fn new(
        responses: Vec<Respond>,
        safeguards: Safeguards,
        telemetry: Telemetry,
        elapsed: Elapsed,
        lines: Lines,
    ) -> Self {
        let Safeguards { mode, switch, rate } = safeguards;
        let Lines { outbox, inbox, room, counters, alive } = lines;
        Self {
            governor: Governor::new(rate),
            responses,
            mode,
            switch,
            telemetry,
            elapsed,
            workers: BTreeMap::new(),
            outbox,
            inbox,
            room,
            counters,
            ends_at: None,
            _alive: alive,
        }
    }

    pub(super) fn run(mut self) {
        while !self.is_over() {
            match self.wait() {
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => {}
                // It has a way to itself, so this cannot be; and if it were, there would be nobody left to serve.
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.governor.wake(self.moment());
            self.settle();
        }
        self.governor.close();
        while let Ok(message) = self.inbox.try_recv() {
            self.take(message);
            self.settle();
        }
        self.governor.abandon();
        self.settle();
    }

    fn is_over(&self) -> bool {
        self.ends_at.is_some_and(|end| !self.governor.has_runs() || Instant::now() >= end)
    }

    fn wait(&self) -> Result<Message, RecvTimeoutError> {
        match self.governor.wakes_at() {
            Some(at) => self.inbox.recv_timeout(at.saturating_sub(self.elapsed.now()).min(LOOK_EVERY)),
            None if self.ends_at.is_some() => self.inbox.recv_timeout(LOOK_EVERY),
            None => self.inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    fn moment(&self) -> Moment {
        let off = (self.mode == ActionMode::Off).then_some(super::ActionReason::Off);
        Moment { now: self.elapsed.now(), stopped: off.or_else(|| self.switch.reason()) }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Transition(transition) => {
                self.room.leave();
                self.hear(&transition);
            }
            Message::Answer { run, answer } => self.governor.answered(self.moment(), run, answer),
            Message::Close { within } => {
                self.governor.close();
                self.ends_at = Some(Instant::now() + within.min(EVER));
            }
        }
    }

    fn hear(&mut self, transition: &Transition) {
        let alert = &transition.alert;
        self.governor.changed(alert);
        // That an instance flaps is written down as the reason why nothing is done about it.
        if !matches!(alert.state, AlertState::Firing | AlertState::Flapping) {
            return;
        }
        for at in 0..self.responses.len() {
            let moment = self.moment();
            let Some(response) = self.responses.get(at).filter(|it| it.rule.name == alert.rule.name) else {
                continue;
            };
            let live = response.live && self.mode == ActionMode::On;
            let Some(occasion) = self.governor.consider(moment, alert, &response.facts, live) else {
                continue;
            };
            let (number, action) = (occasion.run, Arc::clone(&response.action));
            match Worker::start(action, occasion, self.outbox.clone()) {
                Ok(worker) => drop(self.workers.insert(number, worker)),
                Err(error) => self.governor.withdraw(number, error.to_string()),
            }
        }
    }

    /// Writes down what was decided, and only then does it.
    fn settle(&mut self) {
        loop {
            if let Some(entry) = self.governor.next_entry() {
                self.counters.count(&entry);
                entry.emit(&self.telemetry);
                continue;
            }
            match self.governor.next_order() {
                Some(Order::Ask(number, step)) => self.ask(number, step),
                Some(Order::Release(number)) => drop(self.workers.remove(&number)),
                None => break,
            }
        }
    }

    fn ask(&mut self, number: u64, step: Step) {
        // The audit may have waited for room, and meanwhile somebody may have stopped everything.
        if step.changes_something()
            && let Some(reason) = self.moment().stopped
        {
            return self.governor.stop(number, reason);
        }
        // There is none where its thread did not start, and then the run is withdrawn already.
        if let Some(worker) = self.workers.get(&number) {
            worker.ask(step);
        }
    }
}
