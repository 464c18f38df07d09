//! Guards, one for each unit of work that takes time.

mod ending;
mod followed;
mod order;
mod risk;

pub use order::{OrderSpan, ParkedOrder};
pub use risk::RiskSpan;
