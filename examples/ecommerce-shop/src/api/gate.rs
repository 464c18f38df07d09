//! What every request passes: whose trace it continues, how many there may be, who asks, and how it was answered.

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use otel_core::propagation::TraceContextPropagator;
use otel_ecommerce::gateway::{self, RequestSpan, Route};
use otel_ecommerce::labels::{AuthFailure, AuthScheme, Method, RequestOutcome, RouteClass};

use super::routes;
use crate::names::Bearer;
use crate::refusal::Refusal;
use crate::sessions::Visitor;
use crate::shop::Shop;
use crate::within::within;

/// Who asks, as far as they showed it.
#[derive(Clone, Debug)]
pub(super) struct Caller(pub(super) Result<Visitor, Refusal>);

/// Lets a request pass, inside of the span `gateway_request`.
pub(super) async fn pass(State(shop): State<Shop>, request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let path = matched.as_ref().map_or("", MatchedPath::as_str);
    let route = matched.as_ref().map_or(Route::UNMATCHED, |matched| shop.gateway().route(matched.as_str()));
    let method = Method::of(request.method().as_str());
    let caller = TraceContextPropagator::new().context_of(|name| values(request.headers(), name));
    let watch = shop.clock().stopwatch();
    let mut span = shop.gateway().request_in(&gateway::Request::new(method, route), &caller);
    let response = within(span.context(), admit(&shop, &mut span, request, next)).await;
    if let Some(failure) = response.extensions().get::<AuthFailure>() {
        let scheme = if path == routes::SESSIONS { AuthScheme::Token } else { AuthScheme::Session };
        span.authentication_failed(scheme, *failure);
    }
    let status = response.status();
    span.answered(status.as_u16());
    let outcome = match status.as_u16() {
        500.. => RequestOutcome::Failed,
        400.. => RequestOutcome::Refused,
        _ => RequestOutcome::Answered,
    };
    shop.detector().performance().observe(class(path), outcome, watch.elapsed(), shop.clock().now());
    response
}

async fn admit(shop: &Shop, span: &mut RequestSpan, mut request: Request, next: Next) -> Response {
    let shown = bearer(request.headers());
    let digest = shown.as_ref().ok().map(Bearer::digest);
    match shop.limiter().ask(digest.as_deref(), shop.clock().now()) {
        Ok(quota) => span.limit_allowed(&quota),
        Err(limited) => {
            span.limit_exceeded(&limited.quota);
            return Refusal::RateLimited(limited.retry_in).into_response();
        }
    };
    let caller = match shown {
        Ok(shown) => shop.sessions().find(&shown).await,
        Err(failure) => Err(Refusal::Unauthenticated(failure)),
    };
    if let Ok(visitor) = &caller {
        span.authenticated(AuthScheme::Session, Some(visitor.pseudonym));
    }
    request.extensions_mut().insert(Caller(caller));
    next.run(request).await
}

/// The session that a request names.
fn bearer(headers: &HeaderMap) -> Result<Bearer, AuthFailure> {
    let shown = headers.get(AUTHORIZATION).ok_or(AuthFailure::Missing)?;
    let session = shown.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
    session.and_then(Bearer::shown).ok_or(AuthFailure::Malformed)
}

/// All values of a header that are text.
fn values<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
}

/// What requests for a route are for.
fn class(path: &str) -> RouteClass {
    match path {
        routes::USERS | routes::SESSIONS => RouteClass::Account,
        routes::SEARCH => RouteClass::Search,
        routes::PRODUCT => RouteClass::Product,
        routes::CART | routes::CART_ITEM => RouteClass::Cart,
        routes::CHECKOUT | routes::SHIPPING => RouteClass::Checkout,
        routes::ORDERS => RouteClass::Payment,
        routes::REFUND => RouteClass::Fulfilment,
        _ => RouteClass::Other,
    }
}
