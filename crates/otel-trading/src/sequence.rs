//! Numbered messages as they arrive: what is next, what is missing, what came before.

use std::collections::VecDeque;

use otel_core::Timestamp;

/// Messages that are missing, without a break between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The first of them.
    pub first: u64,
    /// The last of them.
    pub last: u64,
    /// When they were found to be missing.
    pub since: Timestamp,
}

impl Gap {
    /// How many messages they are; at most `u64::MAX`.
    pub const fn len(&self) -> u64 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    /// Never: a gap has a message at least.
    pub const fn is_empty(&self) -> bool {
        false
    }
}

/// What the number of a message means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Arrived {
    /// It is the next one, or the first.
    InOrder,
    /// These messages before it are missing.
    Ahead(Gap),
    /// It was missing.
    Recovered,
    /// It came before, or was given up.
    Seen,
    /// It is older than the first one.
    BeforeStart,
}

/// The numbers of one sequence: how far it is, and what is missing of it.
///
/// It holds a bounded number of gaps. What does not fit is given up, the oldest first: see [`Sequence::given_up`].
#[derive(Clone, Debug)]
pub struct Sequence {
    first: Option<u64>,
    highest: Option<u64>,
    gaps: VecDeque<Gap>,
    most: usize,
    given_up: Option<Gap>,
}

impl Sequence {
    /// A sequence that begins with whatever comes first, and remembers `most` gaps, one at least.
    pub fn unstarted(most: usize) -> Self {
        Self { first: None, highest: None, gaps: VecDeque::new(), most: most.max(1), given_up: None }
    }

    /// Takes in the message with this number.
    pub fn arrive(&mut self, number: u64, at: Timestamp) -> Arrived {
        self.given_up = None;
        let first = *self.first.get_or_insert(number);
        let Some(highest) = self.highest else {
            self.highest = Some(number);
            return Arrived::InOrder;
        };
        if number > highest {
            self.highest = Some(number);
            return match number - highest {
                1 => Arrived::InOrder,
                _ => Arrived::Ahead(self.open(Gap { first: highest + 1, last: number - 1, since: at })),
            };
        }
        if number < first {
            return Arrived::BeforeStart;
        }
        match self.close(number, number) {
            0 => Arrived::Seen,
            _ => Arrived::Recovered,
        }
    }

    /// Learns that the message with this number is the next one, as a heartbeat says: what is missing before it.
    pub fn expect(&mut self, next: u64, at: Timestamp) -> Option<Gap> {
        self.given_up = None;
        let before = next.checked_sub(1)?;
        let Some(highest) = self.highest else {
            self.first = Some(next);
            self.highest = Some(before);
            return None;
        };
        if before <= highest {
            return None;
        }
        self.highest = Some(before);
        Some(self.open(Gap { first: highest + 1, last: before, since: at }))
    }

    /// Learns that nothing will come for these numbers: how many of them were missing.
    ///
    /// What lies beyond the highest number counts as having come, too, when nothing is between.
    pub fn fill(&mut self, first: u64, last: u64) -> u64 {
        self.given_up = None;
        let closed = self.close(first, last);
        if let Some(highest) = self.highest
            && last > highest
            && first <= highest.saturating_add(1)
        {
            self.highest = Some(last);
        }
        closed
    }

    /// Begins anew with `next`: how many messages were missing, and never will come.
    pub fn reset(&mut self, next: u64) -> u64 {
        let missing = self.missing();
        self.gaps.clear();
        self.given_up = None;
        self.first = Some(next);
        self.highest = next.checked_sub(1);
        missing
    }

    /// Gives up what was found to be missing at `then` or before: the gaps, in order.
    pub fn give_up_until(&mut self, then: Timestamp) -> Vec<Gap> {
        let (old, kept) = self.gaps.drain(..).partition(|gap| gap.since <= then);
        self.gaps = kept;
        old.into()
    }

    /// The gap that the latest message made it give up, because there was no room for another.
    pub const fn given_up(&self) -> Option<Gap> {
        self.given_up
    }

    /// How many messages are missing.
    pub fn missing(&self) -> u64 {
        self.gaps.iter().fold(0, |sum, gap| sum.saturating_add(gap.len()))
    }

    /// What is missing, in order.
    pub fn gaps(&self) -> impl Iterator<Item = &Gap> {
        self.gaps.iter()
    }

    /// The number that is expected next; `None` before the first message, and after the last number there is.
    pub fn next(&self) -> Option<u64> {
        match self.highest {
            Some(highest) => highest.checked_add(1),
            None => self.first,
        }
    }

    fn open(&mut self, gap: Gap) -> Gap {
        self.gaps.push_back(gap);
        self.make_room();
        gap
    }

    /// Removes these numbers from what is missing: how many were.
    fn close(&mut self, first: u64, last: u64) -> u64 {
        let mut closed = 0_u64;
        let mut at = self.gaps.partition_point(|gap| gap.last < first);
        while let Some(gap) = self.gaps.get(at).copied().filter(|gap| gap.first <= last) {
            let (from, to) = (gap.first.max(first), gap.last.min(last));
            closed = closed.saturating_add(Gap { first: from, last: to, since: gap.since }.len());
            self.gaps.remove(at);
            if to < gap.last {
                self.gaps.insert(at, Gap { first: to + 1, ..gap });
            }
            if gap.first < from {
                self.gaps.insert(at, Gap { last: from - 1, ..gap });
                at += 1;
            }
            if to < gap.last {
                break;
            }
        }
        self.make_room();
        closed
    }

    fn make_room(&mut self) {
        if self.gaps.len() > self.most {
            self.given_up = self.gaps.pop_front();
        }
    }
}
