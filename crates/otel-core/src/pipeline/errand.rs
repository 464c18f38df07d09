//! Errands: batches on their way to one destination.

use std::cell::Cell;
use std::rc::Rc;

use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::lane::Lane;
use crate::otlp::Batch;

use super::keeper::{Keeper, Ticket};

/// A batch on its way to one destination.
pub(crate) struct Errand {
    /// Where it stands in the order of all batches.
    pub(crate) number: u64,
    pub(crate) batch: Batch,
    pub(crate) lane: Lane,
    /// When it is given up, from its first attempt on.
    pub(crate) until: Option<Instant>,
    /// Its place in the spool.
    pub(crate) ticket: Option<Ticket>,
    /// Whether the spool would not have it.
    pub(crate) refused: bool,
    /// Whether it came out of the spool to be tried, and has not been yet.
    pub(crate) is_probe: bool,
    /// The batch it is a part of, where that is in the spool.
    pub(crate) whole: Option<Rc<Whole>>,
    pub(crate) reply: Option<Rc<Reply>>,
}

impl Errand {
    pub(crate) fn new(number: u64, lane: Lane, batch: Batch) -> Self {
        Self {
            number,
            batch,
            lane,
            until: None,
            ticket: None,
            refused: false,
            is_probe: false,
            whole: None,
            reply: None,
        }
    }

    /// The bytes it holds in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.batch.message().len()
    }

    /// Divides the errand. The place of the whole in the spool is given up when the last part is over.
    pub(crate) fn divide(self, parts: [Batch; 2], keeper: Option<&Keeper>) -> [Self; 2] {
        let Self { number, lane, until, ticket, refused, whole, reply, .. } = self;
        let of_ticket = ticket.zip(keeper.cloned()).map(|(ticket, keeper)| Whole::new(keeper, ticket));
        let whole = of_ticket.or(whole);
        let part = |batch| {
            let (whole, reply) = (whole.clone(), reply.clone());
            Self { number, batch, lane, until, ticket: None, refused, is_probe: false, whole, reply }
        };
        parts.map(part)
    }

    /// Tells whoever waits that this will not arrive.
    pub(crate) fn disappoint(&self) {
        if let Some(reply) = &self.reply {
            reply.delivered.set(false);
        }
    }
}

/// A batch in the spool that was divided.
pub(crate) struct Whole {
    keeper: Keeper,
    ticket: Cell<Option<Ticket>>,
}

impl Whole {
    fn new(keeper: Keeper, ticket: Ticket) -> Rc<Self> {
        Rc::new(Self { keeper, ticket: Cell::new(Some(ticket)) })
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.keeper.settle(ticket);
        }
    }
}

/// Who waits for a batch: told when the last errand with it is over.
pub(crate) struct Reply {
    sender: Cell<Option<oneshot::Sender<bool>>>,
    delivered: Cell<bool>,
}

impl Reply {
    pub(crate) fn to(sender: oneshot::Sender<bool>) -> Rc<Self> {
        Rc::new(Self { sender: Cell::new(Some(sender)), delivered: Cell::new(true) })
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if let Some(sender) = self.sender.take() {
            // Whoever asked may have stopped waiting.
            let _ = sender.send(self.delivered.get());
        }
    }
}
