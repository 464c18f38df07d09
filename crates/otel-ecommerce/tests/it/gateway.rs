//! Requests at a gateway.

use std::time::Duration;

use otel_core::alerting::{AlertState, Alerting};
use otel_core::testing::{Recorded, TestStatus, TestTelemetry};
use otel_core::{PseudonymKey, Sensitive, Telemetry, Timestamp};
use otel_ecommerce::conventions::{USER, gateway as said};
use otel_ecommerce::gateway::{Quota, Request, RequestSpan, Route};
use otel_ecommerce::labels::{
    AccessDecision, AuthFailure, AuthScheme, LimitDecision, LimitScope, Method, ResponseClass, RouteName,
};
use otel_ecommerce::{CATALOGUE, Gateway};
use proptest::prelude::*;

/// What the router has.
const ROUTES: &[&str] = &["/orders", "/orders/{order}", "/me", "/login", "/search", "/a"];

/// More than metrics keep apart.
const PAGES: [&str; 30] = [
    "/page0", "/page1", "/page2", "/page3", "/page4", "/page5", "/page6", "/page7", "/page8", "/page9",
    "/page10", "/page11", "/page12", "/page13", "/page14", "/page15", "/page16", "/page17", "/page18",
    "/page19", "/page20", "/page21", "/page22", "/page23", "/page24", "/page25", "/page26", "/page27",
    "/page28", "/page29",
];

#[test]
fn a_request_that_goes_through_says_what_let_it_through() {
    let test = TestTelemetry::new();
    let gateway = Gateway::new(&test, ROUTES);
    let user = Sensitive::new("jane").pseudonym(&PseudonymKey::new([7; 32]));
    let client = Some(Sensitive::new("203.0.113.77"));
    let mut request =
        gateway.request(&Request { client, ..Request::new(Method::Post, gateway.route("/orders")) });
    request.limit_allowed(&quota(LimitScope::User, 41));
    request.authenticated(AuthScheme::Token, Some(user)).access_allowed();
    test.advance(Duration::from_millis(20));
    request.answered(201);
    let name: RouteName = test.capped().get("/orders");
    let recorded = test.finish();
    let span = recorded.span(&said::REQUEST);
    assert_eq!(span.status, TestStatus::Unset);
    assert_eq!(span.get(&said::METHOD), Some("POST".into()));
    assert_eq!(span.get(&said::ROUTE), Some("/orders".into()));
    assert_eq!(span.get(&said::STATUS), Some(201.into()));
    assert_eq!(span.get(&said::CLIENT), Some("203.0.113.0".into()));
    assert_eq!(span.get(&said::LIMIT_DECISION), Some("allowed".into()));
    assert_eq!(span.get(&said::LIMIT_REMAINING), Some(41.into()));
    assert_eq!(span.get(&said::LIMIT_RESET), Some(7_000.into()));
    assert_eq!(span.get(&said::AUTH_FAILURE), None);
    assert_eq!(span.get(&said::ACCESS), Some("allowed".into()));
    assert_eq!(span.get(&USER), Some(user.to_string().as_str().into()));
    let durations = (Method::Post, name, Some(ResponseClass::Successful));
    assert_eq!(recorded.histogram(&said::REQUEST_DURATION, durations).map(|it| it.sum), Some(0.02));
    assert_eq!(recorded.counter(&said::ACCESS_DECISIONS, (name, AccessDecision::Allowed)), Some(1));
    assert_eq!(recorded.counter(&said::AUTHENTICATIONS, AuthScheme::Token), Some(1));
    assert_eq!(recorded.counter_total(&said::AUTHENTICATION_FAILURES), 0);
    assert!(recorded.events().is_empty(), "{:?}", recorded.events());
}

