//! Outboxes: where a thread leaves its finished records for the pipeline to collect.
//!
//! An outbox has one producer, the thread it belongs to, and one consumer, the drain. It has two halves, each behind
//! a mutex that is only ever *tried*: the drain holds one half at a time, so the producer always finds the other
//! one free. Nobody waits, and nobody is woken.
//!
//! Records are stored in chunks. A chunk is taken from the shared byte budget when it is made and given back when
//! it is dropped, so the budget costs one shared atomic per chunk instead of one per record. When the budget is
//! spent the newest record is dropped and counted.

#[cfg(feature = "pipeline")]
use std::sync::PoisonError;
#[cfg(feature = "pipeline")]
use std::sync::atomic::AtomicU32;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

use crate::record::Signal;

/// The usual size of a chunk. A larger record gets a chunk of its own size.
pub(crate) const CHUNK: usize = 32 * 1024;

/// The most empty chunks a half keeps for the next burst.
const SPARE: usize = 64;

/// Visits of the drain without a burst after which an outbox gives half of its spare chunks back: from a few seconds
/// to a minute.
#[cfg(feature = "pipeline")]
const CALM: u32 = 4_096;

/// The bytes all chunks of one pipeline may take together.
#[derive(Debug)]
pub(crate) struct Budget {
    cap: usize,
    used: AtomicUsize,
}

impl Budget {
    pub(crate) fn new(cap: usize) -> Arc<Self> {
        Arc::new(Self { cap, used: AtomicUsize::new(0) })
    }

    fn take(&self, bytes: usize) -> bool {
        let fits = |used: usize| used.checked_add(bytes).filter(|sum| *sum <= self.cap);
        self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_ok()
    }
}

/// A run of records: for each a header, then the record framed as field 2 of its parent message.
#[derive(Debug)]
pub(crate) struct Chunk {
    bytes: Vec<u8>,
    room: usize,
    budget: Arc<Budget>,
}

impl Chunk {
    fn new(room: usize, budget: &Arc<Budget>) -> Option<Self> {
        budget.take(room).then(|| Self { bytes: Vec::with_capacity(room), room, budget: Arc::clone(budget) })
    }

    fn fits(&self, len: usize) -> bool {
        self.room - self.bytes.len() >= len
    }

    #[cfg(feature = "pipeline")]
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.room, Ordering::Relaxed);
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
    current: Option<Chunk>,
    full: Vec<Chunk>,
    spare: Vec<Chunk>,
    closed: bool,
}

impl Half {
    #[inline]
    fn append(&mut self, record: &[u8], budget: &Arc<Budget>) -> Result<(), Refusal> {
        if self.closed {
            return Err(Refusal::AlreadyShutDown);
        }
        if !self.current.as_ref().is_some_and(|chunk| chunk.fits(record.len())) {
            self.rotate(record.len(), budget)?;
        }
        if let Some(chunk) = &mut self.current {
            chunk.bytes.extend_from_slice(record);
        }
        Ok(())
    }

