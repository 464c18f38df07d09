#![doc = include_str!("../README.md")]

// What this domain emits, as data.
mod alerts;
pub mod conventions;
pub mod labels;

// What a caller says.
pub mod charge;
pub mod ids;
pub mod invalid;
pub mod inventory;
pub mod order;
pub mod payment;
pub mod place;
pub mod registration;

// How it is recorded.
mod metrics;
mod observability;
pub mod spans;

// What is reckoned from it, and what watches over it.
pub mod anomaly;
pub mod kpi;
pub mod performance;

// What stands before and behind the shop: the gateway and the stores of data.
pub mod gateway;
pub mod store;

// The same events in the words of others.
pub mod vocabulary;

pub use alerts::ALERTS;
pub use anomaly::AnomalyDetector;
pub use conventions::CATALOGUE;
pub use gateway::Gateway;
pub use kpi::{KpiMonitor, KpiSettings};
pub use metrics::Metrics;
pub use observability::Observability;
pub use performance::{PerformanceMonitor, PerformanceSettings};
pub use spans::{
    ActionSpan, OrderSpan, ParkedOrder, PaymentSpan, RegistrationSpan, ReservationSpan, SearchSpan,
};
pub use store::DataStore;
pub use vocabulary::{EventLog, ShopEvent};
