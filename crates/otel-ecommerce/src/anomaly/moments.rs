//! The moments of the latest payments of one entity.

mod halves;

use std::time::Duration;

use otel_core::Timestamp;

use self::halves::Halves;
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
/// It takes 24 bytes. With more than four moments, as many bytes besides as there is room for moments, four times.
#[derive(Debug, Default)]
pub(super) struct Moments {
    /// The low halves of all, in milliseconds since the Unix epoch: what is remembered spans less than what they can
    /// tell apart. Beside them is the high half of the newest.
    low: Halves,
}

impl Memory for Moments {
    fn heap(&self) -> usize {
        self.low.heap()
    }
}

impl Moments {
    /// Takes a moment in, and says which of all it is. `None`, when it is too late to say.
    pub(super) fn take_in(&mut self, at: Timestamp, depth: &Depth) -> Option<usize> {
        let at = at.unix_nanos() / 1_000_000;
        let newest = self.newest();
        if let Some(late) = newest.checked_sub(at).filter(|late| *late > 0) {
            return self.take_in_late(at, u32::try_from(late).ok()?, depth);
        }
        let low = self.low.as_slice();
        let forgotten = match u32::try_from(at - newest) {
            Ok(later) => low.partition_point(|low| {
                u64::from(age(newest as u32, *low)) + u64::from(later) > u64::from(depth.reach)
            }),
            Err(_) => low.len(),
        };
        // One makes room for the new one, where there is none.
        let remembered = low.len() - forgotten;
        self.low.forget(forgotten.max((forgotten + remembered + 1).saturating_sub(depth.most)));
        let place = self.low.as_slice().len();
        self.low.insert(place, at as u32);
        // Nanoseconds in 64 bits end before milliseconds have more than 45.
        self.low.set_mark((at >> u32::BITS) as u16);
        Some(place)
    }

    fn take_in_late(&mut self, at: u64, late: u32, depth: &Depth) -> Option<usize> {
        if u128::from(late) > LATENESS.as_millis() {
            return None;
        }
        let (low, newest) = (self.low.as_slice(), self.newest_low());
        let place = low.partition_point(|low| age(newest, *low) >= late);
        if low.len() - place > depth.overtaking {
            return None;
        }
        self.low.insert(place, at as u32);
        let forgotten = self.low.as_slice().len().saturating_sub(depth.most);
        self.low.forget(forgotten);
        place.checked_sub(forgotten)
    }

    /// The most moments in any window of this length that has this one in it. A window does not hold both of its ends.
    pub(super) fn most_around(&self, place: usize, window: Duration) -> usize {
        let (low, newest) = (self.low.as_slice(), self.newest_low());
        let Some(here) = low.get(place).map(|low| age(newest, *low)) else { return 0 };
        let window = u32::try_from(window.as_millis()).unwrap_or(u32::MAX);
        let first = low.partition_point(|low| age(newest, *low).saturating_sub(here) >= window);
        if place + 1 == low.len() {
            return low.len() - first;
        }
        let beginnings = low.get(first..=place).unwrap_or_default();
        let counts = beginnings.iter().zip(first..).map(|(beginning, at)| {
            let begins = age(newest, *beginning);
            low.partition_point(|low| begins.saturating_sub(age(newest, *low)) < window) - at
        });
        counts.max().unwrap_or_default()
    }

    /// How many moments there are in the window of this length that ends with one that is still to come.
    pub(super) fn before(&self, at: Timestamp, window: Duration) -> usize {
        let (low, newest) = (self.low.as_slice(), self.newest());
        let at = at.unix_nanos() / 1_000_000;
        let from = at.checked_sub(u64::try_from(window.as_millis()).unwrap_or(u64::MAX));
        let moment = |low: u32| newest.saturating_sub(age(newest as u32, low).into());
        let until = low.partition_point(|low| moment(*low) <= at);
        until - low.partition_point(|low| from.is_some_and(|from| moment(*low) <= from)).min(until)
    }

    /// Whether so many moments before the newest are within a window with it: cheaper than to count them.
    pub(super) fn are_more_than(&self, limit: u16, window: Duration) -> bool {
        let (low, newest) = (self.low.as_slice(), self.newest_low());
        let back = low.len().checked_sub(1 + usize::from(limit));
        back.and_then(|at| low.get(at)).is_some_and(|low| u128::from(age(newest, *low)) < window.as_millis())
    }

    /// Whether this is the newest.
    pub(super) fn is_newest(&self, place: usize) -> bool {
        place + 1 == self.low.as_slice().len()
    }

    /// The newest, in milliseconds since the Unix epoch; the epoch itself, while there is none.
    fn newest(&self) -> u64 {
        u64::from(self.low.mark()) << u32::BITS | u64::from(self.newest_low())
    }

    fn newest_low(&self) -> u32 {
        self.low.as_slice().last().copied().unwrap_or_default()
    }
}

/// How much older than the newest a moment is, in milliseconds, by the low halves of both.
const fn age(newest: u32, low: u32) -> u32 {
    newest.wrapping_sub(low)
}
