//! What an appender gets: which entry it is, and the promise to say when it is durable.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::merkle::Hash;
use super::queue::{Queue, Stopped, Task};

/// Where a durable record is: what telemetry carries of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditReceipt {
    /// The number of its entry.
    pub index: u64,
    /// The hash of its entry.
    pub leaf_hash: Hash,
}

/// An appended record that becomes durable. A thread waits for it with [`Receipt::wait`], a task with `.await`.
///
/// Who drops it forgoes the news; the record is written all the same.
#[derive(Debug)]
#[must_use = "until it is waited for, nobody knows that the record is durable"]
pub struct Receipt {
    receipt: AuditReceipt,
    queue: Arc<Queue>,
    /// Which task awaits it, once one does.
    task: Option<Task>,
}

impl Clone for Receipt {
    /// A clone is for another task: each of them is woken.
    fn clone(&self) -> Self {
        Self { receipt: self.receipt, queue: Arc::clone(&self.queue), task: None }
    }
}

impl Receipt {
    pub(super) const fn new(index: u64, leaf_hash: Hash, queue: Arc<Queue>) -> Self {
        Self { receipt: AuditReceipt { index, leaf_hash }, queue, task: None }
    }

    /// Where the record will be once it is durable.
    pub const fn expected(&self) -> AuditReceipt {
        self.receipt
    }

    /// Whether the record is durable by now.
    ///
    /// # Errors
    ///
    /// The trail has failed before it was.
    pub fn is_durable(&self) -> Result<bool, Stopped> {
        self.queue.outcome(self.receipt.index).map_or(Ok(false), |outcome| outcome.map(|()| true))
    }

    /// Waits until the record is durable.
    ///
    /// # Errors
    ///
    /// The trail has failed before it was. Whether it is there, opening the trail anew finds out.
    pub fn wait(self) -> Result<AuditReceipt, Stopped> {
        self.queue.wait(self.receipt.index).map(|()| self.receipt)
    }
}

impl Future for Receipt {
    type Output = Result<AuditReceipt, Stopped>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { receipt, queue, task } = self.get_mut();
        let outcome = queue.poll(receipt.index, task, context.waker());
        outcome.map_or(Poll::Pending, |outcome| Poll::Ready(outcome.map(|()| *receipt)))
    }
}
