#![doc = include_str!("../README.md")]

// What this domain emits, as data.
mod alerts;
pub mod conventions;
pub mod labels;

// The order and its market as they are: pure logic that records nothing, but for `compliance::logger`.
pub mod compliance;
pub mod lifecycle;
mod quantity;
pub mod sequence;

// What a caller says.
pub mod ids;
pub mod order;
pub mod risk;
pub mod trade;

// What surrounds orders: prices, positions, settlement and the way to the market.
pub mod gateway;
pub mod market_data;
pub mod positions;
pub mod settlement;

// What is kept of it, provably, and what a regulator is told.
pub mod audit;
mod exclusive_file;
mod file_error;
pub mod regulatory;

// How it is recorded.
pub mod latency;
mod metrics;
mod observability;
mod reporting;
pub mod spans;
pub mod tape;

pub use alerts::ALERTS;
pub use compliance::logger::ComplianceLogger;
pub use conventions::CATALOGUE;
pub use gateway::GatewaySession;
pub use latency::TickToTrade;
pub use market_data::MarketDataFeed;
pub use metrics::{ComplianceMetrics, Metrics};
pub use observability::Observability;
pub use positions::Positions;
pub use quantity::{Price, Quantity};
pub use reporting::ObservedReporter;
pub use settlement::Settlement;
pub use spans::{OrderSpan, ParkedOrder, RiskSpan};
pub use tape::{AuditTape, OrderTape};
