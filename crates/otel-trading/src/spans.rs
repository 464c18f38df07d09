//! Guards, one for each unit of work that takes time.

mod ending;
mod followed;
mod order;
mod parked;
mod risk;
mod summary;

pub use order::OrderSpan;
pub use parked::ParkedOrder;
pub use risk::RiskSpan;
