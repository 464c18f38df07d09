//! The one place where both transports leave what they read, and learn how to answer it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Answer;
use super::received::{Counts, Received, RequestHead};
use super::signal::Export;

/// What has arrived so far, shared by the receiver and its servers.
pub(super) struct Inbox {
    keeps: bool,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    answer: Answer,
    counts: Counts,
    received: Received,
}

/// What a server does with a request that it has handed in.
pub(super) enum Verdict<R> {
    /// Answers with this message.
    Respond(R),
    /// Answers that it cannot take anything now.
    Unavailable,
    /// Answers that it will never take this.
    InvalidArgument,
    /// Does not answer.
    Silent,
}

impl Inbox {
    pub(super) fn keeping() -> Self {
        Self { keeps: true, state: Mutex::default(), changed: Condvar::new() }
    }

    pub(super) fn counting() -> Self {
        Self { keeps: false, ..Self::keeping() }
    }

    /// Makes the record of a request's surroundings, if it would be kept.
    pub(super) fn head(&self, make: impl FnOnce() -> RequestHead) -> Option<RequestHead> {
        self.keeps.then(make)
    }

    /// Records a request that could be read, and says how to answer it.
    pub(super) fn take<E: Export>(&self, head: Option<RequestHead>, export: E) -> Verdict<E::Response> {
        let mut state = self.arrived(head);
        let verdict = match &state.answer {
            Answer::Accept => Verdict::Respond(E::Response::default()),
            Answer::Reject { items, message } => Verdict::Respond(E::partial(*items, message.clone())),
            Answer::Silent => Verdict::Silent,
            Answer::Unavailable => Verdict::Unavailable,
            Answer::InvalidArgument => Verdict::InvalidArgument,
        };
        match verdict {
            Verdict::Respond(_) | Verdict::Silent => {
                export.count(&mut state.counts);
                if self.keeps {
                    export.keep(&mut state.received);
                }
            }
            Verdict::Unavailable | Verdict::InvalidArgument => state.counts.refused += 1,
        }
        self.changed.notify_all();
        verdict
    }

    /// Records a request that could not be read.
    pub(super) fn malformed(&self, head: Option<RequestHead>) {
        self.arrived(head).counts.malformed += 1;
        self.changed.notify_all();
    }

    pub(super) fn received(&self) -> Received {
        self.lock().received.clone()
    }

    pub(super) fn counts(&self) -> Counts {
        self.lock().counts
    }

    pub(super) fn answer_with(&self, answer: Answer) {
        self.lock().answer = answer;
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

    fn arrived(&self, head: Option<RequestHead>) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        state.counts.requests += 1;
        state.received.requests.extend(head);
        state
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
