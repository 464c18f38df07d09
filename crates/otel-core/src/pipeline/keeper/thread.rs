//! The keeper's thread: takes what it is asked for together, so that many batches share one synchronisation.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::lane::Lane;
use crate::otlp::Batch;
use crate::settings::{Durability, Problem, SpoolSettings};
use crate::spool::Ticket;

use super::Recalled;
use super::custody::{Custody, Parts, SYNC_EVERY};

/// What is done together at most, so that nobody waits too long for an answer.
const TOGETHER: usize = 64;

/// What the keeper can be asked for.
pub(super) enum Ask {
    Keep { lane: Lane, batch: Batch, reply: oneshot::Sender<Option<Ticket>> },
    Settle(Ticket),
    Release(Ticket),
    Recall { reply: oneshot::Sender<Option<Recalled>> },
}

/// A way to ask the keeper of one destination. When the last one is dropped, the keeper closes its spool.
#[derive(Clone, Debug)]
pub(crate) struct Keeper {
    asks: Sender<Ask>,
    durability: [Durability; Lane::ALL.len()],
    /// Batches that nobody holds.
    backlog: Arc<AtomicU64>,
}

/// The keeper's thread, which ends by itself when nobody can ask any more.
pub(crate) type Keeping = JoinHandle<()>;

impl Keeper {
    /// Opens a spool, and starts the thread that keeps it.
    ///
    /// # Errors
    ///
    /// When no spool can be opened there, or no thread started.
    pub(crate) fn start(settings: &SpoolSettings, parts: Parts) -> Result<(Self, Keeping), Problem> {
        let backlog = Arc::new(AtomicU64::new(0));
        let custody = Custody::open(settings, parts, Arc::clone(&backlog))?;
        let (asks, inbox) = channel();
        let thread = std::thread::Builder::new()
            .name("otel-spool".to_owned())
            .spawn(move || run(custody, &inbox))
            .map_err(|error| Problem::new("spool", format!("its thread did not start: {error}")))?;
        Ok((Self { asks, durability: settings.durability, backlog }, thread))
    }

    /// Whether what is in a lane is kept before it is sent, and not only when it cannot be.
    pub(crate) fn keeps_at_once(&self, lane: Lane) -> bool {
        self.durability[lane as usize] != Durability::Buffered
    }

    /// Keeps a batch. There is no ticket when it could not be kept as its lane demands.
    pub(crate) fn keep(&self, lane: Lane, batch: Batch) -> oneshot::Receiver<Option<Ticket>> {
        let (reply, kept) = oneshot::channel();
        self.ask(Ask::Keep { lane, batch, reply });
        kept
    }

    /// The batch is done: delivered, or refused for good.
    pub(crate) fn settle(&self, ticket: Ticket) {
        self.ask(Ask::Settle(ticket));
    }

    /// Nobody holds the batch in memory any more; it is recalled in its turn.
    pub(crate) fn release(&self, ticket: Ticket) {
        self.ask(Ask::Release(ticket));
    }

    /// Whether there is something to recall.
    pub(crate) fn has_backlog(&self) -> bool {
        self.backlog.load(Ordering::Relaxed) > 0
    }

    /// Recalls the next batch that nobody holds.
    pub(crate) fn recall(&self) -> oneshot::Receiver<Option<Recalled>> {
        let (reply, recalled) = oneshot::channel();
        self.ask(Ask::Recall { reply });
        recalled
    }

    fn ask(&self, ask: Ask) {
        // A thread that is gone answers nothing: whoever asked notices, and what was kept stays on disk.
        let _ = self.asks.send(ask);
    }
}

fn run(mut custody: Custody, inbox: &Receiver<Ask>) {
    let _suppressed = opentelemetry::Context::enter_telemetry_suppressed_scope();
    loop {
        match inbox.recv_timeout(SYNC_EVERY) {
            Ok(first) => {
                let more = inbox.try_iter().take(TOGETHER - 1);
                std::iter::once(first).chain(more).for_each(|ask| custody.take(ask));
                custody.answer();
            }
            Err(RecvTimeoutError::Timeout) => custody.rest(),
            Err(RecvTimeoutError::Disconnected) => return custody.close(),
        }
    }
}
