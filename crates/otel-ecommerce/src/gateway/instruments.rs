//! What a gateway is measured by.

use std::time::Duration;

use otel_core::{Capped, Counter, Histogram, Telemetry};

use super::{Quota, Route};
use crate::conventions::gateway as said;
use crate::labels::{
    AccessDecision, AuthFailure, AuthScheme, LimitDecision, LimitScope, Method, ResponseClass, RouteName,
};

/// The instruments of one gateway.
#[derive(Debug)]
pub(super) struct Instruments {
    routes: Capped<RouteName>,
    durations: Histogram<(Method, RouteName, Option<ResponseClass>)>,
    limits: Counter<(RouteName, LimitScope, LimitDecision)>,
    authentications: Counter<AuthScheme>,
    failures: Counter<(AuthScheme, AuthFailure)>,
    accesses: Counter<(RouteName, AccessDecision)>,
    unlisted: Counter<()>,
}

impl Instruments {
    pub(super) fn new(telemetry: &Telemetry, templates: &[&'static str]) -> Self {
        let routes = telemetry.capped();
        // Which of them are kept apart is said here, and not by whoever comes first.
        routes.get(Route::UNMATCHED.as_str());
        for template in templates {
            routes.get(template);
        }
        Self {
            routes,
            durations: telemetry.histogram(&said::REQUEST_DURATION),
            limits: telemetry.counter(&said::LIMIT_DECISIONS),
            authentications: telemetry.counter(&said::AUTHENTICATIONS),
            failures: telemetry.counter(&said::AUTHENTICATION_FAILURES),
            accesses: telemetry.counter(&said::ACCESS_DECISIONS),
            unlisted: telemetry.counter(&said::UNLISTED_ROUTES),
        }
    }

    pub(super) fn route(&self, route: Route) -> RouteName {
        self.routes.get(route.as_str())
    }

    pub(super) fn answered(
        &self,
        took: Duration,
        (method, route): (Method, RouteName),
        class: Option<ResponseClass>,
    ) {
        self.durations.record_duration(took, (method, route, class));
    }

    pub(super) fn limit(&self, route: RouteName, quota: &Quota, decision: LimitDecision) {
        self.limits.add(1, (route, quota.scope, decision));
    }

    pub(super) fn authenticated(&self, scheme: AuthScheme, failure: Option<AuthFailure>) {
        self.authentications.add(1, scheme);
        if let Some(failure) = failure {
            self.failures.add(1, (scheme, failure));
        }
    }

    pub(super) fn access(&self, route: RouteName, decision: AccessDecision) {
        self.accesses.add(1, (route, decision));
    }

    pub(super) fn unlisted(&self) {
        self.unlisted.add(1, ());
    }
}
