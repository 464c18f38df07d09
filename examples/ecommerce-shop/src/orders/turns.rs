//! One after the other.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};

/// Lets one purchase at a time be made in each session, so that whoever asks twice gets the answer and no second order.
/// Between processes the database sees to it.
///
/// Sessions share a fixed number of locks, so some wait for strangers; nothing grows.
#[derive(Clone, Debug)]
pub(crate) struct Turns {
    locks: Arc<[Mutex<()>]>,
    hasher: RandomState,
}

impl Turns {
    const LOCKS: usize = 1_024;

    pub(crate) fn new() -> Self {
        Self { locks: (0..Self::LOCKS).map(|_| Mutex::default()).collect(), hasher: RandomState::new() }
    }

    /// Waits until it is this session's turn.
    pub(super) async fn take(&self, session: &str) -> Option<MutexGuard<'_, ()>> {
        let index = self.hasher.hash_one(session) % Self::LOCKS as u64;
        match self.locks.get(usize::try_from(index).unwrap_or_default()) {
            Some(lock) => Some(lock.lock().await),
            None => None,
        }
    }
}
