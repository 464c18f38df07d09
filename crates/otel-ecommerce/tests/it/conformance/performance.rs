//! How fast the shop answers.

use std::time::Duration;

use otel_core::Telemetry;
use otel_ecommerce::PerformanceMonitor;
use otel_ecommerce::labels::{IssueKind, RequestOutcome, RouteClass};

use crate::payments::{MINUTE, at};

/// Every class of requests with everything that can be wrong with it, and well again.
pub(super) fn say_everything(telemetry: &Telemetry) {
    let monitor = PerformanceMonitor::new(telemetry);
    for route in RouteClass::ALL {
        for outcome in RequestOutcome::ALL {
            for _ in 0..30 {
                monitor.observe(*route, *outcome, Duration::from_secs(3), at(10 * MINUTE));
            }
        }
        monitor.observe(*route, RequestOutcome::Answered, Duration::from_secs(3), at(0));
    }
    let issues = monitor.detect_system_performance_issues(at(10 * MINUTE));
    assert_eq!(issues.len(), RouteClass::ALL.len() * IssueKind::ALL.len());
    assert!(monitor.detect_system_performance_issues(at(20 * MINUTE)).is_empty());
}
