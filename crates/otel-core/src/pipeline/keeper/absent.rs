//! No keeper: nothing can make one, so nothing here can be called.

use tokio::sync::oneshot;

use crate::lane::Lane;
use crate::otlp::Batch;

use super::Recalled;

#[derive(Debug)]
pub(crate) enum Ticket {}

#[derive(Clone, Debug)]
pub(crate) enum Keeper {}

/// The thread that there is none of.
pub(crate) type Keeping = std::thread::JoinHandle<()>;

impl Keeper {
    pub(crate) fn keeps_at_once(&self, _: Lane) -> bool {
        match *self {}
    }

    pub(crate) fn keep(&self, _: Lane, _: Batch) -> oneshot::Receiver<Option<Ticket>> {
        match *self {}
    }

    #[expect(clippy::needless_pass_by_value, reason = "as the one that is there")]
    pub(crate) fn settle(&self, ticket: Ticket) {
        match ticket {}
    }

    #[expect(clippy::needless_pass_by_value, reason = "as the one that is there")]
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
