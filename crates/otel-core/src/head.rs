//! The decision at a span's start: is it recorded?

use opentelemetry::trace::{SpanContext, TraceState};
use opentelemetry::{KeyValue, TraceId};

use crate::span::SpanKind;

/// What is known when a span starts.
#[derive(Debug)]
pub(crate) struct Question<'a> {
    /// A valid parent, if there is one.
    pub(crate) parent: Option<&'a SpanContext>,
    pub(crate) trace_id: TraceId,
    pub(crate) name: &'a str,
    pub(crate) kind: SpanKind,
    pub(crate) attributes: &'a [KeyValue],
}

/// What was decided.
#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) sampled: bool,
    /// What else the sampler said. The built-in ones say nothing, so they pay for nothing.
    pub(crate) more: Option<Box<Addition>>,
}

/// What a sampler adds to a span.
#[derive(Debug)]
pub(crate) struct Addition {
    pub(crate) attributes: Vec<KeyValue>,
    /// The trace state for the span and its children.
    pub(crate) trace_state: TraceState,
}

impl Decision {
    fn plain(sampled: bool) -> Self {
        Self { sampled, more: None }
    }
}

/// The head sampler, with the specification's built-in samplers as plain data so that they cost nothing.
#[derive(Debug)]
pub(crate) enum HeadSampler {
    AlwaysOn,
    AlwaysOff,
    /// Sampled when the low 63 bits of the trace id are below this bound, as the SDK's `TraceIdRatioBased` does,
    /// so that every service of a trace agrees.
    Ratio(u64),
    /// As the parent was; roots are asked of the inner sampler.
    ParentBased(Box<Self>),
    /// The sampler an application brought.
    #[cfg(feature = "pipeline")]
    Custom(Box<dyn opentelemetry_sdk::trace::ShouldSample>),
}

impl HeadSampler {
    /// A sampler that keeps this share of traces, from 0 to 1.
    #[cfg(feature = "pipeline")]
    pub(crate) fn ratio(share: f64) -> Self {
        // The bound is 2^63 at most; the cast saturates.
        Self::Ratio((share.clamp(0.0, 1.0) * (1_u64 << 63) as f64) as u64)
    }

    #[inline]
    pub(crate) fn decide(&self, question: &Question<'_>) -> Decision {
        match self {
            Self::AlwaysOn => Decision::plain(true),
            Self::AlwaysOff => Decision::plain(false),
            Self::Ratio(bound) => {
                let low = question.trace_id.to_bytes().last_chunk().map_or(0, |low| u64::from_be_bytes(*low));
                Decision::plain((low >> 1) < *bound)
            }
            Self::ParentBased(root) => match question.parent {
                Some(parent) => Decision::plain(parent.is_sampled()),
                None => root.decide(question),
            },
            #[cfg(feature = "pipeline")]
            Self::Custom(sampler) => ask(sampler.as_ref(), question),
        }
    }
}

#[cfg(feature = "pipeline")]
fn ask(sampler: &dyn opentelemetry_sdk::trace::ShouldSample, question: &Question<'_>) -> Decision {
    use opentelemetry::Context;
    use opentelemetry::trace::TraceContextExt as _;
    use opentelemetry_sdk::trace::SamplingDecision;

    let parent = question.parent.map(|parent| Context::new().with_remote_span_context(parent.clone()));
    let kind = question.kind.into();
    let (trace_id, name, attributes) = (question.trace_id, question.name, question.attributes);
    let answer = sampler.should_sample(parent.as_ref(), trace_id, name, &kind, attributes, &[]);
    Decision {
        // A span that is recorded but not sampled is not exported, and nothing here reads it in between.
        sampled: answer.decision == SamplingDecision::RecordAndSample,
        more: Some(Box::new(Addition { attributes: answer.attributes, trace_state: answer.trace_state })),
    }
}
