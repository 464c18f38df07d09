//! A sampler made of samplers: each says how likely it wants a span, one place decides.

mod rule;
mod samplers;

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, OnceLock};

use opentelemetry::trace::{Link, SpanContext, TraceState};
use opentelemetry::{Context, KeyValue, TraceId};
use opentelemetry_sdk::trace::{SamplingResult, ShouldSample};

use crate::head::{Addition, Choose, Decision, Fate, Question, parent_in};
use crate::span::SpanKind;

use super::{Randomness, SamplingState, Threshold};
pub use rule::Rule;
pub use samplers::{AlwaysOff, AlwaysOn, Annotating, ParentThreshold, Probability, RuleBased};

/// What a [`ComposableSampler`] is told of a span that starts.
///
/// Neither the trace id nor the randomness is in here: what is likely to be kept may not depend on what is compared
/// with, or the kept traces would stand for others than they say.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Start<'a> {
    /// The span's name.
    pub name: &'a str,
    /// The span's kind.
    pub kind: SpanKind,
    /// The instrumentation scope; nobody says it of spans that come through the OpenTelemetry API.
    pub scope: Option<&'a str>,
    /// What the span starts in.
    pub parent: ParentOf,
    /// The attributes that are known already: those of spans that come through the OpenTelemetry API.
    pub attributes: &'a [KeyValue],
    /// The links that are known already.
    pub links: &'a [Link],
}

/// The parent of a span, as far as samplers may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParentOf {
    /// There is none: a trace begins.
    Root,
    /// It is in another process.
    Remote(Parentage),
    /// It is in this process.
    Local(Parentage),
}

/// What became of a parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Parentage {
    /// It is left out.
    LeftOut,
    /// It is kept, and the trace has reached this threshold.
    Kept(Threshold),
    /// It is kept, and nobody knows how likely that was.
    KeptUncounted,
}

/// What a [`ComposableSampler`] wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Intent {
    /// The span is left out.
    LeaveOut,
    /// The span is kept when the randomness of its trace reaches this threshold; then it stands for as many as the
    /// threshold says.
    Keep(Threshold),
    /// The span is kept in any case: as one of many where its trace reaches this threshold, and otherwise as one that
    /// stands for no other.
    Guarantee(Threshold),
    /// The span is kept, and nobody can say what it stands for.
    KeepUncounted,
}

/// A sampler that says how likely it wants a span, and leaves the decision to the [`CompositeSampler`] around it.
pub trait ComposableSampler: fmt::Debug + Send + Sync {
    /// How likely this span is wanted.
    fn intent(&self, start: &Start<'_>) -> Intent;

    /// Adds to the attributes of a span that is kept.
    fn annotate(&self, start: &Start<'_>, attributes: &mut Vec<KeyValue>) {
        let _ = (start, attributes);
    }
}

/// The head sampler that decides by what a [`ComposableSampler`] wants, consistently: all decisions on a trace compare
/// with the same random number, and what a kept trace stands for travels with it, as `th` in its `tracestate`.
///
/// It is given to `Builder::sampler`, where it decides for our spans and those of the OpenTelemetry API, or to an SDK.
///
/// ```
/// use otel_core::SpanKind;
/// use otel_core::sampling::{
///     AlwaysOff, AlwaysOn, CompositeSampler, ParentThreshold, Probability, Rule, RuleBased,
/// };
///
/// let tenth = Probability::of(0.1).expect("a share from 0 to 1");
/// let roots = RuleBased::new()
///     .when(Rule::any().name("GET /health"), AlwaysOff)
///     .when(Rule::any().name_prefix("checkout").kind(SpanKind::Server), AlwaysOn)
///     .otherwise(tenth);
/// let sampler = CompositeSampler::new(ParentThreshold::new(roots));
/// ```
#[derive(Clone)]
pub struct CompositeSampler(Arc<Inner>);

struct Inner {
    sampler: Box<dyn ComposableSampler>,
    /// Makes randomness out of trace ids that have none.
    randomness: RandomState,
    /// The trace state of traces that begin with the first threshold there was: most begin like this, and to copy it
    /// is cheaper than to make it.
    beginning: OnceLock<(Threshold, TraceState)>,
}

impl CompositeSampler {
    /// Decides as `sampler` wants.
    pub fn new(sampler: impl ComposableSampler + 'static) -> Self {
        Self(Arc::new(Inner {
            sampler: Box::new(sampler),
            randomness: RandomState::new(),
            beginning: OnceLock::new(),
        }))
    }

