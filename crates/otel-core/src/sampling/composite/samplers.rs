//! The composable samplers of the specification.

use opentelemetry::KeyValue;

use super::{ComposableSampler, Intent, Parentage, Rule, Start};
use crate::sampling::Threshold;

/// Wants every span.
#[derive(Clone, Copy, Debug)]
pub struct AlwaysOn;

impl ComposableSampler for AlwaysOn {
    fn intent(&self, _: &Start<'_>) -> Intent {
        Intent::Keep(Threshold::ALWAYS)
    }
}

/// Wants no span.
#[derive(Clone, Copy, Debug)]
pub struct AlwaysOff;

impl ComposableSampler for AlwaysOff {
    fn intent(&self, _: &Start<'_>) -> Intent {
        Intent::LeaveOut
    }
}

/// Wants a share of all traces, whatever became of a span's parent.
#[derive(Clone, Copy, Debug)]
pub struct Probability(Option<Threshold>);

impl Probability {
    /// Wants this share of traces, from 0 to 1; `None` for what is no share.
    ///
    /// A share below 2⁻⁵⁶ is as good as nothing, and wants nothing.
    pub fn of(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then(|| Self(Threshold::from_probability(share)))
    }
}

impl From<Threshold> for Probability {
    fn from(threshold: Threshold) -> Self {
        Self(Some(threshold))
    }
}

impl ComposableSampler for Probability {
    fn intent(&self, _: &Start<'_>) -> Intent {
        self.0.map_or(Intent::LeaveOut, Intent::Keep)
    }
}

/// Wants what became of a span's parent, with the parent's threshold; another sampler is asked where a trace begins.
///
/// A parent whose threshold and flag disagree is followed as its flag says, and its threshold is forgotten.
#[derive(Clone, Copy, Debug)]
pub struct ParentThreshold<S>(S);

impl<S: ComposableSampler> ParentThreshold<S> {
    /// Asks `root` where a trace begins.
    pub const fn new(root: S) -> Self {
        Self(root)
    }
}

impl<S: ComposableSampler> ComposableSampler for ParentThreshold<S> {
    fn intent(&self, start: &Start<'_>) -> Intent {
        match start.parent.parentage() {
            None => self.0.intent(start),
            Some(Parentage::LeftOut) => Intent::LeaveOut,
            Some(Parentage::Kept(threshold)) => Intent::Keep(threshold),
            Some(Parentage::KeptUncounted) => Intent::KeepUncounted,
        }
    }

    fn annotate(&self, start: &Start<'_>, attributes: &mut Vec<KeyValue>) {
        if start.parent.parentage().is_none() {
            self.0.annotate(start, attributes);
        }
    }
}

/// Asks the sampler of the first [`Rule`] that a span fits; a span that fits none is left out.
#[derive(Debug, Default)]
#[must_use = "a sampler does nothing by itself; give it to a `CompositeSampler`"]
pub struct RuleBased(Vec<(Rule, Box<dyn ComposableSampler>)>);

impl RuleBased {
    /// Without a rule yet: it wants nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks `sampler` about the spans of this rule that no rule before was about.
    pub fn when(mut self, rule: Rule, sampler: impl ComposableSampler + 'static) -> Self {
        self.0.push((rule, Box::new(sampler)));
        self
    }

    /// Asks `sampler` about all other spans.
    pub fn otherwise(self, sampler: impl ComposableSampler + 'static) -> Self {
        self.when(Rule::any(), sampler)
    }

    fn sampler_for(&self, start: &Start<'_>) -> Option<&dyn ComposableSampler> {
        self.0.iter().find(|(rule, _)| rule.is_about(start)).map(|(_, sampler)| sampler.as_ref())
    }
}

impl ComposableSampler for RuleBased {
    fn intent(&self, start: &Start<'_>) -> Intent {
        self.sampler_for(start).map_or(Intent::LeaveOut, |sampler| sampler.intent(start))
    }

    fn annotate(&self, start: &Start<'_>, attributes: &mut Vec<KeyValue>) {
        if let Some(sampler) = self.sampler_for(start) {
            sampler.annotate(start, attributes);
        }
    }
}

/// Wants what another sampler wants, and adds attributes to the spans that are kept.
#[derive(Clone, Debug)]
pub struct Annotating<S> {
    sampler: S,
    attributes: Vec<KeyValue>,
}

impl<S: ComposableSampler> Annotating<S> {
    /// Adds `attributes` to what is kept of the spans that `sampler` wants.
    pub fn new(sampler: S, attributes: impl IntoIterator<Item = KeyValue>) -> Self {
        Self { sampler, attributes: attributes.into_iter().collect() }
    }
}

impl<S: ComposableSampler> ComposableSampler for Annotating<S> {
    fn intent(&self, start: &Start<'_>) -> Intent {
        self.sampler.intent(start)
    }

    fn annotate(&self, start: &Start<'_>, attributes: &mut Vec<KeyValue>) {
        self.sampler.annotate(start, attributes);
        attributes.extend_from_slice(&self.attributes);
    }
}
