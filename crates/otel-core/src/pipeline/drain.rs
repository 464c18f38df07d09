//! The drain: collects what the threads left in their outboxes, and hands it to the courier in batches.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::clock::Reading;
use crate::lane::Lane;
use crate::ledger::{DropReason, Ledger, Stream};
use crate::otlp::{Batch, Batcher};
use crate::outbox::{Chunk, Outbox, Pool};
use crate::record::{Header, Kind};
use crate::recorder::Recorder;

use super::backlog::{Backlog, Moment};
use super::climate::Climate;
use super::courier::Courier;
use super::dispatch::Dispatch;
use super::keeper::Keeping;
use super::monitor::Monitor;
use super::scribe::Scribe;
use super::sieve::{Outlet, Sieve};
use super::vitals::Vitals;

/// How long the drain sleeps: shortly while chunks fill up, longer the quieter it gets. Nobody wakes it, so that
/// no thread that records ever makes a system call.
const BUSY: Duration = Duration::from_millis(1);
const QUIET: Duration = Duration::from_millis(20);

/// How often the recorder's clock follows the wall clock, and the console looks for stragglers.
const UPKEEP: Duration = Duration::from_secs(1);

/// Records handed on before the transports get their turn: a mebibyte or two.
const CHUNKS_PER_TURN: usize = 32;

/// The share of a shutdown's time that is left for the spools: a quarter, and a second at most.
const SHARE_OF_SPOOLS: u32 = 4;
const TIME_OF_SPOOLS: Duration = Duration::from_secs(1);

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

/// One batcher for each kind of record.
pub(crate) type Batchers = [Batcher; Kind::COUNT];

/// What records pass on their way.
pub(crate) struct Stages {
    /// The tail sampler, and what governs it.
    pub(crate) sampling: Option<(Sieve, Climate)>,
    pub(crate) scribe: Scribe,
    pub(crate) batchers: Batchers,
}

/// The state of the pipeline's thread.
pub(crate) struct Drain {
    recorder: Arc<Recorder>,
    ledger: Arc<Ledger>,
    courier: Courier,
    keepings: Vec<Keeping>,
    commands: UnboundedReceiver<Command>,
    /// Where spans wait for the end of their traces, if there is a tail sampler.
    sieve: Option<Sieve>,
    climate: Option<Climate>,
    scribe: Scribe,
    batchers: Batchers,
    backlog: Backlog,
    pool: Pool,
    flushes: Vec<Flush>,
    ending: Option<Ending>,
    vitals: Arc<Vitals>,
    monitor: Monitor,
    last_upkeep: Instant,
    /// Whether nobody is left who could ask for anything.
    orphaned: bool,
}

/// A flush under way: first its chunks are batched, then its batches are delivered.
struct Flush {
    asked: Moment,
    batches: Option<u64>,
    reply: mpsc::Sender<()>,
}

/// A shutdown under way.
struct Ending {
    until: Instant,
    /// When what destinations have not taken goes to the spools.
    spools_at: Instant,
    reply: mpsc::Sender<()>,
    metrics_done: bool,
}

impl Ending {
    fn new(deadline: Duration, reply: mpsc::Sender<()>) -> Self {
        let now = Instant::now();
        let for_spools = (deadline / SHARE_OF_SPOOLS).min(TIME_OF_SPOOLS);
        let (until, spools_at) = (now + deadline, now + (deadline - for_spools));
        Self { until, spools_at, reply, metrics_done: false }
    }
}

impl Drain {
    pub(crate) fn new(
        recorder: Arc<Recorder>,
        ledger: Arc<Ledger>,
        dispatch: Dispatch,
        commands: UnboundedReceiver<Command>,
        stages: Stages,
        pool: Pool,
        monitor: Monitor,
    ) -> Self {
        let vitals = Arc::clone(monitor.vitals());
        let Dispatch { courier, keepings } = dispatch;
        let Stages { sampling, scribe, batchers } = stages;
        let (sieve, climate) = sampling.unzip();
        Self {
            recorder,
            ledger,
            courier,
            keepings,
            commands,
            sieve,
            climate,
            scribe,
            batchers,
            backlog: Backlog::default(),
            pool,
            flushes: Vec::new(),
            ending: None,
            vitals,
            monitor,
            last_upkeep: Instant::now(),
            orphaned: false,
        }
    }

