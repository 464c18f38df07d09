//! The keeper: what the pipeline asks of the spool.
//!
//! A spool works on files, and files block; so it has a thread of its own, and this is how it is spoken to. Without
//! the feature `spool` there is no keeper, and the compiler knows.

pub(crate) use absent::{Keeper, Ticket};

use crate::lane::Lane;
use crate::otlp::Batch;

/// A batch that was kept, and is in memory again.
pub(crate) struct Recalled {
    pub(crate) ticket: Ticket,
    pub(crate) lane: Lane,
    pub(crate) batch: Batch,
}

/// No keeper: nothing can make one, so nothing here can be called.
mod absent {
    use tokio::sync::oneshot;

    use crate::lane::Lane;
    use crate::otlp::Batch;

    use super::Recalled;

    #[derive(Debug)]
    pub(crate) enum Ticket {}

    #[derive(Clone, Debug)]
    pub(crate) enum Keeper {}

    impl Keeper {
        pub(crate) fn keeps_at_once(&self, _: Lane) -> bool {
            match *self {}
        }

        pub(crate) fn keep(&self, _: Lane, _: &Batch) -> oneshot::Receiver<Option<Ticket>> {
            match *self {}
        }

        pub(crate) fn settle(&self, ticket: Ticket) {
            match ticket {}
        }

        pub(crate) fn release(&self, ticket: Ticket) {
            match ticket {}
        }

        pub(crate) fn has_backlog(&self) -> bool {
            match *self {}
        }

        pub(crate) fn recall(&self) -> oneshot::Receiver<Option<Recalled>> {
            match *self {}
        }
    }
}
