//! A record while it is being written, kept and reused by its thread.

use std::sync::{Arc, OnceLock};

use opentelemetry::trace::TraceState;
use opentelemetry::{SpanId, TraceFlags, TraceId};

use crate::clock::Reading;
use crate::ids::Random;
use crate::key::Key;
use crate::lane::Lane;
use crate::outbox::Outbox;
use crate::record::{Header, Kind, Marks, Signal};
use crate::recorder::{AttributeLimits, Recorder};
use crate::span::Shared;
use crate::time::Timestamp;
use crate::value::{AttributeType, AttributeWriter};
use crate::wire::{Buffer, Fit};

/// Room a new draft has: enough for a span with a dozen attributes.
const ROOM: usize = 1_024;

/// A draft that had to grow beyond this is not kept.
const MAX_KEPT_ROOM: usize = 64 * 1_024;

/// A span or an event being written.
///
/// It owns its recorder, so taking a draft from the pool and putting it back costs no reference count that other
/// threads touch.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) out: Buffer,
    pub(crate) scope: u16,
    pub(crate) kind: Kind,
    pub(crate) recorded: bool,
    pub(crate) marks: Marks,
    pub(crate) identity: Identity,
    pub(crate) started: Reading,
    pub(crate) start: Timestamp,
    /// A source of identifiers of its own, so that none has to be looked up.
    pub(crate) random: Random,
    pub(crate) attributes: u32,
    limits: AttributeLimits,
    pub(crate) dropped_attributes: u32,
    pub(crate) links: u32,
    pub(crate) dropped_links: u32,
    /// The outbox of the thread that keeps this draft; `None` when that thread is past its thread-locals.
    pub(crate) home: Option<Arc<Outbox>>,
    /// What others do to this span through its context; made when the context is first asked for.
    pub(crate) shared: OnceLock<Arc<Shared>>,
}

/// Which span this is.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    pub(crate) flags: TraceFlags,
    pub(crate) trace_state: TraceState,
}

impl Identity {
    pub(crate) const NONE: Self = Self {
        trace_id: TraceId::INVALID,
        span_id: SpanId::INVALID,
        flags: TraceFlags::NOT_SAMPLED,
        trace_state: TraceState::NONE,
    };
}

impl Draft {
    #[cold]
    #[inline(never)]
    pub(crate) fn new(recorder: &Arc<Recorder>, home: Option<Arc<Outbox>>) -> Box<Self> {
        Box::new(Self {
            recorder: Arc::clone(recorder),
            out: Buffer::with_headroom(Header::MAX_PREFIX, ROOM),
            scope: 0,
            kind: Kind { signal: Signal::Span, lane: Lane::Normal },
            recorded: false,
            marks: Marks::default(),
            identity: Identity::NONE,
            started: Reading::default(),
            start: Timestamp::default(),
            random: Random::new(),
            attributes: 0,
            limits: AttributeLimits::DEFAULT,
            dropped_attributes: 0,
            links: 0,
            dropped_links: 0,
            home,
            shared: OnceLock::new(),
        })
    }

    /// Begins a new record in this draft.
    #[inline]
    pub(crate) fn reset(&mut self, kind: Kind, scope: u16, recorded: bool) {
        self.out.clear();
        self.limits = self.recorder.limits.of(kind.signal);
        self.scope = scope;
        self.kind = kind;
        self.recorded = recorded;
        self.marks = Marks::default();
        self.attributes = 0;
        self.dropped_attributes = 0;
        self.links = 0;
        self.dropped_links = 0;
        if self.shared.get().is_some() {
            self.shared = OnceLock::new();
        }
    }

    /// Writes one attribute, or counts it as dropped once the limit is reached.
    #[inline]
    pub(crate) fn set<T: AttributeType>(&mut self, parent: u8, key: &Key<T>, value: T::Value<'_>) {
        if self.may_add_attribute() {
            let fit = Fit { guard: &self.recorder.guard, longest: self.limits.length };
            T::write(&mut AttributeWriter { out: &mut self.out, parent, key: key.encoded(), fit }, value);
        }
    }

    #[inline]
    pub(crate) fn may_add_attribute(&mut self) -> bool {
        let may = self.attributes < self.limits.count;
        self.attributes += u32::from(may);
        self.dropped_attributes += u32::from(!may);
        may
    }

    /// The record as it travels: header, framing, message.
    #[inline]
    pub(crate) fn sealed(&mut self) -> &[u8] {
        let header = Header { kind: self.kind, scope: self.scope, marks: self.marks, is_fact: false };
        let out = &mut self.out;
        header.prefix(out.len(), |prefix| out.with_prefix(prefix))
    }

    pub(crate) fn is_worth_keeping(&self) -> bool {
        self.out.room() <= MAX_KEPT_ROOM
    }
}
