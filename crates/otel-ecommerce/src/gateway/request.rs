//! A request under way.

use std::mem;
use std::time::Duration;

use otel_core::{Event, EventDef, Outcome, Pseudonym, Span, Stopwatch};

use super::{Gateway, Quota, Request, Route};
use crate::conventions::{USER, gateway as said};
use crate::labels::{
    AccessDecision, AuthFailure, AuthScheme, LimitDecision, Method, ResponseClass, RouteName,
};
use crate::spans::can_be_current;

/// A request under way: span `gateway_request`.
///
/// Several limits may be asked and several ways to show who somebody is may be tried: each is counted, and the span tells
/// the tightest limit and the last attempt. However it ends, its time goes into `ecommerce.gateway.request.duration`;
/// one that is dropped was given up, and has no class of answer. One that is dropped by a panic is of the class `5xx`,
/// which is what servers answer then.
#[derive(Debug)]
#[must_use = "a request that is dropped at once counts as given up; bind the guard and say how it was answered"]
pub struct RequestSpan {
    gateway: Gateway,
    span: Span,
    method: Method,
    route: Route,
    name: RouteName,
    watch: Stopwatch,
    limit: Option<(Quota, LimitDecision)>,
    authentication: Option<(AuthScheme, Option<AuthFailure>)>,
    user: Option<Pseudonym>,
    access: Option<AccessDecision>,
    status: Option<u16>,
}

impl RequestSpan {
    pub(super) fn begin(gateway: &Gateway, span: Span, request: &Request<'_>) -> Self {
        Self {
            gateway: gateway.clone(),
            span,
            method: request.method,
            route: request.route,
            name: gateway.instruments.route(request.route),
            watch: gateway.telemetry.stopwatch(),
            limit: None,
            authentication: None,
            user: None,
            access: None,
            status: None,
        }
    }

    /// A limit has room for it.
    pub fn limit_allowed(&mut self, quota: &Quota) -> &mut Self {
        self.limited(quota, LimitDecision::Allowed)
    }

    /// A limit has no room for it: event `ecommerce.gateway.request.limited`.
    pub fn limit_exceeded(&mut self, quota: &Quota) -> &mut Self {
        let event = self.event(&said::REQUEST_LIMITED);
        with_quota(event, quota).emit();
        self.limited(quota, LimitDecision::Limited)
    }

    /// Somebody showed who they are.
    pub fn authenticated(&mut self, scheme: AuthScheme, user: Option<Pseudonym>) -> &mut Self {
        self.user = user;
        self.attempted(scheme, None)
    }

    /// Somebody could not show who they are: event `ecommerce.gateway.authentication.failed`.
    pub fn authentication_failed(&mut self, scheme: AuthScheme, failure: AuthFailure) -> &mut Self {
        let event = self.event(&said::AUTHENTICATION_FAILED);
        event.set(&said::AUTH_SCHEME, scheme).set(&said::AUTH_FAILURE, failure).emit();
        self.attempted(scheme, Some(failure))
    }

    /// They may do what they ask for.
    pub fn access_allowed(&mut self) -> &mut Self {
        self.decided(AccessDecision::Allowed)
    }

    /// They may not: event `ecommerce.gateway.access.denied`.
    pub fn access_denied(&mut self) -> &mut Self {
        let event = self.event(&said::ACCESS_DENIED);
        match self.user {
            Some(user) => event.set(&USER, user).emit(),
            None => event.emit(),
        }
        self.decided(AccessDecision::Denied)
    }

    /// Ends it with the status of its answer. What is not from 100 to 599 is no status, and counts as given up.
    pub fn answered(mut self, status: u16) {
        self.status = Some(status);
    }

    fn limited(&mut self, quota: &Quota, decision: LimitDecision) -> &mut Self {
        self.gateway.instruments.limit(self.name, quota, decision);
        let tells_more = match &self.limit {
            Some((_, LimitDecision::Limited)) => false,
            Some((known, _)) => decision == LimitDecision::Limited || quota.is_tighter_than(known),
            None => true,
        };
        if tells_more {
            self.limit = Some((*quota, decision));
        }
        self
    }

    fn attempted(&mut self, scheme: AuthScheme, failure: Option<AuthFailure>) -> &mut Self {
        self.gateway.instruments.authenticated(scheme, failure);
        self.authentication = Some((scheme, failure));
        self
    }

    fn decided(&mut self, decision: AccessDecision) -> &mut Self {
        self.gateway.instruments.access(self.name, decision);
        self.access = Some(decision);
        self
    }

    fn event(&self, def: &EventDef) -> Event {
        self.span.event(def).set(&said::METHOD, self.method).set(&said::ROUTE, self.route.as_str())
    }

    fn describe(&mut self) {
        let span = &mut self.span;
        if let Some((quota, decision)) = &self.limit {
            span.set(&said::LIMIT_DECISION, *decision)
                .set(&said::LIMIT_SCOPE, quota.scope)
                .set(&said::LIMIT_REQUESTS, quota.limit)
                .set(&said::LIMIT_REMAINING, quota.remaining)
                .set(&said::LIMIT_RESET, millis(quota.resets_in));
        }
        if let Some((scheme, failure)) = self.authentication {
            span.set(&said::AUTH_SCHEME, scheme);
            if let Some(failure) = failure {
                span.set(&said::AUTH_FAILURE, failure);
            }
        }
        if let Some(user) = self.user {
            span.set(&USER, user);
        }
        if let Some(access) = self.access {
            span.set(&said::ACCESS, access);
        }
    }
}

impl ResponseClass {
    /// The class of a status; `None` for what is none.
    pub const fn of(status: u16) -> Option<Self> {
        Some(match status {
            100..=199 => Self::Informational,
            200..=299 => Self::Successful,
            300..=399 => Self::Redirected,
            400..=499 => Self::ClientError,
            500..=599 => Self::ServerError,
            _ => return None,
        })
    }
}

can_be_current!(RequestSpan, span);

impl Drop for RequestSpan {
    fn drop(&mut self) {
        let took = self.watch.elapsed();
        let panics = self.status.is_none() && std::thread::panicking();
        let class = match panics {
            true => Some(ResponseClass::ServerError),
            false => self.status.and_then(ResponseClass::of),
        };
        self.gateway.instruments.answered(took, (self.method, self.name), class);
        self.describe();
        if let Some(status) = self.status.filter(|_| class.is_some()) {
            self.span.set(&said::STATUS, status.into());
        }
        let span = mem::take(&mut self.span);
        if panics {
            // The span ends itself with what it knows of panics.
            return;
        }
        span.finish(match class {
            Some(ResponseClass::ServerError) => Outcome::Error(ResponseClass::ServerError.as_str()),
            _ => Outcome::Unset,
        });
    }
}

fn with_quota(event: Event, quota: &Quota) -> Event {
    event
        .set(&said::LIMIT_SCOPE, quota.scope)
        .set(&said::LIMIT_REQUESTS, quota.limit)
        .set(&said::LIMIT_REMAINING, quota.remaining)
        .set(&said::LIMIT_RESET, millis(quota.resets_in))
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
