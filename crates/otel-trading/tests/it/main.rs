//! The trading domain, through its public API.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up has failed")]

mod alerts;
mod audit;
mod compliance_logger;
mod conformance;
mod contract;
mod desk;
mod flags;
mod gateway;
mod identifiers;
mod latency;
mod lifecycle;
mod market_data;
mod metrics;
mod positions;
mod quantity;
mod regulatory;
mod sessions;
mod settlement;
mod spans;
mod tape;
