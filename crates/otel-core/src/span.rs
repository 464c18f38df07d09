//! Spans: const definitions, and guards that write themselves as OTLP.

mod active;
mod agreed;
mod ids;
mod outcome;
mod reference;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::trace::{FutureExt as _, Link, SpanContext, TraceContextExt as _, TraceState};
use opentelemetry::{Array, Context, ContextGuard, KeyValue, StringValue, TraceFlags, Value};

use crate::draft::{Draft, Identity};
use crate::event::{Event, EventDef};
use crate::head::{Fate, Question};
use crate::ids::RANDOM;
use crate::key::Key;
use crate::lane::Lane;
use crate::otel::{self, Beginning};
use crate::record::{Kind, Marks, Signal, stratum};
use crate::recorder::{End, Recorder, Scope, attach, current_context};
use crate::sensitive::Origin;
use crate::time::Timestamp;
use crate::value::{AttributeType, Text};
use crate::wire::{EncodedName, Fit, attribute_of, foreign};
use active::ActiveSpan;
pub(crate) use active::Shared;
pub use agreed::AgreedTrace;
pub use ids::SpanIds;
pub use outcome::Outcome;
pub use reference::SpanReference;

/// The role a span plays in a trace, as OpenTelemetry defines it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SpanKind {
    /// Work inside this process.
    #[default]
    Internal = 1,
    /// The serving side of a synchronous request.
    Server = 2,
    /// The asking side of a synchronous request.
    Client = 3,
    /// The sending side of a message.
    Producer = 4,
    /// The receiving side of a message.
    Consumer = 5,
}

impl From<SpanKind> for opentelemetry::trace::SpanKind {
    fn from(kind: SpanKind) -> Self {
        match kind {
            SpanKind::Internal => Self::Internal,
            SpanKind::Server => Self::Server,
            SpanKind::Client => Self::Client,
            SpanKind::Producer => Self::Producer,
            SpanKind::Consumer => Self::Consumer,
        }
    }
}

impl From<&opentelemetry::trace::SpanKind> for SpanKind {
    fn from(kind: &opentelemetry::trace::SpanKind) -> Self {
        match kind {
            opentelemetry::trace::SpanKind::Internal => Self::Internal,
            opentelemetry::trace::SpanKind::Server => Self::Server,
            opentelemetry::trace::SpanKind::Client => Self::Client,
            opentelemetry::trace::SpanKind::Producer => Self::Producer,
            opentelemetry::trace::SpanKind::Consumer => Self::Consumer,
        }
    }
}

/// The definition of a span: const data in a domain's `conventions` module.
#[derive(Clone, Copy, Debug)]
pub struct SpanDef {
    pub(crate) name: &'static str,
    pub(crate) kind: SpanKind,
    lane: Lane,
    brief: &'static str,
    encoded: EncodedName,
    stratum: u16,
    told_by: Option<&'static str>,
}

impl SpanDef {
    /// Declares a span: its low-cardinality name, its kind, and one sentence for the reference pages.
    ///
    /// # Panics
    ///
    /// At compile time, when the name is empty or longer than 62 bytes.
    pub const fn new(name: &'static str, kind: SpanKind, brief: &'static str) -> Self {
        Self {
            name,
            kind,
            lane: Lane::Normal,
            brief,
            encoded: EncodedName::new(NAME, name),
            stratum: stratum(name),
            told_by: None,
        }
    }

    /// The same span, each of which may have another name: see [`Span::rename`]. The name of the definition stands for
    /// them all in the reference pages and for samplers; each has the attribute `key`, which other spans do not have.
    #[must_use]
    pub const fn with_own_names<T: AttributeType>(mut self, key: &Key<T>) -> Self {
        self.told_by = Some(key.name());
        self
    }

