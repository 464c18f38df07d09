//! What is worth waking somebody up for.

mod gateway;

use otel_core::AlertRule;

/// The alert rules of this domain.
pub const ALERTS: &[AlertRule] = &[gateway::STUFFED, gateway::LIMITED];
