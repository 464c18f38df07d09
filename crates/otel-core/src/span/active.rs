//! Our span as the OpenTelemetry API sees it: what others may do to the span of a context.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use opentelemetry::KeyValue;
use opentelemetry::trace::{Link, Span, SpanContext, Status};

use crate::otel;
use crate::recorder::Limits;
use crate::sensitive::{Guard, Origin};
use crate::wire::{Buffer, Fit, foreign};

/// What code that only knows the OpenTelemetry API did to one of our spans.
///
/// It is written as OTLP at once, and joins the span when the span is finished. Its mutex is only ever held by
/// those who were handed the span's context.
pub(crate) struct Shared {
    limits: Limits,
    guard: Guard,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Attributes wait as they are, because how many of them fit is only known at the end.
    attributes: Vec<KeyValue>,
    dropped_attributes: u32,
    /// Links wait for the same reason.
    links: Vec<Link>,
    dropped_links: u32,
    /// Events, encoded.
    out: Buffer,
    events: u32,
    dropped_events: u32,
    status: Option<(u8, Option<String>)>,
    name: Option<Cow<'static, str>>,
    ended: bool,
}

/// What others said of a span, beside the bytes they added.
pub(crate) struct Said {
    pub(crate) dropped_attributes: u32,
    pub(crate) dropped_links: u32,
    pub(crate) status: Option<(u8, Option<String>)>,
}

impl Shared {
    pub(crate) fn new(limits: Limits, guard: Guard) -> Arc<Self> {
        Arc::new(Self { limits, guard, state: Mutex::default() })
    }

    fn fit(&self) -> Fit<'_> {
        Fit { guard: &self.guard, longest: self.limits.span.length }
    }

    /// Ends the span for everybody, and writes what they added beside the span's own `attributes` and `links`.
    pub(crate) fn close(&self, out: &mut Buffer, attributes: u32, links: u32) -> Said {
        let mut state = self.state();
        state.ended = true;
        let room = self.limits.span.count.saturating_sub(attributes) as usize;
        let fit = self.fit();
        for attribute in state.attributes.iter().take(room) {
            foreign::key_value(out, foreign::SPAN, attribute, fit);
        }
        let link_room = self.limits.links.saturating_sub(links) as usize;
        for link in state.links.iter().take(link_room) {
            otel::link(out, link, fit);
        }
        out.put_slice(state.out.as_slice());
        out.number_unless_zero(DROPPED_EVENTS, u64::from(state.dropped_events));
        if let Some(name) = &state.name {
            // A field that stands twice has its last value, so this name replaces the definition's.
            out.field(NAME, self.guard.clean(name, Origin::Free).as_bytes());
        }
        let over = |waiting: usize, room: usize| waiting.saturating_sub(room) as u32;
        Said {
            dropped_attributes: state.dropped_attributes + over(state.attributes.len(), room),
            dropped_links: state.dropped_links + over(state.links.len(), link_room),
            status: state.status.take(),
        }
    }

    /// Runs `f` unless the span has ended: what comes after that is ignored, as the specification asks.
    fn change(&self, f: impl FnOnce(&mut State, &Limits)) {
        let mut state = self.state();
        if !state.ended {
            f(&mut state, &self.limits);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// The fields of `opentelemetry.proto.trace.v1.Span`.
const NAME: u8 = 0x2a;
const DROPPED_EVENTS: u8 = 0x60;

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// The span of a context made by [`Span::context`](crate::Span::context).
#[derive(Debug)]
pub(crate) struct ActiveSpan {
    context: SpanContext,
    shared: Arc<Shared>,
}

impl ActiveSpan {
    pub(crate) fn new(context: SpanContext, shared: &Arc<Shared>) -> Self {
        Self { context, shared: Arc::clone(shared) }
    }
}

impl Span for ActiveSpan {
    fn add_event_with_timestamp<T>(&mut self, name: T, timestamp: SystemTime, attributes: Vec<KeyValue>)
    where
        T: Into<Cow<'static, str>>,
    {
        self.shared.change(|state, limits| {
            if state.events == limits.events {
                state.dropped_events += 1;
                return;
            }
            state.events += 1;
            let most = limits.event_attributes as usize;
            let dropped = attributes.len().saturating_sub(most) as u32;
            let kept = attributes.iter().take(most);
            otel::event(&mut state.out, timestamp.into(), &name.into(), kept, dropped, self.shared.fit());
        });
    }

    fn span_context(&self) -> &SpanContext {
        &self.context
    }

    fn is_recording(&self) -> bool {
        !self.shared.state().ended
    }

    fn set_attribute(&mut self, attribute: KeyValue) {
        self.shared.change(|state, limits| {
            if state.attributes.len() < limits.span.count as usize {
                state.attributes.push(attribute);
            } else {
                state.dropped_attributes += 1;
            }
        });
    }

    fn set_status(&mut self, status: Status) {
        self.shared.change(|state, _| {
            // The specification ranks `Ok` above `Error` above `Unset`, and lets the higher one stand.
            let rank = |status: &Option<(u8, Option<String>)>| match status {
                Some((1, _)) => 2,
                Some(_) => 1,
                None => 0,
            };
            let status = otel::status(&status);
            if rank(&status) >= rank(&state.status) {
                state.status = status;
            }
        });
    }

    fn update_name<T>(&mut self, new_name: T)
    where
        T: Into<Cow<'static, str>>,
    {
        self.shared.change(|state, _| state.name = Some(new_name.into()));
    }

    fn add_link(&mut self, span_context: SpanContext, mut attributes: Vec<KeyValue>) {
        self.shared.change(|state, limits| {
            if state.links.len() < limits.links as usize {
                let most = limits.link_attributes as usize;
                let dropped = attributes.len().saturating_sub(most) as u32;
                attributes.truncate(most);
                state.links.push(Link::new(span_context, attributes, dropped));
            } else {
                state.dropped_links += 1;
            }
        });
    }

    /// Does nothing: a span ends when its guard does, because only the guard knows the outcome.
    fn end_with_timestamp(&mut self, _: SystemTime) {}
}