#[test]
fn every_reason_to_turn_a_request_away_is_counted_and_told_inside_its_span() {
    let test = TestTelemetry::new();
    let gateway = Gateway::new(&test, ROUTES);
    for failure in AuthFailure::ALL {
        let mut request = gateway.request(&Request::new(Method::Get, gateway.route("/me")));
        request.authentication_failed(AuthScheme::Password, *failure);
        request.answered(401);
    }
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::AUTHENTICATIONS, AuthScheme::Password), Some(8));
    for failure in AuthFailure::ALL {
        let labels = (AuthScheme::Password, *failure);
        assert_eq!(recorded.counter(&said::AUTHENTICATION_FAILURES, labels), Some(1));
    }
    let told: Vec<_> = recorded.events().iter().map(|event| event.get(&said::AUTH_FAILURE)).collect();
    let expected: Vec<_> = AuthFailure::ALL.iter().map(|it| Some(it.as_str().into())).collect();
    assert_eq!(told, expected);
    assert!(recorded.events().iter().all(|event| event.get(&said::ROUTE) == Some("/me".into())));
    let spans: Vec<_> = recorded.spans().iter().map(|span| span.span_id.as_str()).collect();
    assert!(recorded.events().iter().all(|event| spans.contains(&event.span_id.as_str())));
}

#[test]
fn the_span_tells_the_limit_that_said_no_and_otherwise_the_tightest() {
    // Of ten the first has a tenth left, the second a fifth of a hundred, the third nothing of nothing.
    let tight = Quota { limit: 10, remaining: 1, ..quota(LimitScope::Key, 0) };
    let wide = quota(LimitScope::User, 20);
    let none = Quota { limit: 0, remaining: 0, ..quota(LimitScope::Global, 0) };
    for (allowed, limited, told) in [
        (vec![wide, tight], vec![], "key"),
        (vec![tight, wide], vec![], "key"),
        (vec![Quota { remaining: 9, ..tight }, wide], vec![], "user"),
        (vec![tight, none], vec![], "global"),
        (vec![tight], vec![wide], "user"),
        (vec![], vec![wide, tight], "user"),
    ] {
        let test = TestTelemetry::new();
        let mut request = begun(&test, Route::UNMATCHED);
        for quota in &allowed {
            request.limit_allowed(quota);
        }
        for quota in &limited {
            request.limit_exceeded(quota);
        }
        // What has said no is not forgotten.
        request.limit_allowed(&wide);
        request.answered(if limited.is_empty() { 200 } else { 429 });
        let recorded = test.finish();
        let span = recorded.span(&said::REQUEST);
        assert_eq!(span.get(&said::LIMIT_SCOPE), Some(told.into()), "{allowed:?} {limited:?}");
        let decision = if limited.is_empty() { "allowed" } else { "limited" };
        assert_eq!(span.get(&said::LIMIT_DECISION), Some(decision.into()));
        assert_eq!(recorded.events_of(&said::REQUEST_LIMITED).len(), limited.len());
    }
}

#[test]
fn only_the_fault_of_the_server_is_an_error() {
    for (status, class, error) in [
        (200, Some(ResponseClass::Successful), false),
        (404, Some(ResponseClass::ClientError), false),
        (499, Some(ResponseClass::ClientError), false),
        (500, Some(ResponseClass::ServerError), true),
        (599, Some(ResponseClass::ServerError), true),
        (600, None, false),
        (99, None, false),
        (100, Some(ResponseClass::Informational), false),
        (308, Some(ResponseClass::Redirected), false),
    ] {
        let test = TestTelemetry::new();
        begun(&test, Route::UNMATCHED).answered(status);
        let name = test.capped().get("/*");
        let recorded = test.finish();
        let span = recorded.span(&said::REQUEST);
        assert_eq!(span.status == TestStatus::Error(String::new()), error, "{status}");
        assert_eq!(span.get(&said::STATUS), class.map(|_| i64::from(status).into()));
        let duration = recorded.histogram(&said::REQUEST_DURATION, (Method::Get, name, class));
        assert_eq!(duration.map(|it| it.count), Some(1), "{status}");
    }
}

