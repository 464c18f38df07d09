//! What is said of requests at a gateway.

use otel_core::{
    Choice, Count, CounterDef, EventDef, HistogramDef, Int, IpAddress, Key, Label, Severity, SpanDef,
    SpanKind, Text, Unit,
};

use crate::labels::{
    AccessDecision, AuthFailure, AuthScheme, LimitDecision, LimitScope, Method, ResponseClass, RouteName,
};

/// The method.
pub const METHOD: Key<Choice<Method>> = Key::new(Method::KEY, "The method of the request.");
/// The route.
pub const ROUTE: Key<Text> = Key::new(RouteName::KEY, "The template of the route, never the path.");
/// The answer.
pub const STATUS: Key<Int> = Key::new("http.response.status_code", "The status of the answer.");
/// The kind of answer.
pub const RESPONSE_CLASS: Key<Choice<ResponseClass>> =
    Key::new(ResponseClass::KEY, "What kind of answer a request got.");
/// Where it came from.
pub const CLIENT: Key<IpAddress> =
    Key::new("client.address", "The network that the request came from; the address never leaves.");
/// What the limit counts.
pub const LIMIT_SCOPE: Key<Choice<LimitScope>> = Key::new(LimitScope::KEY, "What the limit counts.");
/// What the limit said.
pub const LIMIT_DECISION: Key<Choice<LimitDecision>> =
    Key::new(LimitDecision::KEY, "What the tightest limit said to the request.");
/// The limit.
pub const LIMIT_REQUESTS: Key<Count> =
    Key::new("ecommerce.gateway.limit.requests", "How many requests the limit allows at once.");
/// What is left.
pub const LIMIT_REMAINING: Key<Count> =
    Key::new("ecommerce.gateway.limit.remaining", "How many requests the limit still allows.");
/// When there is more.
pub const LIMIT_RESET: Key<Count> =
    Key::new("ecommerce.gateway.limit.reset", "In how many milliseconds the limit allows all of them again.");
/// How they showed it.
pub const AUTH_SCHEME: Key<Choice<AuthScheme>> =
    Key::new(AuthScheme::KEY, "How somebody showed who they are.");
/// Why not.
pub const AUTH_FAILURE: Key<Choice<AuthFailure>> =
    Key::new(AuthFailure::KEY, "Why it is not known who they are.");
/// Whether they may.
pub const ACCESS: Key<Choice<AccessDecision>> =
    Key::new(AccessDecision::KEY, "Whether they may do what they ask for.");

/// A request at the gateway.
pub const REQUEST: SpanDef =
    SpanDef::new("gateway_request", SpanKind::Internal, "A request, as the gateway lets it through or not.");

/// A limit said no.
pub const REQUEST_LIMITED: EventDef = EventDef::new(
    "ecommerce.gateway.request.limited",
    Severity::Warn,
    "A request was turned away because there were too many.",
);
/// Nobody knows who it is.
pub const AUTHENTICATION_FAILED: EventDef = EventDef::new(
    "ecommerce.gateway.authentication.failed",
    Severity::Warn,
    "Somebody could not show who they are.",
);
/// They may not.
pub const ACCESS_DENIED: EventDef = EventDef::new(
    "ecommerce.gateway.access.denied",
    Severity::Warn,
    "Somebody asked for what they may not do.",
);

/// How long requests take. Those that were given up have no class of answer.
pub const REQUEST_DURATION: HistogramDef<(Method, RouteName, Option<ResponseClass>)> =
    HistogramDef::new("ecommerce.gateway.request.duration", Unit::SECONDS, "How long requests take.");
/// What limits said.
pub const LIMIT_DECISIONS: CounterDef<(RouteName, LimitScope, LimitDecision)> = CounterDef::new(
    "ecommerce.gateway.limit.decisions",
    Unit::new("{decision}"),
    "What limits on requests decided.",
);
/// How often somebody showed who they are.
pub const AUTHENTICATIONS: CounterDef<AuthScheme> = CounterDef::new(
    "ecommerce.gateway.authentications",
    Unit::new("{attempt}"),
    "Attempts to show who somebody is, those that fail among them.",
);
/// How often they could not.
pub const AUTHENTICATION_FAILURES: CounterDef<(AuthScheme, AuthFailure)> = CounterDef::new(
    "ecommerce.gateway.authentication.failures",
    Unit::new("{attempt}"),
    "Attempts to show who somebody is that failed.",
);
/// Who may.
pub const ACCESS_DECISIONS: CounterDef<(RouteName, AccessDecision)> = CounterDef::new(
    "ecommerce.gateway.access.decisions",
    Unit::new("{decision}"),
    "Decisions on whether somebody may do what they ask for.",
);

/// Routes that nobody listed.
pub const UNLISTED_ROUTES: CounterDef<()> = CounterDef::new(
    "ecommerce.gateway.routes.unlisted",
    Unit::new("{request}"),
    "Requests whose router named a route that the gateway was not told of.",
);

/// The name of the alert on failing authentications.
pub(crate) const STUFFED: &str = "ecommerce_gateway_wrong_credentials";
/// What the alert on failing authentications means.
pub(crate) const STUFFED_MEANS: &str = "Most attempts to log in have wrong credentials: somebody tries stolen lists of passwords, so slow them down by address and device, and reset the accounts they got into; or a release sends the wrong ones.";
/// The name of the alert on limited requests.
pub(crate) const LIMITED: &str = "ecommerce_gateway_requests_limited";
/// What the alert on limited requests means.
pub(crate) const LIMITED_MEANS: &str = "A limit turns many requests away: a crawler or an attack, or a limit that is too tight for the customers of today.";
/// The route of a request that no route fits.
pub(crate) const UNMATCHED: &str = "/*";
