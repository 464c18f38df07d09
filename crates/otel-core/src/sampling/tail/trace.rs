//! A trace that is held: what is known of it, and what it has passed so far.

use std::time::Duration;

use opentelemetry::TraceId;

use super::blocks::Chain;
use super::facts::{Facts, Head, TraceFacts};
use super::index::Hash;
use super::outcome::Tally;
use super::shelves::Shelf;
use super::strata::Standing;
use super::weight;
use crate::sampling::{Randomness, Threshold};

#[derive(Clone, Copy, Debug)]
pub(super) struct Trace {
    pub(super) id: TraceId,
    pub(super) hash: Hash,
    pub(super) randomness: Randomness,
    pub(super) chain: Chain,
    pub(super) shelf: Shelf,
    /// What the head left out.
    head: Head,
    sampled: bool,
    standing: Standing,
    known: TraceFacts,
    bytes: u64,
    bulk: u64,
    /// What it weighs, and the epoch since which it does.
    weight: f64,
    since: u32,
    /// How many of 2⁵⁶ traces like this have been left out by now: the most of all bars it has passed with another
    /// weight than it has now.
    passed: u64,
    /// When the time runs out in the ring it is in.
    pub(super) until: Duration,
    pub(super) ended: bool,
}

impl Trace {
    pub(super) const fn new(facts: &Facts, hash: Hash, standing: Standing) -> Self {
        Self {
            id: facts.trace_id,
            hash,
            randomness: facts.randomness,
            chain: Chain::EMPTY,
            shelf: Shelf::of(0.0),
            head: Head::Unsaid,
            sampled: false,
            standing,
            known: TraceFacts {
                value: 0.0,
                error: false,
                duration: Duration::ZERO,
                spans: 0,
                key: facts.key,
            },
            bytes: 0,
            bulk: 0,
            // As long as it has not been weighed, it has not passed anything.
            weight: f64::INFINITY,
            since: 0,
            passed: 0,
            until: Duration::ZERO,
            ended: false,
        }
    }

    /// Learns of another span.
    pub(super) fn learn(&mut self, facts: &Facts, span: &[u8]) {
        let known = &mut self.known;
        // A worth that is not a number is none: `max` takes the other one.
        known.value = known.value.max(f64::from(facts.worth));
        known.error |= facts.error;
        known.duration = known.duration.max(facts.duration);
        known.spans = known.spans.saturating_add(1);
        self.bytes += span.len() as u64;
        self.bulk += u64::from(facts.bulk);
        self.sampled |= facts.sampled;
        // A head that kept what it says it leaves out, says nothing.
        let contradicts = matches!(facts.head, Head::At(head) if !head.keeps(self.randomness));
        self.head = self.head.and(if contradicts { Head::Unknown } else { facts.head });
    }

    pub(super) const fn known(&self) -> &TraceFacts {
        &self.known
    }

    pub(super) const fn standing(&self) -> Standing {
        self.standing
    }

    pub(super) const fn is_promoted(&self) -> bool {
        !self.sampled
    }

    /// What the head left out; `None` when that is not known.
    pub(super) const fn head(&self) -> Option<Threshold> {
        match self.head {
            Head::At(threshold) => Some(threshold),
            Head::Unsaid | Head::Unknown => None,
        }
    }

    pub(super) const fn weight(&self) -> f64 {
        self.weight
    }

    pub(super) const fn since(&self) -> u32 {
        self.since
    }

    pub(super) const fn tally(&self) -> Tally {
        Tally { spans: self.known.spans as u64, bytes: self.bytes, bulk: self.bulk }
    }

    /// Changes the weight. What the trace has passed with the old one stays true: `floor` is the highest since then.
    ///
    /// With the last weight alone, a trace that became heavy late would be said to have been likely all along, and
    /// those like it that were given up early would be missing.
    pub(super) fn reweigh(&mut self, weight: f64, epoch: u32, floor: f64) {
        self.passed = self.passed(floor);
        (self.weight, self.since) = (weight, epoch);
        let priority = weight::priority(weight, self.standing.guaranteed, self.randomness);
        self.shelf = Shelf::of(priority);
    }

    /// How many of 2⁵⁶ traces like this have been left out by now, when `floor` was the highest since the trace has
    /// this weight.
    pub(super) fn passed(&self, floor: f64) -> u64 {
        let weight = weight::for_a_place(self.weight, self.standing.guaranteed);
        self.passed.max(weight::rejected(weight, floor))
    }
}