#[test]
fn a_request_that_is_dropped_was_given_up() {
    let test = TestTelemetry::new();
    drop(Gateway::new(&test, ROUTES).request(&Request::new(Method::of("BREW"), Route::UNMATCHED)));
    let name = test.capped().get("/*");
    let recorded = test.finish();
    let duration = recorded.histogram(&said::REQUEST_DURATION, (Method::Other, name, None));
    assert_eq!(duration.map(|it| it.count), Some(1));
    assert_eq!(recorded.span(&said::REQUEST).get(&said::STATUS), None);
}

#[test]
fn a_request_whose_handler_panics_is_an_error_of_the_server() {
    let test = TestTelemetry::new();
    let gateway = Gateway::new(&test, &["/"]);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _request = gateway.request(&Request::new(Method::Get, gateway.route("/")));
        panic!("as a handler does");
    }));
    assert!(panicked.is_err());
    let name = test.capped().get("/");
    let recorded = test.finish();
    let count = |class| {
        recorded.histogram(&said::REQUEST_DURATION, (Method::Get, name, class)).map_or(0, |took| took.count)
    };
    assert_eq!((count(Some(ResponseClass::ServerError)), count(None)), (1, 0));
    let span = recorded.span(&said::REQUEST);
    assert_eq!(span.get(&otel_core::ERROR_TYPE), Some("panic".into()));
    assert_eq!((matches!(span.status, TestStatus::Error(_)), span.get(&said::STATUS)), (true, None));
}

#[test]
fn methods_are_known_by_their_exact_names() {
    for method in Method::ALL {
        assert_eq!(Method::of(method.as_str()), *method);
    }
    assert_eq!((Method::of("get"), Method::of("")), (Method::Other, Method::Other));
}

#[test]
fn only_what_the_program_lists_is_a_route() {
    const LISTED: &[&str] = &[
        "/admin/api/2024-10/products.json",
        "/errors/404",
        "/2/tweets",
        "/a b/é",
        "users/:id",
        "*",
        "/reset/{token}",
    ];
    let test = TestTelemetry::new();
    let gateway = Gateway::new(&test, LISTED);
    for template in LISTED {
        let router_has = (*template).to_owned();
        assert_eq!(gateway.route(&router_has).as_str(), *template);
    }
    let paths = [
        "/reset/kJ8dLpQ2xZ9vB1nMt7RwYc",
        "/reset/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtaWEifQ.c2ln",
        "/users/mia.muster",
        "/orders/9f8a7b6c",
        "/carts/01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "/unsubscribe/bWlhQGV4YW1wbGUub3Jn",
        "/reset/{token}/",
        "/RESET/{token}",
        "",
    ];
    for path in paths {
        let route = gateway.route(path);
        assert_eq!(route, Route::UNMATCHED);
        gateway.request(&Request::new(Method::Get, route)).answered(200);
    }
    let recorded = test.finish();
    // Whoever forgot to list a route learns of it.
    assert_eq!(recorded.counter(&said::UNLISTED_ROUTES, ()), Some(9));
    assert!(recorded.spans().iter().all(|span| span.get(&said::ROUTE) == Some("/*".into())));
    assert_eq!(recorded.series(&said::REQUEST_DURATION.facts()), 1);
}

#[test]
fn a_request_that_no_route_fits_is_no_mistake_of_the_list() {
    let test = TestTelemetry::new();
    begun(&test, Route::UNMATCHED).answered(404);
    assert_eq!(test.finish().counter(&said::UNLISTED_ROUTES, ()), Some(0));
}

