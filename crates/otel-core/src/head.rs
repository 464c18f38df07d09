//! The decision at a span's start: is it recorded?

#[cfg(feature = "pipeline")]
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry::trace::{Link, SpanContext, TraceState};
use opentelemetry::{Context, KeyValue, TraceId};

use crate::span::SpanKind;

/// What is known when a span starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    /// What the span starts in, with baggage and everything; samplers of applications may look at it.
    pub(crate) context: Option<&'a Context>,
    /// The valid parent in that context, if there is one.
    pub(crate) parent: Option<&'a SpanContext>,
    pub(crate) trace_id: TraceId,
    /// Whether the last 56 bits of the trace id are random, as far as is known where a trace begins.
    #[cfg_attr(not(feature = "pipeline"), expect(dead_code, reason = "only samplers of the engine ask"))]
    pub(crate) has_random_id: bool,
    pub(crate) name: &'a str,
    pub(crate) kind: SpanKind,
    /// The name of the instrumentation scope, where it is known.
    pub(crate) scope: Option<&'a str>,
    pub(crate) attributes: &'a [KeyValue],
    pub(crate) links: &'a [Link],
}

/// What becomes of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is not recorded.
    Dropped,
    /// It is recorded, because somebody here may decide later that it is kept; other services do not learn of it.
    Recorded,
    /// It is recorded, and other services do the same.
    Sampled,
}

impl Fate {
    pub(crate) const ALL: [Self; 3] = [Self::Dropped, Self::Recorded, Self::Sampled];

    #[inline]
    pub(crate) const fn of(sampled: bool) -> Self {
        if sampled { Self::Sampled } else { Self::Dropped }
    }

    #[inline]
    pub(crate) fn is_recorded(self) -> bool {
        self != Self::Dropped
    }

    #[inline]
    pub(crate) fn is_sampled(self) -> bool {
        self == Self::Sampled
    }
}

/// What was decided.
#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) fate: Fate,
    /// Below which randomness traces are not looked at that are not sampled, in the upper 16 of 56 bits; `None` when
    /// none is looked at.
    pub(crate) looked: Option<u16>,
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
    pub(crate) fn plain(sampled: bool) -> Self {
        Self { fate: Fate::of(sampled), looked: None, more: None }
    }
}

#[cfg(feature = "pipeline")]
impl Decision {
    /// The decision as the SDK says it: without a word on the trace state, that of the parent stays.
    pub(crate) fn into_result(
        self,
        parent: Option<&SpanContext>,
    ) -> opentelemetry_sdk::trace::SamplingResult {
        use opentelemetry_sdk::trace::{SamplingDecision, SamplingResult};

        let (attributes, trace_state) = match self.more {
            Some(more) => (more.attributes, more.trace_state),
            None => (Vec::new(), parent.map_or(TraceState::NONE, |parent| parent.trace_state().clone())),
        };
        let decision = match self.fate {
            Fate::Dropped => SamplingDecision::Drop,
            Fate::Recorded => SamplingDecision::RecordOnly,
            Fate::Sampled => SamplingDecision::RecordAndSample,
        };
        SamplingResult { decision, attributes, trace_state }
    }
}

/// The valid parent in a context, as the SDK hands contexts to its samplers.
#[cfg(feature = "pipeline")]
pub(crate) fn parent_in(context: Option<&Context>) -> Option<SpanContext> {
    context.map(|cx| cx.span().span_context().clone()).filter(SpanContext::is_valid)
}

