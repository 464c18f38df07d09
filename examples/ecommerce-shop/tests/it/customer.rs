//! Somebody who talks to the API.

use axum::Router;
use axum::body::Body;
use ecommerce_shop::Shop;
use ecommerce_shop::words::{Order, Product, Session};
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower::ServiceExt;

/// A card that there can be.
pub(crate) const CARD: &str = "4111 1111 1111 1111";

/// Somebody with a session.
#[derive(Clone)]
pub(crate) struct Customer {
    router: Router,
    session: String,
}

/// What the API answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The word of a problem.
    pub(crate) fn problem(&self) -> String {
        self.read::<Value>()["problem"].as_str().expect("a problem").to_owned()
    }
}

/// Sends a request as it is.
pub(crate) async fn send(router: &Router, request: Request<Body>) -> Reply {
    let response = router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a body").to_bytes().to_vec();
    Reply { status: parts.status.as_u16(), headers: parts.headers, body }
}

/// A request with a body of JSON.
pub(crate) fn request(method: &str, path: &str, body: Option<&Value>) -> http::request::Builder {
    let builder = Request::builder().method(method).uri(path);
    if body.is_some() { builder.header("content-type", "application/json") } else { builder }
}

pub(crate) fn body(value: Option<&Value>) -> Body {
    value.map_or_else(Body::empty, |value| Body::from(value.to_string()))
}

/// Asks for an account.
pub(crate) async fn sign_up(shop: &Shop, email: &str, name: &str) -> Reply {
    let new = json!({ "email": email, "name": name });
    let request = request("POST", "/users", Some(&new)).body(body(Some(&new))).expect("a request");
    send(&shop.router(), request).await
}

impl Customer {
    /// Comes in without an account.
    pub(crate) async fn enter(shop: &Shop) -> Self {
        Self::enter_with(shop, None).await.expect("a session")
    }

    /// Comes in with the token of a mail.
    pub(crate) async fn enter_with(shop: &Shop, token: Option<&str>) -> Result<Self, Reply> {
        let router = shop.router();
        let new = json!({ "token": token });
        let request = request("POST", "/sessions", Some(&new)).body(body(Some(&new))).expect("a request");
        let reply = send(&router, request).await;
        if reply.status != 201 {
            return Err(reply);
        }
        let Session { session } = reply.read();
        Ok(Self { router, session })
    }

    /// The same session, asked for at another process of the shop.
    pub(crate) fn at(&self, shop: &Shop) -> Self {
        Self { router: shop.router(), ..self.clone() }
    }

    pub(crate) fn session(&self) -> &str {
        &self.session
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, said: Option<Value>) -> Reply {
        self.ask_with(method, path, &[], said).await
    }

    pub(crate) async fn ask_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        said: Option<Value>,
    ) -> Reply {
        let mut builder = request(method, path, said.as_ref());
        builder = builder.header("authorization", format!("Bearer {}", self.session));
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        send(&self.router, builder.body(body(said.as_ref())).expect("a request")).await
    }

    pub(crate) async fn search(&self, words: &str) -> Vec<Product> {
        let reply = self.ask("GET", &format!("/search?q={words}"), None).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.read()
    }

    pub(crate) async fn put(&self, sku: &str, quantity: u32) -> Reply {
        self.ask("PUT", &format!("/cart/items/{sku}"), Some(json!({ "quantity": quantity }))).await
    }

    pub(crate) async fn buy(&self, key: &str, card: &str) -> Reply {
        let said = json!({ "card_number": card });
        self.ask_with("POST", "/orders", &[("idempotency-key", key)], Some(said)).await
    }

    /// Buys so many of a product.
    pub(crate) async fn order(&self, sku: &str, quantity: u32, key: &str) -> Order {
        let put = self.put(sku, quantity).await;
        assert_eq!(put.status, 200, "{put:?}");
        let bought = self.buy(key, CARD).await;
        assert_eq!(bought.status, 201, "{bought:?}");
        bought.read()
    }

    pub(crate) async fn refund(&self, order: &str) -> Reply {
        self.ask("POST", &format!("/orders/{order}/refund"), None).await
    }
}
