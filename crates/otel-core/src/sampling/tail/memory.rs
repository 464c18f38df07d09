//! The traces that are held, in memory that was all taken at the beginning.

use std::time::Duration;

use opentelemetry::TraceId;

use super::allowance::Allowance;
use super::blocks::{Blocks, Chain, PREFIX};
use super::index::{Hash, Index};
use super::peaks::Peaks;
use super::rings::Rings;
use super::setup::TailSampling;
use super::shelves::{Shelf, Shelves};
use super::strata::Strata;
use super::trace::Trace;

/// Blocks for each trace: with fewer traces than this, there are larger ones.
const BLOCKS_PER_TRACE: u32 = 2;

/// The shares of the memory that decisions take, and the largest trace on its way out.
const FOR_VERDICTS: usize = 16;
const FOR_A_TRACE: usize = 32;

/// The rings by time: traces whose root has ended, and the others. In each, time runs out in the order of arrival.
const ENDED: u32 = 0;
const OPEN: u32 = 1;
/// The ring of slots that were used before.
const FREE: u32 = 2;
const RINGS: u32 = 3;

/// How the memory is divided. What is said here is what is allocated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) verdicts: usize,
    /// The most that one trace may have, with what stands in front of each span.
    pub(super) trace: usize,
    pub(super) traces: u32,
}

impl Layout {
    pub(super) const fn of(setup: &TailSampling) -> Self {
        let (verdicts, trace) = (setup.memory / FOR_VERDICTS, setup.memory / FOR_A_TRACE);
        let fixed = verdicts + trace + Shelves::BYTES + Allowance::BYTES + Strata::BYTES + Peaks::BYTES;
        let each = size_of::<Trace>()
            + Index::BYTES_PER_TRACE
            + 2 * Rings::BYTES_PER_NODE
            + BLOCKS_PER_TRACE as usize * Blocks::BYTES_PER_BLOCK;
        // The most memory there can be has room for far fewer than 2³².
        Self { verdicts, trace, traces: (setup.memory.saturating_sub(fixed) / each) as u32 }
    }
}

/// The traces that are held, found by their identifiers, by priority and by time.
#[derive(Debug)]
pub(super) struct Memory {
    layout: Layout,
    index: Index,
    traces: Vec<Trace>,
    blocks: Blocks,
    shelves: Shelves,
    times: Rings,
    held: u32,
}

impl Memory {
    pub(super) fn new(layout: Layout, seed: u64) -> Self {
        let traces = layout.traces;
        Self {
            layout,
            index: Index::new(traces, seed),
            traces: Vec::with_capacity(traces as usize),
            blocks: Blocks::new(traces * BLOCKS_PER_TRACE),
            shelves: Shelves::new(traces),
            times: Rings::new(RINGS, traces),
            held: 0,
        }
    }

    pub(super) fn hash(&self, id: TraceId) -> Hash {
        self.index.hash(u128::from_be_bytes(id.to_bytes()))
    }

    pub(super) fn find(&self, hash: Hash, id: TraceId) -> Option<u32> {
        self.index.find(hash, |slot| self.trace(slot).id == id)
    }

    pub(super) fn trace(&self, slot: u32) -> &Trace {
        &self.traces[slot as usize]
    }

    /// Whether a span is one too many for a trace, or too large for any.
    pub(super) const fn is_too_much(&self, chain: &Chain, span: &[u8]) -> bool {
        chain.len() + PREFIX + span.len() > self.layout.trace
    }

    /// Whether there is room for a span: of a trace that is held, or of a further one.
    pub(super) fn has_room(&self, slot: Option<u32>, span: &[u8]) -> bool {
        let chain = slot.map_or(&Chain::EMPTY, |slot| &self.trace(slot).chain);
        let has_slot = slot.is_some() || self.has_slot();
        has_slot && chain.blocks_for(PREFIX + span.len()) <= self.blocks.left()
    }

    /// Holds a trace, without any span. There has to be room for it.
    pub(super) fn insert(&mut self, trace: Trace) -> u32 {
        let slot = match self.times.last(FREE) {
            Some(slot) => {
                self.times.remove(slot);
                self.traces[slot as usize] = trace;
                slot
            }
            None => {
                self.traces.push(trace);
                self.traces.len() as u32 - 1
            }
        };
        self.held += 1;
        self.index.insert(trace.hash, slot);
        self.shelves.put(trace.shelf, slot);
        self.times.push(OPEN, slot);
        slot
    }

    /// Gives up a trace; its spans stay where they are until they are released.
    pub(super) fn remove(&mut self, slot: u32) -> Trace {
        let trace = *self.trace(slot);
        self.held -= 1;
        self.index.remove(trace.hash, slot);
        self.shelves.take(trace.shelf, slot);
        self.times.remove(slot);
        self.times.push(FREE, slot);
        trace
    }

    pub(super) fn append(&mut self, slot: u32, span: &[u8]) {
        self.blocks.append(&mut self.traces[slot as usize].chain, span);
    }

    pub(super) fn gather(&self, chain: &Chain, out: &mut Vec<u8>) {
        self.blocks.gather(chain, out);
    }

    pub(super) fn release(&mut self, chain: Chain) {
        self.blocks.release(chain);
    }

    /// Changes a trace, and puts it on the shelf where it belongs then.
    pub(super) fn change(&mut self, slot: u32, change: impl FnOnce(&mut Trace)) -> &Trace {
        let trace = &mut self.traces[slot as usize];
        let before = trace.shelf;
        change(trace);
        let now = trace.shelf;
        if now != before {
            self.shelves.take(before, slot);
            self.shelves.put(now, slot);
        }
        self.trace(slot)
    }

    /// The lowest shelf on which there is a trace.
    pub(super) fn lowest(&self) -> Option<Shelf> {
        self.shelves.lowest()
    }

    /// A trace on this shelf.
    pub(super) fn first_on(&self, shelf: Shelf) -> Option<u32> {
        self.shelves.first(shelf)
    }

    /// The root of a trace has ended; it is due at `until`.
    pub(super) fn end(&mut self, slot: u32, until: Duration) {
        let trace = &mut self.traces[slot as usize];
        if !trace.ended {
            trace.ended = true;
            trace.until = until;
            self.times.remove(slot);
            self.times.push(ENDED, slot);
        }
    }

    /// A trace is still active: without an end, it is due between `early` and `late`.
    pub(super) fn touch(&mut self, slot: u32, early: Duration, late: Duration) {
        let trace = &mut self.traces[slot as usize];
        if !trace.ended && trace.until < early {
            trace.until = late;
            self.times.remove(slot);
            self.times.push(OPEN, slot);
        }
    }

    /// A trace that is due by now.
    pub(super) fn due(&self, now: Duration) -> Option<u32> {
        let due = |slot: &u32| self.trace(*slot).until <= now;
        [ENDED, OPEN].into_iter().find_map(|ring| self.times.first(ring).filter(due))
    }

    /// How full it is, from 0 to 1: of traces or of their spans, whichever is more.
    #[cfg(test)]
    pub(super) fn fill(&self) -> f64 {
        let all = self.layout.traces;
        let blocks = 1.0 - f64::from(self.blocks.left()) / f64::from(all * BLOCKS_PER_TRACE);
        blocks.max(f64::from(self.held) / f64::from(all))
    }

    fn has_slot(&self) -> bool {
        self.held < self.layout.traces
    }
}
