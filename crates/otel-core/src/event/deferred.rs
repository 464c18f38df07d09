//! Facts too hot for encoding: stored as they are by the thread that has them, and written as events by the pipeline's.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::stored::{Head, Stored, Times, Writer};
use super::{Event, EventDef, Fixed};
use crate::draft::{Draft, Identity};
use crate::record::{Kind, Signal};
use crate::recorder::{Recorder, Scope};
use crate::span::SpanIds;
use crate::time::Timestamp;

/// The most bytes a fact may take.
pub(super) const MAX_FACT: usize = 256;

/// The definition of a deferred event: an event, and how a fact is written as one. Const data in a domain's
/// `conventions` module, where the catalogue lists the event.
///
/// What it holds are plain functions: they run on the pipeline's thread, and know nothing but the fact. One that panics
/// costs its event, which is counted, and nothing else.
pub struct DeferredDef<F> {
    event: EventDef,
    write: fn(&F, Event) -> Event,
    span: Option<fn(&F) -> Option<SpanIds>>,
}

impl<F: Fixed> DeferredDef<F> {
    /// Declares how facts are written: `write` sets the event's attributes and gives it back.
    ///
    /// A fact of more than 256 bytes does not compile.
    pub const fn new(event: EventDef, write: fn(&F, Event) -> Event) -> Self {
        const { assert!(F::SIZE <= MAX_FACT, "a deferred fact takes at most 256 bytes") };
        Self { event, write, span: None }
    }

    /// The same, where a fact says which span its event belongs to. Without this, events belong to none: the span that
    /// is current when a fact is recorded is not looked at.
    #[must_use]
    pub const fn within(mut self, span: fn(&F) -> Option<SpanIds>) -> Self {
        self.span = Some(span);
        self
    }

    /// The event, for the catalogue.
    pub const fn event(&self) -> EventDef {
        self.event
    }

    /// Whether the other definition writes the same events.
    fn is(&self, other: &Self) -> bool {
        let same_span = match (self.span, other.span) {
            (Some(span), Some(other)) => std::ptr::fn_addr_eq(span, other),
            (None, None) => true,
            _ => false,
        };
        self.event.is(&other.event) && std::ptr::fn_addr_eq(self.write, other.write) && same_span
    }
}

impl<F: Fixed> Writer for DeferredDef<F> {
    fn name(&self) -> &'static str {
        self.event.name
    }

    fn write(&self, stored: &Stored<'_>, scope: u16, draft: Box<Draft>) -> Event {
        let fact = F::load(stored.fact);
        let span = self.span.and_then(|span| span(&fact)).map_or(Identity::NONE, Identity::from);
        (self.write)(&fact, Event::on_behalf(draft, scope, &self.event, &span, stored.times))
    }
}

impl<F> Clone for DeferredDef<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for DeferredDef<F> {}

impl<F> fmt::Debug for DeferredDef<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeferredDef").field("event", &self.event.name).finish_non_exhaustive()
    }
}

/// Where facts of one definition are left: for paths on which even an [`Event`] costs too much. Clones are cheap.
///
/// A fact is copied as it is into the queue of the thread that records it, and becomes an event on the pipeline's thread.
/// All else is as with any event: its lane, what happens when the queue is full, its limits, what may not leave, and how
/// it is counted.
pub struct Deferred<F> {
    path: Option<Arc<Path>>,
    fact: PhantomData<fn(&F)>,
}

/// The way of one definition's facts through one telemetry.
#[derive(Debug)]
struct Path {
    recorder: Arc<Recorder>,
    kind: Kind,
    head: Head,
}

impl<F: Fixed> Deferred<F> {
    pub(crate) const NOOP: Self = Self { path: None, fact: PhantomData };

    pub(crate) fn new(scope: &Scope, def: &DeferredDef<F>) -> Self {
        let recorder = Arc::clone(&scope.recorder);
        let is_this =
            |writer: &dyn Writer| (writer as &dyn Any).downcast_ref().is_some_and(|known| def.is(known));
        let writer = recorder.writer_number(is_this, || Arc::new(*def));
        let kind = Kind { signal: Signal::Log, lane: def.event.lane };
        let path = Path { recorder, kind, head: Head::new(kind, scope.number, writer, F::SIZE) };
        Self { path: Some(Arc::new(path)), fact: PhantomData }
    }

    /// Records a fact that happens now.
    #[inline]
    pub fn record(&self, fact: &F) {
        if let Some(path) = &self.path {
            let now = path.recorder.clock.now();
            path.leave(fact, Times { time: now, observed: now });
        }
    }

    /// Records a fact that happened at `time`, as somebody else says. When it was observed is now.
    #[inline]
    pub fn record_at(&self, fact: &F, time: Timestamp) {
        if let Some(path) = &self.path {
            path.leave(fact, Times { time, observed: path.recorder.clock.now() });
        }
    }
}

impl Path {
    #[inline]
    fn leave<F: Fixed>(&self, fact: &F, times: Times) {
        let store = |to: &mut [u8]| fact.store(to);
        Stored::record(&self.head, times, F::SIZE, store, |record| self.recorder.leave(self.kind, record));
    }
}

impl<F> Clone for Deferred<F> {
    fn clone(&self) -> Self {
        Self { path: self.path.clone(), fact: PhantomData }
    }
}

impl<F> fmt::Debug for Deferred<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deferred").field("is_on", &self.path.is_some()).finish_non_exhaustive()
    }
}
