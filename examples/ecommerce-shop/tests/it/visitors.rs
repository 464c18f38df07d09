//! Visitors in a shop that stands in for the real one: what they count is what happened.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use ecommerce_shop::export::{Export, Target};
use ecommerce_shop::figures::Figures;
use ecommerce_shop::visitors::{self, Crowd, Door, Post, Refusal, Tally, WalkError};
use otel_core::Telemetry;
use otel_ecommerce::labels::FunnelStep;
use tokio::net::TcpListener;

use crate::stand_in::{Faults, Settings, Shop};

pub(crate) const CROWD: Crowd = Crowd { visitors: 250, at_once: 8, seed: 11, occasion: 1 };

#[tokio::test(flavor = "multi_thread")]
async fn what_visitors_saw_is_what_was_measured() {
    let export = Export::open(Target::Here, None).expect("a pipeline");
    let shop = shop(export.telemetry(), 0.1, 0.05).await;
    let (address, _served) = serve(shop.router()).await;
    let door = Door::new(address, export.telemetry(), export.propagate());
    let tally = visitors::walk(CROWD, &door, &post(&shop), || ()).await.expect("a walk");
    shop.sweep(export.telemetry().now().after(Duration::from_secs(31 * 60)));
    let (tally, figures, lost) = tokio::task::spawn_blocking(move || {
        let figures = Figures::of(&export.metrics().expect("metrics"));
        (tally, figures, export.close().lost())
    })
    .await
    .expect("figures");
    assert!(tally.compare(&figures).is_complete(), "{}", tally.compare(&figures));
    assert!(tally.is_sound() && lost == 0, "{tally}");
    let refused: Vec<Refusal> = tally.refused.keys().copied().collect();
    assert_eq!(refused, [Refusal::PaymentDeclined, Refusal::PaymentFailed], "{tally}");
    assert_eq!(figures.suspected.keys().collect::<Vec<_>>(), ["card_testing"]);
    // Everything that can happen did.
    let counts = [
        tally.visitors - 248,
        tally.testers,
        tally.accounts,
        tally.found_nothing,
        tally.viewed,
        tally.pressed_twice,
        tally.left_in_cart,
        tally.bought["GBP"].count,
        tally.given_back["GBP"].count,
        tally.refused.values().sum(),
    ];
    assert!(counts.iter().all(|count| *count > 0), "{tally:?}");
    // Each step is taken by fewer than the one before, but for who has several cards.
    let steps = figures.funnel.iter().filter(|step| step.step != FunnelStep::AddPaymentInfo);
    let steps: Vec<u64> = steps.map(|step| step.entries).collect();
    assert!(steps.is_sorted_by(|before, after| before > after), "{steps:?}");
}

#[tokio::test]
async fn a_figure_that_is_wrong_is_told() {
    let tally = Tally { searches: 3, ..Tally::default() };
    let right = Figures { searches: 3, ..Figures::default() };
    assert!(tally.compare(&right).is_complete());
    let wrong = tally.compare(&Figures { searches: 2, ..Figures::default() });
    assert!(!wrong.is_complete());
    assert!(wrong.to_string().contains("what visitors saw agrees: no"), "{wrong}");
    assert!(wrong.to_string().contains("3 seen           2 measured"), "{wrong}");
    let sold = [("EUR".to_owned(), ecommerce_shop::figures::Sales { orders: 1, revenue: 5, refunds: 0 })];
    assert!(!tally.compare(&Figures { sales: sold.into(), ..right }).is_complete(), "what nobody bought");
}

#[tokio::test]
async fn the_same_seed_sends_the_same_visitors() {
    let one_by_one = walked(Crowd { at_once: 1, ..CROWD }).await;
    assert_eq!(walked(Crowd { at_once: 1, ..CROWD }).await, one_by_one);
    // Where nobody is declined, nobody's way depends on who was first.
    assert_eq!(walked(Crowd { at_once: 32, ..CROWD }).await, one_by_one);
    assert_ne!(walked(Crowd { seed: 12, ..CROWD }).await, one_by_one);
}