    /// Puts an empty chunk with room for `needed` bytes in place of the current one.
    #[cold]
    #[inline(never)]
    fn rotate(&mut self, needed: usize, budget: &Arc<Budget>) -> Result<(), Refusal> {
        let spare = self.spare.pop().filter(|chunk| chunk.fits(needed));
        let fresh = spare.or_else(|| Chunk::new(needed.max(CHUNK), budget)).ok_or(Refusal::QueueFull)?;
        if let Some(full) = self.current.replace(fresh)
            && !full.bytes.is_empty()
        {
            self.full.push(full);
        }
        Ok(())
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
        // With room for a burst, so that a half that is used for the first time asks for no memory either.
        let half = || Mutex::new(Half { closed, full: Vec::with_capacity(SPARE), ..Half::default() });
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
    #[inline]
    pub(crate) fn append(&self, signal: Signal, record: &[u8]) {
        let counts = self.counts.of(signal);
        OutboxCounts::bump(&counts.created);
        match self.free_half().append(record, &self.budget) {
            Ok(()) => {}
            Err(Refusal::QueueFull) => OutboxCounts::bump(&counts.queue_full),
            Err(Refusal::AlreadyShutDown) => OutboxCounts::bump(&counts.already_shut_down),
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
            && self.halves.iter().all(|half| {
                try_lock(half).is_some_and(|half| {
                    half.full.is_empty() && half.current.as_ref().is_none_or(|chunk| chunk.bytes.is_empty())
                })
            })
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
    pub(crate) fn take(&self, pool: &mut Pool, taken: &mut Vec<Chunk>) {
        for half in &self.halves {
            let Some(mut half) = try_lock(half) else { continue };
            self.collect(&mut half, pool, taken);
        }
    }

    /// Takes everything, as [`Outbox::take`] does, but waits for a producer in the middle of an append.
    pub(crate) fn take_all(&self, pool: &mut Pool, taken: &mut Vec<Chunk>) {
        for half in &self.halves {
            self.collect(&mut half.lock().unwrap_or_else(PoisonError::into_inner), pool, taken);
        }
    }

    /// Takes everything and refuses what comes after. Waits for a producer in the middle of an append.
    pub(crate) fn close(&self, _: &mut Pool, taken: &mut Vec<Chunk>) {
        for half in &self.halves {
            let mut half = half.lock().unwrap_or_else(PoisonError::into_inner);
            half.closed = true;
            taken.append(&mut half.full);
            taken.extend(half.current.take());
            half.spare = Vec::new();
        }
    }

    fn collect(&self, half: &mut Half, pool: &mut Pool, taken: &mut Vec<Chunk>) {
        let burst = self.notice(half.full.len());
        taken.append(&mut half.full);
        if half.current.as_ref().is_some_and(|chunk| !chunk.bytes.is_empty()) {
            taken.extend(half.current.take());
        }
        // A thread that filled several chunks at once will do so again; it should find them ready, in either half.
        if half.current.is_none() {
            half.current = pool.take();
        }
        while half.spare.len() < burst {
            let Some(chunk) = pool.take() else { break };
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
        let room = Self::ROOM.min(budget.cap / Self::SHARE / CHUNK);
        // The first threads should find chunks too.
        let chunks = (0..room.min(4)).filter_map(|_| Chunk::new(CHUNK, budget)).collect();
        Self { chunks, room, budget: Arc::clone(budget) }
    }

    /// An empty chunk, unless the budget is spent.
    fn take(&mut self) -> Option<Chunk> {
        self.chunks.pop().or_else(|| Chunk::new(CHUNK, &self.budget))
    }

    /// Takes a chunk back that nobody needs any more.
    pub(crate) fn put(&mut self, mut chunk: Chunk) {
        if self.chunks.len() < self.room && chunk.room == CHUNK {
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
    spans: SignalCounts,
    logs: SignalCounts,
    pub(crate) sampled_out: AtomicU64,
}

/// The counts of one signal.
#[derive(Debug, Default)]
pub(crate) struct SignalCounts {
    pub(crate) created: AtomicU64,
    pub(crate) queue_full: AtomicU64,
    pub(crate) already_shut_down: AtomicU64,
}

impl OutboxCounts {
    pub(crate) fn of(&self, signal: Signal) -> &SignalCounts {
        match signal {
            Signal::Span => &self.spans,
            Signal::Log => &self.logs,
        }
    }

    /// Takes over the counts of an outbox that is forgotten.
    pub(crate) fn absorb(&self, outbox: &Self) {
        let add = |mine: &AtomicU64, other: &AtomicU64| {
            mine.fetch_add(other.load(Ordering::Relaxed), Ordering::Relaxed);
        };
        for (mine, other) in [(&self.spans, &outbox.spans), (&self.logs, &outbox.logs)] {
            add(&mine.created, &other.created);
            add(&mine.queue_full, &other.queue_full);
            add(&mine.already_shut_down, &other.already_shut_down);
        }
        add(&self.sampled_out, &outbox.sampled_out);
    }

    /// Adds one. An outbox has one producer, so a load and a store do, at a fifth of the cost of an atomic addition.
    #[inline]
    pub(crate) fn bump(counter: &AtomicU64) {
        counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }
}
