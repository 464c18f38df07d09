//! What it costs to export something: spans, and bytes.

use std::ops::{Add, Mul, Sub};

use super::outcome::Tally;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cost {
    pub(super) spans: f64,
    pub(super) bytes: f64,
}

impl Cost {
    pub(super) const ZERO: Self = Self { spans: 0.0, bytes: 0.0 };

    /// Whether it is within `limit` in both.
    pub(super) fn fits(self, limit: Self) -> bool {
        self.spans <= limit.spans && self.bytes <= limit.bytes
    }

    pub(super) const fn min(self, other: Self) -> Self {
        Self { spans: self.spans.min(other.spans), bytes: self.bytes.min(other.bytes) }
    }

    pub(super) const fn max(self, other: Self) -> Self {
        Self { spans: self.spans.max(other.spans), bytes: self.bytes.max(other.bytes) }
    }

    pub(super) fn add_to(self, other: Self) -> Self {
        self + other
    }
}

impl From<Tally> for Cost {
    fn from(tally: Tally) -> Self {
        Self { spans: tally.spans as f64, bytes: tally.bytes as f64 }
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { spans: self.spans + other.spans, bytes: self.bytes + other.bytes }
    }
}

impl Sub for Cost {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { spans: self.spans - other.spans, bytes: self.bytes - other.bytes }
    }
}

impl Mul<f64> for Cost {
    type Output = Self;

    fn mul(self, by: f64) -> Self {
        Self { spans: self.spans * by, bytes: self.bytes * by }
    }
}
