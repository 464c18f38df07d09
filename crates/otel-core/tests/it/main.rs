//! What `otel-core` promises, through its public API.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod delivery;
mod guards;
mod health;
mod interop;
mod lanes;
mod lanes_and_loss;
mod metrics;
mod money_and_decimal;
mod oracle;
mod prometheus;
mod random;
mod receiver;
mod sampling;
mod self_metrics;
mod settings;
mod shutdown;
mod spans;
mod typed;
