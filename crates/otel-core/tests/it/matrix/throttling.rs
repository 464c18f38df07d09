//! Destinations that say when to come back.

use std::time::{Duration, SystemTime};

use otel_core::ledger::DropReason::ExportFailed;
use otel_core::settings::Protocol::{Grpc, HttpProtobuf};
use otel_core::testing::{GrpcCode, GrpcStatus, HttpStatus, RetryAfter};

use super::case::Case;

/// More than all attempts may take together.
const TOO_LONG: u64 = 100_000;

pub(super) fn cases() -> Vec<Case> {
    let told = [429, 502, 503, 504].into_iter().flat_map(retry_after);
    let ignored = [301, 400, 401, 404, 408, 413, 500, 501].map(|status| {
        let why = "Retry-After does not make a status retryable";
        let answer = HttpStatus::new(status).retry_after(RetryAfter::Seconds(0));
        let case = Case::of(HttpProtobuf, format!("{status} with Retry-After"), why);
        // A single item cannot be split.
        let case = case.given(|given| given.items = 1).first([answer]).refused();
        if status == 413 {
            case.ends(super::case::End::Dropped(otel_core::ledger::DropReason::TooLarge))
        } else {
            case
        }
    });
    told.chain(ignored).chain(retry_info()).collect()
}

fn retry_after(status: u16) -> Vec<Case> {
    let case = |what: &str, why, after: RetryAfter| {
        Case::of(HttpProtobuf, format!("{status}, Retry-After {what}"), why)
            .first([HttpStatus::new(status).retry_after(after)])
            .exported_in_the_end()
    };
    let second = Duration::from_secs(1);
    let raw = |text: &str| RetryAfter::Raw(text.to_owned());
    let long_ago = RetryAfter::Date(SystemTime::UNIX_EPOCH + second);
    let soon = RetryAfter::DateIn(2 * second);
    let nonsense = "what is neither seconds nor a date leaves it to the back-off";
    let beyond = "a delay that outlasts all attempts ends them";
    let given_up = |case: Case| case.dropped(ExportFailed).attempts(super::case::Attempts::Exactly(1));
    vec![
        case("0", "seconds are waited for", RetryAfter::Seconds(0)),
        case("1", "seconds are waited for", RetryAfter::Seconds(1)).paused(second),
        // Dates are rounded down to seconds, and clocks are read more than once.
        case("a date soon", "a date is waited for", soon).paused(second - Duration::from_millis(50)),
        case("a date long ago", "a date in the past has come", long_ago),
        case("nonsense", nonsense, raw("in a while")),
        case("nothing", nonsense, raw("")),
        case("a negative number", nonsense, raw("-5")),
        case("a fraction", nonsense, raw("0.5")),
        case("a date that never was", nonsense, raw("Mon, 32 Foo 2026 25:61:61 GMT")),
        given_up(case("very long", beyond, RetryAfter::Seconds(TOO_LONG))),
        given_up(case("absurdly long", beyond, RetryAfter::Seconds(u64::MAX))),
        given_up(case("a date far off", beyond, RetryAfter::DateIn(Duration::from_secs(TOO_LONG)))),
    ]
}

/// What a `RetryInfo` can say, and what can stand where it should.
fn retry_info() -> Vec<Case> {
    let unavailable = || GrpcStatus::new(GrpcCode::Unavailable);
    let exhausted = || GrpcStatus::new(GrpcCode::ResourceExhausted);
    let case = |what: &str, why, status: GrpcStatus| Case::of(Grpc, what, why).first([status]);
    let beyond = "a delay that outlasts all attempts ends them";
    let no_info = "what cannot be read is no RetryInfo, and without one it is for good";
    let back_off = "what cannot be read leaves it to the back-off";
    let past = "a negative delay is over";
    let given_up = |case: Case| case.dropped(ExportFailed);
    // A `google.rpc.Status` with `google.rpc.Help` as its only detail.
    let other = b"\x08\x08\x1a\x26\x0a\x24type.googleapis.com/google.rpc.Help1".to_vec();
    let second = Duration::from_secs(1);
    vec![
        case("RetryInfo of 1 s", "RetryInfo is waited for", exhausted().retry_after(second))
            .exported_in_the_end()
            .paused(second),
        case("negative RetryInfo, exhausted", past, exhausted().retry_delay(-5, 0)).exported_in_the_end(),
        case("negative RetryInfo, unavailable", past, unavailable().retry_delay(-5, -1))
            .exported_in_the_end(),
        given_up(case("very long RetryInfo", beyond, exhausted().retry_delay(100_000, 0))),
        given_up(case("absurd RetryInfo", beyond, exhausted().retry_delay(i64::MAX, i32::MAX))),
        given_up(case("absurd RetryInfo, unavailable", beyond, unavailable().retry_delay(i64::MAX, 0))),
        case("garbled details, exhausted", no_info, exhausted().details(*b"\xff\xff\xff\xff")).refused(),
        case("cut details, exhausted", no_info, exhausted().details(*b"\x08\x08\x1a\x7f")).refused(),
        case("empty details, exhausted", no_info, exhausted().details(Vec::new())).refused(),
        case("no base64, exhausted", no_info, exhausted().details_text("!?!?")).refused(),
        case("other details, exhausted", no_info, exhausted().details(other)).refused(),
        case("garbled details, unavailable", back_off, unavailable().details(*b"\xff\xff\xff\xff"))
            .exported_in_the_end(),
        case("no base64, unavailable", back_off, unavailable().details_text("!?!?")).exported_in_the_end(),
    ]
}
