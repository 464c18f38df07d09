//! Tail sampling: traces are held until they are over, and what is worth most is kept.
//!
//! ```text
//! spans ─► held by trace ─┬─► its root ended, or it was silent for long ─► judged by the bar ─┬─► kept, with a threshold
//!                         │                                                                   └─► sampled out
//!                         └─► no memory left: the lowest shelf gives way, and is the floor ─────► evicted
//! ```
//!
//! Each trace has a rank, u, made of OpenTelemetry's randomness, and a weight, w. Its priority is q = w / u, and it
//! passes a bar τ when q ≥ τ, of which the probability is p = w / τ. There are two bars. The *floor* is how far the
//! buffer had to give way; a trace has to stay above it for as long as it is held. The *bar* is what the budget of an
//! epoch asks for, once, at the end. With one of both kinds, a budget of 5 % would send 95 % of all traces away with
//! their first span, before they could fail.
//!
//! Weights change while a trace lives, so what is exported has the highest threshold of all that the trace had to
//! pass: the running maximum. A trace speaks for 1 / p others like it, whatever was evicted, and whichever budget was
//! short. For this to be true, nothing may depend on a trace's own randomness but whether it passes: neither its weight
//! nor its place in a reservoir, nor when it is decided on, nor the bars. What bars depend on is what *other* traces
//! did, and, while a trace is there, that it is there.

mod allowance;
mod blocks;
mod cost;
mod demand;
mod facts;
mod index;
mod memory;
mod outcome;
mod peaks;
mod rings;
mod setup;
mod shelves;
mod spans;
mod strata;
#[cfg(test)]
mod tests;
mod trace;
mod verdicts;
mod weight;

use std::time::Duration;

pub(crate) use facts::{Facts, Head};
pub use facts::{TraceFacts, Worth};
pub(crate) use outcome::{Decided, Reason, Tallies, Tally};
pub use setup::{TailSampling, Unfit};

use self::allowance::{Allowance, Claim};
use self::index::Hash;
use self::memory::{Layout, Memory};
use self::peaks::Peaks;
use self::shelves::Shelf;
use self::spans::Spans;
use self::strata::Strata;
use self::trace::Trace;
use self::verdicts::{Verdict, Verdicts};
use self::weight::Scale;
use super::threshold::Threshold;

/// How much of the idle time a trace may be active without being moved: to move it at each span would cost more than
/// all the rest.
const COARSENESS: u32 = 16;

/// How much of the floor is left in the next epoch. A power of two, so that it stays the bound of a shelf.
const DECAY: f64 = 0.5;

/// The tail sampler. It does nothing by itself: it is told of spans and of the time, and tells what it decided.
///
/// All its memory is taken at the beginning.
#[derive(Debug)]
pub(crate) struct Tail {
    now: Duration,
    grace: Duration,
    idle: Duration,
    epoch: u32,
    memory: Memory,
    /// How far the buffer has given way: all that is held is above.
    floor: f64,
    peaks: Peaks,
    scale: Scale,
    strata: Strata,
    allowance: Allowance,
    verdicts: Verdicts,
    counts: Tallies,
    /// The spans of one trace, on their way out.
    scratch: Vec<u8>,
    /// Whether only the last weight counts: for tests, which have to fail then.
    #[cfg(test)]
    naive: bool,
}

