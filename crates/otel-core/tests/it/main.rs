//! What `otel-core` promises, through its public API.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod alerting;
mod conformance;
mod deferred;
mod delivery;
mod doctor;
mod guards;
mod health;
mod interop;
mod json;
mod lanes;
mod lanes_and_loss;
mod matrix;
mod metrics;
mod money_and_decimal;
mod oracle;
mod privacy;
mod prometheus;
mod propagation;
mod random;
mod receiver;
mod sampling;
mod self_metrics;
mod server;
mod settings;
mod several;
mod shutdown;
mod spans;
mod spool;
mod tls;
mod transport;
mod typed;
