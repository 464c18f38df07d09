//! The scribe: writes the facts that threads left as they are, as the events they stand for.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;

use crate::draft::Draft;
use crate::event::{Event, Stored, Writer};
use crate::record::Header;
use crate::recorder::Recorder;

use super::diagnostic::Diagnostic;
use super::operator::Operator;

/// Writes deferred facts, with a draft of its own.
pub(super) struct Scribe {
    recorder: Arc<Recorder>,
    /// The recorder's writers, as far as they were needed.
    writers: Vec<Arc<dyn Writer>>,
    draft: Option<Box<Draft>>,
    complaints: Complaints,
}

impl Scribe {
    pub(super) fn new(recorder: &Arc<Recorder>, operator: Operator) -> Self {
        let complaints = Complaints { operator, known: HashSet::new() };
        Self { recorder: Arc::clone(recorder), writers: Vec::new(), draft: None, complaints }
    }

    /// The event that the fact behind `header` stands for, framed; `None` when it cannot be written.
    pub(super) fn write(&mut self, header: &Header, record: &[u8]) -> Option<&[u8]> {
        let stored = Stored::read(record)?;
        let number = stored.writer;
        let Self { recorder, writers, draft: kept, complaints } = self;
        let Some(writer) = find(writers, recorder, number) else {
            complaints.tell(number, || "there are too many definitions, and the last are dropped".to_owned());
            return None;
        };
        let draft = kept.take().filter(|draft| draft.is_worth_keeping());
        let draft = draft.unwrap_or_else(|| Draft::new(recorder, None));
        let ours = &raw const *draft;
        // What a domain does with its facts is no reason to lose the pipeline.
        let written = catch_unwind(AssertUnwindSafe(|| writer.write(&stored, header.scope, draft)));
        let draft =
            written.ok().and_then(Event::taken_back).filter(|draft| ptr::eq(&raw const **draft, ours));
        let Some(draft) = draft else {
            complaints.tell(number, || {
                format!("{} is dropped: what writes it panics, or gives another event back", writer.name())
            });
            return None;
        };
        Some(&kept.insert(draft).sealed()[Header::LEN..])
    }
}

/// The writer with this number. The recorder, which has a lock, is asked for each of them once.
fn find<'a>(
    writers: &'a mut Vec<Arc<dyn Writer>>,
    recorder: &Recorder,
    number: u16,
) -> Option<&'a dyn Writer> {
    while writers.len() <= usize::from(number) {
        writers.push(recorder.writer(u16::try_from(writers.len()).ok()?)?);
    }
    writers.get(usize::from(number)).map(|writer| &**writer)
}

/// What the operator is told: once for each writer that fails.
struct Complaints {
    operator: Operator,
    known: HashSet<u16>,
}

impl Complaints {
    fn tell(&mut self, writer: u16, what: impl FnOnce() -> String) {
        if self.known.insert(writer) {
            self.operator.tell(&Diagnostic::Deferred { what: what() });
        }
    }
}
