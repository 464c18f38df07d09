//! How refusals are answered.

use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::refusal::Refusal;
use crate::words::Problem;

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = Problem { problem: self.failure().as_str().to_owned() };
        let mut response = (status(self), Json(problem)).into_response();
        match self {
            // The gate tells it.
            Self::Unauthenticated(failure) => {
                response.extensions_mut().insert(failure);
                response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::RateLimited(wait) => {
                let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0));
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            _ => {}
        }
        response
    }
}

fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::Validation => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Unreadable(status) => StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST),
        Refusal::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::OutOfStock | Refusal::Conflict => StatusCode::CONFLICT,
        Refusal::PaymentDeclined => StatusCode::PAYMENT_REQUIRED,
        Refusal::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
        Refusal::PaymentFailed | Refusal::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}
