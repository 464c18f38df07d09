//! Events: const definitions, and log records that write themselves as OTLP.

mod deferred;
mod fixed;
mod stored;

use std::sync::Arc;

use opentelemetry::trace::{TraceContextExt as _, TraceState};

use crate::draft::{Draft, Identity};
use crate::key::Key;
use crate::lane::Lane;
use crate::record::{Kind, Signal};
use crate::recorder::{End, Recorder, Scope};
use crate::time::Timestamp;
use crate::value::AttributeType;
use crate::wire::{Buffer, EncodedName, attribute_of};
use deferred::MAX_FACT;
pub use deferred::{Deferred, DeferredDef};
pub use fixed::Fixed;
#[cfg(feature = "pipeline")]
pub(crate) use stored::Stored;
use stored::Times;
pub(crate) use stored::Writer;

/// How serious an event is: OpenTelemetry's `SeverityNumber`, one step for each name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Finest detail.
    Trace = 1,
    /// For developers.
    Debug = 5,
    /// Something happened, as it should.
    Info = 9,
    /// Not an error, but worth a look.
    Warn = 13,
    /// Something failed.
    Error = 17,
    /// Something failed that others depend on.
    Fatal = 21,
}

impl Severity {
    /// The name of the severity, in upper case as OpenTelemetry writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
            Self::Fatal => "FATAL",
        }
    }
}

/// The definition of an event: const data in a domain's `conventions` module.
#[derive(Clone, Copy, Debug)]
pub struct EventDef {
    name: &'static str,
    severity: Severity,
    lane: Lane,
    brief: &'static str,
    encoded: EncodedName,
}

impl EventDef {
    /// Declares an event: its name, its severity, and one sentence for the reference pages.
    ///
    /// # Panics
    ///
    /// At compile time, when the name is empty or longer than 62 bytes.
    pub const fn new(name: &'static str, severity: Severity, brief: &'static str) -> Self {
        Self { name, severity, lane: Lane::Normal, brief, encoded: EncodedName::new(EVENT_NAME, name) }
    }

    /// The same event in another lane than [`Lane::Normal`].
    #[must_use]
    pub const fn in_lane(mut self, lane: Lane) -> Self {
        self.lane = lane;
        self
    }

    /// The same event with another severity, for what is only known when it happens.
    #[cfg(feature = "pipeline")]
    pub(crate) const fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The lane the event travels in.
    pub const fn lane(&self) -> Lane {
        self.lane
    }

    /// The event's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The event's severity.
    pub const fn severity(&self) -> Severity {
        self.severity
    }

    /// One sentence that says what happened.
    pub const fn brief(&self) -> &'static str {
        self.brief
    }

    /// Whether the other definition makes the same events.
    fn is(&self, other: &Self) -> bool {
        (self.name, self.severity, self.lane) == (other.name, other.severity, other.lane)
    }
}

// The fields of `opentelemetry.proto.logs.v1.LogRecord`.
const SEVERITY_NUMBER: u8 = 0x10;
const SEVERITY_TEXT: u8 = 0x1a;
const DROPPED_ATTRIBUTES: u8 = 0x38;
const EVENT_NAME: u8 = 0x62;

/// Where the time stands: behind its own tag.
const TIME_AT: usize = 1;

/// An event in the making: a log record with an event name. It is emitted when it goes out of scope.
#[derive(Debug)]
#[must_use = "set the event's attributes, then emit it"]
pub struct Event {
    draft: Option<Box<Draft>>,
}

impl Event {
    pub(crate) const NOOP: Self = Self { draft: None };

    /// An event inside the span that is current on this thread, if there is one.
    pub(crate) fn in_current_span(scope: &Arc<Scope>, def: &EventDef) -> Self {
        scope.recorder.draft_in_context(|draft, cx| {
            if cx.is_telemetry_suppressed() {
                Recorder::finish(draft, End::Nothing);
                return Self::NOOP;
            }
            let span = cx.span();
            let context = span.span_context();
            let identity = Identity {
                trace_id: context.trace_id(),
                span_id: context.span_id(),
                flags: context.trace_flags(),
                trace_state: TraceState::NONE,
            };
            Self::begin(draft, scope.number, def, &identity)
        })
    }

