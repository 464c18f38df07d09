//! Who writes deferred facts, by the numbers that stand in front of these.

use std::sync::Arc;

use crate::event::Writer;

/// Definitions of deferred events that one telemetry takes. What is recorded by further ones is counted as created, and
/// dropped because nobody can write it.
const MAX_WRITERS: usize = 4_096;

/// The number that no writer has.
const NOBODY: u16 = u16::MAX;

/// The writers of one telemetry, numbered.
#[derive(Debug, Default)]
pub(crate) struct Writers {
    all: Vec<Arc<dyn Writer>>,
}

impl Writers {
    /// The number of the writer that is asked for; a new one where it is not known yet.
    pub(crate) fn number(
        &mut self,
        is_it: impl Fn(&dyn Writer) -> bool,
        make: impl FnOnce() -> Arc<dyn Writer>,
    ) -> u16 {
        if let Some(known) = self.all.iter().position(|writer| is_it(&**writer)) {
            return u16::try_from(known).unwrap_or(NOBODY);
        }
        if self.all.len() >= MAX_WRITERS {
            return NOBODY;
        }
        self.all.push(make());
        u16::try_from(self.all.len() - 1).unwrap_or(NOBODY)
    }

    /// The writer with this number.
    #[cfg(feature = "pipeline")]
    pub(crate) fn get(&self, number: u16) -> Option<Arc<dyn Writer>> {
        self.all.get(usize::from(number)).cloned()
    }
}