    /// The state of a trace that has none yet, and this threshold.
    fn beginning_at(&self, threshold: Threshold) -> TraceState {
        let none = TraceState::NONE;
        let make = || SamplingState::of(&none).rewritten(&none, Some(threshold), None).unwrap_or_default();
        match self.0.beginning.get_or_init(|| (threshold, make())) {
            (first, state) if *first == threshold => state.clone(),
            _ => make(),
        }
    }

    /// The explicit randomness of a trace that begins with an id that is not random.
    ///
    /// A keyed hash is as good as a new random number, and needs neither a state nor a lock.
    fn randomness_for(&self, trace_id: TraceId) -> Randomness {
        Randomness::from_bits(self.0.randomness.hash_one(trace_id.to_bytes()))
    }
}

impl Choose for CompositeSampler {
    fn choose(&self, question: &Question<'_>) -> Decision {
        let Question { parent, trace_id, name, kind, scope, attributes, links, .. } = *question;
        let inherited = parent.map_or(&TraceState::NONE, SpanContext::trace_state);
        let said = SamplingState::of(inherited);
        let explicit = match said.explicit_randomness() {
            None if parent.is_none() && !question.has_random_id => Some(self.randomness_for(trace_id)),
            explicit => explicit,
        };
        let parent = parent.map_or(ParentOf::Root, |parent| ParentOf::told(parent, &said));
        let start = Start { name, kind, scope, parent, attributes, links };
        let reached =
            |threshold: &Threshold| threshold.keeps(explicit.unwrap_or_else(|| Randomness::of(trace_id)));
        let (sampled, threshold) = match self.0.sampler.intent(&start) {
            Intent::LeaveOut => (false, None),
            Intent::KeepUncounted => (true, None),
            Intent::Guarantee(threshold) => (true, Some(threshold).filter(reached)),
            Intent::Keep(threshold) => (reached(&threshold), Some(threshold).filter(reached)),
        };
        let mut attributes = Vec::new();
        if sampled {
            self.0.sampler.annotate(&start, &mut attributes);
        }
        let trace_state = match (threshold, explicit) {
            (Some(threshold), None) if *inherited == TraceState::NONE => Some(self.beginning_at(threshold)),
            _ => said.rewritten(inherited, threshold, explicit),
        };
        if trace_state.is_none() && attributes.is_empty() {
            return Decision::plain(sampled);
        }
        let trace_state = trace_state.unwrap_or_else(|| inherited.clone());
        Decision {
            fate: Fate::of(sampled),
            looked: None,
            more: Some(Box::new(Addition { attributes, trace_state })),
        }
    }
}

impl ShouldSample for CompositeSampler {
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
        // Whoever says nothing of its ids is presumed to make random ones, as the specification asks.
        let (scope, has_random_id) = (None, true);
        let question =
            Question { context, parent, trace_id, has_random_id, name, kind, scope, attributes, links };
        self.choose(&question).into_result(parent)
    }
}

impl fmt::Debug for CompositeSampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CompositeSampler").field(&self.0.sampler).finish()
    }
}

impl ParentOf {
    fn told(parent: &SpanContext, said: &SamplingState<'_>) -> Self {
        let parentage = match said.consistent_threshold(parent.is_sampled(), parent.trace_id()) {
            Some(threshold) => Parentage::Kept(threshold),
            None if parent.is_sampled() => Parentage::KeptUncounted,
            None => Parentage::LeftOut,
        };
        if parent.is_remote() { Self::Remote(parentage) } else { Self::Local(parentage) }
    }

    /// What became of the parent, if there is one.
    pub const fn parentage(self) -> Option<Parentage> {
        match self {
            Self::Root => None,
            Self::Remote(parentage) | Self::Local(parentage) => Some(parentage),
        }
    }
}
