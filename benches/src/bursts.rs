//! Timing in bursts that no queue is too small for, with an account of what was lost all the same.
//!
//! When a queue is full, the stock SDK and `otel_core` drop what comes next, which is cheaper than to keep it: a tight
//! loop would soon measure how fast things are thrown away. So operations are timed in bursts of `RECORDS` records at
//! most, half of what the stock SDK's default queue of 2,048 holds, and after each burst, outside the time, the queues
//! are emptied. A burst is twice what wakes the stock SDK's worker: that it works at the same time, on another core if
//! there is one, is part of what an application pays, and of the figure. So is the drain of `otel_core`.

use std::cell::Cell;
use std::time::{Duration, Instant};

use crate::cold::Evictor;

/// Records of one signal in one burst.
const RECORDS: u64 = 1_024;

/// Records in a burst that the engine rests before: few enough that it is over before the engine looks again.
const APART: u64 = 512;

/// Where records go in an arm.
pub trait Engine {
    /// Waits until the queues have room for another burst.
    fn settle(&self);

    /// Waits until nothing is left to be done.
    fn rest(&self);

    /// How many of `made` records did not arrive or will not. Called when the queues are settled.
    fn lost(&self, made: u64) -> u64;
}

/// An arm while it is measured.
#[derive(Debug)]
pub struct Arm<E> {
    engine: E,
    /// Records that one operation makes, and how many of them are of one signal.
    records: u64,
    of_one_signal: u64,
    made: Cell<u64>,
}

impl<E: Engine> Arm<E> {
    /// An arm whose operation makes this many records, all of one signal.
    pub const fn new(engine: E, records: u64) -> Self {
        Self::with_signals(engine, records, records)
    }

    /// An arm whose operation makes this many records, of which up to `of_one_signal` share a queue.
    pub const fn with_signals(engine: E, records: u64, of_one_signal: u64) -> Self {
        Self { engine, records, of_one_signal, made: Cell::new(0) }
    }

    /// Runs `operation` as often as asked, in bursts, and settles after each; returns the time of the bursts alone.
    pub fn warm(&self, operations: u64, operation: impl FnMut()) -> Duration {
        self.in_bursts(operations, RECORDS, || {}, operation, || self.engine.settle())
    }

    /// Runs `operation` as often as asked, in short bursts, and lets the engine do all its work before each; returns the
    /// time of the bursts alone. It is what the caller pays by itself; in [`warm`](Self::warm) the engine works at the
    /// same time, as it does under load.
    pub fn apart(&self, operations: u64, operation: impl FnMut()) -> Duration {
        let time = self.in_bursts(operations, APART, || self.engine.rest(), operation, || {});
        self.engine.settle();
        time
    }

    /// Runs `operation` as often as asked, in bursts of at most so many records; returns the time of the bursts alone.
    fn in_bursts(
        &self,
        operations: u64,
        records: u64,
        before: impl Fn(),
        mut operation: impl FnMut(),
        after: impl Fn(),
    ) -> Duration {
        let mut time = Duration::ZERO;
        let mut left = operations;
        while left > 0 {
            let burst = left.min(records / self.of_one_signal.max(1));
            before();
            let start = Instant::now();
            for _ in 0..burst {
                operation();
            }
            time += start.elapsed();
            left -= burst;
            after();
        }
        self.count(operations);
        time
    }

    /// Runs `operation` as often as asked, each time with cold caches; returns the time without the walks. It includes
    /// the reading of the clock, which takes some 30 ns when warm.
    pub fn cold(&self, operations: u64, evictor: &mut Evictor, mut operation: impl FnMut()) -> Duration {
        let mut time = Duration::ZERO;
        for _ in 0..operations {
            evictor.evict();
            let start = Instant::now();
            operation();
            time += start.elapsed();
        }
        self.engine.settle();
        self.count(operations);
        time
    }

    /// Runs `operation` as often as asked, in bursts, and notes how long each took by itself, the reading of the clock
    /// included; with an evictor, each with cold caches.
    pub fn singly(
        &self,
        operations: u64,
        mut evictor: Option<&mut Evictor>,
        times: &mut Vec<Duration>,
        mut operation: impl FnMut(),
    ) {
        for number in 1..=operations {
            if let Some(evictor) = &mut evictor {
                evictor.evict();
            }
            let start = Instant::now();
            operation();
            times.push(start.elapsed());
            if number % (RECORDS / self.of_one_signal.max(1)) == 0 {
                self.engine.settle();
            }
        }
        self.engine.settle();
        self.count(operations);
    }

    fn count(&self, operations: u64) {
        self.made.set(self.made.get() + operations * self.records);
    }

    /// Says how many records were made and how many of them were lost: a figure with losses is not valid.
    #[expect(clippy::print_stderr, reason = "an account belongs beside the figures, not into what is parsed")]
    pub fn account(&self, id: &str) {
        self.engine.settle();
        let made = self.made.get();
        if made > 0 {
            eprintln!("{id}: {made} records made, {} lost", self.engine.lost(made));
        }
    }
}

impl Engine for () {
    fn settle(&self) {}

    fn rest(&self) {}

    fn lost(&self, _: u64) -> u64 {
        0
    }
}

impl<E: Engine> Engine for &E {
    fn settle(&self) {
        (**self).settle();
    }

    fn rest(&self) {
        (**self).rest();
    }

    fn lost(&self, made: u64) -> u64 {
        (**self).lost(made)
    }
}
