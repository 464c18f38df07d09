//! A sampling strategy, as a Jaeger server writes it.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Map, Value};

use super::rate::Rate;
use crate::sampling::{Intent, Threshold};

/// Operations that a strategy may tell apart: as many as Jaeger does itself.
const MAX_OPERATIONS: usize = 2_000;

/// What a server wants.
#[derive(Clone, Debug)]
pub(super) enum Strategy {
    /// A share of all traces.
    Share(Share),
    /// So many traces a second, whatever they are; nobody knows what one of them stands for.
    Rate(Rate),
    /// A share for each operation, which is the name of the span that begins the trace.
    ByOperation { operations: HashMap<String, Guaranteed>, others: Guaranteed },
}

/// A share of traces; `None` keeps nothing.
type Share = Option<Threshold>;

/// A share of traces, and how many a second there are at least.
#[derive(Clone, Debug)]
pub(super) struct Guaranteed {
    share: Share,
    least: Rate,
}

impl Strategy {
    pub(super) fn everywhere(rate: f64) -> Self {
        Self::Share(Threshold::from_probability(rate))
    }

    pub(super) fn intent(&self, operation: &str, age: impl FnOnce() -> Duration) -> Intent {
        match self {
            Self::Share(share) => share.map_or(Intent::LeaveOut, Intent::Keep),
            Self::Rate(rate) => {
                if rate.allows(age()) {
                    Intent::KeepUncounted
                } else {
                    Intent::LeaveOut
                }
            }
            Self::ByOperation { operations, others } => {
                operations.get(operation).unwrap_or(others).intent(age())
            }
        }
    }

    /// Reads a server's answer: `SamplingStrategyResponse` of Jaeger's `sampling.proto`, as JSON.
    pub(super) fn read(answer: &[u8]) -> Result<Self, &'static str> {
        let answer: Value = serde_json::from_slice(answer).map_err(|_| "the answer is no JSON")?;
        if let Some(operations) = object(&answer, "operationSampling") {
            return by_operation(operations);
        }
        if let Some(rate) = object(&answer, "rateLimitingSampling") {
            return Ok(Self::Rate(Rate::per_second(number(rate, "maxTracesPerSecond")?)));
        }
        let share = object(&answer, "probabilisticSampling").ok_or("the answer holds no strategy")?;
        Ok(Self::Share(sampling_rate(share, "samplingRate")?))
    }
}

impl Guaranteed {
    fn intent(&self, age: Duration) -> Intent {
        match (self.share, self.least.allows(age)) {
            (Some(threshold), true) => Intent::Guarantee(threshold),
            (Some(threshold), false) => Intent::Keep(threshold),
            (None, true) => Intent::KeepUncounted,
            (None, false) => Intent::LeaveOut,
        }
    }
}

fn by_operation(said: &Map<String, Value>) -> Result<Strategy, &'static str> {
    let least = number(said, "defaultLowerBoundTracesPerSecond")?;
    let guaranteed = |share| Guaranteed { share, least: Rate::per_second(least) };
    let others = guaranteed(sampling_rate(said, "defaultSamplingProbability")?);
    let listed = said.get("perOperationStrategies").and_then(Value::as_array);
    let mut operations = HashMap::new();
    for operation in listed.into_iter().flatten().take(MAX_OPERATIONS) {
        let name = operation.get("operation").and_then(Value::as_str).ok_or("an operation has no name")?;
        let share = object(operation, "probabilisticSampling").ok_or("an operation has no sampling rate")?;
        operations.insert(name.to_owned(), guaranteed(sampling_rate(share, "samplingRate")?));
    }
    Ok(Strategy::ByOperation { operations, others })
}

fn object<'a>(value: &'a Value, name: &str) -> Option<&'a Map<String, Value>> {
    value.get(name)?.as_object()
}

/// A number that is not below zero; JSON of protobuf leaves zeros out.
fn number(object: &Map<String, Value>, name: &str) -> Result<f64, &'static str> {
    let number = object.get(name).map_or(Some(0.0), Value::as_f64);
    number.filter(|number| number.is_finite() && *number >= 0.0).ok_or("a number is no number, or negative")
}

fn sampling_rate(object: &Map<String, Value>, name: &str) -> Result<Share, &'static str> {
    let rate = number(object, name)?;
    if rate > 1.0 { Err("a sampling rate is above 1") } else { Ok(Threshold::from_probability(rate)) }
}