    /// The name of the attribute that each has, where they have names of their own.
    pub const fn told_by(&self) -> Option<&'static str> {
        self.told_by
    }

    /// The same span in another lane than [`Lane::Normal`].
    #[must_use]
    pub const fn in_lane(mut self, lane: Lane) -> Self {
        self.lane = lane;
        self
    }

    /// The lane the span travels in.
    pub const fn lane(&self) -> Lane {
        self.lane
    }

    /// The span's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The span's kind.
    pub const fn kind(&self) -> SpanKind {
        self.kind
    }

    /// One sentence that says what it stands for.
    pub const fn brief(&self) -> &'static str {
        self.brief
    }
}

/// The failure class of the semantic conventions, set by [`Outcome::Error`].
pub const ERROR_TYPE: Key<Text> = Key::new("error.type", "The class of error the work ended with.");

/// Whose child a new span is.
pub(crate) enum Parent<'a> {
    /// The span that is current on this thread, if there is one.
    Current,
    /// The span of this context, if it has one.
    Of(&'a Context),
    /// None: it is a root of this trace, with a link to the span of the context, if it has one.
    None { trace: AgreedTrace, cause: &'a Context },
}

// The fields of `opentelemetry.proto.trace.v1.Span`.
const NAME: u8 = 0x2a;
const KIND: u8 = 0x30;
const PARENT_SPAN_ID: u8 = 0x22;
const DROPPED_ATTRIBUTES: u8 = 0x50;
const DROPPED_LINKS: u8 = 0x70;

/// A unit of work in progress: set its attributes, and finish it with an [`Outcome`].
///
/// A span starts when it is made and ends when it is finished or dropped; dropping it during a panic ends it with
/// the error `panic`. It writes itself as OTLP while it is used, on the thread that uses it; it may be moved to
/// another thread or kept across `await`. Without telemetry, or when it is sampled out, everything here does
/// nothing.
///
/// A span is not current by itself, which would cost an allocation each time. [`Span::enter`], [`Span::wrap`]
/// and [`Span::context`] make it the parent of what happens inside.
#[derive(Debug, Default)]
#[must_use = "a span that is dropped at once measures nothing; bind it to a name and finish it"]
pub struct Span {
    draft: Option<Box<Draft>>,
}

impl Span {
    pub(crate) const NOOP: Self = Self { draft: None };

    #[inline]
    pub(crate) fn start(scope: &Arc<Scope>, def: &SpanDef, parent: &Parent<'_>) -> Self {
        let recorder = &scope.recorder;
        match parent {
            Parent::Current => {
                recorder.draft_in_context(|draft, cx| Self::begin(scope, def, cx, None, draft))
            }
            Parent::Of(context) => Self::begin(scope, def, context, None, recorder.draft()),
            Parent::None { trace, cause } => {
                let mut span = Self::begin(scope, def, cause, Some(*trace), recorder.draft());
                span.link(cause);
                span
            }
        }
    }

    #[inline]
    fn begin(
        scope: &Arc<Scope>,
        def: &SpanDef,
        cx: &Context,
        agreed: Option<AgreedTrace>,
        mut draft: Box<Draft>,
    ) -> Self {
        if cx.is_telemetry_suppressed() {
            Recorder::finish(draft, End::Nothing);
            return Self::NOOP;
        }
        let recorder = &scope.recorder;
        let current = cx.span();
        let parent = Some(current.span_context()).filter(|parent| parent.is_valid() && agreed.is_none());
        let trace_id = match (parent, agreed) {
            (Some(parent), _) => parent.trace_id(),
            (None, Some(agreed)) => agreed.trace_id(),
            (None, None) => recorder.ids.trace_id(&mut draft.random),
        };
        let span_id = recorder.ids.span_id(&mut draft.random);
        // An id that was agreed on is spread as well as a random one, and still nobody may call it random.
        let has_random_id = agreed.is_none() && recorder.ids.are_random();
        let question = Question {
            // An application's sampler would take the span in there for the parent.
            context: agreed.is_none().then_some(cx),
            parent,
            trace_id,
            has_random_id,
            name: def.name,
            kind: def.kind,
            scope: Some(&scope.name),
            attributes: &[],
            links: &[],
        };
        let decision = recorder.sampler.decide(&question);
        // What must not be lost, and what somebody waits for, is not for samplers to leave out.
        let fate = if decision.fate == Fate::Dropped && def.lane <= Lane::Alert {
            Fate::Recorded
        } else {
            decision.fate
        };
        draft.reset(Kind { signal: Signal::Span, lane: def.lane }, scope.number, fate.is_recorded());
        draft.count_started(parent, fate);
        draft.identity = Identity {
            trace_id,
            span_id,
            flags: flags(parent, has_random_id, fate.is_sampled()),
            trace_state: match &decision.more {
                Some(more) => more.trace_state.clone(),
                None => parent.map_or(TraceState::NONE, |parent| parent.trace_state().clone()),
            },
        };
        if draft.recorded {
            draft.marks = Marks {
                error: false,
                local_root: parent.is_none_or(SpanContext::is_remote),
                sampled: fate.is_sampled(),
                certain: recorder.sampler.is_certain(parent.is_some()),
                has_state: draft.identity.trace_state != TraceState::NONE,
                looked: decision.looked,
                worth: 0.0,
                stratum: def.stratum,
            };
            draft.started = recorder.clock.read();
            draft.write_start(def, parent);
            if let Some(more) = &decision.more {
                draft.add_foreign(&more.attributes);
            }
        }
        Self { draft: Some(draft) }
    }

    /// The draft, when this span is recorded.
    #[inline]
    fn recording(&mut self) -> Option<&mut Draft> {
        self.draft.as_deref_mut().filter(|draft| draft.recorded)
    }

    /// Sets an attribute. Setting a key twice leaves two values; backends show the last.
    // Always, so that a span that is not recorded costs a comparison and not a call for each attribute.
    #[inline(always)]
    pub fn set<T: AttributeType>(&mut self, key: &Key<T>, value: T::Value<'_>) -> &mut Self {
        if let Some(draft) = self.recording() {
            draft.set(attribute_of::SPAN, key, value);
        }
        self
    }

    /// Shows a header of the request, as `http.request.header.<name>`, if the application lets it be shown
    /// (`Privacy::headers`); credentials never are.
    pub fn set_request_header(&mut self, name: &str, values: &[&str]) -> &mut Self {
        self.set_header("http.request.header.", name, values)
    }

    /// The same for a header of the response, as `http.response.header.<name>`.
    pub fn set_response_header(&mut self, name: &str, values: &[&str]) -> &mut Self {
        self.set_header("http.response.header.", name, values)
    }

    fn set_header(&mut self, of: &'static str, name: &str, values: &[&str]) -> &mut Self {
        if let Some(draft) = self.recording().filter(|draft| draft.recorder.guard.shows_header(name)) {
            let values = values.iter().map(|value| StringValue::from((*value).to_owned())).collect();
            let key = format!("{of}{}", name.to_ascii_lowercase());
            draft.add_foreign(&[KeyValue::new(key, Value::Array(Array::String(values)))]);
        }
        self
    }

    /// Gives the span another name than its definition has, where the semantic conventions ask for one that is only known
    /// when it starts: `SELECT orders`. It is of low cardinality, and its definition says
    /// [`with_own_names`](SpanDef::with_own_names).
    pub fn rename(&mut self, name: &str) -> &mut Self {
        if let Some(draft) = self.recording() {
            let Draft { out, recorder, .. } = draft;
            // A field that stands twice has its last value, so this name replaces the definition's.
            out.field(NAME, recorder.guard.clean(name, Origin::Declared).as_bytes());
        }
        self
    }

    /// Links to the span of `context`: related work that is neither parent nor child.
    pub fn link(&mut self, context: &Context) -> &mut Self {
        let other = context.span().span_context().clone();
        if let Some(draft) = self.recording().filter(|_| other.is_valid()) {
            draft.add_link(&other);
        }
        self
    }

    /// What this span is worth, in a unit that its domain chooses: the value of an order, the rows of a batch. A tail
    /// sampler keeps the traces with the highest worth of all their spans; nothing else comes of it, and it is not
    /// exported.
    #[inline]
    pub fn worth(&mut self, worth: f32) -> &mut Self {
        if let Some(draft) = self.recording() {
            // What is no number is worth nothing.
            draft.marks.worth = worth.max(draft.marks.worth);
        }
        self
    }

    /// An event that happens now, inside this span: a log record with this span's ids.
    pub fn event(&self, def: &EventDef) -> Event {
        match &self.draft {
            Some(draft) => Event::start(&draft.recorder, draft.scope, def, &draft.identity),
            None => Event::NOOP,
        }
    }

    /// The ids of this span, for what belongs to it and is recorded elsewhere; `None` without telemetry.
    pub fn ids(&self) -> Option<SpanIds> {
        self.draft.as_deref().map(|draft| SpanIds::from(&draft.identity))
    }

    /// Moves the start of this span to an earlier time, for work that is only known once it is over.
    pub fn started_at(&mut self, start: Timestamp) -> &mut Self {
        if let Some(draft) = self.recording() {
            draft.out.patch_u64(Beginning::START_AT, start.unix_nanos());
        }
        self
    }

    /// Whether attributes set on this span go anywhere.
    pub fn is_recording(&self) -> bool {
        self.draft.as_deref().is_some_and(|draft| draft.recorded)
    }

    /// The time since this span started; zero when it is not recorded.
    #[inline]
    pub fn elapsed(&self) -> Duration {
        match self.draft.as_deref().filter(|draft| draft.recorded) {
            Some(draft) => draft.recorder.clock.between(draft.started, draft.recorder.clock.read()),
            None => Duration::ZERO,
        }
    }

    /// The current context with this span in it: the parent for children, and what propagators send.
    ///
    /// Code that only knows the OpenTelemetry API can set attributes, events, links and a status on the span of
    /// this context until the span is finished. Making the first context of a span allocates.
    pub fn context(&self) -> Context {
        let current = current_context();
        let Some(draft) = &self.draft else { return current };
        let identity = draft.identity.clone();
        let context = SpanContext::new(
            identity.trace_id,
            identity.span_id,
            identity.flags,
            false,
            identity.trace_state,
        );
        if draft.recorded {
            let shared =
                draft.shared.get_or_init(|| Shared::new(draft.recorder.limits, draft.recorder.guard.clone()));
            current.with_span(ActiveSpan::new(context, shared))
        } else {
            current.with_remote_span_context(context)
        }
    }

    /// Makes this span current on this thread until the guard is dropped.
    pub fn enter(&self) -> Entered {
        Entered { _guard: self.draft.as_ref().and_then(|_| attach(self.context())) }
    }

    /// Makes this span current whenever `future` is polled.
    pub fn wrap<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        future.with_context(self.context())
    }

    /// Ends the span.
    #[inline]
    pub fn finish(mut self, outcome: Outcome) {
        self.end(outcome);
    }

    #[inline]
    fn end(&mut self, outcome: Outcome) {
        let Some(mut draft) = self.draft.take() else { return };
        if !draft.recorded {
            Recorder::finish(draft, End::SampledOut);
            return;
        }
        draft.write_end(outcome);
        Recorder::finish(draft, End::Record);
    }
}

