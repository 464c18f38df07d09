//! Where records go.

mod file;

use std::fmt;
use std::time::Duration;

pub use file::{FileSink, FileSinkError};

use super::filing::{Action, Filing, Reference};

/// Where records go: a file, a queue, an approved reporting mechanism.
///
/// A sink that answers `Ok` has the record for good. Whoever calls it waits for it, so that no record is handed over
/// before the one that it depends on.
pub trait ReportSink {
    /// Tells what was delivered in earlier runs, in the order of delivery. A sink without a memory tells nothing.
    fn recall(&mut self, tell: &mut dyn FnMut(Reference, Action)) {
        let _ = tell;
    }

    /// Takes one record, which is `line` without a line feed.
    ///
    /// # Errors
    ///
    /// When it did not take it, and whether it is worth trying again.
    fn deliver(&mut self, filing: &Filing, line: &str) -> Result<(), Failure>;
}

/// Why a sink did not take a record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// It could not, and may be asked again; not before so long, if it says so.
    Later {
        /// How long to leave it alone.
        after: Option<Duration>,
    },
    /// It never will: the record is wrong in its eyes.
    Refused {
        /// What it says about that, without personal data.
        reason: String,
    },
}

/// A sink that hands records to a function.
pub struct CallbackSink<F>(F);

impl<F: FnMut(&Filing, &str) -> Result<(), Failure>> CallbackSink<F> {
    /// A sink that hands records, and the lines they are, to `deliver`.
    pub const fn new(deliver: F) -> Self {
        Self(deliver)
    }
}

impl<F: FnMut(&Filing, &str) -> Result<(), Failure>> ReportSink for CallbackSink<F> {
    fn deliver(&mut self, filing: &Filing, line: &str) -> Result<(), Failure> {
        (self.0)(filing, line)
    }
}

impl<F> fmt::Debug for CallbackSink<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackSink").finish_non_exhaustive()
    }
}
