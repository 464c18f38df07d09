//! The OpenTelemetry API and SDK: their spans and logs travel the same lanes as ours.
//!
//! Each provider has exactly one processor, because the SDK copies a span for every further one.

mod logs;
mod spans;

use std::fmt;
use std::sync::Arc;

use opentelemetry::trace::Link;
use opentelemetry::{Context, KeyValue, SpanId, TraceId};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::trace::{IdGenerator, SamplingResult, SdkTracerProvider, ShouldSample, SpanLimits};

use crate::head::{Question, parent_in};
use crate::ids::Random;
use crate::recorder::{End, Recorder};

/// Delivers everything recorded so far; false when that took too long.
pub(crate) type Flush = Arc<dyn Fn() -> bool + Send + Sync>;

/// A tracer provider that samples, numbers and carries spans as this telemetry does.
pub(crate) fn tracer_provider(
    recorder: &Arc<Recorder>,
    resource: Resource,
    flush: Flush,
) -> SdkTracerProvider {
    let limits = recorder.limits;
    SdkTracerProvider::builder()
        .with_resource(resource)
        .with_sampler(Shared(Arc::clone(recorder)))
        .with_id_generator(Shared(Arc::clone(recorder)))
        .with_span_limits(SpanLimits {
            max_attributes_per_span: limits.span.count,
            max_events_per_span: limits.events,
            max_links_per_span: limits.links,
            max_attributes_per_event: limits.event_attributes,
            max_attributes_per_link: limits.link_attributes,
        })
        .with_span_processor(spans::OutboxProcessor::new(recorder, flush))
        .build()
}

/// A logger provider that carries log records as this telemetry does.
pub(crate) fn logger_provider(
    recorder: &Arc<Recorder>,
    resource: Resource,
    flush: Flush,
) -> SdkLoggerProvider {
    SdkLoggerProvider::builder()
        .with_resource(resource)
        .with_log_processor(logs::OutboxProcessor::new(recorder, flush))
        .build()
}

/// The recorder in the roles the SDK knows.
#[derive(Clone)]
struct Shared(Arc<Recorder>);

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.sampler.fmt(f)
    }
}

impl Shared {
    /// Borrows the random numbers of one of this thread's drafts.
    fn with_random<T>(&self, f: impl FnOnce(&mut Random) -> T) -> T {
        let mut draft = self.0.draft();
        let id = f(&mut draft.random);
        Recorder::finish(draft, End::Nothing);
        id
    }
}

impl IdGenerator for Shared {
    fn new_trace_id(&self) -> TraceId {
        self.with_random(|random| self.0.ids.trace_id(random))
    }

    fn new_span_id(&self) -> SpanId {
        self.with_random(|random| self.0.ids.span_id(random))
    }
}

impl ShouldSample for Shared {
    fn should_sample(
        &self,
        parent_context: Option<&Context>,
        trace_id: TraceId,
        name: &str,
        span_kind: &opentelemetry::trace::SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let parent = parent_in(parent_context);
        let parent = parent.as_ref();
        let (context, kind) = (parent_context, span_kind.into());
        // The SDK says no scope, and has its ids from us.
        let (scope, has_random_id) = (None, self.0.ids.are_random());
        let question =
            Question { context, parent, trace_id, has_random_id, name, kind, scope, attributes, links };
        let decision = self.0.sampler.decide(&question);
        self.0.count_started_elsewhere(parent, decision.fate);
        decision.into_result(parent)
    }
}

/// Flushes through the pipeline, as the SDK's processors are asked to.
fn flushed(flush: &Flush) -> OTelSdkResult {
    if flush() {
        Ok(())
    } else {
        Err(OTelSdkError::InternalFailure("the pipeline did not deliver everything in time".to_owned()))
    }
}
