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

mod action;
pub mod conventions;
mod engine;
mod figures;
mod flaps;
mod gate;
mod heard;
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
mod sinks;
mod state;
mod voice;

pub use action::{
    Action, ActionCounts, ActionError, ActionFacts, ActionOutcome, ActionReason, BlastRadius, KillSwitch,
    Objection, Occasion, Rate, Respond, Scope, Share, Verdict,
};
pub(crate) use engine::{Surroundings, Watch};
pub(crate) use gate::Gate;
pub use labels::Labels;
pub use notifier::{Grouping, Notification};
pub use query::{Query, QueryError};
pub use routing::{Criticality, Response, Routing};
pub use setup::Alerting;
pub use sinks::{Announcement, AttemptOutcome, Listener, NotDelivered, Office, Sink, SinkCounts};
pub use state::{Alert, AlertState, Evidence, Transition};
