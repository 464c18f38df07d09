//! The log of attempts: what a client tried, when, and what it was told.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use crate::ledger::Stream;

use super::answer::Answer;
use super::received::RequestHead;

/// One request, from the moment its head had come.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// What was exported.
    pub stream: Stream,
    /// What surrounded it.
    pub head: RequestHead,
    /// When its head had come, counted from the start of the receiver.
    pub arrived: Duration,
    /// When it was answered, or rather just before; `None` when it was not.
    pub answered: Option<Duration>,
    /// How many bytes its body had, compressed or not; none unless it was read whole.
    pub bytes: usize,
    /// A number for what it said. Attempts with the same number were the same request, however they were
    /// compressed; `None` when it was not read.
    pub identity: Option<u64>,
    /// What the receiver was told to do with it.
    pub answer: Answer,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// Nothing yet: it is being read.
    #[default]
    UnderWay,
    /// It was read and recorded, and no error was answered; whether anything was answered is another matter.
    Taken,
    /// It was read, and an error was answered.
    Refused,
    /// It was not the message that it should have been.
    Malformed,
    /// It was larger than the receiver takes.
    TooLarge,
    /// It was not read to its end, because the client went away or the receiver was told not to.
    BrokenOff,
}

impl Attempt {
    /// The pause between the answer to this attempt and the arrival of a later one.
    #[must_use]
    pub fn pause_before(&self, later: &Self) -> Option<Duration> {
        later.arrived.checked_sub(self.answered?)
    }
}

/// The number of a message.
pub(super) fn identity(message: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    message.hash(&mut hasher);
    hasher.finish()
}
