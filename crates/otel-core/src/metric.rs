//! Definitions of metrics: const data in a domain's `conventions` module.

mod unit;

use std::fmt;
use std::marker::PhantomData;

use crate::label::{Dimension, LabelSet, MAX_SERIES};
pub use unit::Unit;

/// The kind of instrument a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Instrument {
    /// A sum that only grows; `u64`.
    Counter,
    /// A sum that grows and shrinks; `i64`.
    UpDownCounter,
    /// The last integer value; `i64`.
    Gauge,
    /// The last value of a physical quantity or a ratio; `f64`.
    FloatGauge,
    /// A distribution; `f64`.
    Histogram,
}

/// How a histogram sorts its values.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Buckets {
    /// Base-2 exponential buckets, 160 at most: about 4 % resolution over any range without tuning.
    Exponential,
    /// Explicit upper bounds, ascending.
    Explicit(&'static [f64]),
}

/// What a catalogue knows of one metric.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct MetricFacts {
    /// The metric's name.
    pub name: &'static str,
    /// Its kind.
    pub instrument: Instrument,
    /// Its unit.
    pub unit: Unit,
    /// One sentence that says what it measures.
    pub brief: &'static str,
    /// Its dimensions.
    pub dimensions: &'static [Dimension],
    /// The number of its series.
    pub series: usize,
    /// The buckets of a histogram.
    pub buckets: Option<Buckets>,
}

macro_rules! definitions {
    ($($(#[$doc:meta])* $name:ident: $instrument:ident, $buckets:expr;)+) => {$(
        $(#[$doc])*
        pub struct $name<L> {
            facts: MetricFacts,
            labels: PhantomData<fn(L)>,
        }

        impl<L: LabelSet> $name<L> {
            /// Declares the metric: its name, its unit, and one sentence that says what it measures.
            ///
            /// # Panics
            ///
            /// At compile time, when the labels allow more than 2,000 series.
            pub const fn new(name: &'static str, unit: Unit, brief: &'static str) -> Self {
                assert!(L::CARDINALITY <= MAX_SERIES, "a metric has at most 2,000 series: use fewer or smaller labels");
                let facts = MetricFacts {
                    name,
                    instrument: Instrument::$instrument,
                    unit,
                    brief,
                    dimensions: L::DIMENSIONS,
                    series: L::CARDINALITY,
                    buckets: $buckets,
                };
                Self { facts, labels: PhantomData }
            }

            /// What the catalogue says of this metric.
            pub const fn facts(&self) -> MetricFacts {
                self.facts
            }
        }

        impl<L> fmt::Debug for $name<L> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.facts.name).finish()
            }
        }
    )+};
}

definitions! {
    /// The definition of a [`Counter`](crate::Counter).
    CounterDef: Counter, None;
    /// The definition of an [`UpDownCounter`](crate::UpDownCounter).
    UpDownCounterDef: UpDownCounter, None;
    /// The definition of a [`Gauge`](crate::Gauge).
    GaugeDef: Gauge, None;
    /// The definition of a [`FloatGauge`](crate::FloatGauge).
    FloatGaugeDef: FloatGauge, None;
    /// The definition of a [`Histogram`](crate::Histogram); its buckets are exponential unless said otherwise.
    HistogramDef: Histogram, Some(Buckets::Exponential);
}

impl<L: LabelSet> HistogramDef<L> {
    /// The same metric with explicit bucket bounds.
    #[must_use]
    pub const fn with_bounds(mut self, bounds: &'static [f64]) -> Self {
        self.facts.buckets = Some(Buckets::Explicit(bounds));
        self
    }
}
