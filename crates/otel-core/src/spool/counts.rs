//! What became of everything the spool was given.

use std::io;
use std::ops::{Add, AddAssign, SubAssign};

use crate::lane::Lane;
use crate::ledger::Stream;

/// A number of entries, of the items in them, and of their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    /// Entries.
    pub(crate) entries: u64,
    /// Spans, log records or data points in them.
    pub(crate) items: u64,
    /// Bytes of their payloads.
    pub(crate) bytes: u64,
}

impl Amount {
    /// One entry.
    pub(super) fn one(items: u32, len: u32) -> Self {
        Self { entries: 1, items: u64::from(items), bytes: u64::from(len) }
    }

    /// How much more this is than `other`.
    pub(super) const fn beyond(self, other: Self) -> Self {
        Self {
            entries: self.entries.saturating_sub(other.entries),
            items: self.items.saturating_sub(other.items),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }
}

impl Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            entries: self.entries + other.entries,
            items: self.items + other.items,
            bytes: self.bytes + other.bytes,
        }
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Amount {
    fn sub_assign(&mut self, other: Self) {
        *self = self.beyond(other);
    }
}

/// Why an entry that was taken will not be given out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// It made room for something newer, or something that matters more.
    EvictedOldest,
    /// It was older than the spool keeps anything.
    Expired,
    /// Its checksum says that it is not what was written.
    Damaged,
    /// The file system could not read it.
    Unreadable,
}

impl Loss {
    /// Every reason, in order.
    pub(crate) const ALL: [Self; 4] = [Self::EvictedOldest, Self::Expired, Self::Damaged, Self::Unreadable];

    /// Why an entry could not be read.
    pub(super) fn by(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::InvalidData { Self::Damaged } else { Self::Unreadable }
    }
}

/// What became of one stream in one lane: `appended + recovered = settled + dropped + pending`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Taken from the pipeline.
    pub(crate) appended: Amount,
    /// Found from processes before.
    pub(crate) recovered: Amount,
    /// Delivered, or refused by the destination.
    pub(crate) settled: Amount,
    /// Neither settled nor dropped yet.
    pub(crate) pending: Amount,
    dropped: [Amount; Loss::ALL.len()],
}

impl Tally {
    /// What was lost for this reason.
    pub(crate) const fn dropped(&self, loss: Loss) -> Amount {
        self.dropped[loss as usize]
    }
}

/// What became of everything one spool was given, since it was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    tallies: [[Tally; Stream::ALL.len()]; Lane::ALL.len()],
    /// Entries that may be, or may come to be, delivered twice: those that a process left behind which did not close
    /// its spool, and those that are settled but could not be marked as such.
    pub(crate) possible_duplicates: u64,
}

impl Counts {
    /// The counts of one stream in one lane.
    pub(crate) const fn of(&self, lane: Lane, stream: Stream) -> &Tally {
        &self.tallies[lane as usize][stream as usize]
    }

    fn of_mut(&mut self, lane: Lane, stream: Stream) -> &mut Tally {
        &mut self.tallies[lane as usize][stream as usize]
    }

    pub(super) fn appended(&mut self, lane: Lane, stream: Stream, amount: Amount) {
        let tally = self.of_mut(lane, stream);
        tally.appended += amount;
        tally.pending += amount;
    }

    pub(super) fn recovered(&mut self, lane: Lane, stream: Stream, amount: Amount) {
        let tally = self.of_mut(lane, stream);
        tally.recovered += amount;
        tally.pending += amount;
    }

    pub(super) fn settled(&mut self, lane: Lane, stream: Stream, amount: Amount) {
        let tally = self.of_mut(lane, stream);
        tally.settled += amount;
        tally.pending -= amount;
    }

    pub(super) fn dropped(&mut self, lane: Lane, stream: Stream, loss: Loss, amount: Amount) {
        let tally = self.of_mut(lane, stream);
        tally.dropped[loss as usize] += amount;
        tally.pending -= amount;
    }
}

/// What was found of processes before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recovered {
    /// Entries that are backlog now.
    pub(crate) entries: Amount,
    /// Directories of dead processes that are this spool's now.
    pub(crate) adopted: u64,
    /// Directories of processes that live.
    pub(crate) alive: u64,
    /// Directories left for later: there is no room for them yet, or they could not be locked or listed.
    pub(crate) left: u64,
    /// Segments without a usable header, set aside under another name.
    pub(crate) quarantined: u64,
    /// Files that this code does not know or could not read, and leaves alone.
    pub(crate) preserved: u64,
    /// Entries whose payload is not what was written.
    pub(crate) damaged: Amount,
    /// Bytes between frames that belong to none.
    pub(crate) damaged_bytes: u64,
    /// Bytes of appends that were interrupted.
    pub(crate) torn_bytes: u64,
}
