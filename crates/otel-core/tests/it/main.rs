//! What `otel-core` promises, through its public API.

mod receiver;
mod spans;
