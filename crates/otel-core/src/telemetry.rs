//! The handle that everything is made from.

use std::sync::Arc;

use opentelemetry::Context;

use crate::catalogue::Catalogue;
use crate::clock::Stopwatch;
use crate::event::{Deferred, DeferredDef, Event, EventDef, Fixed};
use crate::instrument::{Counter, FloatGauge, Gauge, Histogram, UpDownCounter};
use crate::label::{Capped, CappedLabel, CappedNames, LabelSet};

use crate::metric::{CounterDef, FloatGaugeDef, GaugeDef, HistogramDef, UpDownCounterDef};
use crate::recorder::Scope;
use crate::span::{AgreedTrace, Parent, Span, SpanDef};
use crate::time::Timestamp;

/// A handle to one telemetry pipeline and one instrumentation scope. Clones are cheap.
///
/// It is always passed in and never looked up: two of them in one process share nothing. An application makes one
/// with `Telemetry::builder` (feature `pipeline`); a library takes `&Telemetry` and does not care which kind it is.
#[derive(Clone, Debug, Default)]
pub struct Telemetry {
    pub(crate) scope: Option<Arc<Scope>>,
}

impl Telemetry {
    /// Telemetry that goes nowhere: everything made from it does nothing, in a nanosecond or two.
    pub const fn noop() -> Self {
        Self { scope: None }
    }

    /// Whether anything made from this handle is recorded.
    pub const fn is_on(&self) -> bool {
        self.scope.is_some()
    }

    /// The same pipeline, under the instrumentation scope of a domain's catalogue.
    #[must_use]
    pub fn with_scope(&self, catalogue: &Catalogue) -> Self {
        Self { scope: self.scope.as_ref().map(|scope| Scope::of(&scope.recorder, catalogue)) }
    }

    /// Starts a span; its parent is the span that is current on this thread.
    #[inline]
    pub fn span(&self, def: &SpanDef) -> Span {
        match &self.scope {
            Some(scope) => Span::start(scope, def, &Parent::Current),
            None => Span::NOOP,
        }
    }

    /// Starts a span under the span of `parent`; an empty context makes it a root.
    #[inline]
    pub fn span_in(&self, def: &SpanDef, parent: &Context) -> Span {
        match &self.scope {
            Some(scope) => Span::start(scope, def, &Parent::Of(parent)),
            None => Span::NOOP,
        }
    }

    /// Starts a span without a parent in a trace whose id follows from what it is about. The span of `cause`, if it has
    /// one, is linked: what led here stays in a trace of its own.
    pub fn span_agreed(&self, def: &SpanDef, trace: AgreedTrace, cause: &Context) -> Span {
        match &self.scope {
            Some(scope) => Span::start(scope, def, &Parent::None { trace, cause }),
            None => Span::NOOP,
        }
    }

    /// An event that happens now, inside the span that is current on this thread.
    #[inline]
    pub fn event(&self, def: &EventDef) -> Event {
        match &self.scope {
            Some(scope) => Event::in_current_span(scope, def),
            None => Event::NOOP,
        }
    }

    /// Where facts of this definition are left, to be written as events later.
    pub fn deferred<F: Fixed>(&self, def: &DeferredDef<F>) -> Deferred<F> {
        match &self.scope {
            Some(scope) => Deferred::new(scope, def),
            None => Deferred::NOOP,
        }
    }

    /// The counter of this definition. Every series of a closed label set starts at zero.
    pub fn counter<L: LabelSet>(&self, def: &CounterDef<L>) -> Counter<L> {
        let Some(scope) = &self.scope else { return Counter::noop() };
        let facts = def.facts();
        scope.recorder.streams.announce(&facts);
        let built =
            scope.meter.u64_counter(facts.name).with_unit(facts.unit.code()).with_description(facts.brief);
        Counter::new(scope, facts, built.build()).start_at_zero()
    }

    /// The up-down counter of this definition.
    pub fn up_down_counter<L: LabelSet>(&self, def: &UpDownCounterDef<L>) -> UpDownCounter<L> {
        let Some(scope) = &self.scope else { return UpDownCounter::noop() };
        let facts = def.facts();
        scope.recorder.streams.announce(&facts);
        let built = scope.meter.i64_up_down_counter(facts.name).with_unit(facts.unit.code());
        UpDownCounter::new(scope, facts, built.with_description(facts.brief).build())
    }

    /// The integer gauge of this definition.
    pub fn gauge<L: LabelSet>(&self, def: &GaugeDef<L>) -> Gauge<L> {
        let Some(scope) = &self.scope else { return Gauge::noop() };
        let facts = def.facts();
        scope.recorder.streams.announce(&facts);
        let built =
            scope.meter.i64_gauge(facts.name).with_unit(facts.unit.code()).with_description(facts.brief);
        Gauge::new(scope, facts, built.build())
    }

    /// The gauge of this definition, for physical quantities and ratios.
    pub fn float_gauge<L: LabelSet>(&self, def: &FloatGaugeDef<L>) -> FloatGauge<L> {
        let Some(scope) = &self.scope else { return FloatGauge::noop() };
        let facts = def.facts();
        scope.recorder.streams.announce(&facts);
        let built =
            scope.meter.f64_gauge(facts.name).with_unit(facts.unit.code()).with_description(facts.brief);
        FloatGauge::new(scope, facts, built.build())
    }

    /// The histogram of this definition.
    pub fn histogram<L: LabelSet>(&self, def: &HistogramDef<L>) -> Histogram<L> {
        let Some(scope) = &self.scope else { return Histogram::noop() };
        let facts = def.facts();
        scope.recorder.streams.announce(&facts);
        let built = scope.meter.f64_histogram(facts.name).with_unit(facts.unit.code());
        Histogram::new(scope, facts, built.with_description(facts.brief).build())
    }

    /// The values of a capped label that this pipeline has seen, and the way to new ones.
    pub fn capped<L: CappedLabel>(&self) -> Capped<L> {
        match &self.scope {
            Some(scope) => Capped::new(scope.capped()),
            None => Capped::new(&CappedNames::default()),
        }
    }

    /// Starts to measure how long something takes.
    #[inline]
    pub fn stopwatch(&self) -> Stopwatch {
        Stopwatch::start(self.scope.as_ref().map(|scope| &scope.recorder))
    }

    /// The current time of this pipeline's wall clock, which may be set at any time; the epoch without telemetry. How long
    /// something takes is said by a [`Stopwatch`].
    pub fn now(&self) -> Timestamp {
        self.scope.as_ref().map(|scope| scope.recorder.clock.now()).unwrap_or_default()
    }
}
