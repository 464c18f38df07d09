//! The decision at a span's start: is it recorded?

use std::fmt;

use opentelemetry::trace::{SpanContext, TraceState};
use opentelemetry::{KeyValue, TraceId};

use crate::span::SpanDef;

/// What is known when a span starts.
pub(crate) struct Question<'a> {
    pub(crate) parent: Option<&'a SpanContext>,
    pub(crate) trace_id: TraceId,
    pub(crate) span: &'a SpanDef,
}

/// What was decided.
#[derive(Debug, Default)]
pub(crate) struct Decision {
    pub(crate) sampled: bool,
    pub(crate) attributes: Vec<KeyValue>,
    /// The trace state for the span and its children, where the sampler changes it.
    pub(crate) trace_state: Option<TraceState>,
}

impl Decision {
    fn plain(sampled: bool) -> Self {
        Self { sampled, ..Self::default() }
    }
}

/// A sampler an application brought.
pub(crate) type CustomSampler = Box<dyn Fn(&Question<'_>) -> Decision + Send + Sync>;

/// The head sampler, with the specification's built-in samplers as plain data so that they cost nothing.
pub(crate) enum HeadSampler {
    AlwaysOn,
    AlwaysOff,
    /// Sampled when the low 63 bits of the trace id are below this bound, as the SDK's `TraceIdRatioBased` does,
    /// so that every service of a trace agrees.
    Ratio(u64),
    /// As the parent was; roots are asked of the inner sampler.
    ParentBased(Box<Self>),
    Custom(CustomSampler),
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
            Self::Custom(sampler) => sampler(question),
        }
    }
}

impl fmt::Debug for HeadSampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlwaysOn => f.write_str("AlwaysOn"),
            Self::AlwaysOff => f.write_str("AlwaysOff"),
            Self::Ratio(bound) => f.debug_tuple("Ratio").field(bound).finish(),
            Self::ParentBased(root) => f.debug_tuple("ParentBased").field(root).finish(),
            Self::Custom(_) => f.write_str("Custom"),
        }
    }
}
