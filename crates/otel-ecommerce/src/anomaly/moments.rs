//! The moments of the latest payments of one entity.

use std::time::Duration;

use otel_core::Timestamp;
use smallvec::SmallVec;

use super::entities::Memory;

/// How much is remembered of an entity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Depth {
    /// How far back from the newest moment, in milliseconds: at most 49 days.
    reach: u32,
    /// The most that has to be counted.
    count: usize,
    /// The most moments.
    most: usize,
    /// The most moments that may have come before one that is older.
    overtaking: usize,
}

/// How late a payment may come, after a newer one of the same entity.
const LATENESS: Duration = Duration::from_secs(5 * 60);

impl Depth {
    /// Enough to count as many as `count` in the windows up to `longest`, exactly.
    ///
    /// A late one may be overtaken by 64. More than that in five minutes is nothing that a count could add to: with all
    /// usual limits they have long been too many.
    pub(super) fn for_counts(count: u16, longest: Duration) -> Self {
        const OVERTAKING: usize = 64;
        let count = usize::from(count).max(1);
        let reach = u32::try_from((longest + LATENESS).as_millis()).unwrap_or(u32::MAX);
        Self { reach, count, most: count + OVERTAKING, overtaking: OVERTAKING }
    }

    /// The most that has to be counted: beyond it, a count may be less than it should be.
    pub(super) const fn count(&self) -> usize {
        self.count
    }
}

/// The moments of the latest payments of one entity, the oldest first, to the millisecond.
///
/// It takes 32 bytes; with more than four moments, their bytes on the heap besides.
#[derive(Debug, Default)]
pub(super) struct Moments {
    /// The newest, in milliseconds since the Unix epoch.
    newest: u64,
    /// The low halves of all: what is remembered spans less than what they can tell apart.
    low: SmallVec<[u32; 4]>,
}

impl Memory for Moments {
    fn heap(&self) -> usize {
        if self.low.spilled() { self.low.capacity() * size_of::<u32>() } else { 0 }
    }
}

impl Moments {
    /// Takes a moment in, and says which of all it is. `None`, when it is too late to say.
    pub(super) fn take_in(&mut self, at: Timestamp, depth: &Depth) -> Option<usize> {
        let at = at.unix_nanos() / 1_000_000;
        if let Some(late) = self.newest.checked_sub(at).filter(|late| *late > 0) {
            return self.take_in_late(at, u32::try_from(late).ok()?, depth);
        }
        let forgotten = match u32::try_from(at - self.newest) {
            Ok(later) => self.low.partition_point(|low| {
                u64::from(age(self.newest, *low)) + u64::from(later) > u64::from(depth.reach)
            }),
            Err(_) => self.low.len(),
        };
        // One makes room for the new one, where there is none.
        let remembered = self.low.len() - forgotten;
        self.forget(forgotten.max((forgotten + remembered + 1).saturating_sub(depth.most)));
        self.newest = at;
        self.low.push(at as u32);
        Some(self.low.len() - 1)
    }

    fn take_in_late(&mut self, at: u64, late: u32, depth: &Depth) -> Option<usize> {
        if u128::from(late) > LATENESS.as_millis() {
            return None;
        }
        let place = self.low.partition_point(|low| age(self.newest, *low) >= late);
        if self.low.len() - place > depth.overtaking {
            return None;
        }
        self.low.insert(place, at as u32);
        let forgotten = self.low.len().saturating_sub(depth.most);
        self.forget(forgotten);
        place.checked_sub(forgotten)
    }

    /// The most moments in any window of this length that has this one in it. A window does not hold both of its ends.
    pub(super) fn most_around(&self, place: usize, window: Duration) -> usize {
        let Some(here) = self.age_of(place) else { return 0 };
        let window = u32::try_from(window.as_millis()).unwrap_or(u32::MAX);
        let first = self.low.partition_point(|low| age(self.newest, *low).saturating_sub(here) >= window);
        let beginnings = self.low.get(first..=place).unwrap_or_default();
        let counts = beginnings.iter().zip(first..).map(|(low, at)| {
            let begins = age(self.newest, *low);
            self.low.partition_point(|low| begins.saturating_sub(age(self.newest, *low)) < window) - at
        });
        if place + 1 == self.low.len() { self.low.len() - first } else { counts.max().unwrap_or_default() }
    }

    /// Whether so many moments before the newest are within a window with it: cheaper than to count them.
    pub(super) fn are_more_than(&self, limit: u16, window: Duration) -> bool {
        let back = self.low.len().checked_sub(1 + usize::from(limit));
        back.and_then(|at| self.age_of(at)).is_some_and(|age| u128::from(age) < window.as_millis())
    }

    /// Whether this is the newest.
    pub(super) fn is_newest(&self, place: usize) -> bool {
        place + 1 == self.low.len()
    }

    fn age_of(&self, place: usize) -> Option<u32> {
        self.low.get(place).map(|low| age(self.newest, *low))
    }

    fn forget(&mut self, oldest: usize) {
        if oldest == 0 {
            return;
        }
        self.low.drain(..oldest.min(self.low.len()));
        if self.low.spilled() && self.low.len() < self.low.inline_size() {
            self.low.shrink_to_fit();
        }
    }
}

/// How much older than the newest a moment is, in milliseconds.
const fn age(newest: u64, low: u32) -> u32 {
    (newest as u32).wrapping_sub(low)
}
