//! The one place where both transports leave what they read, and learn how to answer it.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::ledger::Stream;

use super::answer::Answer;
use super::attempt::{Attempt, Fate, identity};
use super::received::{Counts, Received, RequestHead, Transport};
use super::signal::Export;

/// What has arrived so far, shared by the receiver and its servers.
pub(super) struct Inbox {
    keeps: bool,
    began: Instant,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    answer: Answer,
    script: VecDeque<Answer>,
    /// The scripts of single signals, which come before the one of all.
    scripts: [VecDeque<Answer>; Stream::ALL.len()],
    counts: Counts,
    received: Received,
    attempts: Vec<Attempt>,
}

/// A request whose head has come.
pub(super) struct Arrival {
    /// What to do with it.
    pub(super) answer: Answer,
    transport: Transport,
    /// Its place in the log, if one is kept.
    number: Option<usize>,
}

/// A body that was read whole.
pub(super) struct Body<'a> {
    /// How many bytes it had.
    pub(super) bytes: usize,
    /// Whether they were compressed.
    pub(super) compressed: bool,
    /// What they said.
    pub(super) message: &'a [u8],
}

impl Inbox {
    /// An inbox that keeps all it is given, or only counts it.
    pub(super) fn new(keeps: bool) -> Self {
        Self { keeps, began: Instant::now(), state: Mutex::default(), changed: Condvar::new() }
    }

    /// Enters a request whose head has come, and says what to do with it.
    pub(super) fn arrived(
        &self,
        transport: Transport,
        stream: Stream,
        head: impl FnOnce() -> RequestHead,
    ) -> Arrival {
        let arrived = self.began.elapsed();
        let mut state = self.lock();
        state.counts.begun += 1;
        let scripted = match state.scripts[stream as usize].pop_front() {
            None => state.script.pop_front(),
            own => own,
        };
        let answer = scripted.unwrap_or_else(|| state.answer.clone());
        let number = self.keeps.then(|| {
            state.attempts.push(Attempt {
                stream,
                head: head(),
                arrived,
                answered: None,
                bytes: 0,
                identity: None,
                answer: answer.clone(),
                fate: Fate::UnderWay,
            });
            state.attempts.len() - 1
        });
        drop(state);
        self.changed.notify_all();
        Arrival { answer, transport, number }
    }

    /// Enters a request that was read whole and understood, and so is taken or refused.
    pub(super) fn read<E: Export>(&self, arrival: &Arrival, body: &Body<'_>, export: E) {
        let takes = arrival.answer.takes(arrival.transport);
        let mut state = self.lock();
        state.counts.compressed += u64::from(body.compressed);
        if let Some(attempt) = state.attempt(arrival) {
            attempt.bytes = body.bytes;
            attempt.identity = Some(identity(body.message));
        }
        if takes {
            export.count(&mut state.counts);
            if self.keeps {
                export.keep(&mut state.received);
            }
        } else {
            state.counts.refused += 1;
        }
        self.settle(state, arrival, if takes { Fate::Taken } else { Fate::Refused });
    }

    /// Enters a request that could not be read or understood.
    pub(super) fn unread(&self, arrival: &Arrival, fate: Fate) {
        let mut state = self.lock();
        match fate {
            Fate::TooLarge => state.counts.too_large += 1,
            Fate::BrokenOff => state.counts.broken_off += 1,
            _ => state.counts.malformed += 1,
        }
        self.settle(state, arrival, fate);
    }

    /// Notes that a request is being answered.
    pub(super) fn answered(&self, arrival: &Arrival) {
        let answered = self.began.elapsed();
        if let Some(attempt) = self.lock().attempt(arrival) {
            attempt.answered = Some(answered);
        }
    }

    pub(super) fn connected(&self) {
        self.lock().counts.connections += 1;
        self.changed.notify_all();
    }

    pub(super) fn handshake_failed(&self) {
        self.lock().counts.failed_handshakes += 1;
        self.changed.notify_all();
    }

    pub(super) fn received(&self) -> Received {
        self.lock().received.clone()
    }

    pub(super) fn attempts(&self) -> Vec<Attempt> {
        self.lock().attempts.clone()
    }

    pub(super) fn counts(&self) -> Counts {
        self.lock().counts
    }

    pub(super) fn answer_with(&self, answer: Answer) {
        self.lock().answer = answer;
    }

    /// Adds to the script of one signal, or of all.
    pub(super) fn script(&self, stream: Option<Stream>, steps: impl Iterator<Item = Answer>) {
        let mut state = self.lock();
        match stream {
            Some(stream) => state.scripts[stream as usize].extend(steps),
            None => state.script.extend(steps),
        }
    }

    /// Asks `f` again whenever the counts have changed; never while locked, so that `f` may ask the receiver
    /// too.
    pub(super) fn wait_until(&self, timeout: Duration, f: impl Fn(&Counts) -> bool) -> bool {
        let began = Instant::now();
        loop {
            let seen = self.counts();
            if f(&seen) {
                return true;
            }
            let Some(left) = timeout.checked_sub(began.elapsed()).filter(|left| !left.is_zero()) else {
                return false;
            };
            let waited = self.changed.wait_timeout_while(self.lock(), left, |state| state.counts == seen);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
        }
    }

    fn settle(&self, mut state: MutexGuard<'_, State>, arrival: &Arrival, fate: Fate) {
        state.counts.requests += 1;
        let head = state.attempt(arrival).map(|attempt| {
            attempt.fate = fate;
            attempt.head.clone()
        });
        state.received.requests.extend(head);
        drop(state);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn attempt(&mut self, arrival: &Arrival) -> Option<&mut Attempt> {
        self.attempts.get_mut(arrival.number?)
    }
}
