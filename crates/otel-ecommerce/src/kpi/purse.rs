//! Counters of money.

use otel_core::{Counter, CounterDef, LabelSet, Telemetry};

/// A counter of minor units that never becomes more than the wire can hold: a sum that wrapped would be a wrong one.
#[derive(Debug)]
pub(super) struct Purse<L> {
    counter: Counter<L>,
    /// What each series has come to.
    sums: Box<[u64]>,
}

/// The numbers of a metric are signed on the wire.
const MOST: u64 = i64::MAX as u64;

impl<L: LabelSet> Purse<L> {
    pub(super) fn new(telemetry: &Telemetry, def: &CounterDef<L>) -> Self {
        Self { counter: telemetry.counter(def), sums: vec![0; L::CARDINALITY].into() }
    }

    /// Adds what there is room for: whether there was.
    pub(super) fn add(&mut self, minor: u64, labels: L) -> bool {
        let Some(sum) = self.sums.get_mut(labels.index()).filter(|sum| minor <= MOST - **sum) else {
            return false;
        };
        *sum += minor;
        self.counter.add(minor, labels);
        true
    }
}