    /// Runs until a shutdown is over, or until nobody is left who could ask for one.
    pub(crate) async fn run(mut self) {
        let mut pause = BUSY;
        loop {
            let until = self.ending.as_ref().map(|ending| ending.until);
            let more = self.has_work();
            tokio::select! {
                biased;
                command = self.commands.recv(), if !self.orphaned => match command {
                    Some(command) => self.obey(command),
                    None => self.end_unasked(),
                },
                () = self.courier.one_done() => {}
                // A backlog is worked off as soon as the courier takes more.
                () = tokio::task::yield_now(), if more => {}
                () = tokio::time::sleep(pause) => {}
                () = reach(until) => return self.give_up().await,
            }
            let taken = self.collect();
            pause = if taken > 0 { BUSY } else { (pause * 2).min(QUIET) };
            self.hurry();
            self.hand_on();
            self.courier.start();
            self.keep_up();
            let has_work = self.has_work();
            self.monitor.look(has_work, self.courier.carriers());
            self.answer_flushes();
            if self.is_over() {
                return self.finish();
            }
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Metrics { batch, reply } => {
                // Counted only where they are taken: nothing is pending when nobody is left to take it.
                self.ledger.metrics_created(batch.items);
                self.courier.take(Lane::Normal, &batch, Some(reply));
            }
            Command::Flush { reply } => {
                self.take_all(Outbox::take_all);
                self.flushes.push(Flush { asked: self.backlog.now(), batches: None, reply });
            }
            Command::Shutdown { deadline, reply } => {
                self.close_outboxes();
                self.ending = Some(Ending::new(deadline, reply));
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
            let ending = Ending::new(super::DROP_DEADLINE, reply);
            self.ending = Some(Ending { metrics_done: true, ..ending });
        }
    }

    /// Takes what the outboxes hold; returns how many chunks that was.
    fn collect(&mut self) -> usize {
        self.take_all(Outbox::take)
    }

    fn take_all(&mut self, take: impl Fn(&Outbox, &mut Pool, &mut dyn FnMut(Kind, Chunk))) -> usize {
        let mut taken = Vec::new();
        for outbox in self.recorder.outboxes() {
            take(&outbox, &mut self.pool, &mut |kind, chunk| taken.push((kind, chunk)));
        }
        let chunks = taken.len();
        taken.into_iter().for_each(|(kind, chunk)| self.backlog.push(kind, chunk, &mut self.pool));
        chunks
    }

    fn close_outboxes(&mut self) {
        self.recorder.close();
        self.take_all(Outbox::close);
    }

    /// Whether there are chunks that the courier would take.
    fn has_work(&self) -> bool {
        Kind::all().any(|kind| self.backlog.has(kind) && !self.is_held_up(kind))
    }

    fn is_held_up(&self, kind: Kind) -> bool {
        self.courier.is_busy(kind.signal.into(), kind.lane)
    }

    /// A pipeline that ends does not wait for destinations where a spool takes what they do not.
    fn hurry(&mut self) {
        let Some(ending) = &self.ending else { return };
        if Instant::now() >= ending.spools_at {
            self.courier.end();
        } else {
            self.courier.hurry();
        }
    }

    /// Turns the backlog into batches for as long as the courier takes them.
    fn hand_on(&mut self) {
        let mut turns = CHUNKS_PER_TURN;
        for kind in Kind::all() {
            while turns > 0
                && !self.is_held_up(kind)
                && let Some(chunk) = self.backlog.pop(kind)
            {
                turns -= 1;
                self.batch(kind, chunk);
            }
        }
        let now = self.recorder.clock.read();
        let ready =
            |flush: &Flush, backlog: &Backlog| flush.batches.is_none() && backlog.is_past(&flush.asked);
        let ending = self.ending.is_some() && self.backlog.is_empty();
        let everything = ending || self.flushes.iter().any(|flush| ready(flush, &self.backlog));
        self.sift(now, everything);
        self.seal(|batcher, clock| everything || batcher.is_due(clock, now));
        let mark = self.courier.mark();
        for flush in &mut self.flushes {
            if ready(flush, &self.backlog) {
                flush.batches = Some(mark);
            }
        }
    }

    /// Hands on the batches that are to go.
    fn seal(&mut self, goes: impl Fn(&Batcher, &crate::clock::Clock) -> bool) {
        for kind in Kind::all() {
            let batcher = &mut self.batchers[kind.index()];
            if goes(batcher, &self.recorder.clock)
                && let Some(batch) = batcher.seal()
            {
                self.vitals.hand_on(kind, batch.items, batch.message().len());
                self.courier.take(kind.lane, &batch, None);
            }
        }
    }

    fn batch(&mut self, kind: Kind, chunk: Chunk) {
        let now = self.recorder.clock.read();
        let Self { sieve, scribe, recorder, ledger, batchers, vitals, courier, .. } = self;
        let mut outlet = Batching { now, recorder, ledger, batchers, vitals, courier };
        let mut sieve = sieve.as_mut().filter(|_| Sieve::holds(kind));
        let mut rest = chunk.as_slice();
        while let Some((header, framed, after)) = Header::split(rest) {
            match &mut sieve {
                None if header.is_fact => match scribe.write(&header, framed) {
                    Some(framed) => outlet.kept(kind, header.scope, framed),
                    None => ledger.unwritten(kind.lane),
                },
                None => outlet.kept(kind, header.scope, framed),
                Some(sieve) => {
                    let record = &rest[..Header::LEN + framed.len()];
                    sieve.take(&recorder.clock, now, &header, record, &mut outlet);
                }
            }
            rest = after;
        }
        self.pool.put(chunk);
    }

    /// Lets the tail sampler decide: on what it is time for, or on everything there is.
    ///
    /// While the courier does not take more, the sampler's time stands still: what is held back has a cap, and what is
    /// decided on would have none.
    fn sift(&mut self, now: Reading, everything: bool) {
        let held_up = self.courier.is_busy(Stream::Traces, Lane::Normal);
        let Self { sieve: Some(sieve), recorder, ledger, batchers, vitals, courier, .. } = self else {
            return;
        };
        let mut outlet = Batching { now, recorder, ledger, batchers, vitals, courier };
        if everything {
            sieve.flush(&mut outlet);
        } else if !held_up {
            sieve.tick(&recorder.clock, now, &mut outlet);
        }
        vitals.sifting.note(sieve.counts());
    }

    fn keep_up(&mut self) {
        if let (Some(climate), Some(sieve)) = (&mut self.climate, &mut self.sieve)
            && let Some(factor) = climate.look()
        {
            sieve.scale_budgets(factor);
            self.vitals.sifting.scaled(factor);
        }
        self.recorder.forget_finished_outboxes();
        if self.last_upkeep.elapsed() >= UPKEEP {
            self.last_upkeep = Instant::now();
            self.recorder.clock.align();
            let now = self.recorder.clock.now().unix_nanos();
            self.courier.carriers().iter().for_each(|carrier| carrier.outlet().destination.tick(now));
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
        for kind in Kind::all() {
            while let Some(chunk) = self.backlog.pop(kind) {
                self.batch(kind, chunk);
            }
        }
        self.sift(self.recorder.clock.read(), true);
        self.seal(|_, _| true);
        self.courier.abandon().await;
        self.finish();
    }

    fn finish(self) {
        let Self { courier, keepings, ledger, mut commands, ending, .. } = self;
        commands.close();
        // Metrics that were asked for too late are dropped with a reason too.
        while let Ok(command) = commands.try_recv() {
            if let Command::Metrics { batch, .. } = command {
                ledger.metrics_lost(DropReason::DeadlineExceeded, batch.items);
            }
        }
        courier.carriers().iter().for_each(|carrier| carrier.outlet().destination.finish());
        // Without anybody who could ask them, the keepers close their spools and end.
        drop(courier);
        keepings.into_iter().for_each(|keeping| drop(keeping.join()));
        if let Some(Ending { reply, .. }) = ending {
            let _ = reply.send(());
        }
    }
}

/// Where records go that nothing holds back: into batches, and these to the courier.
struct Batching<'a> {
    now: Reading,
    recorder: &'a Recorder,
    ledger: &'a Ledger,
    batchers: &'a mut Batchers,
    vitals: &'a Vitals,
    courier: &'a mut Courier,
}

impl Outlet for Batching<'_> {
    #[inline]
    fn kept(&mut self, kind: Kind, scope: u16, framed: &[u8]) {
        if let Some(full) = self.batchers[kind.index()].push(self.recorder, scope, framed, self.now) {
            self.vitals.hand_on(kind, full.items, full.message().len());
            self.courier.take(kind.lane, &full, None);
        }
    }

    fn left_out(&mut self, lane: Lane, spans: u64) {
        self.ledger.sampled_out(lane, spans);
    }
}

/// Waits for a deadline, or for ever when there is none.
async fn reach(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