#[test]
fn the_list_says_which_routes_are_kept_apart_and_not_who_comes_first() {
    let templates: Vec<&'static str> = PAGES.iter().copied().chain(["/late"]).collect();
    let test = TestTelemetry::new();
    let gateway = Gateway::new(&test, &templates);
    for template in ["/late", PAGES[22]] {
        gateway.request(&Request::new(Method::Get, gateway.route(template))).answered(200);
    }
    gateway.request(&Request::new(Method::Get, Route::UNMATCHED)).answered(404);
    let name = |template: &str| test.capped::<RouteName>().get(template);
    let (late, page, unmatched) = (name("/late"), name(PAGES[22]), name("/*"));
    let recorded = test.finish();
    let answered = |name, class| {
        recorded.histogram(&said::REQUEST_DURATION, (Method::Get, name, Some(class))).map(|it| it.count)
    };
    assert_ne!(page, late);
    assert_eq!(answered(page, ResponseClass::Successful), Some(1));
    assert_eq!(answered(late, ResponseClass::Successful), Some(1));
    assert_eq!(answered(unmatched, ResponseClass::ClientError), Some(1));
    // The span tells it all the same.
    assert!(recorded.spans().iter().any(|span| span.get(&said::ROUTE) == Some("/late".into())));
}

#[test]
fn a_clock_that_is_set_changes_no_duration() {
    let test = TestTelemetry::new();
    for back in [true, false] {
        let request = begun(&test, Route::UNMATCHED);
        test.advance(Duration::from_millis(20));
        let now = test.now().unix_nanos();
        let step = Duration::from_secs(30).as_nanos() as u64;
        test.set_clock(Timestamp::from_unix_nanos(if back { now - step } else { now + step }));
        request.answered(200);
    }
    let labels = (Method::Get, test.capped().get("/*"), Some(ResponseClass::Successful));
    let durations = test.finish().histogram(&said::REQUEST_DURATION, labels);
    assert_eq!(durations.map(|it| (it.count, it.sum)), Some((2, 0.04)));
}

#[test]
fn there_are_never_more_series_than_declared() {
    let test = TestTelemetry::new();
    let gateway = Gateway::new(&test, &PAGES);
    for template in PAGES.iter().chain(&["/*"]) {
        for method in Method::ALL {
            for status in [100, 200, 300, 400, 500, 600] {
                gateway.request(&Request::new(*method, gateway.route(template))).answered(status);
            }
        }
    }
    let recorded = test.finish();
    assert_eq!(recorded.series(&said::REQUEST_DURATION.facts()), 1_500);
}

#[test]
fn wrong_credentials_in_numbers_fire_and_expired_tokens_do_not() {
    for (failure, attempts, fires) in [
        (AuthFailure::WrongCredentials, 400, true),
        (AuthFailure::WrongCredentials, 20, false),
        (AuthFailure::Expired, 400, false),
    ] {
        let test = TestTelemetry::alerting(Alerting::new().rules(&CATALOGUE));
        let gateway = Gateway::new(&test, ROUTES);
        let attack = || {
            for _ in 0..attempts {
                let mut request = gateway.request(&Request::new(Method::Post, gateway.route("/login")));
                request.authentication_failed(AuthScheme::Password, failure);
                request.answered(401);
            }
        };
        assert_eq!(fired(&test, "ecommerce_gateway_wrong_credentials", attack), fires, "{failure:?}");
    }
}

#[test]
fn requests_limited_in_numbers_fire() {
    let test = TestTelemetry::alerting(Alerting::new().rules(&CATALOGUE));
    let gateway = Gateway::new(&test, ROUTES);
    let crawl = || {
        for _ in 0..100 {
            let mut request = gateway.request(&Request::new(Method::Get, gateway.route("/search")));
            request.limit_exceeded(&quota(LimitScope::Address, 0));
            request.answered(429);
        }
    };
    assert!(fired(&test, "ecommerce_gateway_requests_limited", crawl));
}

