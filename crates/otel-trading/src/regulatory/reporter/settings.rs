//! What bounds a reporter.

use std::time::Duration;

use crate::regulatory::admission::Jurisdiction;

/// What bounds a reporter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReporterSettings {
    /// Whose law counts.
    pub jurisdiction: Jurisdiction,
    /// How many records may wait. What does not fit is refused, so that whoever has it keeps it.
    pub waiting: usize,
    /// How many references are remembered. None is forgotten to make room, for it could leave twice then: what would
    /// be one too many is refused.
    pub references: usize,
    /// How long a sink is left alone after a failure; it doubles with each further one.
    pub first_wait: Duration,
    /// How long at most, also when the sink asks for more.
    pub longest_wait: Duration,
}

impl ReporterSettings {
    /// 10,000 records waiting, a million references, and waits from a second to five minutes.
    pub const fn new(jurisdiction: Jurisdiction) -> Self {
        Self {
            jurisdiction,
            waiting: 10_000,
            references: 1_000_000,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(300),
        }
    }
}
