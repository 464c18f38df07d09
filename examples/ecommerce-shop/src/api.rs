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

/// The templates of all routes: what telemetry may call a request by.
pub(crate) mod routes {
    pub(crate) const USERS: &str = "/users";
    pub(crate) const SESSIONS: &str = "/sessions";
    pub(crate) const SEARCH: &str = "/search";
    pub(crate) const PRODUCT: &str = "/products/{sku}";
    pub(crate) const CART: &str = "/cart";
    pub(crate) const CART_ITEM: &str = "/cart/items/{sku}";
    pub(crate) const CHECKOUT: &str = "/checkout";
    pub(crate) const SHIPPING: &str = "/checkout/shipping";
    pub(crate) const ORDERS: &str = "/orders";
    pub(crate) const REFUND: &str = "/orders/{order}/refund";

    pub(crate) const ALL: &[&str] =
        &[USERS, SESSIONS, SEARCH, PRODUCT, CART, CART_ITEM, CHECKOUT, SHIPPING, ORDERS, REFUND];
}

/// All routes, behind the gate.
pub(crate) fn router(shop: &Shop) -> Router {
    Router::new()
        .route(routes::USERS, post(handlers::sign_up))
        .route(routes::SESSIONS, post(handlers::log_in))
        .route(routes::SEARCH, get(handlers::search))
        .route(routes::PRODUCT, get(handlers::view))
        .route(routes::CART, get(handlers::cart))
        .route(routes::CART_ITEM, put(handlers::put))
        .route(routes::CHECKOUT, post(handlers::check_out))
        .route(routes::SHIPPING, post(handlers::ship))
        .route(routes::ORDERS, post(handlers::buy))
        .route(routes::REFUND, post(handlers::refund))
        .fallback(async || Refusal::NotFound)
        .method_not_allowed_fallback(async || Refusal::Unreadable(405))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(from_fn_with_state(shop.clone(), gate::pass))
        .with_state(shop.clone())
}
