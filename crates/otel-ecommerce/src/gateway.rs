//! Requests at an API gateway: what limits, authentication and authorisation make of them.
//!
//! Of a request leave its method, the template of its route and the status of its answer; of who sent it, the network it
//! came from and the pseudonym of a user. There is no way for a path, a header or a token to get here.
//!
//! ```
//! use otel_core::Telemetry;
//! use otel_ecommerce::Gateway;
//! use otel_ecommerce::gateway::{Quota, Request, Route};
//! use otel_ecommerce::labels::{AuthFailure, AuthScheme, LimitScope, Method};
//! use std::time::Duration;
//!
//! # fn main() -> Result<(), otel_ecommerce::gateway::RouteError> {
//! let gateway = Gateway::new(&Telemetry::noop());
//! let route = Route::template("/orders/{order}")?;
//! let mut request = gateway.request(&Request::new(Method::Get, route));
//! let quota = Quota { scope: LimitScope::User, limit: 100, remaining: 41, resets_in: Duration::from_secs(7) };
//! request.limit_allowed(&quota);
//! request.authentication_failed(AuthScheme::Token, AuthFailure::Expired);
//! request.answered(401);
//! # Ok(())
//! # }
//! ```

mod instruments;
mod quota;
mod request;
mod route;

use std::sync::Arc;

use otel_core::{Context, Sensitive, Span, Telemetry};

use crate::conventions::{CATALOGUE, gateway as said};
use crate::labels::Method;
use instruments::Instruments;
pub use quota::Quota;
pub use request::RequestSpan;
pub use route::{Route, RouteError};

/// A request, as far as it may be told.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Its method.
    pub method: Method,
    /// Its route.
    pub route: Route<'a>,
    /// The address it came from, of which only the network leaves.
    pub client: Option<Sensitive<&'a str>>,
}

impl<'a> Request<'a> {
    /// A request of which it is not known where it came from.
    pub const fn new(method: Method, route: Route<'a>) -> Self {
        Self { method, route, client: None }
    }
}

impl Method {
    /// The method of this name, which is upper case as in HTTP; any unknown one is [`Method::Other`].
    pub fn of(name: &str) -> Self {
        Self::ALL.iter().copied().find(|method| method.as_str() == name).unwrap_or(Self::Other)
    }
}

/// An API gateway. Clones share everything.
#[derive(Clone, Debug)]
pub struct Gateway {
    telemetry: Telemetry,
    instruments: Arc<Instruments>,
}

impl Gateway {
    /// A gateway.
    pub fn new(telemetry: &Telemetry) -> Self {
        let telemetry = telemetry.with_scope(&CATALOGUE);
        Self { instruments: Arc::new(Instruments::new(&telemetry)), telemetry }
    }

    /// A request came; its span is a child of the span that is current on this thread: that of the server.
    pub fn request(&self, request: &Request<'_>) -> RequestSpan {
        self.begin(request, self.telemetry.span(&said::REQUEST))
    }

    /// The same under the span of `parent`.
    pub fn request_in(&self, request: &Request<'_>, parent: &Context) -> RequestSpan {
        self.begin(request, self.telemetry.span_in(&said::REQUEST, parent))
    }

    fn begin(&self, request: &Request<'_>, mut span: Span) -> RequestSpan {
        span.set(&said::METHOD, request.method).set(&said::ROUTE, request.route.as_str());
        if let Some(client) = request.client {
            span.set(&said::CLIENT, client);
        }
        RequestSpan::begin(self, span, request)
    }
}
