//! Partial success: a success that is never sent again, and whose rejected items are counted.

use otel_core::ledger::Stream;
use otel_core::testing::Answer;

use super::case::{Case, PROTOCOLS, Told};

pub(super) fn cases() -> Vec<Case> {
    let streams = PROTOCOLS.into_iter().flat_map(|protocol| Stream::ALL.map(|stream| (protocol, stream)));
    streams
        .flat_map(|(protocol, stream)| {
            let case = |what: &str, why, items, message: &str| {
                Case::of(protocol, what, why)
                    .stream(stream)
                    .always(Answer::Reject { items, message: message.to_owned() })
            };
            let counted = "what is rejected is counted, and the request is not sent again";
            let warning = "nothing rejected, and words: a success with a warning";
            [
                case("some rejected", counted, 1, "too old").rejected(1),
                case("some rejected without a word", counted, 2, "").rejected(2),
                case("all rejected", counted, 3, "too old").rejected(3),
                case("more rejected than sent", "no more is rejected than was sent", 1_000, "what")
                    .rejected(3),
                case("most of all rejected", "no more is rejected than was sent", i64::MAX, "").rejected(3),
                case("none rejected, with words", warning, 0, "be careful").told(Told::Words("be careful")),
                case("none rejected", "an empty partial success is a success", 0, "").exported(),
                case("fewer than none rejected", "less than nothing is nothing", -7, "").exported(),
            ]
        })
        .collect()
}
