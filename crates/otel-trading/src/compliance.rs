//! What a trading firm has to know of itself before its regulator does: pure logic that records nothing.

pub mod flags;
pub mod sessions;
