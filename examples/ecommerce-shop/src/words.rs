//! What is said over the API: the bodies of requests and replies, as JSON.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `POST /users`: an account, please. The answer is `202 Accepted` and empty whether or not there is one with the address
/// already: what comes of it is told to the address alone.
#[derive(Clone, Deserialize, Serialize)]
pub struct NewUser {
    /// Where mail goes to, and what they log in with.
    pub email: String,
    /// How they want to be called.
    pub name: String,
}

/// `POST /sessions`: a session, without an account or with one. The answer is `201 Created` and a [`Session`].
#[derive(Clone, Default, Deserialize, Serialize)]
pub struct NewSession {
    /// The token that came by mail, for a session with an account. A token works once.
    pub token: Option<String>,
}

/// A session, which every other request names: `authorization: Bearer <session>`.
#[derive(Clone, Deserialize, Serialize)]
pub struct Session {
    /// What names it.
    pub session: String,
}

/// An amount: `1099` and `"GBP"` are £10.99.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Price {
    /// In the smallest unit of the currency.
    pub minor: i64,
    /// ISO 4217.
    pub currency: String,
}

/// A product: in `GET /products/{sku}`, and in a list in `GET /search?q=...`, which needs a session too.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Product {
    /// What names it.
    pub sku: String,
    /// What it is called.
    pub name: String,
    /// What one costs.
    pub price: Price,
}

/// `PUT /cart/items/{sku}`: so many of it are in the cart from now on; none takes it out. The answer is a [`Cart`], as it
/// is to `GET /cart`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Quantity {
    /// How many.
    pub quantity: u32,
}

/// A cart.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Cart {
    /// What is in it.
    pub lines: Vec<Line>,
    /// What it costs.
    pub total: Price,
}

/// One product in a cart.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Line {
    /// The product.
    pub sku: String,
    /// How many.
    pub quantity: u32,
}

/// `POST /checkout/shipping`: where to send it. `POST /checkout` begins the checkout, and has no body. Both answer
/// `204 No Content`.
#[derive(Clone, Deserialize, Serialize)]
pub struct Shipping {
    /// The address, as the post understands it.
    pub address: String,
}

/// `POST /orders`, with an `idempotency-key`: buys what is in the cart. The answer is `201 Created` and an [`Order`];
/// `402` when the bank declines or the shop does not want it, `409` when something is sold out or the cart is empty,
/// `503` when the payment service does not answer. The same key gets the same answer.
#[derive(Clone, Deserialize, Serialize)]
pub struct Purchase {
    /// The number of the card, which goes to the payment service and nowhere else.
    pub card_number: String,
}

/// An order. `POST /orders/{order}/refund` gives all of its money back, once: `204`, or `409`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Order {
    /// What names it.
    pub order: String,
    /// What was paid.
    pub total: Price,
}

/// What every request that is not served is answered with.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Problem {
    /// What is wrong, in one word: `validation`, `unauthenticated`, `not_found`, `out_of_stock`, `payment_declined`,
    /// `payment_failed`, `rate_limited`, `conflict`, `unavailable`.
    pub problem: String,
}

/// Says the name of a type and nothing of its value, so that no log line or failed assertion shows what is private.
macro_rules! private {
    ($($name:ident)+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+};
}

private! { NewUser NewSession Session Shipping Purchase }
