//! The domain of shops, through its public API.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up has failed")]

mod alerts;
mod card_testing;
mod conformance;
mod contract;
mod counter;
mod fraud;
mod gateway;
mod invalid;
mod kpi;
mod metrics;
mod order;
mod payments;
mod performance;
mod planted;
mod spans;
mod store;
mod travel;
mod velocity;
mod vocabulary;
mod worth;
