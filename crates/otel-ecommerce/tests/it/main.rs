//! The domain of shops, through its public API.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up has failed")]

mod contract;
mod gateway;
mod layers;
mod store;
mod vocabulary;
