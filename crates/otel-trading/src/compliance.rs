//! What a trading firm has to know of itself before its regulator does.
//!
//! [`flags`] and [`sessions`] are pure logic that records nothing; the [`logger`] asks both, and keeps what they say.

pub mod flags;
pub mod logger;
pub mod sessions;
