//! Stand-in.
use super::labels::Labels;
use crate::alert::{AlertRule, Part};
use crate::time::Timestamp;
#[derive(Debug)]
pub(crate) struct History;
impl History {
    pub(crate) fn for_rules(_: impl Iterator<Item = &'static AlertRule>) -> Self {
        Self
    }
    pub(crate) fn record(&mut self, _: &'static str, _: Part, _: &Labels, _: Timestamp, _: f64) {}
}
