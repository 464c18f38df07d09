//! What a limit on requests says of itself.

use std::time::Duration;

use crate::labels::LimitScope;

/// What a limit on requests says of itself, as in the fields of `RateLimit` headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// What it counts.
    pub scope: LimitScope,
    /// How many requests it allows at once.
    pub limit: u64,
    /// How many it still allows.
    pub remaining: u64,
    /// When it allows all of them again.
    pub resets_in: Duration,
}

impl Quota {
    /// Whether less of this one is left than of the other, as a share. A limit of nothing has nothing left.
    pub(super) fn is_tighter_than(&self, other: &Self) -> bool {
        let share = |left: &Self, of: &Self| u128::from(left.remaining) * u128::from(of.limit.max(1));
        share(self, other) < share(other, self)
    }
}
