//! A small shop that `otel-ecommerce` watches: its HTTP API, and what stands behind it.

pub mod words;
