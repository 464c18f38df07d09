//! The trading domain, through its public API.

mod alerts;
mod contract;
mod lifecycle;
mod metrics;
mod spans;
