//! What was said before.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

/// The last `N` things that were said, by their digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen<const N: usize> {
    digests: [u64; N],
    count: usize,
}

impl<const N: usize> Seen<N> {
    pub(super) const NOTHING: Self = Self { digests: [0; N], count: 0 };

    pub(super) fn has(&self, digest: u64) -> bool {
        self.digests.iter().take(self.count).any(|seen| *seen == digest)
    }

    /// Remembers it, in place of the oldest if there is no room.
    pub(super) fn remember(&mut self, digest: u64) {
        let oldest = self.count % N;
        if let Some(place) = self.digests.get_mut(oldest) {
            *place = digest;
        }
        self.count += 1;
    }
}

/// A 64-bit hash, the same in every run.
pub(super) fn digest(what: impl std::hash::Hash) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(what)
}
