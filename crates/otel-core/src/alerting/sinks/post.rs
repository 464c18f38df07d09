//! What the thread that tells and the thread that delivers share of one sink.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant as Moment};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::queue::{Outcome, Queue, Step};
use super::tally::SinkCounts;

/// A wait without a deadline looks up so often.
const EVER: Duration = Duration::from_secs(60 * 60);

/// One sink's queue, and how its two ends wake one another.
///
/// The queue is locked for as long as it takes to put something in or to take it out, and never while something is
/// delivered: who tells does not wait for a server.
#[derive(Debug)]
pub(super) struct Post<Q> {
    sink: String,
    queue: Mutex<Q>,
    wake: Notify,
    settled: Condvar,
}

impl<Q: Queue> Post<Q> {
    pub(super) fn new(sink: &str, queue: Q) -> Self {
        Self { sink: sink.to_owned(), queue: Mutex::new(queue), wake: Notify::new(), settled: Condvar::new() }
    }

    pub(super) fn sink(&self) -> &str {
        &self.sink
    }

    fn lock(&self) -> MutexGuard<'_, Q> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts something in, and wakes whoever delivers.
    pub(super) fn put(&self, put: impl FnOnce(&mut Q)) {
        put(&mut self.lock());
        self.wake();
    }

    /// Wakes whoever delivers.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    pub(super) fn next(&self) -> Step<Q::Load> {
        let step = self.lock().next(Instant::now());
        self.settled.notify_all();
        step
    }

    pub(super) fn answered(&self, outcome: Outcome) {
        self.lock().answered(Instant::now(), outcome);
        self.settled.notify_all();
    }

    /// Waits until something was put in, and until then at the latest.
    pub(super) async fn woken(&self, until: Option<Instant>) {
        let woken = self.wake.notified();
        match until {
            // Whichever comes first.
            Some(until) => drop(tokio::time::timeout_at(until, woken).await),
            None => woken.await,
        }
    }
}

/// What is done with a sink whatever its queue is like.
pub(super) trait Tended: Send + Sync {
    fn counts(&self) -> SinkCounts;

    /// Waits until everything is settled, and says whether it is.
    fn settle(&self, until: Option<Moment>) -> bool;

    /// Takes nothing more.
    fn close(&self);

    /// Gives up on what is left.
    fn abandon(&self);
}

impl<Q: Queue + Send> Tended for Post<Q> {
    fn counts(&self) -> SinkCounts {
        let queue = self.lock();
        queue.tally().counts(&self.sink, queue.queued())
    }

    fn settle(&self, until: Option<Moment>) -> bool {
        let mut queue = self.lock();
        while !queue.is_settled() {
            let left = until.map_or(EVER, |until| until.saturating_duration_since(Moment::now()));
            if left.is_zero() {
                return false;
            }
            (queue, _) = self.settled.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    fn close(&self) {
        self.lock().close();
    }

    fn abandon(&self) {
        self.lock().abandon();
        self.settled.notify_all();
    }
}
