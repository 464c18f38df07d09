//! Requests at an API gateway: what limits, authentication and authorisation make of them.
//!
//! Of a request leave its method, the template of its route and the status of its answer; of who sent it, the network it
//! came from and the pseudonym of a user. There is no way for a path, a header or a token to get here: templates are texts
//! of the program, listed once, and what a router says is looked up among them.
//!
//! ```
//! use otel_core::Telemetry;
//! use otel_ecommerce::Gateway;
//! use otel_ecommerce::gateway::{Quota, Request, Route};
//! use otel_ecommerce::labels::{AuthFailure, AuthScheme, LimitScope, Method};
//! use std::time::Duration;
//!
//! // As the router has them. The first 23 are kept apart in metrics.
//! const ROUTES: &[&str] = &["/orders/{order}", "/login", "/reset-password/{token}"];
//!
//! let gateway = Gateway::new(&Telemetry::noop(), ROUTES);
//! // What matched, if anything did: in axum `parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str)`.
//! let matched: Option<&str> = Some("/orders/{order}");
//! let route = matched.map_or(Route::UNMATCHED, |template| gateway.route(template));
//! let mut request = gateway.request(&Request::new(Method::of("GET"), route));
//! let quota = Quota { scope: LimitScope::User, limit: 100, remaining: 41, resets_in: Duration::from_secs(7) };
//! request.limit_allowed(&quota);
//! request.authentication_failed(AuthScheme::Token, AuthFailure::Expired);
//! request.answered(401);
//!
//! // A path is none of them, whatever it looks like.
//! assert_eq!(gateway.route("/reset-password/kJ8dLpQ2xZ9vB1nMt7RwYc"), Route::UNMATCHED);
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
pub use route::Route;
use route::Routes;

/// A request, as far as it may be told.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Its method.
    pub method: Method,
    /// Its route.
    pub route: Route,
    /// The address it came from, of which only the network leaves.
    pub client: Option<Sensitive<&'a str>>,
}

impl<'a> Request<'a> {
    /// A request of which it is not known where it came from.
    pub const fn new(method: Method, route: Route) -> Self {
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
    routes: Arc<Routes>,
    instruments: Arc<Instruments>,
}

impl Gateway {
    /// A gateway before these routes: the templates of all of them, in the order in which they matter.
    ///
    /// Metrics keep the first 23 apart, and [`Route::UNMATCHED`]; the others are `other` there. Spans tell every one.
    pub fn new(telemetry: &Telemetry, templates: &[&'static str]) -> Self {
        let telemetry = telemetry.with_scope(&CATALOGUE);
        let instruments = Arc::new(Instruments::new(&telemetry, templates));
        Self { routes: Arc::new(Routes::new(templates)), instruments, telemetry }
    }

    /// The route of this template, as a router says it. One that is not listed is [`Route::UNMATCHED`], and counted in
    /// `ecommerce.gateway.routes.unlisted`: the list is not complete, or this is no template.
    pub fn route(&self, template: &str) -> Route {
        self.routes.find(template).unwrap_or_else(|| {
            self.instruments.unlisted();
            Route::UNMATCHED
        })
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
