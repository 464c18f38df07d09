//! What the rules of markets ask about orders and trades: pure logic that records nothing.

pub mod sessions;
