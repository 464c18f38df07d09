//! What was told before.

use crate::labels::OrderFact;

/// A fact that was told, as far as it takes to know it again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToldFact {
    /// A hash of what kind of fact it is and of its identifier: the same in every build and on every machine.
    pub digest: u64,
    /// The minor units of its amount, or its number of items.
    pub amount: i64,
}

impl ToldFact {
    /// A fact that was told to an earlier process.
    pub const fn new(digest: u64, amount: i64) -> Self {
        Self { digest, amount }
    }

    pub(super) fn of(kind: OrderFact, id: &str, amount: i64) -> Self {
        Self { digest: digest(kind, id), amount }
    }
}

/// The last [`ROOM`](Told::ROOM) facts with an identifier that were believed: what is told again is known by them.
///
/// They are part of an order's [`Progress`](super::Progress): keep them with the order where it outlives the process, as
/// pairs of numbers, and collect them again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Told {
    facts: [ToldFact; Self::ROOM],
    count: u64,
}

impl Told {
    /// How many facts are remembered.
    pub const ROOM: usize = 16;
    /// Nothing was told.
    pub const NOTHING: Self = Self { facts: [ToldFact::new(0, 0); Self::ROOM], count: 0 };

    /// What is remembered, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = ToldFact> + '_ {
        let count = usize::try_from(self.count).unwrap_or(usize::MAX);
        let first = if count > Self::ROOM { count % Self::ROOM } else { 0 };
        self.facts.iter().cycle().skip(first).take(count.min(Self::ROOM)).copied()
    }

    /// How many facts were forgotten because others came: told again, they would be added again.
    pub const fn forgotten(&self) -> u64 {
        self.count.saturating_sub(Self::ROOM as u64)
    }

    /// The fact of this kind and identifier, if it is remembered.
    pub(super) fn find(&self, digest: u64) -> Option<ToldFact> {
        self.iter().find(|told| told.digest == digest)
    }

    /// Remembers it, in place of the oldest if there is no room.
    pub(super) fn remember(&mut self, fact: ToldFact) {
        let oldest = usize::try_from(self.count % Self::ROOM as u64).unwrap_or_default();
        if let Some(place) = self.facts.get_mut(oldest) {
            *place = fact;
        }
        self.count += 1;
    }
}

impl Default for Told {
    fn default() -> Self {
        Self::NOTHING
    }
}

impl Extend<ToldFact> for Told {
    fn extend<I: IntoIterator<Item = ToldFact>>(&mut self, facts: I) {
        facts.into_iter().for_each(|fact| self.remember(fact));
    }
}

impl FromIterator<ToldFact> for Told {
    fn from_iter<I: IntoIterator<Item = ToldFact>>(facts: I) -> Self {
        let mut told = Self::NOTHING;
        told.extend(facts);
        told
    }
}

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// FNV-1a, of 64 bits: what is kept with an order is read by later builds, and the standard library's hashes may change.
fn digest(kind: OrderFact, id: &str) -> u64 {
    // This byte is in no text, so that no kind and identifier can be mistaken for another pair.
    let bytes = kind.as_str().bytes().chain([0xff]).chain(id.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
