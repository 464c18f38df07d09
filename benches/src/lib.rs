//! What all benchmarks share: the work, the arms that record it, and the care that keeps a figure honest.
//!
//! Four ways of recording the same facts are compared in one run, as *arms*:
//!
//! - `case_study`: as the document writes it that this project began with: each value becomes a `String`, identifiers
//!   become metric labels, instruments are given fresh attributes each time;
//! - `idiomatic`: the strongest hand-written use of the stock SDK;
//! - `ours`: `otel_core`;
//! - `noop`: `otel_core` without telemetry; `stock_noop` is the stock API without an SDK.
//!
//! Identifiers are `domain/operation/arm`.

pub mod bursts;
pub mod case_study;
pub mod cold;
pub mod discard;
pub mod idiomatic;
pub mod order_flow;
pub mod ours;
pub mod scratch;
pub mod stock;
pub mod words;
pub mod workload;
