//! The gateway, the stores and the vocabularies.

use otel_core::Telemetry;

use crate::{gateway, store, vocabulary};

pub(super) fn say_everything(telemetry: &Telemetry) {
    gateway::say_everything(telemetry);
    store::say_everything(telemetry);
    vocabulary::say_everything(telemetry);
}
