//! The simulated world, and what the detectors find in it.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod gate;
mod world;
