//! Recalls: batches out of the spool, one at a time and at a capped rate, when the live ones leave room for them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::ledger::{DropReason, Ledger};

use super::keeper::{Keeper, Recalled};

/// How long to wait when there is something that cannot be read.
const NONE: Duration = Duration::from_secs(1);

/// Recalls what the spool of one destination holds.
pub(crate) struct Recall {
    /// Which destination it is.
    pub(crate) number: usize,
    keeper: Keeper,
    ledger: Arc<Ledger>,
    bytes_per_second: f64,
    not_before: Option<Instant>,
    under_way: bool,
}

impl Recall {
    pub(crate) fn new(number: usize, keeper: Keeper, ledger: Arc<Ledger>, bytes_per_second: u64) -> Self {
        let bytes_per_second = bytes_per_second.max(1) as f64;
        Self { number, keeper, ledger, bytes_per_second, not_before: None, under_way: false }
    }

    /// Asks for the next batch, unless it is too early or there is none.
    pub(crate) fn begin(&mut self, now: Instant) -> Option<oneshot::Receiver<Option<Recalled>>> {
        let early = self.not_before.is_some_and(|then| now < then);
        if self.under_way || early || !self.keeper.has_backlog() {
            return None;
        }
        self.under_way = true;
        Some(self.keeper.recall())
    }

    /// A batch of so many bytes came, or none although there are some: then there is no hurry.
    pub(crate) fn ended(&mut self, bytes: Option<usize>, now: Instant) {
        self.under_way = false;
        let at_rate = |bytes| Duration::from_secs_f64(bytes as f64 / self.bytes_per_second);
        self.not_before = Some(now + bytes.map_or(NONE, at_rate));
    }

    /// A batch came that no destination wants any more.
    pub(crate) fn refuse(&self, recalled: Recalled) {
        let Recalled { ticket, lane, batch } = recalled;
        let account = self.ledger.account(self.number, batch.stream, lane);
        account.unspooled(batch.items);
        account.dropped(DropReason::Refused, batch.items);
        self.keeper.settle(ticket);
    }
}
