//! Metric handles: a dense table of bound series, indexed by the labels.

mod series;

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use opentelemetry::KeyValue;

use crate::label::{Dimension, LabelSet};
use crate::metric::MetricFacts;
use crate::recorder::Scope;
use series::{Source, Unbound};

/// The series of one metric. A series is bound the first time it is used, or when the table is made if it must
/// start at zero.
struct Table<S: Source> {
    cells: Box<[OnceLock<S::Series>]>,
    source: S,
    facts: MetricFacts,
    scope: Arc<Scope>,
}

impl<S: Source> Table<S> {
    fn new(scope: &Arc<Scope>, facts: MetricFacts, source: S) -> Arc<Self> {
        let cells = (0..facts.series).map(|_| OnceLock::new()).collect();
        Arc::new(Self { cells, source, facts, scope: Arc::clone(scope) })
    }

    #[inline]
    fn series(&self, index: usize) -> Option<&S::Series> {
        let cell = self.cells.get(index)?;
        match cell.get() {
            Some(series) => Some(series),
            None => Some(self.bind(cell, index)),
        }
    }

    #[cold]
    #[inline(never)]
    fn bind<'a>(&self, cell: &'a OnceLock<S::Series>, index: usize) -> &'a S::Series {
        cell.get_or_init(|| self.source.bind(attributes(self.facts.dimensions, index, &self.scope)))
    }

    /// Whether every value of every dimension is known from the start.
    fn is_closed(&self) -> bool {
        self.facts.dimensions.iter().all(|dimension| !dimension.values.is_empty())
    }
}

/// The attributes of series `index`: the inverse of `LabelSet::index`.
pub(crate) fn attributes(dimensions: &[Dimension], mut index: usize, scope: &Scope) -> Vec<KeyValue> {
    let mut attributes = Vec::with_capacity(dimensions.len());
    for dimension in dimensions.iter().rev() {
        let (rest, value) = (index / dimension.cardinality, index % dimension.cardinality);
        index = rest;
        if dimension.is_absent(value) {
            continue;
        }
        let value = dimension.value(value, scope.capped());
        // A capped value of another telemetry has no name here; it counts as overflow.
        attributes
            .push(KeyValue::new(dimension.key, value.unwrap_or_else(|| crate::label::OTHER.to_owned())));
    }
    // One order for every series, so that the SDK finds each at the first look-up.
    attributes.sort_by(|a, b| a.key.cmp(&b.key));
    attributes
}

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident($source:ident, $value:ty): $record:ident, $record_doc:literal;)+) => {$(
        $(#[$doc])*
        ///
        /// Clones are cheap and record into the same series. Recording takes no lock and allocates nothing once a
        /// series has been used; without telemetry it does nothing.
        pub struct $name<L> {
            table: Option<Arc<Table<Unbound<opentelemetry::metrics::$source<$value>>>>>,
            labels: PhantomData<fn(L)>,
        }

        impl<L: LabelSet> $name<L> {
            pub(crate) fn noop() -> Self {
                Self { table: None, labels: PhantomData }
            }

            pub(crate) fn new(
                scope: &Arc<Scope>,
                facts: MetricFacts,
                instrument: opentelemetry::metrics::$source<$value>,
            ) -> Self {
                let table = Table::new(scope, facts, Unbound(instrument));
                Self { table: Some(table), labels: PhantomData }
            }

            #[doc = $record_doc]
            #[inline]
            pub fn $record(&self, value: $value, labels: L) {
                if let Some(table) = &self.table
                    && let Some(series) = table.series(labels.index())
                {
                    series.$record(value);
                }
            }
        }

        impl<L> Clone for $name<L> {
            fn clone(&self) -> Self {
                Self { table: self.table.clone(), labels: PhantomData }
            }
        }

        impl<L> fmt::Debug for $name<L> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let name = self.table.as_ref().map(|table| table.facts.name);
                f.debug_tuple(stringify!($name)).field(&name).finish()
            }
        }
    )+};
}

handles! {
    /// A sum that only grows.
    Counter(Counter, u64): add, "Adds `value` to the series of `labels`.";
    /// A sum that grows and shrinks.
    UpDownCounter(UpDownCounter, i64): add, "Adds `value`, which may be negative, to the series of `labels`.";
    /// The last integer value.
    Gauge(Gauge, i64): record, "Records `value` as the latest of the series of `labels`.";
    /// The last value of a physical quantity or a ratio. Values that are not finite are dropped by the SDK.
    FloatGauge(Gauge, f64): record, "Records `value` as the latest of the series of `labels`.";
    /// A distribution. Values that are not finite are dropped by the SDK.
    Histogram(Histogram, f64): record, "Records `value` into the series of `labels`.";
}

impl<L: LabelSet> Counter<L> {
    /// Starts every series of a closed set at zero: a counter that has not counted is a zero, not a gap.
    pub(crate) fn start_at_zero(self) -> Self {
        if let Some(table) = self.table.as_ref().filter(|table| table.is_closed()) {
            (0..table.facts.series).filter_map(|index| table.series(index)).for_each(|series| series.add(0));
        }
        self
    }
}

impl<L: LabelSet> Histogram<L> {
    /// Records a duration in seconds.
    #[inline]
    pub fn record_duration(&self, duration: std::time::Duration, labels: L) {
        self.record(duration.as_secs_f64(), labels);
    }
}
