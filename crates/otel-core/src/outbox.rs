//! Outboxes: where a thread leaves its finished records for the pipeline to collect.
//!
//! An outbox has one producer, the thread it belongs to, and one consumer, the drain. It has two halves, each behind
//! a mutex that is only ever *tried*: the drain holds one half at a time, so the producer always finds the other
//! one free. Nobody waits, and nobody is woken.
//!
//! Records are stored in chunks, each of one signal and lane. A chunk is taken from the shared byte budget when it is
//! made and given back when it is dropped, so the budget costs one shared atomic per chunk instead of one per record.
//! When the budget has no room for a lane, its newest record is dropped and counted; in the audit lane its producer
//! waits.

#[cfg(feature = "pipeline")]
use std::sync::PoisonError;
#[cfg(feature = "pipeline")]
use std::sync::atomic::AtomicU32;
#[cfg(feature = "pipeline")]
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

use crate::budget::{Allowance, Budget};
use crate::head::Fate;
use crate::lane::Lane;
use crate::record::{Kind, Signal};

/// The usual size of a chunk. A larger record gets a chunk of its own size.
pub(crate) const CHUNK: usize = 32 * 1024;

/// The size of a chunk when the budget has no room for a usual one.
const LAST_CHUNK: usize = 4 * 1024;

/// The most empty chunks a half keeps for the next burst.
const SPARE: usize = 64;

/// Visits of the drain without a burst after which an outbox gives half of its spare chunks back: from a few seconds
/// to a minute.
#[cfg(feature = "pipeline")]
const CALM: u32 = 4_096;

/// A run of records: for each a header, then the record framed as field 2 of its parent message.
#[derive(Debug)]
pub(crate) struct Chunk {
    bytes: Vec<u8>,
    /// The bytes it may hold, which are on the budget.
    room: Allowance,
}

impl Chunk {
    fn new(lane: Lane, room: usize, budget: &Arc<Budget>) -> Option<Self> {
        budget.take(lane, room).map(|room| Self { bytes: Vec::with_capacity(room.bytes()), room })
    }

    fn fits(&self, len: usize) -> bool {
        self.room.bytes() - self.bytes.len() >= len
    }

    #[cfg(feature = "pipeline")]
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes over the records of `other` when there is room for them.
    #[cfg(feature = "pipeline")]
    pub(crate) fn absorb(&mut self, other: &Self) -> bool {
        let fits = self.fits(other.bytes.len());
        if fits {
            self.bytes.extend_from_slice(&other.bytes);
        }
        fits
    }
}

/// Why a record did not enter an outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The byte budget is spent.
    QueueFull,
    /// The pipeline was shut down.
    AlreadyShutDown,
}

#[derive(Debug, Default)]
struct Half {
    shelves: [Shelf; Kind::COUNT],
    spare: Vec<Chunk>,
    closed: bool,
}

/// The chunks of one kind of record.
#[derive(Debug, Default)]
struct Shelf {
    current: Option<Chunk>,
    full: Vec<Chunk>,
}

impl Half {
    fn new(closed: bool) -> Self {
        let mut half = Self { closed, ..Self::default() };
        // With room for a burst, so that a half that is used for the first time asks for no memory either.
        for signal in Signal::ALL {
            half.shelves[Kind { signal, lane: Lane::Normal }.index()].full.reserve(SPARE);
        }
        half
    }

