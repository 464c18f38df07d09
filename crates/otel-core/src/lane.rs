//! Lanes: how much a record matters when not everything can be kept or sent.

/// How much a record matters when there is not room for everything.
///
/// The lane is part of a definition. Each lane has its own queue, its own place in line, and its own answer to a
/// queue that is full; what is reserved for a lane, the lanes below it cannot take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Lane {
    /// What must not be lost: sent first, never dropped for want of room. The recording thread waits instead.
    Audit,
    /// What somebody is waiting for: has bytes reserved, and is dropped last.
    Alert,
    /// Everything else.
    #[default]
    Normal,
    /// What is nice to have: the first to be dropped, and never more than a share of the queue.
    Bulk,
}

impl Lane {
    /// Every lane, the most important first.
    pub const ALL: [Self; 4] = [Self::Audit, Self::Alert, Self::Normal, Self::Bulk];

    /// The lane's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Alert => "alert",
            Self::Normal => "normal",
            Self::Bulk => "bulk",
        }
    }
}
