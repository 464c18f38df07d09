//! What `otel-core` promises, through its public API.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod receiver;
mod spans;
