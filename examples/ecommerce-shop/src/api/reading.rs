//! What is read of a request: who asks, and what they say.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::gate::Caller;
use crate::refusal::Refusal;
use crate::sessions::Visitor;

/// Whoever asks must have shown a session.
impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        match parts.extensions.get::<Caller>() {
            Some(Caller(caller)) => caller.clone(),
            // Nothing gets here but through the gate.
            None => Err(Refusal::Unavailable),
        }
    }
}

/// A body, if it can be read. It is the handler that refuses what cannot: then it is a part of what somebody did.
pub(super) struct Body<T>(pub(super) Result<T, Refusal>);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let read = Json::<T>::from_request(request, state).await;
        Ok(Self(
            read.map(|Json(body)| body)
                .map_err(|rejection: JsonRejection| Refusal::Unreadable(rejection.status().as_u16())),
        ))
    }
}

/// The header of a purchase that makes it be carried out once: 1 to 100 characters that can be seen.
pub(super) struct Key(pub(super) Result<String, Refusal>);

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let key = parts.headers.get("idempotency-key").and_then(|value| value.to_str().ok());
        let is_one =
            |key: &&str| (1..=100).contains(&key.len()) && key.bytes().all(|it| it.is_ascii_graphic());
        Ok(Self(key.filter(is_one).map(ToOwned::to_owned).ok_or(Refusal::Validation)))
    }
}

/// What stands in the path.
pub(super) fn segment(path: Result<Path<String>, PathRejection>) -> Result<String, Refusal> {
    path.map(|Path(text)| text).map_err(|rejection| Refusal::Unreadable(rejection.status().as_u16()))
}

/// What stands after the question mark.
pub(super) fn asked<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Refusal> {
    // A parameter that is missing can be read as well as an empty one: it makes no sense.
    query.map(|Query(query)| query).map_err(|_| Refusal::Validation)
}
