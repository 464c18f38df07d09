//! What is said of how fast the shop answers.

use otel_core::{
    Choice, Count, CounterDef, Double, EventDef, HistogramDef, Key, Label, Severity, Unit, UpDownCounterDef,
};

use crate::labels::{IssueKind, RequestOutcome, RouteClass, Unjudged};

/// What the requests are for.
pub const ROUTE_CLASS: Key<Choice<RouteClass>> = Key::new(RouteClass::KEY, "What the requests are for.");
/// What became of the requests.
pub const OUTCOME: Key<Choice<RequestOutcome>> =
    Key::new(RequestOutcome::KEY, "What became of the requests, as far as the shop is to blame.");
/// What is wrong.
pub const ISSUE: Key<Choice<IssueKind>> =
    Key::new(IssueKind::KEY, "In which way the shop is not what it should be.");
/// What was measured.
pub const VALUE: Key<Double> = Key::new(
    "ecommerce.api.issue.value",
    "What was measured: seconds, the share of requests that failed, or how many times as fast as allowed they fail.",
);
/// What it should not exceed.
pub const LIMIT: Key<Double> = Key::new("ecommerce.api.issue.limit", "What it should not exceed.");
/// How many requests it was measured over.
pub const REQUESTS: Key<Count> =
    Key::new("ecommerce.api.issue.requests", "How many requests it was measured over.");
/// Why requests were not judged.
pub const UNJUDGED: Key<Choice<Unjudged>> = Key::new(Unjudged::KEY, "Why requests were not judged.");

/// Something is wrong since now.
pub const DEGRADED: EventDef = EventDef::new(
    "ecommerce.api.degraded",
    Severity::Error,
    "Requests of a class began to take too long, or to fail.",
);
/// It is not wrong any more.
pub const RECOVERED: EventDef = EventDef::new(
    "ecommerce.api.recovered",
    Severity::Info,
    "Requests of a class are again what they should be, or there are none.",
);

/// The time to answer.
pub const REQUEST_DURATION: HistogramDef<(RouteClass, RequestOutcome)> =
    HistogramDef::new("ecommerce.api.request.duration", Unit::SECONDS, "How long requests to the shop took.")
        .with_bounds(&BOUNDS);
/// What is wrong now.
pub const ISSUES: UpDownCounterDef<(RouteClass, IssueKind)> = UpDownCounterDef::new(
    "ecommerce.api.issues",
    Unit::new("{issue}"),
    "One for each way in which requests of a class are not what they should be now, as far as somebody asked.",
);
/// Requests that were not judged.
pub const REQUESTS_UNJUDGED: CounterDef<(RouteClass, Unjudged)> = CounterDef::new(
    "ecommerce.api.requests.unjudged",
    Unit::new("{request}"),
    "Requests whose time is wrong: they are in the durations, and in nothing that is judged here.",
);

/// The bounds that durations are told apart by, in seconds.
pub(crate) const BOUNDS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0];

/// The mean, in seconds, above which requests take too long: what the shop was asked to watch.
pub(crate) const SLOW_MEAN: f64 = 2.0;
/// What 99 of 100 requests should take at most, in seconds: a house value, of an answer that still feels like one.
pub(crate) const SLOW_TAIL: f64 = 1.0;
/// The same for payments, which wait for card networks.
pub(crate) const SLOW_TAIL_OF_PAYMENTS: f64 = 3.0;
/// The share of requests that should take no longer.
pub(crate) const FAST_SHARE: f64 = 0.99;
/// The share of failed requests above which too many fail: what the shop was asked to watch.
pub(crate) const ERRORS: f64 = 0.05;
/// The share of requests that has to go well over 30 days: a house value.
pub(crate) const OBJECTIVE: f64 = 0.999;

/// The name of the alert on slow requests.
pub(crate) const MEAN_SLOW: &str = "ecommerce_api_slow";
/// What the alert on slow requests means.
pub(crate) const MEAN_SLOW_MEANS: &str = "Requests of a class take more than two seconds on average: customers leave, so look at what they wait for, and at what was released last.";
/// The name of the alert on the slowest requests.
pub(crate) const TAIL_SLOW: &str = "ecommerce_api_slow_tail";
/// What the alert on the slowest requests means.
pub(crate) const TAIL_SLOW_MEANS: &str = "More than one request in a hundred takes longer than its class allows: averages do not show it yet, so look at the slowest traces of the class.";
/// The name of the alert on failing requests.
pub(crate) const ERRORS_HIGH: &str = "ecommerce_api_errors_high";
/// What the alert on failing requests means.
pub(crate) const ERRORS_HIGH_MEANS: &str = "More than one request in twenty of a class fails: customers cannot do what they came for, so see what failed last and undo it.";
/// The name of the alert on the burning error budget.
pub(crate) const BUDGET_BURNS: &str = "ecommerce_api_error_budget_burns";
/// What the alert on the burning error budget means.
pub(crate) const BUDGET_BURNS_MEANS: &str = "Requests fail so often that the failures allowed for a month are used up within days: it does not look bad in any minute, and it is.";