    /// An event inside the span that `span` identifies.
    #[inline]
    pub(crate) fn start(recorder: &Arc<Recorder>, scope: u16, def: &EventDef, span: &Identity) -> Self {
        Self::begin(recorder.draft(), scope, def, span)
    }

    #[inline]
    fn begin(mut draft: Box<Draft>, scope: u16, def: &EventDef, span: &Identity) -> Self {
        draft.reset(Kind { signal: Signal::Log, lane: def.lane }, scope, true);
        let now = draft.recorder.clock.now();
        Self::headed(draft, def, span, Times { time: now, observed: now })
    }

    /// An event on behalf of the thread that recorded it. Where it goes is for whoever asked for it, who takes it back:
    /// it is not emitted when it goes out of scope.
    pub(crate) fn on_behalf(
        mut draft: Box<Draft>,
        scope: u16,
        def: &EventDef,
        span: &Identity,
        times: Times,
    ) -> Self {
        draft.reset(Kind { signal: Signal::Log, lane: def.lane }, scope, false);
        Self::headed(draft, def, span, times)
    }

    /// The draft of an event that was made on behalf of another thread, complete.
    #[cfg(feature = "pipeline")]
    pub(crate) fn taken_back(mut self) -> Option<Box<Draft>> {
        let mut draft = self.draft.take_if(|draft| !draft.recorded)?;
        draft.close_event();
        Some(draft)
    }

    // Always, or an event that is written at once would pay for a call that only the other kind needs.
    #[inline(always)]
    fn headed(mut draft: Box<Draft>, def: &EventDef, span: &Identity, times: Times) -> Self {
        write_identity(&mut draft.out, times, span);
        draft.out.put([SEVERITY_NUMBER, def.severity as u8]);
        draft.out.field(SEVERITY_TEXT, def.severity.as_str().as_bytes());
        draft.out.put_name(&def.encoded);
        Self { draft: Some(draft) }
    }

    /// Sets an attribute.
    // Always, so that an event that is not recorded costs a comparison and not a call for each attribute.
    #[inline(always)]
    pub fn set<T: AttributeType>(mut self, key: &Key<T>, value: T::Value<'_>) -> Self {
        if let Some(draft) = &mut self.draft {
            draft.set(attribute_of::LOG, key, value);
        }
        self
    }

    /// Says when it happened, where that is not now. When it was observed stays as it is.
    pub fn at(mut self, time: Timestamp) -> Self {
        if let Some(draft) = &mut self.draft {
            draft.out.patch_u64(TIME_AT, time.unix_nanos());
        }
        self
    }

    /// Emits the event.
    #[inline]
    pub fn emit(self) {
        drop(self);
    }
}

impl Drop for Event {
    #[inline]
    fn drop(&mut self) {
        if let Some(mut draft) = self.draft.take()
            && draft.recorded
        {
            draft.close_event();
            Recorder::finish(draft, End::Record);
        }
    }
}

impl Draft {
    #[inline]
    fn close_event(&mut self) {
        let dropped = u64::from(self.dropped_attributes);
        self.out.number_unless_zero(DROPPED_ATTRIBUTES, dropped);
    }
}

/// Writes the times and, inside a span, whose record it is.
#[inline]
fn write_identity(out: &mut Buffer, times: Times, span: &Identity) {
    let [time, observed] = [times.time, times.observed].map(|time| time.unix_nanos().to_le_bytes());
    out.put_with::<18>(|times| {
        times[0] = 0x09;
        times[1..9].copy_from_slice(&time);
        times[9] = 0x59;
        times[10..].copy_from_slice(&observed);
    });
    if span.trace_id == opentelemetry::TraceId::INVALID {
        return;
    }
    out.put_with::<33>(|ids| {
        ids[..2].copy_from_slice(&[0x4a, 16]);
        ids[2..18].copy_from_slice(&span.trace_id.to_bytes());
        ids[18..20].copy_from_slice(&[0x52, 8]);
        ids[20..28].copy_from_slice(&span.span_id.to_bytes());
        ids[28] = 0x45;
        ids[29..].copy_from_slice(&u32::from(span.flags.to_u8()).to_le_bytes());
    });
}