    #[inline]
    fn append(&mut self, kind: Kind, record: &[u8], budget: &Arc<Budget>) -> Result<(), Refusal> {
        if self.closed {
            return Err(Refusal::AlreadyShutDown);
        }
        let shelf = &mut self.shelves[kind.index()];
        if !shelf.current.as_ref().is_some_and(|chunk| chunk.fits(record.len())) {
            shelf.rotate(kind.lane, record.len(), &mut self.spare, budget)?;
        }
        if let Some(chunk) = &mut shelf.current {
            chunk.bytes.extend_from_slice(record);
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.shelves.iter().all(|shelf| shelf.full.is_empty() && shelf.is_between_chunks())
    }
}

impl Shelf {
    /// Puts an empty chunk with room for `needed` bytes in place of the current one.
    #[cold]
    #[inline(never)]
    fn rotate(
        &mut self,
        lane: Lane,
        needed: usize,
        spare: &mut Vec<Chunk>,
        budget: &Arc<Budget>,
    ) -> Result<(), Refusal> {
        let spare = spare.pop_if(|chunk| chunk.fits(needed) && budget.tolerates(lane));
        let made = |room| Chunk::new(lane, needed.max(room), budget);
        let fresh = spare.or_else(|| made(CHUNK)).or_else(|| made(LAST_CHUNK)).ok_or(Refusal::QueueFull)?;
        if let Some(full) = self.current.replace(fresh)
            && !full.bytes.is_empty()
        {
            self.full.push(full);
        }
        Ok(())
    }

    fn is_between_chunks(&self) -> bool {
        self.current.as_ref().is_none_or(|chunk| chunk.bytes.is_empty())
    }
}

/// The outbox of one thread.
#[derive(Debug)]
pub(crate) struct Outbox {
    halves: [Mutex<Half>; 2],
    budget: Arc<Budget>,
    pub(crate) counts: OutboxCounts,
    /// The most chunks that were filled between two visits of the drain, up to [`SPARE`]; only the drain looks.
    #[cfg(feature = "pipeline")]
    burst: AtomicUsize,
    /// Visits since a burst came near that.
    #[cfg(feature = "pipeline")]
    calm: AtomicU32,
    retired: AtomicBool,
}

impl Outbox {
    pub(crate) fn new(budget: &Arc<Budget>, closed: bool) -> Self {
        let half = || Mutex::new(Half::new(closed));
        Self {
            halves: [half(), half()],
            budget: Arc::clone(budget),
            counts: OutboxCounts::default(),
            #[cfg(feature = "pipeline")]
            burst: AtomicUsize::new(0),
            #[cfg(feature = "pipeline")]
            calm: AtomicU32::new(0),
            retired: AtomicBool::new(false),
        }
    }

    /// Leaves one record, header first. Only the outbox's own thread calls this.
    // Always: it is most of what a recording thread does, and there are two who call it.
    #[inline(always)]
    pub(crate) fn append(&self, kind: Kind, record: &[u8]) {
        let counts = self.counts.of(kind);
        OutboxCounts::bump(&counts.created);
        // The half is free again before anything else happens.
        let appended = self.free_half().append(kind, record, &self.budget);
        if let Err(refusal) = appended {
            self.refused(refusal, kind, record);
        }
    }

    #[cold]
    #[inline(never)]
    fn refused(&self, refusal: Refusal, kind: Kind, record: &[u8]) {
        let refusal = match kind.lane {
            Lane::Audit if refusal == Refusal::QueueFull => self.wait_and_append(kind, record),
            _ => Some(refusal),
        };
        let counts = self.counts.of(kind);
        match refusal {
            None => {}
            Some(Refusal::QueueFull) => OutboxCounts::bump(&counts.queue_full),
            Some(Refusal::AlreadyShutDown) => OutboxCounts::bump(&counts.already_shut_down),
        }
    }

    /// Holds the recording thread up until there is room: what is audited does not happen faster than it is kept.
    fn wait_and_append(&self, kind: Kind, record: &[u8]) -> Option<Refusal> {
        let mut waiting = self.budget.start_waiting();
        loop {
            // The half must be free again before the wait, or nothing would ever be collected from it.
            let appended = self.free_half().append(kind, record, &self.budget);
            match appended {
                Err(Refusal::QueueFull) if waiting.for_room() => {}
                appended => return appended.err(),
            }
        }
    }

    #[inline]
    fn free_half(&self) -> MutexGuard<'_, Half> {
        loop {
            for half in &self.halves {
                if let Some(half) = try_lock(half) {
                    return half;
                }
            }
            // The drain went from one half to the other between the two attempts; the first is free again.
            std::hint::spin_loop();
        }
    }

