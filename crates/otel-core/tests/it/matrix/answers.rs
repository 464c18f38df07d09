//! Successes that are odd, late, or too large to read.

use std::time::Duration;

use otel_core::ledger::Stream;
use otel_core::settings::Protocol;
use otel_core::testing::Answer;

use super::case::{Case, PROTOCOLS, SHORT};

/// More than the 4 MiB of an answer that are read.
const HUGE: usize = 5 * 1024 * 1024;

pub(super) fn cases() -> Vec<Case> {
    PROTOCOLS.into_iter().flat_map(of).collect()
}

fn of(protocol: Protocol) -> Vec<Case> {
    let case = |what: &str, why, answer: Answer| Case::of(protocol, what, why).always(answer);
    let odd = "a body that cannot be read does not undo a success";
    let late = Duration::from_millis(50);
    let huge = case(
        "a huge answer",
        "an answer that is too large is not read, and its request not sent again",
        Answer::AcceptWith(vec![0; HUGE]),
    )
    .given(|given| given.retry_for = 4 * SHORT);
    // Over HTTP the success is in the head already; over gRPC it would have come at the end.
    let huge = if protocol == Protocol::Grpc { huge.refused().delivered(1) } else { huge.exported() };
    let mut cases = vec![
        huge,
        case(
            "an empty answer",
            "nothing is how a default message is encoded",
            Answer::AcceptWith(Vec::new()),
        ),
        case("a garbled answer", odd, Answer::AcceptWith(b"\xff\xff\xff\xff".to_vec())),
        case("a cut answer", odd, Answer::AcceptWith(b"\x0a\x7f\x08\x01".to_vec())),
        case("text for an answer", odd, Answer::AcceptWith(b"all is well".to_vec())),
        case("a late answer", "an answer in time is in time", Answer::Accept.late(late)),
        Case::of(protocol, "a late refusal", "a refusal counts, however late")
            .first([Answer::Unavailable.late(late)])
            .exported_in_the_end(),
    ];
    let streams = Stream::ALL.map(|stream| {
        Case::of(protocol, "nothing special", "a success is a success").stream(stream).exported()
    });
    let later = Stream::ALL.map(|stream| {
        let why = "every signal is tried again";
        Case::of(protocol, "unavailable once", why)
            .stream(stream)
            .first([Answer::Unavailable])
            .exported_in_the_end()
    });
    let never = Stream::ALL.map(|stream| {
        let why = "every signal can be refused";
        Case::of(protocol, "an invalid argument", why)
            .stream(stream)
            .first([Answer::InvalidArgument])
            .refused()
    });
    cases.extend(streams.into_iter().chain(later).chain(never));
    cases
}
