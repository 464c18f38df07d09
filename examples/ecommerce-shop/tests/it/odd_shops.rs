//! Shops that answer otherwise than they should, or not at all: visitors take note, and nobody panics.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Json;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use ecommerce_shop::visitors::{self, Crowd, Refusal, Tally, WalkError};
use ecommerce_shop::words::{Order, Price, Problem};
use http::StatusCode;
use otel_core::Telemetry;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::visitors::{CROWD, door, nobody_writes, post, serve, shop};

/// Requests that a walk always makes in the beginning: a session, and what is in the window.
const IN_THE_BEGINNING: u64 = 6;

/// Enough for everything to be done once, card testers included.
const SMALL_CROWD: Crowd = Crowd { visitors: 100, ..CROWD };

type Count = fn(&Tally) -> u64;

/// What is asked for, and what nobody has done to whom it is always refused.
const PATHS: [(&str, Count); 8] = [
    ("/users", |tally| tally.accounts),
    // Who looked into the window was let in before.
    ("/sessions", |tally| tally.sessions - 1),
    ("/search", |tally| tally.searches - 5),
    ("/products", |tally| tally.viewed),
    ("/cart", |tally| tally.put_into_cart + tally.left_in_cart),
    ("/checkout", |tally| tally.checked_out + tally.said_where),
    ("/orders", |tally| tally.bought.len() as u64),
    ("/refund", |tally| tally.given_back.len() as u64),
];

#[tokio::test]
async fn every_refusal_is_understood_wherever_it_comes() {
    for (status, refusal) in [
        (400, Refusal::Validation),
        (422, Refusal::Validation),
        (401, Refusal::Unauthenticated),
        (404, Refusal::NotFound),
        (409, Refusal::OutOfStock),
        (402, Refusal::PaymentDeclined),
        (503, Refusal::PaymentFailed),
        (429, Refusal::RateLimited),
        (409, Refusal::Conflict),
        (503, Refusal::Unavailable),
    ] {
        for (path, counted) in PATHS {
            let tally = walked(path, move || problem(status, refusal.as_str())).await.expect("a walk");
            let (refused, odd) = (&tally.refused, &tally.odd);
            assert!(refused.keys().all(|it| *it == refusal) && !refused.is_empty(), "{path} {tally}");
            assert!(odd.is_empty(), "{path} {odd:?}");
            // What was refused did not happen.
            assert_eq!(counted(&tally), 0, "{path} {tally:?}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_nobody_promised_is_noted() {
    let answers: [fn() -> Response; 7] = [
        || StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        || (StatusCode::OK, "no JSON").into_response(),
        || (StatusCode::CREATED, Json(7)).into_response(),
        || problem(402, "out_of_stock"),
        || problem(418, "teapot"),
        || problem(500, "unavailable"),
        || (StatusCode::FOUND, [("location", "/elsewhere")]).into_response(),
    ];
    for (at, answer) in answers.into_iter().enumerate() {
        let tally = walked("/orders", answer).await.expect("a walk");
        assert!(!tally.is_sound() && tally.refused.is_empty(), "{at} {tally}");
        assert!(tally.odd.keys().all(|what| what.starts_with("POST /orders")), "{:?}", tally.odd);
        assert!(tally.bought.is_empty(), "{at} {tally:?}");
    }
}

#[tokio::test]
async fn who_presses_the_button_twice_and_pays_twice_notices() {
    let orders = Arc::new(AtomicU64::new(0));
    let tally = walked("/orders", move || {
        let order = orders.fetch_add(1, Ordering::Relaxed).to_string();
        let total = Price { minor: 100, currency: "GBP".to_owned() };
        (StatusCode::CREATED, Json(Order { order, total })).into_response()
    });
    let tally = tally.await.expect("a walk");
    assert!(tally.pressed_twice > 0 && tally.told_otherwise == tally.pressed_twice, "{tally}");
    assert!(!tally.is_sound());
}

#[tokio::test]
async fn who_gets_no_post_walks_in_all_the_same() {
    let shop = shop(&Telemetry::noop(), 0.0, 0.0).await;
    let (address, _served) = serve(shop.router()).await;
    let crowd = Crowd { visitors: 10, at_once: 10, ..CROWD };
    let tally = visitors::walk(crowd, &door(address), &nobody_writes(), || ()).await.expect("a walk");
    assert!(tally.post_missing > 0 && tally.accounts == 0 && !tally.is_sound(), "{tally}");
    // And who looks into the window beforehand.
    assert_eq!(tally.sessions, tally.visitors + 1);
}

#[tokio::test]
async fn a_shop_without_anything_to_sell_is_an_error() {
    let nothing = || (StatusCode::OK, Json::<[u8; 0]>([])).into_response();
    let walked = walked_from_the_start("/search", nothing).await;
    assert!(matches!(walked, Err(WalkError::Empty)), "{walked:?}");
    let walked = walked_from_the_start("/sessions", || problem(503, "unavailable")).await;
    assert!(matches!(walked, Err(WalkError::Empty)), "{walked:?}");
}

#[tokio::test]
async fn a_shop_that_breaks_off_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let mut served = tokio::task::JoinSet::new();
    served.spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            // It is closed behind half of an answer.
            let said = socket.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 99\r\n\r\n{").await;
            said.expect("half of an answer");
        }
    });
    let walked = visitors::walk(CROWD, &door(address), &nobody_writes(), || ()).await;
    assert!(matches!(walked, Err(WalkError::Gone(_))), "{walked:?}");
}

/// What visitors saw in a shop that has this answer to requests for paths with this in them, once it is open.
async fn walked(
    path: &'static str,
    answer: impl Fn() -> Response + Clone + Send + Sync + 'static,
) -> Result<Tally, WalkError> {
    walked_from(IN_THE_BEGINNING, path, answer).await
}

async fn walked_from_the_start(
    path: &'static str,
    answer: impl Fn() -> Response + Clone + Send + Sync + 'static,
) -> Result<Tally, WalkError> {
    walked_from(0, path, answer).await
}

async fn walked_from(
    first: u64,
    path: &'static str,
    answer: impl Fn() -> Response + Clone + Send + Sync + 'static,
) -> Result<Tally, WalkError> {
    let shop = shop(&Telemetry::noop(), 0.0, 0.0).await;
    let requests = Arc::new(AtomicU64::new(0));
    let router = shop.router().layer(middleware::from_fn(move |request: Request, next: Next| {
        let (answer, number) = (answer.clone(), requests.fetch_add(1, Ordering::Relaxed));
        async move {
            let is_meant = number >= first && request.uri().path().contains(path);
            if is_meant { answer() } else { next.run(request).await }
        }
    }));
    let (address, _served) = serve(router).await;
    visitors::walk(SMALL_CROWD, &door(address), &post(&shop), || ()).await
}

fn problem(status: u16, problem: &str) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    (status, Json(Problem { problem: problem.to_owned() })).into_response()
}
