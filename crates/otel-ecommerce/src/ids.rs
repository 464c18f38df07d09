//! Identifiers as callers have them: borrowed, and never mistaken for one another.
//!
//! People, cards and devices have none here: they are a [`Pseudonym`](otel_core::Pseudonym) from the first moment on.

mod kept;
mod transaction;

pub(crate) use kept::Kept;
pub use transaction::TransactionId;

macro_rules! borrowed_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name<'a>(
            /// The identifier's text.
            pub &'a str,
        );
    )+};
}

borrowed_ids! {
    /// The identifier of an order.
    OrderId;
    /// The identifier of a checkout: there is one before there is an order.
    CheckoutId;
    /// The identifier of a cart.
    CartId;
    /// The identifier of a visit.
    SessionId;
    /// The identifier of what is sold.
    ProductId;
    /// The identifier a payment service gives one payment.
    PaymentId;
    /// What makes a request that is sent twice be carried out once.
    IdempotencyKey;
    /// The identifier of money taken: a payment can be taken in parts.
    CaptureId;
    /// The identifier of money given back: an order can have several.
    RefundId;
    /// The identifier of an authorisation's release: it can be released in parts.
    VoidId;
    /// The identifier of items that came back together: an order can come back in parts.
    ReturnId;
}