    /// Whether nothing more can come and nothing is left.
    pub(crate) fn is_finished(&self) -> bool {
        self.retired.load(Ordering::Acquire)
            && self.halves.iter().all(|half| try_lock(half).is_some_and(|half| half.is_empty()))
    }

    /// The thread is gone; what it left is still collected.
    pub(crate) fn retire(&self) {
        self.retired.store(true, Ordering::Release);
    }
}

/// The drain's side.
#[cfg(feature = "pipeline")]
impl Outbox {
    /// Takes the filled chunks of both halves and leaves empty ones from `pool` in their place. A half the
    /// producer is writing to is left for the next time.
    pub(crate) fn take(&self, pool: &mut Pool, taken: &mut dyn FnMut(Kind, Chunk)) {
        for half in &self.halves {
            let Some(mut half) = try_lock(half) else { continue };
            self.collect(&mut half, pool, taken);
        }
    }

    /// Takes everything, as [`Outbox::take`] does, but waits for a producer in the middle of an append.
    pub(crate) fn take_all(&self, pool: &mut Pool, taken: &mut dyn FnMut(Kind, Chunk)) {
        for half in &self.halves {
            self.collect(&mut half.lock().unwrap_or_else(PoisonError::into_inner), pool, taken);
        }
    }

    /// Takes everything and refuses what comes after. Waits for a producer in the middle of an append.
    pub(crate) fn close(&self, _: &mut Pool, taken: &mut dyn FnMut(Kind, Chunk)) {
        for half in &self.halves {
            let mut half = half.lock().unwrap_or_else(PoisonError::into_inner);
            half.closed = true;
            for kind in Kind::all() {
                let shelf = &mut half.shelves[kind.index()];
                shelf.full.drain(..).chain(shelf.current.take()).for_each(|chunk| taken(kind, chunk));
            }
            half.spare = Vec::new();
        }
    }

    fn collect(&self, half: &mut Half, pool: &mut Pool, taken: &mut dyn FnMut(Kind, Chunk)) {
        let burst = self.notice(half.shelves.iter().map(|shelf| shelf.full.len()).sum());
        for kind in Kind::all() {
            let shelf = &mut half.shelves[kind.index()];
            shelf.full.drain(..).for_each(|chunk| taken(kind, chunk));
            if !shelf.is_between_chunks() {
                shelf.current.take().into_iter().for_each(|chunk| taken(kind, chunk));
            }
            // What this thread records, it will record again, and in either half.
            if shelf.current.is_none() && self.counts.of(kind).created.load(Ordering::Relaxed) > 0 {
                shelf.current = pool.take(kind.lane);
            }
        }
        // A thread that filled several chunks at once will do so again; it should find them ready.
        while half.spare.len() < burst {
            let Some(chunk) = pool.take(Lane::Normal) else { break };
            half.spare.push(chunk);
        }
        while half.spare.len() > burst {
            half.spare.pop().into_iter().for_each(|chunk| pool.put(chunk));
        }
    }

    /// Takes note of a burst, and says for which one to be ready.
    fn notice(&self, burst: usize) -> usize {
        let known = self.burst.load(Ordering::Relaxed);
        let calm = if burst * 2 > known { 0 } else { self.calm.load(Ordering::Relaxed) + 1 };
        let (calm, ready) = if calm > CALM { (0, known / 2) } else { (calm, known.max(burst).min(SPARE)) };
        self.calm.store(calm, Ordering::Relaxed);
        self.burst.store(ready, Ordering::Relaxed);
        ready
    }
}

/// Empty chunks, ready for the outboxes. Only the drain has one, so that the recording threads need not ask for memory.
#[cfg(feature = "pipeline")]
#[derive(Debug)]
pub(crate) struct Pool {
    chunks: Vec<Chunk>,
    room: usize,
    budget: Arc<Budget>,
}