/// What decides at a span's start, where a built-in sampler will not do.
pub(crate) trait Choose: std::fmt::Debug + Send + Sync {
    /// The decision.
    fn choose(&self, question: &Question<'_>) -> Decision;

    /// Whether it samples every span that has a parent, or none, and says nothing of it in trace states.
    fn is_certain(&self, _has_parent: bool) -> bool {
        false
    }

    /// Below which randomness traces are not looked at now that are not sampled: see [`Decision::looked`].
    fn looks_from(&self) -> Option<u16> {
        None
    }
}

/// The head sampler.
#[derive(Debug)]
pub(crate) enum HeadSampler {
    BuiltIn(BuiltIn),
    /// A sampler of the engine.
    #[cfg(feature = "pipeline")]
    Chosen(Box<dyn Choose>),
    /// The sampler an application brought.
    #[cfg(feature = "pipeline")]
    Custom(Box<dyn opentelemetry_sdk::trace::ShouldSample>),
}

/// The specification's samplers, as plain data so that they cost nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BuiltIn {
    /// Whether children are as their parent; then only roots are decided on.
    pub(crate) parent_based: bool,
    pub(crate) root: Root,
}

/// The decision on a root.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Root {
    AlwaysOn,
    AlwaysOff,
    /// Sampled when the low 63 bits of the trace id are below this bound, as the SDK's `TraceIdRatioBased` does,
    /// so that every service of a trace agrees.
    Below(u64),
}

impl Root {
    /// Keeps this share of traces, from 0 to 1.
    #[cfg(feature = "pipeline")]
    pub(crate) fn ratio(share: f64) -> Self {
        // The bound is 2^63 at most; the cast saturates.
        Self::Below((share.clamp(0.0, 1.0) * (1_u64 << 63) as f64) as u64)
    }

    #[inline]
    fn keeps(self, trace_id: TraceId) -> bool {
        match self {
            Self::AlwaysOn => true,
            Self::AlwaysOff => false,
            Self::Below(bound) => {
                let low = trace_id.to_bytes().last_chunk().map_or(0, |low| u64::from_be_bytes(*low));
                (low >> 1) < bound
            }
        }
    }
}

impl HeadSampler {
    #[inline]
    pub(crate) fn decide(&self, question: &Question<'_>) -> Decision {
        match self {
            Self::BuiltIn(BuiltIn { parent_based, root }) => match question.parent {
                Some(parent) if *parent_based => Decision::plain(parent.is_sampled()),
                _ => Decision::plain(root.keeps(question.trace_id)),
            },
            #[cfg(feature = "pipeline")]
            Self::Chosen(sampler) => sampler.choose(question),
            #[cfg(feature = "pipeline")]
            Self::Custom(sampler) => ask(sampler.as_ref(), question),
        }
    }
}

impl HeadSampler {
    /// Whether it samples every span that has such a parent, or none.
    #[inline]
    pub(crate) fn is_certain(&self, has_parent: bool) -> bool {
        match self {
            Self::BuiltIn(BuiltIn { parent_based, root: Root::AlwaysOn }) => !(*parent_based && has_parent),
            Self::BuiltIn(_) => false,
            #[cfg(feature = "pipeline")]
            Self::Chosen(sampler) => sampler.is_certain(has_parent),
            #[cfg(feature = "pipeline")]
            Self::Custom(_) => false,
        }
    }
}

#[cfg(feature = "pipeline")]
impl HeadSampler {
    /// See [`Decision::looked`].
    pub(crate) fn looks_from(&self) -> Option<u16> {
        match self {
            Self::Chosen(sampler) => sampler.looks_from(),
            Self::BuiltIn(_) | Self::Custom(_) => None,
        }
    }
}

#[cfg(feature = "pipeline")]
fn ask(sampler: &dyn opentelemetry_sdk::trace::ShouldSample, question: &Question<'_>) -> Decision {
    use opentelemetry_sdk::trace::SamplingDecision;

    let Question { context, trace_id, name, kind, attributes, links, .. } = *question;
    let answer = sampler.should_sample(context, trace_id, name, &kind.into(), attributes, links);
    Decision {
        // A span that an application's sampler wants recorded but not sampled is not exported, and nothing here reads
        // it in between.
        fate: Fate::of(answer.decision == SamplingDecision::RecordAndSample),
        looked: None,
        more: Some(Box::new(Addition { attributes: answer.attributes, trace_state: answer.trace_state })),
    }
}
