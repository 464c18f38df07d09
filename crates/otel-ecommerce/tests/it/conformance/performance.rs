//! How fast the shop answers.

use std::time::Duration;

use otel_core::{Telemetry, Timestamp};
use otel_ecommerce::labels::{IssueKind, RequestOutcome, RouteClass};
use otel_ecommerce::{PerformanceMonitor, PerformanceSettings};

/// Every class of requests with everything that can be wrong with it, and well again.
pub(super) fn say_everything(telemetry: &Telemetry) {
    let monitor = PerformanceMonitor::new(telemetry, PerformanceSettings::default());
    let now = telemetry.now();
    let took = Duration::from_secs(4);
    for route in RouteClass::ALL {
        for outcome in RequestOutcome::ALL {
            for _ in 0..340 {
                monitor.observe(*route, *outcome, took, now);
            }
        }
        monitor.observe(*route, RequestOutcome::Answered, took, now.after(Duration::from_secs(3_600)));
        let long_ago = Timestamp::from_unix_nanos(now.unix_nanos() - 600_000_000_000);
        monitor.observe(*route, RequestOutcome::Answered, took, long_ago);
    }
    let issues = monitor.detect_system_performance_issues(now);
    assert_eq!(issues.len(), RouteClass::ALL.len() * IssueKind::ALL.len());
    assert!(monitor.detect_system_performance_issues(now.after(Duration::from_secs(8 * 3_600))).is_empty());
}
