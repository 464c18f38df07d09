//! Connections that end too soon, and destinations that read slowly or not at all.

use std::time::Duration;

use otel_core::settings::Protocol;
use otel_core::testing::{Answer, Moment};

use super::case::{Case, PROTOCOLS, SHORT, Told};

pub(super) fn cases() -> Vec<Case> {
    PROTOCOLS.into_iter().flat_map(of).chain(cut_answers()).collect()
}

fn of(protocol: Protocol) -> Vec<Case> {
    let case = |what: &str, why| Case::of(protocol, what, why);
    let broken = "a disconnect is retryable";
    let taken = "a disconnect is retryable, and duplicates are part of the protocol";
    let again = |case: Case| case.exported_in_the_end().told(Told::TroubleThenWell);
    let cut = |case: Case, moment| again(case.first([Answer::Disconnect(moment)]));
    let timeout = "an attempt has its time, and no answer in time is retryable";
    let timed = |case: Case| case.given(|given| given.attempt_timeout = 2 * SHORT);
    let slowly = Answer::Slow { bytes: 64 * 1024, every: Duration::from_millis(2) };
    let too_slowly = Answer::Slow { bytes: 1024, every: SHORT };
    vec![
        cut(case("gone before reading", broken), Moment::BeforeReading),
        cut(case("gone before reading a large request", broken).large(), Moment::BeforeReading),
        cut(case("gone halfway", broken), Moment::HalfwayThroughTheRequest),
        cut(case("gone halfway through a large request", broken).large(), Moment::HalfwayThroughTheRequest),
        cut(case("gone before the answer", taken), Moment::BeforeTheAnswer).delivered(2),
        again(case("gone three times", broken).first([
            Answer::Disconnect(Moment::BeforeReading),
            Answer::Disconnect(Moment::HalfwayThroughTheRequest),
            Answer::Disconnect(Moment::BeforeTheAnswer),
        ]))
        .delivered(2),
        timed(again(case("no answer", timeout).first([Answer::Silent]))).delivered(2),
        timed(again(case("an answer too late", timeout).first([Answer::Accept.late(LATE)]))).delivered(2),
        case("a slow reader", "slow is not broken").large().always(slowly).exported(),
        timed(again(case("a reader too slow", timeout).large().first([too_slowly]))),
        timed(again(
            case("a reader that stops", timeout).large().first([Answer::Stalled { after: 100_000 }]),
        )),
        timed(again(case("a reader that never starts", timeout).first([Answer::Stalled { after: 0 }]))),
    ]
}

const LATE: Duration = Duration::from_secs(30);

fn cut_answers() -> Vec<Case> {
    let after = |bytes| [Answer::Disconnect(Moment::InsideTheAnswer { after: bytes })];
    let why = "a gRPC answer without its status is a disconnect";
    let grpc = [
        (0, "after the head"),
        (3, "inside the frame"),
        (6, "inside the message"),
        (1_000, "before the status"),
    ];
    let http = [(0, "before the body"), (1, "inside the body"), (1_000, "after the body")];
    let grpc = grpc.map(|(bytes, place)| {
        Case::of(Protocol::Grpc, format!("an answer cut {place}"), why)
            .first(after(bytes))
            .exported_in_the_end()
            .told(Told::TroubleThenWell)
            .delivered(2)
    });
    let why = "the status of a success has come, whatever becomes of its body";
    let http = http.map(|(bytes, place)| {
        Case::of(Protocol::HttpProtobuf, format!("an answer cut {place}"), why).first(after(bytes)).exported()
    });
    grpc.into_iter().chain(http).collect()
}
