//! The keeper: what the pipeline asks of the spool.
//!
//! A spool works on files, and files block; so it has a thread of its own, and this is how it is spoken to. Without
//! the feature `spool` there is no keeper, and the compiler knows.

#[cfg(not(all(feature = "spool", unix)))]
mod absent;
#[cfg(all(feature = "spool", unix))]
mod custody;
#[cfg(all(feature = "spool", unix))]
mod thread;

#[cfg(not(all(feature = "spool", unix)))]
pub(crate) use absent::{Keeper, Keeping, Ticket};
#[cfg(all(feature = "spool", unix))]
pub(crate) use custody::Parts;
#[cfg(all(feature = "spool", unix))]
pub(crate) use thread::{Keeper, Keeping};

#[cfg(all(feature = "spool", unix))]
pub(crate) use crate::spool::Ticket;

use crate::lane::Lane;
use crate::otlp::Batch;

/// A batch that was kept, and is in memory again.
pub(crate) struct Recalled {
    pub(crate) ticket: Ticket,
    pub(crate) lane: Lane,
    pub(crate) batch: Batch,
}
