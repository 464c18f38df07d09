#![doc = include_str!("../README.md")]

// What this domain emits, as data.
mod alerts;
pub mod conventions;
pub mod labels;

// What a caller says.
pub mod ids;
pub mod payment;
pub mod place;

pub use alerts::ALERTS;
pub use conventions::CATALOGUE;
