//! One channel of a feed, on both its lines: pure logic.

use otel_core::Timestamp;

use crate::labels::{Arrival, Line};
use crate::sequence::{Arrived, Gap, Sequence};

/// One channel.
#[derive(Debug)]
pub(super) struct Channel {
    arbitrated: Sequence,
    a: Sequence,
    b: Sequence,
    pub(super) heard: Timestamp,
    pub(super) is_stale: bool,
}

/// What a message brought.
#[derive(Clone, Copy, Debug)]
pub(super) struct News {
    pub(super) arrival: Arrival,
    /// What is missing on both lines.
    pub(super) opened: Option<Gap>,
    /// How many messages its line skipped.
    pub(super) skipped: u64,
}

impl Channel {
    pub(super) fn new(gaps: usize, at: Timestamp) -> Self {
        let sequence = || Sequence::unstarted(gaps);
        Self { arbitrated: sequence(), a: sequence(), b: sequence(), heard: at, is_stale: false }
    }

    pub(super) fn arrive(&mut self, line: Line, number: u64, at: Timestamp) -> News {
        let on_line = self.line(line).arrive(number, at);
        let skipped = match on_line {
            Arrived::Ahead(gap) => gap.len(),
            _ => 0,
        };
        let (arrival, opened) = match self.arbitrated.arrive(number, at) {
            Arrived::InOrder => (Arrival::InOrder, None),
            Arrived::Ahead(gap) => (Arrival::Ahead, Some(gap)),
            Arrived::Recovered => (Arrival::Recovered, None),
            Arrived::BeforeStart => (Arrival::BeforeStart, None),
            Arrived::Seen if on_line == Arrived::Seen => (Arrival::Duplicate, None),
            Arrived::Seen => (Arrival::Copy, None),
        };
        News { arrival, opened, skipped }
    }

    pub(super) fn expect(&mut self, line: Line, next: u64, at: Timestamp) -> (Option<Gap>, u64) {
        let skipped = self.line(line).expect(next, at).map_or(0, |gap| gap.len());
        (self.arbitrated.expect(next, at), skipped)
    }

    /// Begins anew: how many messages are lost by that.
    pub(super) fn reset(&mut self, next: u64) -> u64 {
        self.a.reset(next);
        self.b.reset(next);
        self.arbitrated.reset(next)
    }

    pub(super) fn give_up_until(&mut self, then: Timestamp) -> Vec<Gap> {
        self.arbitrated.give_up_until(then)
    }

    pub(super) const fn given_up(&self) -> Option<Gap> {
        self.arbitrated.given_up()
    }

    pub(super) fn missing(&self) -> u64 {
        self.arbitrated.missing()
    }

    const fn line(&mut self, line: Line) -> &mut Sequence {
        match line {
            Line::A => &mut self.a,
            Line::B => &mut self.b,
        }
    }
}
