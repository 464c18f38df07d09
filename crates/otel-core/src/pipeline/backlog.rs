//! The backlog: chunks taken from the outboxes and not yet batched.
//!
//! They stay on the budget, so a destination that is slow or gone fills the queue and not the memory.

use std::collections::VecDeque;

use crate::outbox::{Chunk, Pool};
use crate::record::Kind;

#[derive(Default)]
pub(super) struct Backlog {
    queues: [Queue; Kind::COUNT],
}

/// The chunks of one kind of record.
#[derive(Default)]
struct Queue {
    chunks: VecDeque<Chunk>,
    /// Chunks that ever came, and those that are through.
    arrived: u64,
    done: u64,
}

/// A moment: all chunks that had come by then.
#[derive(Clone, Copy)]
pub(super) struct Moment([u64; Kind::COUNT]);

impl Backlog {
    /// Takes a chunk. When its records fit into the one before, that takes them: a chunk with a record or two would
    /// otherwise take the budget of a full one, for as long as nothing is delivered.
    pub(super) fn push(&mut self, kind: Kind, chunk: Chunk, pool: &mut Pool) {
        let queue = &mut self.queues[kind.index()];
        if queue.chunks.back_mut().is_some_and(|last| last.absorb(&chunk)) {
            pool.put(chunk);
        } else {
            queue.arrived += 1;
            queue.chunks.push_back(chunk);
        }
    }

    /// The oldest chunk of a kind.
    pub(super) fn pop(&mut self, kind: Kind) -> Option<Chunk> {
        let queue = &mut self.queues[kind.index()];
        let chunk = queue.chunks.pop_front()?;
        queue.done += 1;
        Some(chunk)
    }

    pub(super) fn has(&self, kind: Kind) -> bool {
        !self.queues[kind.index()].chunks.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        Kind::all().all(|kind| !self.has(kind))
    }

    pub(super) fn now(&self) -> Moment {
        Moment(self.queues.each_ref().map(|queue| queue.arrived))
    }

    /// Whether everything that had come by a moment is through.
    pub(super) fn is_past(&self, moment: &Moment) -> bool {
        self.queues.iter().zip(moment.0).all(|(queue, arrived)| queue.done >= arrived)
    }
}
