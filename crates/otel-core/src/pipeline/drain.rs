//! The drain: collects what the threads left in their outboxes, and hands it to the courier in batches.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::clock::Reading;
use crate::ledger::{DropReason, Ledger, Stream};
use crate::otlp::{Batch, Batcher};
use crate::outbox::{Budget, Chunk, Outbox, Pool};
use crate::record::{Header, Signal};
use crate::recorder::Recorder;

use super::courier::{Courier, Routes};

/// How long the drain sleeps: shortly while chunks fill up, longer the quieter it gets. Nobody wakes it, so that
/// no thread that records ever makes a system call.
const BUSY: Duration = Duration::from_millis(1);
const QUIET: Duration = Duration::from_millis(20);

/// How often the recorder's clock follows the wall clock, and the console looks for stragglers.
const UPKEEP: Duration = Duration::from_secs(1);

/// Records handed on before the transports get their turn: a mebibyte or two.
const CHUNKS_PER_TURN: usize = 32;

/// What the drain can be asked for.
pub(crate) enum Command {
    /// An export request of metrics, encoded.
    Metrics { batch: Batch, reply: oneshot::Sender<bool> },
    /// Deliver everything there is.
    Flush { reply: mpsc::Sender<()> },
    /// Deliver everything there is until the deadline, and end.
    Shutdown { deadline: Duration, reply: mpsc::Sender<()> },
    /// The last metrics were handed over.
    MetricsDone,
}

/// The state of the pipeline's thread.
pub(crate) struct Drain {
    recorder: Arc<Recorder>,
    ledger: Arc<Ledger>,
    routes: Arc<Routes>,
    courier: Courier,
    commands: UnboundedReceiver<Command>,
    batchers: [Batcher; 2],
    backlog: Backlog,
    pool: Pool,
    flushes: Vec<Flush>,
    ending: Option<Ending>,
    last_upkeep: Instant,
    /// Whether nobody is left who could ask for anything.
    orphaned: bool,
}

/// Chunks taken from the outboxes and not yet batched. They stay on the budget, so a destination that is slow or gone
/// fills the queue and not the memory.
#[derive(Default)]
struct Backlog {
    chunks: VecDeque<Chunk>,
    /// Chunks that ever came, and those that are through.
    arrived: u64,
    done: u64,
}

impl Backlog {
    fn extend(&mut self, chunks: Vec<Chunk>) {
        self.arrived += chunks.len() as u64;
        self.chunks.extend(chunks);
    }

    fn next(&mut self) -> Option<Chunk> {
        let chunk = self.chunks.pop_front()?;
        self.done += 1;
        Some(chunk)
    }

    fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }
}

/// A flush under way: first its chunks are batched, then its batches are delivered.
struct Flush {
    chunks: u64,
    batches: Option<u64>,
    reply: mpsc::Sender<()>,
}

/// A shutdown under way.
struct Ending {
    until: Instant,
    reply: mpsc::Sender<()>,
    metrics_done: bool,
}

impl Drain {
    pub(crate) fn new(
        recorder: Arc<Recorder>,
        ledger: Arc<Ledger>,
        routes: Arc<Routes>,
        commands: UnboundedReceiver<Command>,
        batchers: [Batcher; 2],
        budget: &Arc<Budget>,
    ) -> Self {
        let courier = Courier::new(Arc::clone(&routes), Arc::clone(&ledger));
        Self {
            recorder,
            ledger,
            routes,
            courier,
            commands,
            batchers,
            backlog: Backlog::default(),
            pool: Pool::new(budget),
            flushes: Vec::new(),
            ending: None,
            last_upkeep: Instant::now(),
            orphaned: false,
        }
    }

    /// Runs until a shutdown is over, or until nobody is left who could ask for one.
    pub(crate) async fn run(mut self) {
        let mut pause = BUSY;
        loop {
            let until = self.ending.as_ref().map(|ending| ending.until);
            let busy = self.courier.is_busy();
            tokio::select! {
                biased;
                command = self.commands.recv(), if !self.orphaned => match command {
                    Some(command) => self.obey(command),
                    None => self.end_unasked(),
                },
                () = self.courier.one_done() => {}
                // A backlog is worked off as soon as the courier takes more.
                () = tokio::task::yield_now(), if !self.backlog.is_empty() && !busy => {}
                () = tokio::time::sleep(pause) => {}
                () = reach(until) => return self.give_up().await,
            }
            let taken = self.collect();
            pause = if taken > 0 { BUSY } else { (pause * 2).min(QUIET) };
            self.hand_on();
            self.keep_up();
            self.answer_flushes();
            if self.is_over() {
                return self.finish();
            }
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Metrics { batch, reply } => self.courier.take(batch, Some(reply)),
            Command::Flush { reply } => {
                self.take_all(Outbox::take_all);
                self.flushes.push(Flush { chunks: self.backlog.arrived, batches: None, reply });
            }
            Command::Shutdown { deadline, reply } => {
                self.close_outboxes();
                self.ending = Some(Ending { until: Instant::now() + deadline, reply, metrics_done: false });
            }
            Command::MetricsDone => {
                if let Some(ending) = &mut self.ending {
                    ending.metrics_done = true;
                }
            }
        }
    }