impl Drop for Span {
    #[inline]
    fn drop(&mut self) {
        if self.draft.is_some() {
            let outcome = if std::thread::panicking() { Outcome::Error("panic") } else { Outcome::Unset };
            self.end(outcome);
        }
    }
}

/// The trace flags of a span: its own decision, and whether the trace id is random, which whoever made the id says.
#[inline]
fn flags(parent: Option<&SpanContext>, has_random_id: bool, sampled: bool) -> TraceFlags {
    let random = match parent {
        Some(parent) => parent.trace_flags() & RANDOM,
        None if has_random_id => RANDOM,
        None => TraceFlags::NOT_SAMPLED,
    };
    random.with_sampled(sampled)
}

impl Draft {
    #[inline]
    fn write_start(&mut self, def: &SpanDef, parent: Option<&SpanContext>) {
        self.start = self.recorder.clock.timestamp(self.started);
        let Identity { trace_id, span_id, flags, .. } = self.identity;
        let flags = otel::flags(flags, parent.is_some_and(SpanContext::is_remote));
        // The end is written when it is known.
        let end = Timestamp::default();
        Beginning { trace_id, span_id, start: self.start, end, flags }.write(&mut self.out);
        if let Some(parent) = parent {
            self.out.put([PARENT_SPAN_ID, 8]);
            self.out.put(parent.span_id().to_bytes());
        }
        self.out.put_name(&def.encoded);
        self.out.put([KIND, def.kind as u8]);
        otel::trace_state(&mut self.out, &self.identity.trace_state, &self.recorder.guard);
    }

