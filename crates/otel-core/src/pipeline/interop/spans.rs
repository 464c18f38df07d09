//! Spans of the SDK, encoded as they end.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::trace::{SpanKind, Status, TraceState};
use opentelemetry::{Context, SpanId};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use crate::lane::Lane;
use crate::otel::{self, Beginning};
use crate::record::{Kind, Marks, Signal, stratum};
use crate::recorder::{End, Recorder};
use crate::sensitive::Origin;
use crate::wire::{Buffer, Fit, foreign};

use super::{Flush, flushed};

/// Puts every span that is recorded into the outbox of the thread that ended it.
pub(super) struct OutboxProcessor {
    recorder: Arc<Recorder>,
    flush: Flush,
}

impl OutboxProcessor {
    pub(super) fn new(recorder: &Arc<Recorder>, flush: Flush) -> Self {
        Self { recorder: Arc::clone(recorder), flush }
    }
}

impl fmt::Debug for OutboxProcessor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboxProcessor").finish_non_exhaustive()
    }
}

impl SpanProcessor for OutboxProcessor {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        let scope = self.recorder.scope_number_of_record(&span.instrumentation_scope);
        let mut draft = self.recorder.draft();
        draft.reset(Kind { signal: Signal::Span, lane: Lane::Normal }, scope, true);
        draft.marks = marks(&span, &self.recorder);
        let fit = Fit { guard: &self.recorder.guard, longest: self.recorder.limits.span.length };
        encode(&mut draft.out, &span, fit);
        Recorder::finish(draft, End::Record);
    }

    fn force_flush(&self) -> OTelSdkResult {
        flushed(&self.flush)
    }

    /// The pipeline outlives the provider: it ends with its own shutdown.
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// What samplers have to know of a span.
fn marks(span: &SpanData, recorder: &Recorder) -> Marks {
    let context = &span.span_context;
    Marks {
        error: matches!(span.status, Status::Error { .. }),
        local_root: span.parent_span_id == SpanId::INVALID || span.parent_span_is_remote,
        sampled: context.is_sampled(),
        certain: recorder.sampler.is_certain(span.parent_span_id != SpanId::INVALID),
        has_state: *context.trace_state() != TraceState::NONE,
        looked: recorder.sampler.looks_from(),
        worth: 0.0,
        stratum: stratum(&span.name),
    }
}

/// Writes a span as `opentelemetry.proto.trace.v1.Span`. The SDK has kept the counts, but not the lengths of texts.
fn encode(out: &mut Buffer, span: &SpanData, fit: Fit<'_>) {
    let context = &span.span_context;
    let beginning = Beginning {
        trace_id: context.trace_id(),
        span_id: context.span_id(),
        start: span.start_time.into(),
        end: span.end_time.into(),
        flags: otel::flags(context.trace_flags(), span.parent_span_is_remote),
    };
    beginning.write(out);
    otel::trace_state(out, context.trace_state(), fit.guard);
    if span.parent_span_id != SpanId::INVALID {
        out.field(0x22, &span.parent_span_id.to_bytes());
    }
    out.field_unless_empty(0x2a, fit.guard.clean(&span.name, Origin::Free).as_bytes());
    out.put([0x30, kind(&span.span_kind)]);
    for attribute in &span.attributes {
        foreign::key_value(out, foreign::SPAN, attribute, fit);
    }
    out.number_unless_zero(0x50, u64::from(span.dropped_attributes_count));
    for event in span.events.iter() {
        let dropped = event.dropped_attributes_count;
        otel::event(out, event.timestamp.into(), &event.name, &event.attributes, dropped, fit);
    }
    out.number_unless_zero(0x60, u64::from(span.events.dropped_count));
    for link in span.links.iter() {
        otel::link(out, link, fit);
    }
    out.number_unless_zero(0x70, u64::from(span.links.dropped_count));
    otel::write_status(out, otel::status(&span.status), fit.guard);
}

fn kind(kind: &SpanKind) -> u8 {
    crate::span::SpanKind::from(kind) as u8
}
