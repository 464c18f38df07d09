//! Whether the requests of one class are what they should be.

use std::time::Duration;

use otel_core::{AlertLevel, Timestamp};

use super::issue::PerformanceIssue;
use super::ring::{Request, Ring};
use super::settings::RouteLimits;
use super::verdict::{Figures, Measured, Verdict};
use crate::labels::{IssueKind, RequestOutcome, RouteClass, Unjudged};

/// The requests of one class, and what is wrong with them.
#[derive(Debug)]
pub(super) struct Watch {
    route: RouteClass,
    limits: RouteLimits,
    ring: Ring,
    kinds: [Followed; IssueKind::ALL.len()],
}

/// One way in which requests can be wrong.
#[derive(Clone, Copy, Debug, Default)]
struct Followed {
    open: Option<PerformanceIssue>,
    /// Since when its limit is exceeded, as far as somebody looked.
    beyond_since: Option<Timestamp>,
}

/// What became of an issue.
#[derive(Debug)]
pub(super) enum Change {
    /// It was not there before.
    Began(PerformanceIssue),
    /// It is not there any more: the figures it ended with.
    Ended(PerformanceIssue),
}

/// For how long a limit is exceeded before that is an issue, where chance is not ruled out.
const LASTING: Duration = Duration::from_secs(60);

impl Watch {
    pub(super) fn new(route: RouteClass, limits: RouteLimits, ahead: Duration) -> Self {
        Self { route, limits, ring: Ring::new(ahead), kinds: Default::default() }
    }

    pub(super) fn take_in(
        &mut self,
        outcome: RequestOutcome,
        took: Duration,
        at: Timestamp,
        now: Option<Timestamp>,
    ) -> Result<(), Unjudged> {
        let is_slow = took.as_secs_f64() > self.limits.tail;
        self.ring.take_in(&Request { outcome, took, is_slow, at }, now)
    }

    /// Somebody looks, who knows what time it is where no clock does.
    pub(super) fn looked_at(&mut self, now: Timestamp) {
        self.ring.looked_at(now);
    }

    /// What is wrong, as far as it was last judged.
    pub(super) fn issues(&self) -> impl Iterator<Item = PerformanceIssue> {
        self.kinds.iter().filter_map(|followed| followed.open)
    }

    /// Looks at what was seen up to now, and says what changed.
    pub(super) fn judge(&mut self, now: Timestamp) -> [Option<Change>; IssueKind::ALL.len()] {
        let figures = Figures::new(&self.ring, &self.limits, now);
        let mut changes = [const { None }; IssueKind::ALL.len()];
        for ((kind, followed), change) in IssueKind::ALL.iter().zip(&mut self.kinds).zip(&mut changes) {
            *change = followed.judge(*kind, self.route, &figures, now);
        }
        changes
    }
}

impl Followed {
    fn judge(
        &mut self,
        kind: IssueKind,
        route: RouteClass,
        figures: &Figures<'_>,
        now: Timestamp,
    ) -> Option<Change> {
        let is_beyond = figures.is_beyond_limit(kind);
        let since = is_beyond.then(|| self.beyond_since.map_or(now, |since| since.min(now)));
        self.beyond_since = since;
        let Some(issue) = self.open else {
            let has_lasted = since.is_some_and(|since| now.since(since) >= LASTING);
            let Verdict::Wrong(measured) = figures.begins(kind, has_lasted) else { return None };
            let issue = issue(kind, route, measured, now);
            self.open = Some(issue);
            return Some(Change::Began(issue));
        };
        match figures.goes_on(kind) {
            Verdict::Wrong(measured) => {
                self.open = Some(self::issue(kind, route, measured, issue.since));
                None
            }
            Verdict::Over(measured) => {
                self.open = None;
                Some(Change::Ended(self::issue(kind, route, measured, issue.since)))
            }
            Verdict::Unsure => None,
        }
    }
}

fn issue(kind: IssueKind, route: RouteClass, measured: Measured, since: Timestamp) -> PerformanceIssue {
    let Measured { value, limit, requests, window } = measured;
    let level = if kind == IssueKind::Errors { AlertLevel::Critical } else { AlertLevel::High };
    PerformanceIssue { kind, route, level, value, limit, requests, window, since }
}
