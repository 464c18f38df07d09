//! How much a spool keeps, for whom, and for how long.

use std::time::Duration;

use super::format::{EMPTY, MAX_PAYLOAD, framed};
use crate::lane::Lane;
use crate::settings::WhenFull;

/// What one lane is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    /// What happens to its entries when there is no room.
    pub(crate) when_full: WhenFull,
    /// The bytes that the lanes below it cannot take.
    pub(crate) reserved_bytes: u64,
}

/// How much a spool keeps, for whom, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Config {
    /// The most bytes that all its files take together, at any time.
    pub(crate) max_bytes: u64,
    /// The bytes at which a segment is full. An entry that is larger has a segment of its own.
    pub(crate) segment_bytes: u64,
    /// How long an entry is kept.
    pub(crate) max_age: Option<Duration>,
    /// What each lane is granted, in the order of `Lane::ALL`.
    pub(crate) lanes: [Grant; Lane::ALL.len()],
}

impl Config {
    /// A spool of this many bytes: an eighth of them each for audit and alerts alone, and only what is of the audit
    /// lane is never evicted.
    pub(crate) fn new(max_bytes: u64) -> Self {
        let grant = |when_full, reserved_bytes| Grant { when_full, reserved_bytes };
        Self {
            max_bytes,
            segment_bytes: (max_bytes / 64).clamp(64 * 1024, 8 * 1024 * 1024),
            max_age: None,
            lanes: [
                grant(WhenFull::DropNew, max_bytes / 8),
                grant(WhenFull::DropOldest, max_bytes / 8),
                grant(WhenFull::DropOldest, 0),
                grant(WhenFull::DropOldest, 0),
            ],
        }
    }

    /// The most bytes the payload of an entry may have.
    pub(crate) fn max_entry_bytes(&self, lane: Lane) -> u64 {
        self.limit(lane).saturating_sub(EMPTY + framed(0)).min(MAX_PAYLOAD)
    }

    pub(super) fn grant(&self, lane: Lane) -> Grant {
        self.lanes[lane as usize]
    }

    pub(super) fn reserves_fit(&self) -> bool {
        self.reserved_above(Lane::ALL.len()) <= self.max_bytes
    }

    /// The most bytes that a lane's files can take.
    fn limit(&self, lane: Lane) -> u64 {
        self.max_bytes.saturating_sub(self.reserved_above(lane as usize))
    }

    fn reserved_above(&self, lane: usize) -> u64 {
        self.lanes[..lane].iter().fold(0, |sum: u64, grant| sum.saturating_add(grant.reserved_bytes))
    }
}
