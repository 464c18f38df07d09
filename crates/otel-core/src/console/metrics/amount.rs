//! Measured values and their differences, with their unit.

use opentelemetry_proto::tonic::metrics::v1::DataPointFlags;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;

use super::super::clock;

/// A value of a metric.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    Int(i64),
    Float(f64),
}

impl Number {
    pub(super) fn of(value: Value) -> Self {
        match value {
            Value::AsInt(value) => Self::Int(value),
            Value::AsDouble(value) => Self::Float(value),
        }
    }

    /// Nothing, if the point says that it has no value.
    pub(super) fn filter_recorded(self, flags: u32) -> Option<Self> {
        (flags & DataPointFlags::NoRecordedValueMask as u32 == 0).then_some(self)
    }

    /// The change from `earlier`; none, between two values that are the same and no number.
    pub(super) fn since(self, earlier: Self) -> Self {
        match (self, earlier) {
            (Self::Int(now), Self::Int(earlier)) => Self::Int(now.saturating_sub(earlier)),
            _ if self == earlier => Self::Int(0),
            _ => Self::Float(self.as_float() - earlier.as_float()),
        }
    }

    pub(super) fn is_zero(self) -> bool {
        self.as_float() == 0.0
    }

    pub(super) fn is_below(self, other: Self) -> bool {
        match (self, other) {
            (Self::Int(this), Self::Int(other)) => this < other,
            _ => self.as_float() < other.as_float(),
        }
    }

    /// The value and its unit; durations in the unit that suits them.
    pub(super) fn shown(self, unit: &str) -> String {
        let number = match (self, nanoseconds(unit)) {
            (number, Some(nanos)) => match number.as_float() * nanos {
                scaled if (0.0..1e18).contains(&scaled) => return clock::duration(whole(scaled)),
                _ => number.digits(),
            },
            (number, None) => number.digits(),
        };
        match unit.strip_prefix('{').and_then(|unit| unit.strip_suffix('}')).unwrap_or(unit) {
            "" | "1" => number,
            unit => format!("{number} {}", super::text::plain(unit)),
        }
    }

    /// The same, and a plus before what is not negative.
    pub(super) fn signed(self, unit: &str) -> String {
        let shown = self.shown(unit);
        if shown.starts_with('-') { shown } else { format!("+{shown}") }
    }

    fn digits(self) -> String {
        match self {
            Self::Int(value) => value.to_string(),
            Self::Float(value) if !value.is_finite() || value == 0.0 => value.to_string(),
            Self::Float(value) if (1e-3..1e15).contains(&value.abs()) => {
                let digits = format!("{value:.3}");
                digits.trim_end_matches('0').trim_end_matches('.').to_owned()
            }
            Self::Float(value) => format!("{value:.3e}"),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "only mixed kinds and durations are taken as floats")]
    fn as_float(self) -> f64 {
        match self {
            Self::Int(value) => value as f64,
            Self::Float(value) => value,
        }
    }
}

/// Two values are the same when they read the same: a value that is no number is like any other of its kind.
impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Int(this), Self::Int(other)) => this == other,
            (Self::Float(this), Self::Float(other)) => this == other || (this.is_nan() && other.is_nan()),
            _ => self.as_float() == other.as_float(),
        }
    }
}

/// How many nanoseconds a unit of time has.
fn nanoseconds(unit: &str) -> Option<f64> {
    match unit {
        "s" => Some(1e9),
        "ms" => Some(1e6),
        "us" => Some(1e3),
        "ns" => Some(1.0),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was checked to fit")]
fn whole(nanos: f64) -> u64 {
    nanos.round() as u64
}