/// Where decisions go.
type Sink<'a> = &'a mut dyn FnMut(Decided<'_>);

impl Tail {
    /// A tail sampler that holds nothing yet.
    ///
    /// # Errors
    ///
    /// When it cannot be done as it is asked for.
    pub(crate) fn new(setup: &TailSampling) -> Result<Self, Unfit> {
        setup.check()?;
        let layout = Layout::of(setup);
        Ok(Self {
            now: Duration::ZERO,
            grace: setup.grace,
            idle: setup.idle,
            epoch: 0,
            memory: Memory::new(layout, setup.seed),
            floor: 0.0,
            peaks: Peaks::new(),
            scale: Scale::new(setup),
            strata: Strata::new(setup.reservoir, setup.rare_share),
            allowance: Allowance::new(setup),
            verdicts: Verdicts::new(layout.verdicts),
            counts: Tallies::default(),
            scratch: Vec::with_capacity(layout.trace),
            #[cfg(test)]
            naive: false,
        })
    }

    /// Takes a span that ended. Its bytes are not looked at; they come out again as they are.
    pub(crate) fn offer(&mut self, now: Duration, facts: &Facts, span: &[u8], sink: Sink<'_>) {
        self.now = self.now.max(now);
        self.counts.offered.add(Tally::one(facts, span));
        let hash = self.memory.hash(facts.trace_id);
        if let Some(slot) = self.memory.find(hash, facts.trace_id) {
            return self.go_on(slot, facts, span, sink);
        }
        match self.verdicts.recall(hash) {
            None => self.begin(hash, facts, span, sink),
            Some(Verdict::Kept { threshold, promoted }) => {
                let tally = Tally::one(facts, span);
                self.allowance.spend(tally.into(), true, self.now);
                self.counts.kept.add(tally);
                let spans = Spans { held: &[], last: Some(span) };
                sink(Decided::Kept { trace_id: facts.trace_id, threshold, promoted, spans });
            }
            Some(Verdict::Dropped(reason)) => {
                let tally = Tally::one(facts, span);
                self.counts.drop(reason, tally);
                sink(Decided::Dropped { reason, tally });
            }
        }
    }

    /// Lets time pass: begins another epoch when one is over, and decides on all traces whose time has come.
    pub(crate) fn tick(&mut self, now: Duration, sink: Sink<'_>) {
        self.now = self.now.max(now);
        if self.allowance.is_over(self.now) {
            self.turn();
        }
        self.allowance.pass(self.now);
        self.decide_until(self.now, sink);
    }

    /// Decides on everything that is held.
    pub(crate) fn flush(&mut self, sink: Sink<'_>) {
        self.decide_until(Duration::MAX, sink);
    }

    /// Leaves this share of the budgets until further notice: a governor's answer to load.
    pub(crate) fn scale_budgets(&mut self, factor: f64) {
        self.allowance.scale(factor, self.now);
    }

    /// What became of everything.
    pub(crate) const fn counts(&self) -> &Tallies {
        &self.counts
    }

    /// How full the memory is, from 0 to 1.
    #[cfg(test)]
    pub(crate) fn fill(&self) -> f64 {
        self.memory.fill()
    }

    /// The first span of a trace.
    fn begin(&mut self, hash: Hash, facts: &Facts, span: &[u8], sink: Sink<'_>) {
        let standing = self.strata.begin(facts.key);
        let mut trace = Trace::new(facts, hash, standing);
        trace.learn(facts, span);
        let weight = self.scale.weigh(trace.known(), standing.rare);
        trace.reweigh(weight, self.epoch, 0.0);
        self.counts.held.add(Tally::one(facts, span));
        if !self.is_above_floor(trace.shelf) {
            self.discard(&trace, Reason::Evicted, sink);
        } else if self.memory.is_too_much(&trace.chain, span) {
            self.conclude(&trace, Some(span), sink);
        } else if !self.make_room(trace.shelf, None, span, sink) {
            self.discard(&trace, Reason::Evicted, sink);
        } else {
            trace.until = self.silent_until();
            let slot = self.memory.insert(trace);
            self.hold(slot, facts, span);
        }
    }

    /// A further span of a trace that is held.
    fn go_on(&mut self, slot: u32, facts: &Facts, span: &[u8], sink: Sink<'_>) {
        self.counts.held.add(Tally::one(facts, span));
        let Self { memory, scale, peaks, floor, epoch, .. } = self;
        let trace = memory.change(slot, |trace| {
            trace.learn(facts, span);
            let weight = scale.weigh(trace.known(), trace.standing().rare);
            if weight != trace.weight() {
                trace.reweigh(weight, *epoch, peaks.since(trace.since(), *floor));
            }
        });
        let (shelf, chain) = (trace.shelf, trace.chain);
        if !self.is_above_floor(shelf) {
            self.evict(slot, sink);
        } else if self.memory.is_too_much(&chain, span) {
            self.decide(slot, Some(span), sink);
        } else if self.make_room(shelf, Some(slot), span, sink) {
            self.hold(slot, facts, span);
        }
    }

    fn hold(&mut self, slot: u32, facts: &Facts, span: &[u8]) {
        self.memory.append(slot, span);
        if facts.local_root {
            self.memory.end(slot, self.now + self.grace);
        } else {
            self.memory.touch(slot, self.now + self.idle, self.silent_until());
        }
    }

    /// When a trace that is silent from now on is decided on.
    fn silent_until(&self) -> Duration {
        self.now + self.idle + self.idle / COARSENESS
    }

    fn is_above_floor(&self, shelf: Shelf) -> bool {
        shelf.bound() > self.floor
    }

    /// Makes room for a span of a trace on `shelf`; gives up that shelf too if it is the lowest, and says no then.
    fn make_room(&mut self, shelf: Shelf, slot: Option<u32>, span: &[u8], sink: Sink<'_>) -> bool {
        while !self.memory.has_room(slot, span) {
            let lowest = self.memory.lowest().map_or(shelf, |lowest| lowest.min(shelf));
            self.floor = self.floor.max(lowest.bound());
            while let Some(slot) = self.memory.first_on(lowest) {
                self.evict(slot, sink);
            }
            if lowest == shelf {
                return false;
            }
        }
        true
    }

    fn evict(&mut self, slot: u32, sink: Sink<'_>) {
        let trace = self.memory.remove(slot);
        self.memory.release(trace.chain);
        self.discard(&trace, Reason::Evicted, sink);
    }

    fn decide_until(&mut self, now: Duration, sink: Sink<'_>) {
        while let Some(slot) = self.memory.due(now) {
            self.decide(slot, None, sink);
        }
    }

    /// Decides on a trace that is held, with one span more if there is one.
    fn decide(&mut self, slot: u32, last: Option<&[u8]>, sink: Sink<'_>) {
        let trace = self.memory.remove(slot);
        self.conclude(&trace, last, sink);
        self.memory.release(trace.chain);
    }

    fn conclude(&mut self, trace: &Trace, last: Option<&[u8]>, sink: Sink<'_>) {
        let passed = self.passed(trace);
        if passed > trace.randomness.bits() {
            // It is still here because the peaks are not remembered exactly for ever.
            return self.discard(trace, Reason::Evicted, sink);
        }
        let share = weight::share(passed);
        self.scale.learn(trace.known(), 1.0 / share);
        let judged = self.allowance.judge(&Claim {
            weight: trace.weight(),
            share,
            cost: trace.tally().into(),
            guaranteed: trace.standing().guaranteed,
            notable: self.scale.is_notable(trace.known()),
        });
        let threshold = Threshold::rounded_up(passed.max(judged.rejected));
        if !threshold.keeps(trace.randomness) {
            return self.discard(trace, Reason::SampledOut, sink);
        }
        // What the head left out without saying how much, nobody knows.
        let threshold = trace.head().map(|_| threshold);
        self.keep(trace, threshold, judged.granted, last, sink);
    }

    /// How many of 2⁵⁶ traces like this have been left out up to now.
    fn passed(&self, trace: &Trace) -> u64 {
        #[cfg(test)]
        if self.naive {
            return weight::rejected(trace.weight(), self.floor);
        }
        let head = trace.head().map_or(0, Threshold::rejected);
        trace.passed(self.peaks.since(trace.since(), self.floor)).max(head)
    }

    fn keep(
        &mut self,
        trace: &Trace,
        threshold: Option<Threshold>,
        granted: bool,
        last: Option<&[u8]>,
        sink: Sink<'_>,
    ) {
        let (tally, promoted) = (trace.tally(), trace.is_promoted());
        self.verdicts.remember(trace.hash, Verdict::Kept { threshold, promoted });
        self.allowance.spend(tally.into(), granted, self.now);
        self.counts.held.take(tally);
        self.counts.kept.add(tally);
        self.memory.gather(&trace.chain, &mut self.scratch);
        let spans = Spans { held: &self.scratch, last };
        sink(Decided::Kept { trace_id: trace.id, threshold, promoted, spans });
    }

    fn discard(&mut self, trace: &Trace, reason: Reason, sink: Sink<'_>) {
        let tally = trace.tally();
        // Whoever looks for a cause finds the first: spans that come after an eviction are part of it.
        let later = if reason == Reason::Evicted { reason } else { Reason::Late };
        self.verdicts.remember(trace.hash, Verdict::Dropped(later));
        self.counts.held.take(tally);
        self.counts.drop(reason, tally);
        sink(Decided::Dropped { reason, tally });
    }

    /// Another epoch begins: weights, strata and the bar follow what was seen, and the floor falls.
    fn turn(&mut self) {
        self.peaks.end(self.epoch, self.floor);
        self.epoch += 1;
        self.floor = weight::lowered(self.floor * DECAY);
        self.scale.turn();
        self.strata.turn();
        self.allowance.turn(self.now);
    }
}
