//! Alerts as the waist knows them: rules as data, and the handle that detectors speak to.

mod condition;
mod desk;
mod handle;
mod label;
mod level;
mod rule;
mod series;

pub use condition::{Breach, Burn, Condition, Limit};
pub(crate) use desk::Desk;
#[cfg(feature = "pipeline")]
pub(crate) use desk::{Observation, Subject};
pub use handle::Alerts;
pub use label::AlertLabel;
pub use level::AlertLevel;
pub use rule::{AlertRule, NoData};
pub use series::{Matching, Part, Series};
