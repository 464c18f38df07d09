//! Alerts that are evaluated where they arise: rules, their states, who is told, and what is done.
//!
//! ```text
//! metrics of the pipeline ─► query (as Prometheus would) ─┐
//! alerts.observe, send_alert ─► limit ────────────────────┴► machine ─► alert.transition events, alert.* metrics
//!                                                             │
//!                                                             ├─► notifier ─► sinks
//!                                                             └─► responder ─► actions
//! ```
//!
//! Everything that decides is deterministic: it is told the time and what was found, and answers what changed. The
//! thread, the clock, the network and the disk are at the edges.

pub mod conventions;
mod engine;
mod figures;
mod flaps;
pub(crate) mod history;
pub(crate) mod instance;
mod judge;
mod labels;
pub(crate) mod machine;
mod measured;
mod memory;
pub mod names;
mod notifier;
mod observed;
mod query;
mod routing;
mod samples;
mod sent;
mod setup;
mod state;
mod voice;

pub(crate) use engine::{Gate, Watch};
pub use labels::Labels;
pub use notifier::{Grouping, Notification};
pub use query::{Query, QueryError};
pub use routing::{Criticality, Response, Routing};
pub use setup::Alerting;
pub use state::{Alert, AlertState, Evidence, Transition};
