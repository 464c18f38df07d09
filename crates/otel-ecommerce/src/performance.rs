//! How fast the shop answers, and whether it answers at all.

mod issue;
mod ring;
mod watch;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use otel_core::{Counter, EventDef, Histogram, Label, Telemetry, Timestamp, UpDownCounter};

use self::watch::{Change, Watch};
use crate::conventions::{self, performance as said};
use crate::labels::{IssueKind, RequestOutcome, RouteClass};
pub use issue::PerformanceIssue;

/// Watches the requests to a shop. Clones share everything.
///
/// Each request goes into `ecommerce.api.request.duration`, which the rules of the alert machine look at: the mean, the
/// slowest of a hundred, the share of failures, and how fast they use up what is allowed in a month. The last six
/// minutes are kept here besides, by the requests' own time, for who asks
/// [`detect_system_performance_issues`](Self::detect_system_performance_issues): 36 cells of 96 bytes for each class of
/// routes, whatever the traffic.
#[derive(Clone, Debug)]
pub struct PerformanceMonitor {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    telemetry: Telemetry,
    durations: Histogram<(RouteClass, RequestOutcome)>,
    issues: UpDownCounter<(RouteClass, IssueKind)>,
    late: Counter<RouteClass>,
    /// One for each class of routes, in their order, so that only requests of one class wait for one another.
    watches: Box<[Mutex<Watch>]>,
}

impl PerformanceMonitor {
    /// A monitor that has seen no request.
    pub fn new(telemetry: &Telemetry) -> Self {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        let parts = Parts {
            durations: telemetry.histogram(&said::REQUEST_DURATION),
            issues: telemetry.up_down_counter(&said::ISSUES),
            late: telemetry.counter(&said::REQUESTS_LATE),
            watches: RouteClass::ALL.iter().map(|route| Mutex::new(Watch::new(*route))).collect(),
            telemetry,
        };
        Self { parts: Arc::new(parts) }
    }

    /// Takes in a request of a class that took so long and ended at a time.
    ///
    /// One that is reported more than six minutes after a newer one of its class is in the metric and not judged:
    /// `ecommerce.api.requests.late`.
    pub fn observe(&self, route: RouteClass, outcome: RequestOutcome, took: Duration, at: Timestamp) {
        self.parts.durations.record_duration(took, (route, outcome));
        let Some(watch) = self.parts.watches.get(route.index()) else { return };
        let mut watch = watch.lock().unwrap_or_else(PoisonError::into_inner);
        if !watch.take_in(outcome, took, at) {
            self.parts.late.add(1, route);
        }
    }

    /// What is wrong now: which classes of requests take too long or fail too often, over the last minute or, where that
    /// is too short to tell, the last five.
    ///
    /// Shares are compared with three standard deviations to spare, so that a few requests at night are no outage, and
    /// nothing is said of fewer than 30. What was wrong stays so until it is clearly better or nothing is asked for any
    /// more. That it began is an event `ecommerce.api.degraded`, and that it ended `ecommerce.api.recovered`. Call it
    /// about every ten seconds.
    pub fn detect_system_performance_issues(&self, now: Timestamp) -> Vec<PerformanceIssue> {
        let mut found = Vec::new();
        for watch in &self.parts.watches {
            let changes = {
                let mut watch = watch.lock().unwrap_or_else(PoisonError::into_inner);
                let changes = watch.judge(now);
                found.extend(watch.issues());
                changes
            };
            for change in changes.into_iter().flatten() {
                self.tell(&change);
            }
        }
        found
    }

    fn tell(&self, change: &Change) {
        let (def, issue, by): (&EventDef, _, i64) = match change {
            Change::Began(issue) => (&said::DEGRADED, issue, 1),
            Change::Ended(issue) => (&said::RECOVERED, issue, -1),
        };
        self.parts.issues.add(by, (issue.route, issue.kind));
        self.parts
            .telemetry
            .event(def)
            .set(&said::ROUTE_CLASS, issue.route)
            .set(&said::ISSUE, issue.kind)
            .set(&said::VALUE, issue.value)
            .set(&said::LIMIT, issue.limit)
            .set(&said::REQUESTS, issue.requests)
            .emit();
    }
}