    #[inline]
    fn write_end(&mut self, outcome: Outcome) {
        // The start plus the time since, and not the time now: the wall clock may have been set meanwhile.
        let clock = &self.recorder.clock;
        let lasted = clock.between(self.started, clock.read());
        self.out.patch_u64(Beginning::END_AT, self.start.after(lasted).unix_nanos());
        let mut status = match outcome {
            Outcome::Unset => None,
            Outcome::Ok => Some((1, None)),
            Outcome::Error(class) => {
                self.set(attribute_of::SPAN, &ERROR_TYPE, class);
                self.tell_failure();
                Some((2, None))
            }
        };
        if let Some(shared) = self.shared.take() {
            let said = shared.close(&mut self.out, self.attributes, self.links);
            self.dropped_attributes += said.dropped_attributes;
            self.dropped_links += said.dropped_links;
            status = status.or(said.status);
        }
        if self.dropped_attributes | self.dropped_links != 0 {
            self.out.number_unless_zero(DROPPED_ATTRIBUTES, u64::from(self.dropped_attributes));
            self.out.number_unless_zero(DROPPED_LINKS, u64::from(self.dropped_links));
        }
        self.marks.error = status.as_ref().is_some_and(|(code, _)| *code == 2);
        otel::write_status(&mut self.out, status, &self.recorder.guard);
    }

    /// Leaves this span as evidence where there is an alert machine.
    #[cold]
    fn tell_failure(&self) {
        if let Some(desk) = self.recorder.desk.get() {
            desk.failed(self.scope, (self.identity.trace_id, self.identity.span_id), self.start);
        }
    }

    fn add_foreign(&mut self, attributes: &[KeyValue]) {
        let recorder = Arc::clone(&self.recorder);
        let fit = Fit { guard: &recorder.guard, longest: recorder.limits.span.length };
        for attribute in attributes {
            if self.may_add_attribute() {
                foreign::key_value(&mut self.out, foreign::SPAN, attribute, fit);
            }
        }
    }

    fn add_link(&mut self, other: &SpanContext) {
        if self.links == self.recorder.limits.links {
            self.dropped_links += 1;
            return;
        }
        self.links += 1;
        let fit = Fit { guard: &self.recorder.guard, longest: self.recorder.limits.span.length };
        otel::link(&mut self.out, &Link::with_context(other.clone()), fit);
    }
}

/// Keeps a span current on this thread; made by [`Span::enter`].
#[derive(Debug)]
#[must_use = "the span is only current while this guard lives"]
pub struct Entered {
    _guard: Option<ContextGuard>,
}
