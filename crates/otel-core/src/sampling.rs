//! Which traces are kept, and what the kept ones stand for.
//!
//! Consistent probability sampling as OpenTelemetry defines it: each trace has one random number, its [`Randomness`],
//! and each decision on it is a comparison with a [`Threshold`]. Whoever decides with a lower threshold keeps all that
//! others keep and more, so that decisions made apart, in several services or at the beginning and the end of a trace,
//! nest; and because the threshold travels with the trace, as `th` in its `tracestate`, what each kept trace stands
//! for stays known.

mod composite;
pub mod conventions;
mod governor;
mod looking;
mod pressure;
#[cfg(all(feature = "json", feature = "otlp-http"))]
mod remote;
mod tail;
mod threshold;
mod trace_state;

pub use composite::{
    AlwaysOff, AlwaysOn, Annotating, ComposableSampler, CompositeSampler, Intent, ParentOf, ParentThreshold,
    Parentage, Probability, Rule, RuleBased, Start,
};
pub use governor::{Governor, GovernorSettings, SamplingChange};
pub(crate) use looking::{Look, Looking, threshold as looked_from};
pub use pressure::{Barometer, Load, Pressure, PressureReason};
#[cfg(all(feature = "json", feature = "otlp-http"))]
pub(crate) use remote::{Inquirer, RemoteSampler};
pub(crate) use tail::{Decided, Facts, Head, Reason, Tail, Tallies};
pub use tail::{TailSampling, TraceFacts, Unfit, Worth};
pub use threshold::{Randomness, Threshold};
pub use trace_state::SamplingState;
