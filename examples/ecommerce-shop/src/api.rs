//! The API over HTTP: what [`words`](crate::words) says.

mod action;
mod gate;
mod handlers;
mod reading;
mod reply;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post, put};

use crate::refusal::Refusal;
use crate::shop::Shop;

/// No body that the API reads is longer, in bytes.
const LONGEST_BODY: usize = 16 * 1_024;

/// All routes, behind the gate.
pub(crate) fn router(shop: &Shop) -> Router {
    Router::new()
        .route("/users", post(handlers::sign_up))
        .route("/sessions", post(handlers::log_in))
        .route("/search", get(handlers::search))
        .route("/products/{sku}", get(handlers::view))
        .route("/cart", get(handlers::cart))
        .route("/cart/items/{sku}", put(handlers::put))
        .route("/checkout", post(handlers::check_out))
        .route("/checkout/shipping", post(handlers::ship))
        .route("/orders", post(handlers::buy))
        .route("/orders/{order}/refund", post(handlers::refund))
        .fallback(async || Refusal::NotFound)
        .method_not_allowed_fallback(async || Refusal::Unreadable(405))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(from_fn_with_state(shop.clone(), gate::pass))
        .with_state(shop.clone())
}
