//! What an order has met lately, by its digest.

/// The last `ROOM` digests.
///
/// A repeated report comes soon, after a reconnection, so a short memory of fixed size is enough; and whoever asks
/// can know whether it has begun to forget.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<const ROOM: usize> {
    digests: [u64; ROOM],
    next: u8,
    has_forgotten: bool,
}

impl<const ROOM: usize> Seen<ROOM> {
    pub(crate) const EMPTY: Self = Self { digests: [0; ROOM], next: 0, has_forgotten: false };

    pub(crate) fn contains(&self, digest: u64) -> bool {
        self.digests.contains(&mark(digest))
    }

    /// Whether nothing was ever remembered.
    pub(crate) fn is_empty(&self) -> bool {
        self.digests.first().is_none_or(|first| *first == 0)
    }

    /// Whether something that was remembered is not any more.
    pub(crate) const fn has_forgotten(&self) -> bool {
        self.has_forgotten
    }

    /// Remembers a digest; once only.
    pub(crate) fn insert(&mut self, digest: u64) {
        if self.contains(digest) {
            return;
        }
        if let Some(oldest) = self.digests.get_mut(usize::from(self.next)) {
            self.has_forgotten |= *oldest != 0;
            *oldest = mark(digest);
        }
        self.next = (self.next + 1) % ROOM as u8;
    }
}

/// Zero marks an empty place, so no digest may be it.
const fn mark(digest: u64) -> u64 {
    if digest == 0 { 1 } else { digest }
}
