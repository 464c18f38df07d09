//! Room: what fits, what has to go for it, and what has grown too old.

use super::Spool;
use super::counts::Loss;
use super::file_system::FileSystem;
use super::segment::{Key, Segment};
use super::stray::Standing;
use crate::lane::Lane;
use crate::settings::WhenFull;

/// There is no room, and nothing that may go for it.
#[derive(Debug)]
pub(super) struct NoRoom;

impl<F: FileSystem> Spool<F> {
    /// The bytes of all files, with those that are kept for footers.
    pub(super) fn used(&self) -> u64 {
        let segments: u64 = self.shelves.iter().map(|shelf| shelf.bytes()).sum();
        let strays: u64 = self.strays.iter().map(|stray| stray.bytes).sum();
        let adopted: u64 = self.adopted.values().map(|home| home.lock_bytes).sum();
        segments + strays + adopted + self.own.lock_bytes + self.adopting
    }

    /// Makes room for `bytes` more of a lane: first what is of no use to anyone, then what was set aside, then the
    /// oldest entries of the lowest lane that allows it. Nothing is evicted when it would not be enough.
    pub(super) fn make_room(&mut self, lane: Lane, bytes: u64, spare: Option<Key>) -> Result<(), NoRoom> {
        if self.missing(lane, bytes) == 0 {
            return Ok(());
        }
        self.remove_finished();
        self.sweep();
        while self.missing(lane, bytes) > 0 && self.remove_stray(Standing::Quarantined) {}
        let victims = || Lane::ALL[lane as usize..].iter().rev().copied();
        let victims =
            || victims().filter(|victim| self.config.grant(*victim).when_full == WhenFull::DropOldest);
        let segments = victims().flat_map(|victim| self.shelves[victim as usize].iter());
        let segments = segments.filter(|(key, _)| Some(*key) != spare);
        if segments.map(|(_, segment)| segment.charge()).sum::<u64>() < self.missing(lane, bytes) {
            return Err(NoRoom);
        }
        for victim in victims().collect::<Vec<_>>() {
            let mut last = None;
            while self.missing(lane, bytes) > 0
                && let Some(key) = self.shelves[victim as usize].next(last, |_| true)
            {
                last = Some(key);
                if Some(key) != spare {
                    self.remove(victim, key, Loss::EvictedOldest);
                }
            }
        }
        if self.missing(lane, bytes) == 0 { Ok(()) } else { Err(NoRoom) }
    }

    /// Drops what is older than the spool keeps anything, by the time that is given here.
    ///
    /// A segment goes as a whole, when its newest entry is too old.
    pub(crate) fn expire(&mut self, now_unix_nanos: u64) {
        let Some(max_age) = self.config.max_age else { return };
        let max_age = u64::try_from(max_age.as_nanos()).unwrap_or(u64::MAX);
        let Some(oldest) = now_unix_nanos.checked_sub(max_age) else { return };
        self.remove_all(|segment| segment.newest_unix_nanos < oldest, Loss::Expired);
    }

    /// Removes the segments in which nothing is pending.
    pub(super) fn remove_finished(&mut self) {
        self.remove_all(|segment| !segment.has_pending(), Loss::EvictedOldest);
    }

    fn remove_all(&mut self, asked: impl Fn(&Segment<F::File>) -> bool, loss: Loss) {
        for lane in Lane::ALL {
            let mut last = None;
            while let Some(key) = self.shelves[lane as usize].next(last, &asked) {
                last = Some(key);
                self.remove(lane, key, loss);
            }
        }
    }

    /// How many bytes are missing for `bytes` more of a lane, when the lanes above keep what is reserved for them.
    fn missing(&self, lane: Lane, bytes: u64) -> u64 {
        let above = &Lane::ALL[..lane as usize];
        let kept = above.iter().fold(0, |sum: u64, lane| {
            let reserved = self.config.grant(*lane).reserved_bytes;
            sum.saturating_add(reserved.saturating_sub(self.shelves[*lane as usize].bytes()))
        });
        (self.used() + bytes).saturating_add(kept).saturating_sub(self.config.max_bytes)
    }
}
