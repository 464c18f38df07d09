//! The reports an order has seen lately.

/// The digests of the last [`Seen::ROOM`] reports.
///
/// A repeated report comes soon, after a reconnection, so a short memory of fixed size is enough.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    digests: [u64; Seen::ROOM],
    next: u8,
}

impl Seen {
    /// How many reports are remembered.
    const ROOM: usize = 32;

    pub(crate) const EMPTY: Self = Self { digests: [0; Self::ROOM], next: 0 };

    pub(crate) fn contains(&self, digest: u64) -> bool {
        self.digests.contains(&mark(digest))
    }

    pub(crate) fn insert(&mut self, digest: u64) {
        if let Some(oldest) = self.digests.get_mut(usize::from(self.next)) {
            *oldest = mark(digest);
        }
        self.next = (self.next + 1) % Self::ROOM as u8;
    }
}

/// Zero marks an empty place, so no report may have it.
const fn mark(digest: u64) -> u64 {
    if digest == 0 { 1 } else { digest }
}
