//! The series of a metric that a rule looks at.

use crate::label::Dimension;
use crate::metric::{Instrument, MetricFacts};

/// The series of a metric that a rule looks at: all of them, or those with certain label values.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Series {
    /// The metric, named by its definition, so that a rename breaks the build and not the pager.
    pub metric: MetricFacts,
    /// What the labels of a series must be for it to count; all series count when empty.
    pub matching: &'static [Matching],
    /// What of each series counts.
    pub part: Part,
}

/// A label value that a series must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Matching {
    /// The label's key.
    pub key: &'static str,
    /// Its value.
    pub value: &'static str,
}

/// What of a series counts.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Part {
    /// The value of a sum or a gauge.
    Value,
    /// How many values a histogram has.
    Count,
    /// The sum of a histogram's values.
    Sum,
    /// How many of a histogram's values are at most this bound, which is one of its explicit bounds.
    AtMost(f64),
}

impl Matching {
    /// The label `key` has this value.
    pub const fn new(key: &'static str, value: &'static str) -> Self {
        Self { key, value }
    }
}

impl Series {
    /// All series of a metric: of a histogram, how many values they have.
    pub const fn all(metric: MetricFacts) -> Self {
        let part = match metric.instrument {
            Instrument::Histogram => Part::Count,
            _ => Part::Value,
        };
        Self { metric, matching: &[], part }
    }

    /// Only the series with these label values.
    ///
    /// # Panics
    ///
    /// At compile time, when the metric has no such label, or a closed label no such value.
    #[must_use]
    pub const fn only(mut self, matching: &'static [Matching]) -> Self {
        let mut at = 0;
        while at < matching.len() {
            let found = find(self.metric.dimensions, matching[at].key);
            assert!(found.is_some(), "a rule matches a label that its metric does not have");
            if let Some(dimension) = found {
                let known = dimension.values.is_empty() || contains(dimension.values, matching[at].value);
                assert!(known, "a rule matches a value that its label does not have");
            }
            at += 1;
        }
        self.matching = matching;
        self
    }

    /// Only the values of a histogram that are at most `bound`: for how many things were fast enough.
    ///
    /// # Panics
    ///
    /// At compile time, when the metric is not a histogram with explicit bounds, of which this is one.
    #[must_use]
    pub const fn at_most(mut self, bound: f64) -> Self {
        let bounds = match self.metric.buckets {
            Some(crate::metric::Buckets::Explicit(bounds)) => bounds,
            _ => &[],
        };
        let mut found = false;
        let mut at = 0;
        while at < bounds.len() {
            #[expect(clippy::float_cmp, reason = "it is the same constant or it is not")]
            let same = bounds[at] == bound;
            found = found || same;
            at += 1;
        }
        assert!(found, "a rule counts values up to something that is not a bound of its histogram");
        self.part = Part::AtMost(bound);
        self
    }

    /// Whether the series grow and never shrink: what a rate can be taken of.
    pub const fn is_cumulative(&self) -> bool {
        matches!(self.metric.instrument, Instrument::Counter | Instrument::Histogram)
    }

    /// Whether the metric has a label of this name.
    pub(crate) const fn has_label(&self, key: &str) -> bool {
        find(self.metric.dimensions, key).is_some()
    }
}

const fn find(dimensions: &'static [Dimension], key: &str) -> Option<&'static Dimension> {
    let mut at = 0;
    while at < dimensions.len() {
        if same(dimensions[at].key, key) {
            return Some(&dimensions[at]);
        }
        at += 1;
    }
    None
}

const fn contains(values: &[&str], value: &str) -> bool {
    let mut at = 0;
    while at < values.len() {
        if same(values[at], value) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether two texts are equal, at compile time.
pub(super) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}
