//! Complaints: the last thing that each destination had against each stream.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::ledger::Stream;
use crate::otlp::Failure;

/// The last failures, for whoever asks later why something was lost.
#[derive(Debug, Default)]
pub(crate) struct Complaints(Mutex<HashMap<(usize, Stream), Failure>>);

impl Complaints {
    /// The destination with this number failed.
    pub(super) fn note(&self, destination: usize, stream: Stream, failure: &Failure) {
        self.lock().insert((destination, stream), failure.clone());
    }

    /// What the destination with this number said last against a stream.
    pub(super) fn last(&self, destination: usize, stream: Stream) -> Option<String> {
        self.lock().get(&(destination, stream)).map(|failure| failure.why.clone())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(usize, Stream), Failure>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