#[cfg(feature = "pipeline")]
impl Pool {
    /// Chunks a pool keeps, and the share of the budget they may take: what waits in the pool is not there for
    /// anybody else.
    const ROOM: usize = 64;
    const SHARE: usize = 8;

    pub(crate) fn new(budget: &Arc<Budget>) -> Self {
        let room = Self::ROOM.min(budget.shared_cap() / Self::SHARE / CHUNK);
        // The first threads should find chunks too.
        let chunks = (0..room.min(4)).filter_map(|_| Chunk::new(Lane::Normal, CHUNK, budget)).collect();
        Self { chunks, room, budget: Arc::clone(budget) }
    }

    /// An empty chunk, unless the budget is spent.
    fn take(&mut self, lane: Lane) -> Option<Chunk> {
        self.chunks.pop().or_else(|| Chunk::new(lane, CHUNK, &self.budget))
    }

    /// Takes a chunk back that nobody needs any more.
    pub(crate) fn put(&mut self, mut chunk: Chunk) {
        // What is reserved for a lane goes back to it, and who waits for room has it at once.
        let common = chunk.room.is_shared() && chunk.room.bytes() == CHUNK && !self.budget.is_waited_for();
        if self.chunks.len() < self.room && common {
            chunk.bytes.clear();
            self.chunks.push(chunk);
        }
    }
}

fn try_lock(half: &Mutex<Half>) -> Option<MutexGuard<'_, Half>> {
    match half.try_lock() {
        Ok(half) => Some(half),
        Err(TryLockError::WouldBlock) => None,
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
    }
}

/// What happened to the records of one outbox before the drain saw them.
#[derive(Debug, Default)]
pub(crate) struct OutboxCounts {
    kinds: [KindCounts; Kind::COUNT],
    /// Spans begun, by where their parents are and by what becomes of them.
    started: [[AtomicU64; Fate::ALL.len()]; 3],
    pub(crate) sampled_out: AtomicU64,
}

/// Where a span's parent is: `otel.span.parent.origin`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin {
    None,
    Local,
    Remote,
}

impl Origin {
    #[cfg(feature = "pipeline")]
    pub(crate) const ALL: [Self; 3] = [Self::None, Self::Local, Self::Remote];

    /// The value of the attribute.
    #[cfg(feature = "pipeline")]
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Local => "local",
            Self::Remote => "remote",
        }
    }
}

/// The counts of one signal in one lane.
#[derive(Debug, Default)]
pub(crate) struct KindCounts {
    pub(crate) created: AtomicU64,
    pub(crate) queue_full: AtomicU64,
    pub(crate) already_shut_down: AtomicU64,
}

impl OutboxCounts {
    #[inline]
    pub(crate) fn of(&self, kind: Kind) -> &KindCounts {
        &self.kinds[kind.index()]
    }

    #[inline]
    pub(crate) fn started(&self, origin: Origin, fate: Fate) -> &AtomicU64 {
        &self.started[origin as usize][fate as usize]
    }

    /// Takes over the counts of an outbox that is forgotten.
    pub(crate) fn absorb(&self, outbox: &Self) {
        let add = |mine: &AtomicU64, other: &AtomicU64| {
            mine.fetch_add(other.load(Ordering::Relaxed), Ordering::Relaxed);
        };
        for (mine, other) in self.kinds.iter().zip(&outbox.kinds) {
            add(&mine.created, &other.created);
            add(&mine.queue_full, &other.queue_full);
            add(&mine.already_shut_down, &other.already_shut_down);
        }
        for (mine, other) in self.started.iter().flatten().zip(outbox.started.iter().flatten()) {
            add(mine, other);
        }
        add(&self.sampled_out, &outbox.sampled_out);
    }

    /// Adds one. An outbox has one producer, so a load and a store do, at a fifth of the cost of an atomic addition.
    #[inline]
    pub(crate) fn bump(counter: &AtomicU64) {
        counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }
}
