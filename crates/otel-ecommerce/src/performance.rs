//! How fast the shop answers, and whether it answers at all.

mod hours;
mod issue;
mod ring;
mod settings;
mod verdict;
mod watch;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use otel_core::{Counter, EventDef, Histogram, Label, Telemetry, Timestamp, UpDownCounter};

use self::watch::{Change, Watch};
use crate::conventions::{self, performance as said};
use crate::labels::{IssueKind, RequestOutcome, RouteClass, Unjudged};
pub use issue::PerformanceIssue;
pub use settings::{PerformanceSettings, RouteLimits, SettingsError};

/// Watches the requests to a shop. Clones share everything.
///
/// Each request goes into `ecommerce.api.request.duration`, which rules of the alert machine look at: the mean, the share
/// of failures, and how fast they use up what is allowed in a month, by the limits that hold unless said otherwise. The
/// last minutes and hours are kept here besides, by the requests' own time and the limits of each class, for who asks
/// [`detect_system_performance_issues`](Self::detect_system_performance_issues): about 5 KiB for each class of routes,
/// whatever the traffic. Of the slowest, which each class has its own limit for, the alert machine knows what was found
/// that way.
#[derive(Clone, Debug)]
pub struct PerformanceMonitor {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    telemetry: Telemetry,
    durations: Histogram<(RouteClass, RequestOutcome)>,
    issues: UpDownCounter<(RouteClass, IssueKind)>,
    unjudged: Counter<(RouteClass, Unjudged)>,
    /// One for each class of routes, in their order, so that only requests of one class wait for one another.
    watches: Box<[Mutex<Watch>]>,
}

impl PerformanceMonitor {
    /// A monitor that has seen no request.
    pub fn new(telemetry: &Telemetry, settings: PerformanceSettings) -> Self {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        let watch =
            |route: &RouteClass| Mutex::new(Watch::new(*route, settings.limits_of(*route), settings.ahead));
        let parts = Parts {
            durations: telemetry.histogram(&said::REQUEST_DURATION),
            issues: telemetry.up_down_counter(&said::ISSUES),
            unjudged: telemetry.counter(&said::REQUESTS_UNJUDGED),
            watches: RouteClass::ALL.iter().map(watch).collect(),
            telemetry,
        };
        Self { parts: Arc::new(parts) }
    }

    /// Takes in a request of a class that took so long and ended at a time.
    ///
    /// Two are in the metric and not judged, `ecommerce.api.requests.unjudged`: one that is reported more than six minutes
    /// after a newer one of its class, and one that is further ahead of the pipeline's clock than the settings allow. Where
    /// there is no pipeline, time goes by the requests and by who asks. What is a little ahead counts as of now.
    pub fn observe(&self, route: RouteClass, outcome: RequestOutcome, took: Duration, at: Timestamp) {
        let Parts { telemetry, durations, unjudged, watches, .. } = &*self.parts;
        durations.record_duration(took, (route, outcome));
        let Some(watch) = watches.get(route.index()) else { return };
        let now = telemetry.is_on().then(|| telemetry.now());
        let mut watch = watch.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(reason) = watch.take_in(outcome, took, at, now) {
            unjudged.add(1, (route, reason));
        }
    }

    /// What is wrong now: which classes of requests take too long or fail too often, over the last minute or, where that
    /// is too short to tell, the last five; and which failures use up the allowance of a month, over the last hour or six.
    ///
    /// Shares are compared with three standard deviations to spare, so that a few requests at night are no outage, and
    /// nothing is said of fewer than 30. What exceeds its limit by less is found where five minutes with at least 100
    /// requests, for the slowest 300, exceed it for a minute. What was wrong stays so until the last minute is clearly
    /// better, or the last five are, or nothing is asked for any more. That it began is an event `ecommerce.api.degraded`,
    /// and that it ended `ecommerce.api.recovered`. Call it about every ten seconds.
    pub fn detect_system_performance_issues(&self, now: Timestamp) -> Vec<PerformanceIssue> {
        let mut found = Vec::new();
        for watch in &self.parts.watches {
            let changes = {
                let mut watch = watch.lock().unwrap_or_else(PoisonError::into_inner);
                if !self.parts.telemetry.is_on() {
                    watch.looked_at(now);
                }
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
