//! The cards that somebody tried out last.

use std::time::Duration;

use otel_core::{Pseudonym, Timestamp};
use smallvec::SmallVec;

use super::settings::WEEK;
use crate::anomaly::entities::{EntityKey, Memory};

/// The cards that somebody tried out in a week, each with when it was last, the longest ago first.
///
/// It takes 40 bytes; with more than four cards, 8 for each on the heap besides.
#[derive(Debug, Default)]
pub(super) struct Cards {
    tried: SmallVec<[Tried; 4]>,
}

#[derive(Clone, Copy, Debug)]
struct Tried {
    /// A hash of the card: among so few, no two are alike.
    card: u32,
    /// In seconds since the Unix epoch.
    at: u32,
}

/// How late a payment may come, after a newer one, in seconds.
const LATENESS: u32 = 5 * 60;

impl Memory for Cards {
    fn heap(&self) -> usize {
        if self.tried.spilled() { self.tried.capacity() * size_of::<Tried>() } else { 0 }
    }
}

impl Cards {
    /// Takes a card in, of which the `most` that were used last are remembered; whether it was in time.
    pub(super) fn take_in(&mut self, card: Pseudonym, at: Timestamp, most: usize) -> bool {
        let at = second(at);
        if self.newest().saturating_sub(at) > LATENESS {
            return false;
        }
        let card = EntityKey::of(card).short();
        match self.tried.iter_mut().find(|tried| tried.card == card) {
            Some(tried) => tried.at = tried.at.max(at),
            None => self.tried.push(Tried { card, at }),
        }
        self.tried.sort_by_key(|tried| tried.at);
        let too_many = self.tried.len().saturating_sub(most);
        let forgotten = self.tried.len() - self.within(WEEK, self.newest());
        self.tried.drain(..forgotten.max(too_many));
        true
    }

    /// The window of the first limit that is exceeded, with how many cards there are in it and may be. Windows end
    /// with the card that was used last, or at a later moment.
    pub(super) fn exceeded(&self, limits: &[(Duration, u8)], at: Timestamp) -> Option<(Duration, u32, u32)> {
        let now = self.newest().max(second(at));
        limits.iter().find_map(|(window, limit)| {
            let cards = self.within(*window, now);
            let limit = u32::from(*limit);
            u32::try_from(cards).ok().filter(|cards| *cards > limit).map(|cards| (*window, cards, limit))
        })
    }

    /// How many cards there are in a window that ends with this second, which is no earlier than the newest.
    fn within(&self, window: Duration, now: u32) -> usize {
        let is_before = |tried: &Tried| u64::from(now.saturating_sub(tried.at)) >= window.as_secs();
        self.tried.len() - self.tried.partition_point(is_before)
    }

    /// When a card was used last.
    fn newest(&self) -> u32 {
        self.tried.last().map_or(0, |tried| tried.at)
    }
}

/// The second since 1970, until 2106.
fn second(at: Timestamp) -> u32 {
    u32::try_from(at.unix_nanos() / 1_000_000_000).unwrap_or(u32::MAX)
}
