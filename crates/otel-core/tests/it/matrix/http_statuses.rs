//! The retry table of HTTP, and what proxies answer to gRPC.

use otel_core::ledger::DropReason;
use otel_core::settings::Protocol::{Grpc, HttpProtobuf};
use otel_core::testing::HttpStatus;

use super::case::{Case, End, Told};

/// The statuses after which a request may be sent again.
const RETRYABLE: [u16; 4] = [429, 502, 503, 504];

const STATUSES: [u16; 37] = [
    200, 201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 406, 408, 409,
    410, 411, 413, 415, 418, 422, 425, 429, 431, 500, 501, 502, 503, 504, 505, 507,
];

const UNUSUAL: [u16; 4] = [499, 511, 520, 599];

const PAGE: &str = "<html><body>something is wrong</body></html>";

pub(super) fn cases() -> Vec<Case> {
    let plain = STATUSES.into_iter().chain(UNUSUAL).map(one);
    let repeated = RETRYABLE.map(|status| {
        let why = "a retryable status is retryable each time";
        let three = vec![HttpStatus::new(status).page(PAGE); 3];
        Case::of(HttpProtobuf, format!("{status} three times"), why).first(three).exported_in_the_end()
    });
    let proxies = [200, 204, 301, 400, 401, 403, 404, 413, 429, 500, 501, 502, 503, 504].map(proxy);
    plain.chain(repeated).chain(proxies).collect()
}

fn one(status: u16) -> Case {
    let answer = match status {
        // A place that would take it, if anyone followed.
        300..=308 => HttpStatus::new(status).header("location", "/v1/traces"),
        200..=206 => HttpStatus::new(status),
        _ => HttpStatus::new(status).page(PAGE),
    };
    let case = |why| Case::of(HttpProtobuf, status.to_string(), why).first([answer]);
    match status {
        200..=299 => case("2xx is a success").exported(),
        300..=399 => case("redirections are not followed, and not in the table").refused(),
        413 => case("413 is for good when there is nothing to split")
            .given(|given| given.items = 1)
            .ends(End::Dropped(DropReason::TooLarge))
            .told(Told::Failing),
        _ if RETRYABLE.contains(&status) => {
            case("the status is in the table of retryable ones").exported_in_the_end()
        }
        _ => case("the status is not in the table of retryable ones").refused(),
    }
}

/// A proxy between a gRPC client and its server that answers by itself.
fn proxy(status: u16) -> Case {
    let answer = HttpStatus::new(status).page(if status == 204 { "" } else { PAGE });
    let case = |why| Case::of(Grpc, format!("a proxy's {status}"), why).first([answer]);
    match status {
        _ if RETRYABLE.contains(&status) => {
            case("gRPC reads the status as UNAVAILABLE").exported_in_the_end()
        }
        200..=299 => case("an answer without a gRPC status is no success: UNKNOWN").refused(),
        _ => case("gRPC reads the status as a code that is not retryable").refused(),
    }
}