#[tokio::test]
async fn a_shop_that_remembers_one_crowd_serves_the_next_as_well() {
    let shop = shop(&Telemetry::noop(), 0.0, 0.0).await;
    let (address, _served) = serve(shop.router()).await;
    let mut tallies = Vec::new();
    for occasion in [1, 2] {
        let crowd = Crowd { visitors: 100, occasion, ..CROWD };
        tallies.push(visitors::walk(crowd, &door(address), &post(&shop), || ()).await.expect("a walk"));
    }
    assert!(tallies[0] == tallies[1] && tallies[0].is_sound() && tallies[0].accounts > 0, "{tallies:?}");
    assert_eq!(shop.accounts() as u64, tallies.iter().map(|tally| tally.accounts).sum::<u64>());
}

#[tokio::test]
async fn each_request_has_a_span_whose_trace_goes_on_inside() {
    let test = otel_core::testing::TestTelemetry::new();
    let heads = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = Arc::clone(&heads);
    let shop = shop(&Telemetry::noop(), 0.0, 0.0).await;
    let router = shop.router().layer(middleware::from_fn(move |request: Request, next: Next| {
        let head = request.headers().get("traceparent").map(|head| head.to_str().expect("text").to_owned());
        seen.lock().expect("heads").insert(head.expect("a trace"));
        next.run(request)
    }));
    let (address, _served) = serve(router).await;
    let export = Export::open(Target::Here, None).expect("a pipeline");
    let door = Door::new(address, test.telemetry(), export.propagate());
    let crowd = Crowd { visitors: 20, ..CROWD };
    visitors::walk(crowd, &door, &post(&shop), || ()).await.expect("a walk");
    let recorded = test.finish();
    let spans = recorded.spans().iter().map(|span| {
        assert_eq!(span.scope, "ecommerce-shop/visitors");
        format!("00-{}-{}-{:02x}", span.trace_id, span.span_id, span.flags & 0xff)
    });
    assert_eq!(spans.collect::<BTreeSet<_>>(), *heads.lock().expect("heads"));
    assert!(recorded.spans().iter().any(|span| span.name == "GET /products/{}"));
}

#[tokio::test]
async fn somebody_is_asked_before_each_visitor_enters() {
    let shop = shop(&Telemetry::noop(), 0.0, 0.0).await;
    let (address, _served) = serve(shop.router()).await;
    let mut asked = 0;
    let walked = visitors::walk(CROWD, &door(address), &post(&shop), || asked += 1).await;
    assert_eq!(walked.expect("a walk").visitors, asked);
}

#[tokio::test]
async fn a_shop_that_is_closed_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let walked = visitors::walk(CROWD, &door(address), &nobody_writes(), || ()).await;
    assert!(matches!(&walked, Err(WalkError::Gone(why)) if why.contains("refused")), "{walked:?}");
}

/// What a crowd saw in a shop where nothing goes wrong.
async fn walked(crowd: Crowd) -> Tally {
    let shop = shop(&Telemetry::noop(), 0.0, 0.0).await;
    let (address, _served) = serve(shop.router()).await;
    visitors::walk(crowd, &door(address), &post(&shop), || ()).await.expect("a walk")
}

pub(crate) async fn shop(telemetry: &Telemetry, declined: f64, failing: f64) -> Shop {
    let settings = Settings::default();
    let faults = Faults { declined, failing, ..settings.faults };
    Shop::open(Settings { faults, ..settings }, telemetry).await.expect("a shop")
}

/// Serves on a port of its own, until the set is dropped.
pub(crate) async fn serve(router: Router) -> (SocketAddr, tokio::task::JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let mut served = tokio::task::JoinSet::new();
    served.spawn(async { axum::serve(listener, router).await.expect("to serve") });
    (address, served)
}

pub(crate) fn door(address: SocketAddr) -> Door {
    Door::new(address, &Telemetry::noop(), ecommerce_shop::export::Propagate::nothing())
}

pub(crate) fn post(shop: &Shop) -> Post {
    let shop = shop.clone();
    Arc::new(move |address| shop.mailbox().take(address).into_iter().find_map(|mail| mail.token))
}

pub(crate) fn nobody_writes() -> Post {
    Arc::new(|_| None)
}
