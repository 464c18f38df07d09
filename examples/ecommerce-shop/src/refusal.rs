//! Why the shop does not do what it is asked for.

use std::time::Duration;

use otel_ecommerce::invalid::Invalid;
use otel_ecommerce::labels::{ActionFailure, AuthFailure};

use crate::database::DatabaseError;
use crate::names::NoRandomness;
use crate::users::CreateUserError;

/// Why the shop does not do what it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// What was sent is not valid.
    Validation,
    /// What was sent cannot be read: too long, no JSON, other JSON. The status of HTTP says which.
    Unreadable(u16),
    /// Nobody knows who asks.
    Unauthenticated(AuthFailure),
    /// There is no such thing.
    NotFound,
    /// It is sold out.
    OutOfStock,
    /// The bank declines, or the shop does not want it.
    PaymentDeclined,
    /// The payment service does not answer.
    PaymentFailed,
    /// It was too often; there is room again after this time.
    RateLimited(Duration),
    /// It does not go with what is there.
    Conflict,
    /// Something that the shop needs is not there.
    Unavailable,
}

impl Refusal {
    /// What it counts as.
    pub(crate) const fn failure(self) -> ActionFailure {
        match self {
            Self::Validation | Self::Unreadable(_) => ActionFailure::Validation,
            Self::Unauthenticated(_) => ActionFailure::Unauthenticated,
            Self::NotFound => ActionFailure::NotFound,
            Self::OutOfStock => ActionFailure::OutOfStock,
            Self::PaymentDeclined => ActionFailure::PaymentDeclined,
            Self::PaymentFailed => ActionFailure::PaymentFailed,
            Self::RateLimited(_) => ActionFailure::RateLimited,
            Self::Conflict => ActionFailure::Conflict,
            Self::Unavailable => ActionFailure::Unavailable,
        }
    }

    /// Why a purchase was refused that was answered before, from the word that was kept.
    pub(crate) fn of_purchase(word: &str) -> Self {
        let all =
            [Self::Validation, Self::OutOfStock, Self::PaymentDeclined, Self::PaymentFailed, Self::Conflict];
        all.into_iter().find(|refusal| refusal.failure().as_str() == word).unwrap_or(Self::Unavailable)
    }
}

/// What the database failed at is told by the span of the call.
impl From<DatabaseError> for Refusal {
    fn from(_: DatabaseError) -> Self {
        Self::Unavailable
    }
}

/// What the library cannot mean, the shop cannot either.
impl From<Invalid> for Refusal {
    fn from(_: Invalid) -> Self {
        Self::Validation
    }
}

impl From<NoRandomness> for Refusal {
    fn from(_: NoRandomness) -> Self {
        Self::Unavailable
    }
}

impl From<CreateUserError> for Refusal {
    fn from(error: CreateUserError) -> Self {
        match error {
            CreateUserError::Email(_) | CreateUserError::Name(_) => Self::Validation,
            CreateUserError::Database(_) | CreateUserError::Randomness => Self::Unavailable,
        }
    }
}
