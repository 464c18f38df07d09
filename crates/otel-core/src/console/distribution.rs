//! Histograms of both kinds: what one has more than another, and what may be said about that.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::{ExponentialHistogramDataPoint, HistogramDataPoint};

/// The values behind one histogram point.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Distribution {
    pub(super) count: u64,
    sum: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    layout: Layout,
    /// The buckets that are not empty.
    buckets: BTreeMap<i64, u64>,
}

/// Which values a bucket of a given index holds.
#[derive(Clone, Debug, PartialEq)]
enum Layout {
    /// Bucket `i` reaches up to the bound `i`, and the last has no bound.
    Explicit(Vec<f64>),
    /// Bucket `i` is between the powers `i` and `i + 1` of a base, which is 2 to the power of 2^-scale.
    Exponential { scale: i32 },
}

/// How large the largest of some values was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Largest {
    /// As large as this.
    Exactly(f64),
    /// Not larger than this.
    AtMost(f64),
}

impl Distribution {
    pub(super) fn explicit(point: &HistogramDataPoint) -> Self {
        let buckets = (0..).zip(&point.bucket_counts).filter(|(_, count)| **count > 0);
        Self {
            count: point.count,
            sum: point.sum,
            min: point.min,
            max: point.max,
            layout: Layout::Explicit(point.explicit_bounds.clone()),
            buckets: buckets.map(|(index, count)| (index, *count)).collect(),
        }
    }

    /// Zeros are counted in the total alone, and so are values below zero: such points have no median here.
    pub(super) fn exponential(point: &ExponentialHistogramDataPoint) -> Self {
        let mut buckets = BTreeMap::new();
        if let Some(Buckets { offset, bucket_counts }) = &point.positive {
            let indexed = (i64::from(*offset)..).zip(bucket_counts);
            buckets.extend(indexed.filter(|(_, count)| **count > 0).map(|(index, count)| (index, *count)));
        }
        Self {
            count: point.count,
            sum: point.sum,
            min: point.min,
            max: point.max,
            layout: Layout::Exponential { scale: point.scale },
            buckets,
        }
    }

    /// What this has more than an earlier state of the same, if it can be one.
    pub(super) fn since(&self, earlier: &Self) -> Option<Self> {
        let mut buckets = self.buckets.clone();
        for (index, count) in &earlier.buckets {
            let index = self.layout.index_of(*index, &earlier.layout)?;
            let left = buckets.get(&index).copied().unwrap_or(0).checked_sub(*count)?;
            if left == 0 {
                buckets.remove(&index)
            } else {
                buckets.insert(index, left)
            };
        }
        Some(Self {
            count: self.count.checked_sub(earlier.count)?,
            sum: self.sum.zip(earlier.sum).map(|(sum, earlier)| sum - earlier),
            // Extremes of the whole say something about the difference only where it has moved them.
            min: self.min.filter(|min| earlier.min.is_some_and(|earlier| *min < earlier)),
            max: self.max.filter(|max| earlier.max.is_some_and(|earlier| *max > earlier)),
            layout: self.layout.clone(),
            buckets,
        })
    }

    pub(super) fn mean(&self) -> Option<f64> {
        self.sum.filter(|_| self.count > 0).map(|sum| sum / as_float(self.count))
    }

    /// About the value that half of the values are not above.
    pub(super) fn median(&self) -> Option<f64> {
        if self.count == 0 || self.buckets.values().sum::<u64>() != self.count {
            return None;
        }
        let half = as_float(self.count) / 2.0;
        let mut before = 0.0;
        for (index, count) in &self.buckets {
            let here = as_float(*count);
            if before + here >= half {
                let (low, high) = self.edges(*index);
                return Some(low + (high - low) * ((half - before) / here));
            }
            before += here;
        }
        None
    }

    /// How large the largest value was, as far as is known; `ceiling` is the largest ever.
    pub(super) fn largest(&self, ceiling: Option<f64>) -> Option<Largest> {
        if let Some(max) = self.max {
            return Some(Largest::Exactly(max));
        }
        let (index, _) = self.buckets.last_key_value()?;
        let bound = self.layout.edges(*index).1;
        Some(bound.min(ceiling.unwrap_or(f64::INFINITY))).filter(|most| most.is_finite()).map(Largest::AtMost)
    }

    /// The largest value that the point itself names.
    pub(super) fn named_max(&self) -> Option<f64> {
        self.max
    }

    /// Between which values a bucket's values are; where it has no bound, the other bound has to do.
    fn edges(&self, index: i64) -> (f64, f64) {
        let (low, high) = self.layout.edges(index);
        let low = self.min.map_or(low, |min| low.max(min));
        let high = self.max.map_or(high, |max| high.min(max));
        match (low.is_finite(), high.is_finite()) {
            (true, false) => (low, low),
            (false, true) => (high.min(0.0), high),
            _ => (low, high.max(low)),
        }
    }
}

impl Layout {
    /// The bucket here that holds what a bucket of an earlier layout held: scales only ever become coarser.
    fn index_of(&self, index: i64, earlier: &Self) -> Option<i64> {
        match (self, earlier) {
            (Self::Explicit(bounds), Self::Explicit(earlier)) => (bounds == earlier).then_some(index),
            (Self::Exponential { scale }, Self::Exponential { scale: earlier }) => {
                let coarser = u32::try_from(i64::from(*earlier) - i64::from(*scale)).ok()?;
                Some(index >> coarser.min(63))
            }
            _ => None,
        }
    }

    fn edges(&self, index: i64) -> (f64, f64) {
        match self {
            Self::Explicit(bounds) => {
                let bound = |index: i64| usize::try_from(index).ok().and_then(|index| bounds.get(index));
                let low = bound(index - 1).copied().unwrap_or(f64::NEG_INFINITY);
                (low, bound(index).copied().unwrap_or(f64::INFINITY))
            }
            Self::Exponential { scale } => {
                let power = |index: i64| (as_signed_float(index) * (-f64::from(*scale)).exp2()).exp2();
                (power(index), power(index.saturating_add(1)))
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "what is shown has far fewer digits")]
fn as_float(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "an index that large is beyond every float as a power")]
fn as_signed_float(index: i64) -> f64 {
    index as f64
}