/// Whether the alert fires after five minutes of this.
fn fired(test: &TestTelemetry, name: &str, happens: impl Fn()) -> bool {
    let mut fires = false;
    for _ in 0..5 {
        happens();
        test.advance(Duration::from_secs(60));
        let mut alerts = test.alerts_now().into_iter();
        fires |= alerts.any(|alert| alert.rule.name == name && alert.state == AlertState::Firing);
    }
    fires
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_counted_is_what_happened(steps in prop::collection::vec(0..5_usize, 0..40)) {
        let test = TestTelemetry::new();
        let gateway = Gateway::new(&test, ROUTES);
        let mut request = gateway.request(&Request::new(Method::Get, gateway.route("/a")));
        for step in &steps {
            match step {
                0 => request.limit_allowed(&quota(LimitScope::User, 5)),
                1 => request.limit_exceeded(&quota(LimitScope::User, 0)),
                2 => request.authenticated(AuthScheme::Session, None),
                3 => request.authentication_failed(AuthScheme::Session, AuthFailure::Locked),
                _ => request.access_denied(),
            };
        }
        request.answered(200);
        let name = test.capped().get("/a");
        let times = |of: usize| steps.iter().filter(|step| **step == of).count() as u64;
        let recorded: Recorded = test.finish();
        let limit = |decision| {
            recorded.counter(&said::LIMIT_DECISIONS, (name, LimitScope::User, decision)).unwrap_or(0)
        };
        prop_assert_eq!((limit(LimitDecision::Allowed), limit(LimitDecision::Limited)), (times(0), times(1)));
        prop_assert_eq!(recorded.counter_total(&said::AUTHENTICATIONS), times(2) + times(3));
        prop_assert_eq!(recorded.counter_total(&said::AUTHENTICATION_FAILURES), times(3));
        prop_assert_eq!(recorded.counter_total(&said::ACCESS_DECISIONS), times(4));
        prop_assert_eq!(recorded.events().len() as u64, times(1) + times(3) + times(4));
        // Whatever was tried how often, an attribute stands on the span once.
        let mut keys: Vec<_> = recorded.span(&said::REQUEST).attributes.iter().map(|(key, _)| key).collect();
        let all = keys.len();
        keys.sort();
        keys.dedup();
        prop_assert_eq!(keys.len(), all);
    }

    #[test]
    fn nothing_of_a_path_leaves(path in "/?[a-z0-9/.@_-]{1,8}zq[A-Za-z0-9/._=-]{6}") {
        let test = TestTelemetry::new();
        let gateway = Gateway::new(&test, ROUTES);
        gateway.request(&Request::new(Method::Get, gateway.route(&path))).answered(200);
        let recorded = format!("{:?}", test.finish());
        prop_assert!(!recorded.contains(&path), "{recorded}");
    }
}

/// Everything that there is to say of requests.
pub(crate) fn say_everything(telemetry: &Telemetry) {
    let gateway = Gateway::new(telemetry, ROUTES);
    assert_eq!(gateway.route("/orders/4711"), Route::UNMATCHED);
    let user = Sensitive::new("jane").pseudonym(&PseudonymKey::new([7; 32]));
    let client = Some(Sensitive::new("2001:db8::1"));
    for method in Method::ALL {
        let mut request =
            gateway.request(&Request { client, ..Request::new(*method, gateway.route("/orders")) });
        for scope in LimitScope::ALL {
            request.limit_allowed(&quota(*scope, 7)).limit_exceeded(&quota(*scope, 0));
        }
        for scheme in AuthScheme::ALL {
            request.authenticated(*scheme, Some(user));
            for failure in AuthFailure::ALL {
                request.authentication_failed(*scheme, *failure);
            }
        }
        request.access_allowed().access_denied();
        request.answered(503);
    }
}

/// A request under way at a gateway of its own.
fn begun(telemetry: &Telemetry, route: Route) -> RequestSpan {
    Gateway::new(telemetry, ROUTES).request(&Request::new(Method::Get, route))
}

fn quota(scope: LimitScope, remaining: u64) -> Quota {
    Quota { scope, limit: 100, remaining, resets_in: Duration::from_secs(7) }
}