    /// Everybody who could ask for a shutdown is gone; what is there is still delivered, for a while.
    fn end_unasked(&mut self) {
        self.orphaned = true;
        if self.ending.is_none() {
            self.close_outboxes();
            let (reply, _) = mpsc::channel();
            self.ending =
                Some(Ending { until: Instant::now() + super::DROP_DEADLINE, reply, metrics_done: true });
        }
    }

    /// Takes what the outboxes hold; returns how many chunks that was.
    fn collect(&mut self) -> usize {
        let mut taken = Vec::new();
        for outbox in self.recorder.outboxes() {
            outbox.take(&mut self.pool, &mut taken);
        }
        let chunks = taken.len();
        self.backlog.extend(taken);
        chunks
    }

    /// Turns the backlog into batches for as long as the courier takes them.
    fn hand_on(&mut self) {
        for _ in 0..CHUNKS_PER_TURN {
            if self.courier.is_busy() {
                break;
            }
            let Some(chunk) = self.backlog.next() else { break };
            self.batch(chunk);
        }
        let clock = &self.recorder.clock;
        let (now, done) = (clock.read(), self.backlog.done);
        let flushing = |flush: &Flush| flush.batches.is_none() && flush.chunks <= done;
        let ending = self.ending.is_some() && self.backlog.is_empty();
        if ending
            || self.flushes.iter().any(flushing)
            || self.batchers.iter().any(|batcher| batcher.is_due(clock, now))
        {
            self.seal();
        }
        let mark = self.courier.mark();
        self.flushes.iter_mut().filter(|flush| flushing(flush)).for_each(|flush| flush.batches = Some(mark));
    }

    /// Hands on what there is, events before the spans they belong to, so that who shows a trace has its events.
    fn seal(&mut self) {
        for batcher in self.batchers.iter_mut().rev() {
            if let Some(batch) = batcher.seal() {
                self.courier.take(batch, None);
            }
        }
    }

    fn batch(&mut self, chunk: Chunk) {
        let now = self.recorder.clock.read();
        let mut rest = chunk.as_slice();
        while let Some((header, record, after)) = Header::split(rest) {
            rest = after;
            if let Some(full) = self.push(header, record, now) {
                self.courier.take(full, None);
            }
        }
        self.pool.put(chunk);
    }

    #[inline]
    fn push(&mut self, header: Header, record: &[u8], now: Reading) -> Option<Batch> {
        let batcher = match header.signal {
            Signal::Span => &mut self.batchers[0],
            Signal::Log => &mut self.batchers[1],
        };
        batcher.push(&self.recorder, header.scope, record, now)
    }

    /// Takes everything from all outboxes.
    fn take_all(&mut self, take: impl Fn(&Outbox, &mut Pool, &mut Vec<Chunk>)) {
        let mut taken = Vec::new();
        for outbox in self.recorder.outboxes() {
            take(&outbox, &mut self.pool, &mut taken);
        }
        self.backlog.extend(taken);
    }

    fn close_outboxes(&mut self) {
        self.recorder.close();
        self.take_all(Outbox::close);
    }

    fn keep_up(&mut self) {
        self.recorder.forget_finished_outboxes();
        if self.last_upkeep.elapsed() >= UPKEEP {
            self.last_upkeep = Instant::now();
            self.recorder.clock.align();
            let now = self.recorder.clock.now().unix_nanos();
            self.routes.destinations.iter().for_each(|destination| destination.tick(now));
        }
    }

    fn answer_flushes(&mut self) {
        let courier = &self.courier;
        let over = |flush: &mut Flush| flush.batches.is_some_and(|mark| courier.is_past(mark));
        for flush in self.flushes.extract_if(.., over) {
            // Whoever asked may have stopped waiting.
            let _ = flush.reply.send(());
        }
    }

    fn is_over(&self) -> bool {
        let done = self.ending.as_ref().is_some_and(|ending| ending.metrics_done);
        done && self.courier.is_idle() && self.backlog.is_empty()
    }

    /// The deadline has passed: what is not delivered is counted as dropped.
    async fn give_up(mut self) {
        while let Some(chunk) = self.backlog.next() {
            self.batch(chunk);
        }
        self.seal();
        self.courier.abandon().await;
        self.finish();
    }

    fn finish(self) {
        let Self { routes, ledger, mut commands, ending, .. } = self;
        commands.close();
        // Metrics that were asked for too late are dropped with a reason too.
        while let Ok(command) = commands.try_recv() {
            if let Command::Metrics { batch, .. } = command {
                ledger.dropped(Stream::Metrics, DropReason::DeadlineExceeded, batch.items);
            }
        }
        routes.destinations.iter().for_each(|destination| destination.finish());
        if let Some(Ending { reply, .. }) = ending {
            let _ = reply.send(());
        }
    }
}

/// Waits for a deadline, or for ever when there is none.
async fn reach(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
