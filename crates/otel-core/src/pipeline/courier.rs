//! The courier: carries several batches at a time, tries again where that can help, and enters every outcome in
//! the ledger.

use std::collections::{HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;

use crate::ledger::{DropReason, Ledger, Stream};
use crate::otlp::{Attempt, Batch, Failure};

use super::destination::Destination;
use super::diagnostic::{Diagnostic, Listener};

/// Batches on their way at once. Four keep a connection busy while answers travel; more only delay one another.
const IN_FLIGHT: usize = 4;

/// The first wait before another attempt; it doubles up to [`MAX_BACKOFF`].
const FIRST_BACKOFF: Duration = Duration::from_millis(100);
const MAX_BACKOFF: Duration = Duration::from_secs(3);

/// Where each stream goes, and who is told when something is wrong there.
pub(crate) struct Routes {
    pub(crate) destinations: [Arc<Destination>; Stream::ALL.len()],
    pub(crate) timeouts: [Duration; Stream::ALL.len()],
    pub(crate) listener: Listener,
    pub(crate) queue_bytes: usize,
    /// For each destination, whether it was reported and is not well yet.
    pub(crate) reported: [AtomicBool; Stream::ALL.len()],
}

/// A batch, and who waits for it.
struct Errand {
    number: u64,
    batch: Batch,
    reply: Option<oneshot::Sender<bool>>,
}

/// Carries batches.
pub(crate) struct Courier {
    routes: Arc<Routes>,
    ledger: Arc<Ledger>,
    waiting: VecDeque<Errand>,
    running: JoinSet<bool>,
    carried: HashMap<Id, Carried>,
    next: u64,
}

/// What has to be known of a running errand when it ends, however it ends.
struct Carried {
    number: u64,
    stream: Stream,
    items: u64,
    reply: Option<oneshot::Sender<bool>>,
}

impl Courier {
    pub(crate) fn new(routes: Arc<Routes>, ledger: Arc<Ledger>) -> Self {
        Self {
            routes,
            ledger,
            waiting: VecDeque::new(),
            running: JoinSet::new(),
            carried: HashMap::new(),
            next: 0,
        }
    }

    /// Takes a batch. `reply` is told whether it was delivered.
    pub(crate) fn take(&mut self, batch: Batch, reply: Option<oneshot::Sender<bool>>) {
        let number = self.next;
        self.next += 1;
        self.waiting.push_back(Errand { number, batch, reply });
        self.start();
    }

    /// Whether another batch would only wait. Records are better left in the lanes, which have a budget.
    pub(crate) fn is_busy(&self) -> bool {
        !self.waiting.is_empty() || self.running.len() >= IN_FLIGHT
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.running.is_empty()
    }

    /// The number the next batch will have.
    pub(crate) fn mark(&self) -> u64 {
        self.next
    }

    /// Whether all batches before `mark` are over.
    pub(crate) fn is_past(&self, mark: u64) -> bool {
        let waiting = self.waiting.iter().map(|errand| errand.number);
        waiting.chain(self.carried.values().map(|carried| carried.number)).all(|number| number >= mark)
    }

    fn start(&mut self) {
        while self.running.len() < IN_FLIGHT
            && let Some(Errand { number, batch, reply }) = self.waiting.pop_front()
        {
            let (stream, items) = (batch.stream, batch.items);
            let task = self.running.spawn(carry(Arc::clone(&self.routes), Arc::clone(&self.ledger), batch));
            self.carried.insert(task.id(), Carried { number, stream, items, reply });
        }
    }

    /// Waits until one batch is over. Never returns while nothing is on its way.
    pub(crate) async fn one_done(&mut self) {
        let Some(ended) = self.running.join_next_with_id().await else {
            return std::future::pending().await;
        };
        let (id, delivered) = match ended {
            Ok((id, delivered)) => (id, Some(delivered)),
            // The task was aborted or panicked before it could enter an outcome.
            Err(error) => (error.id(), None),
        };
        if let Some(Carried { stream, items, reply, .. }) = self.carried.remove(&id) {
            if delivered.is_none() {
                self.ledger.dropped(stream, DropReason::ExportFailed, items);
            }
            if let Some(reply) = reply {
                // Whoever asked may have stopped waiting.
                let _ = reply.send(delivered.unwrap_or(false));
            }
        }
        self.start();
    }

    /// Gives up on everything that is not over.
    pub(crate) async fn abandon(&mut self) {
        for errand in self.waiting.drain(..) {
            self.ledger.dropped(errand.batch.stream, DropReason::DeadlineExceeded, errand.batch.items);
        }
        self.running.abort_all();
        while let Some(ended) = self.running.join_next_with_id().await {
            let id = match &ended {
                Ok((id, _)) => *id,
                Err(error) => error.id(),
            };
            if let (Err(_), Some(carried)) = (ended, self.carried.remove(&id)) {
                self.ledger.dropped(carried.stream, DropReason::DeadlineExceeded, carried.items);
            }
        }
    }
}

/// Carries one batch to an end, and enters it in the ledger.
async fn carry(routes: Arc<Routes>, ledger: Arc<Ledger>, batch: Batch) -> bool {
    let (stream, items) = (batch.stream, batch.items);
    let destination = &routes.destinations[stream as usize];
    let until = Instant::now() + routes.timeouts[stream as usize];
    let mut backoff = FIRST_BACKOFF;
    loop {
        // An attempt has the whole time that is left, and no more.
        let attempt = tokio::time::timeout_at(until, destination.send(&batch)).await;
        let (after, failure) = match attempt {
            Ok(Attempt::Accepted { rejected, message }) => {
                ledger.delivered(stream, items, rejected);
                routes.well(stream, rejected, &message);
                return rejected == 0;
            }
            Ok(Attempt::Refused(failure)) => {
                ledger.dropped(stream, DropReason::Refused, items);
                routes.unwell(stream, failure);
                return false;
            }
            Ok(Attempt::Retry { after, why }) => (after, why),
            Err(_) => (None, Failure { unreachable: false, why: "no answer within the timeout".to_owned() }),
        };
        let wait = after.unwrap_or_else(|| backoff.mul_f64(fastrand::f64().mul_add(0.4, 0.8)));
        backoff = (backoff * 2).min(MAX_BACKOFF);
        routes.unwell(stream, failure);
        if Instant::now() + wait >= until {
            ledger.dropped(stream, DropReason::ExportFailed, items);
            return false;
        }
        tokio::time::sleep(wait).await;
    }
}

impl Routes {
    fn endpoint(&self, stream: Stream) -> String {
        self.destinations[stream as usize].endpoint().to_owned()
    }

    /// A destination took a request. Says so if it was reported before.
    fn well(&self, stream: Stream, rejected: u64, message: &str) {
        if rejected > 0 {
            let why = format!("{rejected} items rejected: {message}");
            return self.unwell(stream, Failure { unreachable: false, why });
        }
        if self.reported[stream as usize].swap(false, Ordering::Relaxed) && self.none_reported_like(stream) {
            self.tell(&Diagnostic::ReachableAgain { endpoint: self.endpoint(stream) });
        }
    }

    /// A destination failed. Says so once, also when several streams go to it.
    fn unwell(&self, stream: Stream, failure: Failure) {
        let known = !self.none_reported_like(stream);
        if self.reported[stream as usize].swap(true, Ordering::Relaxed) || known {
            return;
        }
        let endpoint = self.endpoint(stream);
        let Failure { unreachable, why } = failure;
        self.tell(&if unreachable {
            Diagnostic::Unreachable { endpoint, why, queue_bytes: self.queue_bytes }
        } else {
            Diagnostic::Failing { endpoint, stream, why }
        });
    }

    /// Tells the listener, which is the application's code: if it panics, that is no reason to lose telemetry.
    fn tell(&self, diagnostic: &Diagnostic) {
        let _ = std::panic::catch_unwind(AssertUnwindSafe(|| (self.listener)(diagnostic)));
    }

    /// Whether no stream with the same server as `stream` is reported.
    fn none_reported_like(&self, stream: Stream) -> bool {
        let server = server_of(self.destinations[stream as usize].endpoint());
        Stream::ALL.into_iter().all(|other| {
            server_of(self.destinations[other as usize].endpoint()) != server
                || !self.reported[other as usize].load(Ordering::Relaxed)
        })
    }
}

/// The scheme and authority of an endpoint: over HTTP the streams differ in their paths only.
fn server_of(endpoint: &str) -> &str {
    let authority = endpoint.find("://").map_or(0, |at| at + 3);
    let end = endpoint[authority..].find(['/', ' ']).map_or(endpoint.len(), |at| authority + at);
    &endpoint[..end]
}
