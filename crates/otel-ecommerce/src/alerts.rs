//! What is worth waking somebody up for.

use otel_core::AlertRule;

/// The alert rules of this domain.
pub const ALERTS: &[AlertRule] = &[];
