//! What the meter provider must know of a metric before its instrument is made: the shape of its stream.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::label::Dimension;
use crate::metric::{Buckets, MetricFacts};

/// The shapes of the streams of one telemetry's metrics.
///
/// The SDK sizes a stream when the instrument is created, through a view, so handles leave the shape here first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Streams(Arc<Mutex<HashMap<&'static str, StreamShape>>>);

/// The shape of one metric's stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamShape {
    pub(crate) series: usize,
    pub(crate) buckets: Option<Buckets>,
    dimensions: &'static [Dimension],
}

impl Streams {
    pub(crate) fn announce(&self, facts: &MetricFacts) {
        let shape =
            StreamShape { series: facts.series, buckets: facts.buckets, dimensions: facts.dimensions };
        self.shapes().insert(facts.name, shape);
    }

    fn shapes(&self) -> MutexGuard<'_, HashMap<&'static str, StreamShape>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is any metric.
    #[cfg(feature = "pipeline")]
    pub(crate) fn are_any(&self) -> bool {
        !self.shapes().is_empty()
    }

    /// Whether any metric has a dimension with such a key.
    #[cfg(feature = "pipeline")]
    pub(crate) fn have_dimension(&self, is_it: impl Fn(&str) -> bool) -> bool {
        self.shapes().values().flat_map(|shape| shape.dimensions).any(|dimension| is_it(dimension.key))
    }

    #[cfg(feature = "pipeline")]
    pub(crate) fn shape(&self, name: &str) -> Option<StreamShape> {
        self.shapes().get(name).copied()
    }
}
