//! What is wrong with the answers of a shop.

use std::fmt;
use std::time::Duration;

use otel_core::{AlertLevel, Timestamp};

use crate::labels::{IssueKind, RouteClass};

/// Something that is wrong with the requests of one class, and the figures that say so. Its text is for people.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct PerformanceIssue {
    /// In which way.
    pub kind: IssueKind,
    /// What the requests are for.
    pub route: RouteClass,
    /// How bad it is: high when it is slow or fails for long, critical when it fails now.
    pub level: AlertLevel,
    /// Seconds, of which the slowest of a hundred are rounded up to a bound of the metric, 30 at most; the share of requests
    /// that failed; or how many times as fast as allowed they fail.
    pub value: f64,
    /// What it should not exceed.
    pub limit: f64,
    /// How many requests it was measured over.
    pub requests: u64,
    /// In which time.
    pub window: Duration,
    /// Since when it is known.
    pub since: Timestamp,
}

impl fmt::Display for PerformanceIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, limit, requests, window, .. } = self;
        let route = self.route.as_str();
        match self.kind {
            IssueKind::SlowMean => write!(f, "{route}: {value:.2} s on average, {limit} allowed"),
            IssueKind::SlowTail => write!(f, "{route}: one in a hundred takes {value} s, {limit} allowed"),
            IssueKind::Errors => {
                write!(f, "{route}: {:.1} % fail, {:.1} allowed", value * 100.0, limit * 100.0)
            }
            IssueKind::ErrorBudget => {
                write!(f, "{route}: fails {value:.1} times as fast as a month allows, {limit} tolerated")
            }
        }?;
        write!(f, " ({requests} requests in {window:?})")
    }
}
