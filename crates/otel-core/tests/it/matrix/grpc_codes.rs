//! The retry table of gRPC.

use std::time::Duration;

use otel_core::settings::Protocol::Grpc;
use otel_core::testing::{GrpcCode, GrpcStatus};

use super::case::Case;

/// The codes after which a request may be sent again, whatever comes with them.
const RETRYABLE: [GrpcCode; 6] = [
    GrpcCode::Cancelled,
    GrpcCode::DeadlineExceeded,
    GrpcCode::Aborted,
    GrpcCode::OutOfRange,
    GrpcCode::Unavailable,
    GrpcCode::DataLoss,
];

const SOON: Duration = Duration::from_millis(30);

pub(super) fn cases() -> Vec<Case> {
    let codes = GrpcCode::ALL.into_iter().flat_map(|code| {
        let status = || GrpcStatus::new(code).message("as it was told");
        [
            of(code, false, "alone", status()),
            of(code, false, "in trailers", status().in_trailers()),
            of(code, true, "with RetryInfo", status().retry_after(SOON)).paused(SOON),
            of(code, true, "with RetryInfo in trailers", status().retry_after(SOON).in_trailers())
                .paused(SOON),
            of(code, true, "with RetryInfo of zero", status().retry_after(Duration::ZERO)),
        ]
    });
    let numbers = [17, 42, -1, i32::MAX].map(|number| {
        let why = "a code that no table knows is not retryable";
        Case::of(Grpc, format!("code {number}"), why).first([GrpcStatus::numbered(number)]).refused()
    });
    let repeated = RETRYABLE.map(|code| {
        let why = "a retryable code is retryable each time";
        let three = vec![GrpcStatus::new(code); 3];
        Case::of(Grpc, format!("{code:?} three times"), why).first(three).exported_in_the_end()
    });
    let exhausted = GrpcStatus::new(GrpcCode::ResourceExhausted);
    let why = "each RetryInfo asks for one more attempt";
    let three = vec![exhausted.clone().retry_after(SOON); 3];
    let thrice = Case::of(Grpc, "ResourceExhausted with RetryInfo three times", why)
        .first(three)
        .exported_in_the_end();
    let why = "the last word counts: without RetryInfo it is for good";
    let then_refused = Case::of(Grpc, "Unavailable, then ResourceExhausted without RetryInfo", why)
        .first([GrpcStatus::new(GrpcCode::Unavailable), exhausted])
        .refused()
        .attempts(super::case::Attempts::Exactly(2));
    codes.chain(numbers).chain(repeated).chain([thrice, then_refused]).collect()
}

/// One answer with `code`, and then all is well.
fn of(code: GrpcCode, retry_info: bool, how: &str, status: GrpcStatus) -> Case {
    let retryable = RETRYABLE.contains(&code);
    let asked = code == GrpcCode::ResourceExhausted && retry_info;
    let why = match code {
        GrpcCode::Ok => "OK is a success, whatever comes with it",
        GrpcCode::ResourceExhausted if retry_info => "RESOURCE_EXHAUSTED is retryable with RetryInfo",
        GrpcCode::ResourceExhausted => "RESOURCE_EXHAUSTED is retryable only with RetryInfo",
        _ if retryable => "the code is in the table of retryable ones",
        _ => "the code is not in the table of retryable ones, whatever comes with it",
    };
    let case = Case::of(Grpc, format!("{code:?} {how}"), why).first([status]);
    match code {
        GrpcCode::Ok => case.delivered(1).exported(),
        _ if retryable || asked => case.exported_in_the_end(),
        _ => case.refused(),
    }
}
