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
mod flaps;
mod instance;
mod labels;
mod machine;
mod notifier;
mod routing;
mod state;

pub use labels::Labels;
pub use notifier::{Grouping, Notification};
pub use routing::{Criticality, Response, Routing};
pub use state::{Alert, AlertState, Evidence, Transition};
