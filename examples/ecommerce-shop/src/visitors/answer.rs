//! What the shop answers, as visitors understand it.

use http::StatusCode;
use serde::de::DeserializeOwned;

use crate::words::Problem;

/// An answer of the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is nothing else that an answer could be")]
pub enum Answer<T> {
    /// What was asked for.
    Served(T),
    /// A reason why not, of those that the API knows.
    Refused(Refusal),
    /// Nothing that the API promises.
    Odd(StatusCode),
}

/// Why the shop did not do what it was asked for: the words of [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// What was sent is not valid.
    Validation,
    /// It is not known who asks.
    Unauthenticated,
    /// There is no such thing.
    NotFound,
    /// It is sold out.
    OutOfStock,
    /// The bank declined, or the shop does not want the payment.
    PaymentDeclined,
    /// The payment service does not answer.
    PaymentFailed,
    /// It was too often.
    RateLimited,
    /// It was done already, or cannot be done now.
    Conflict,
    /// The shop cannot do it now.
    Unavailable,
}

impl Refusal {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Validation,
        Self::Unauthenticated,
        Self::NotFound,
        Self::OutOfStock,
        Self::PaymentDeclined,
        Self::PaymentFailed,
        Self::RateLimited,
        Self::Conflict,
        Self::Unavailable,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Validation => "validation",
            Self::Unauthenticated => "unauthenticated",
            Self::NotFound => "not_found",
            Self::OutOfStock => "out_of_stock",
            Self::PaymentDeclined => "payment_declined",
            Self::PaymentFailed => "payment_failed",
            Self::RateLimited => "rate_limited",
            Self::Conflict => "conflict",
            Self::Unavailable => "unavailable",
        }
    }

    /// Whether a status may come with it.
    fn goes_with(self, status: StatusCode) -> bool {
        let allowed: &[u16] = match self {
            Self::Validation => &[400, 413, 415, 422],
            Self::Unauthenticated => &[401],
            Self::NotFound => &[404],
            Self::OutOfStock | Self::Conflict => &[409],
            Self::PaymentDeclined => &[402],
            Self::PaymentFailed | Self::Unavailable => &[503],
            Self::RateLimited => &[429],
        };
        allowed.contains(&status.as_u16())
    }

    fn of(status: StatusCode, body: &[u8]) -> Option<Self> {
        let Problem { problem } = serde_json::from_slice(body).ok()?;
        let refusal = Self::ALL.into_iter().find(|refusal| refusal.as_str() == problem)?;
        refusal.goes_with(status).then_some(refusal)
    }
}

impl<T> Answer<T> {
    /// An answer that was to have this status when all is well, and a body that is `T` as JSON.
    pub(super) fn read(well: StatusCode, status: StatusCode, body: &[u8]) -> Self
    where
        T: DeserializeOwned,
    {
        if status != well {
            return Self::refused(status, body);
        }
        // An empty body stands for nothing, which JSON writes `null`.
        let body = if body.is_empty() { b"null" } else { body };
        serde_json::from_slice(body).map_or(Self::Odd(status), Self::Served)
    }

    fn refused(status: StatusCode, body: &[u8]) -> Self {
        Refusal::of(status, body).map_or(Self::Odd(status), Self::Refused)
    }
}
