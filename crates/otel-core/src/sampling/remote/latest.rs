//! A value that is often read and seldom replaced.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock};

/// The latest of some values. Whoever reads it does not wait for whoever replaces it: that writes beside, and is done
/// when the readers are sent there.
pub(super) struct Latest<T> {
    slots: [RwLock<T>; 2],
    at: AtomicUsize,
}

impl<T: Clone> Latest<T> {
    pub(super) fn new(first: T) -> Self {
        Self { slots: [RwLock::new(first.clone()), RwLock::new(first)], at: AtomicUsize::new(0) }
    }
}

impl<T> Latest<T> {
    /// Reads the latest value.
    pub(super) fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        let slot = &self.slots[self.at.load(Ordering::Acquire)];
        read(&slot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces it. There is one who does.
    pub(super) fn replace(&self, value: T) {
        let beside = 1 - self.at.load(Ordering::Relaxed);
        *self.slots[beside].write().unwrap_or_else(PoisonError::into_inner) = value;
        self.at.store(beside, Ordering::Release);
    }
}
