//! What sampling says of itself, as data.

use crate::catalogue::Catalogue;
use crate::event::{EventDef, Severity};
use crate::key::Key;
use crate::value::{Bool, Double, Text};

/// The factor before.
pub const PREVIOUS_FACTOR: Key<Double> =
    Key::new("otel_core.sampling.previous_factor", "The share of the sampling budgets that was used before.");
/// The factor now.
pub const FACTOR: Key<Double> =
    Key::new("otel_core.sampling.factor", "The share of the sampling budgets that is used from now on.");
/// How hard it is.
pub const PRESSURE: Key<Double> =
    Key::new("otel_core.sampling.pressure", "How hard the process has it, from 0 to 100.");
/// Why.
pub const REASON: Key<Text> = Key::new(
    "otel_core.sampling.reason",
    "Where the pressure is highest: cpu_stalled, cpu_throttled, memory_stalled, memory_full, queue_full, spool_full, \
     destination_throttles, own_cpu, or none.",
);

/// Whether only this process has recorded its part.
pub const PROMOTED: Key<Bool> = Key::new(
    "otel_core.sampling.promoted",
    "Whether the trace was kept although the head had not sampled it, so that other services have not recorded their part.",
);

/// The budgets changed.
pub const CHANGED: EventDef = EventDef::new(
    "otel_core.sampling.changed",
    Severity::Warn,
    "The governor keeps less of the traces, or more of them again.",
);

/// Everything that sampling emits.
pub const CATALOGUE: Catalogue = Catalogue {
    name: "otel-core.sampling",
    version: env!("CARGO_PKG_VERSION"),
    attributes: &[
        PREVIOUS_FACTOR.facts(),
        FACTOR.facts(),
        PRESSURE.facts(),
        REASON.facts(),
        PROMOTED.facts(),
    ],
    spans: &[],
    events: &[CHANGED],
    metrics: &[],
    alerts: &[],
};
