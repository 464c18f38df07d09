//! Requests that are larger than a destination takes, and those that are made smaller.

use otel_core::ledger::DropReason;
use otel_core::settings::Protocol::{Grpc, HttpProtobuf};

use super::case::{Attempts, Case, End, PROTOCOLS, Told};

pub(super) fn cases() -> Vec<Case> {
    let halves = Case::of(HttpProtobuf, "413 for a large request", "what can be split is sent in halves")
        .large()
        .given(|given| given.max_request_bytes = Some(100 * 1024));
    let one = Case::of(HttpProtobuf, "413 for a single item", "what cannot be split is too large for good")
        .given(|given| (given.items, given.payload, given.max_request_bytes) = (1, 16 * 1024, Some(4096)));
    let grpc = Case::of(Grpc, "too large", "RESOURCE_EXHAUSTED without RetryInfo is for good")
        .large()
        .given(|given| given.max_request_bytes = Some(100 * 1024));
    let mut cases = vec![
        // Of 40 items of 16 KiB five fit: 1 + 2 + 4 + 8 attempts.
        in_parts(halves, 15),
        one.ends(End::Dropped(DropReason::TooLarge)).told(Told::Failing),
        grpc.refused(),
    ];
    cases.extend(PROTOCOLS.into_iter().flat_map(|protocol| {
        let gzip = |what: &str| {
            let mut case = Case::of(protocol, what, "gzip is what OTLP knows for compression");
            case.expected.compressed = true;
            let variable = ("OTEL_EXPORTER_OTLP_COMPRESSION".to_owned(), "gzip".to_owned());
            case.given(|given| given.variables.push(variable))
        };
        let once = gzip("compressed, and unavailable once");
        [
            gzip("compressed").exported(),
            gzip("large and compressed").large().exported(),
            once.first([otel_core::testing::Answer::Unavailable]).exported_in_the_end(),
        ]
    }));
    cases
}

fn in_parts(mut case: Case, attempts: usize) -> Case {
    case.expected.same_request = false;
    case.attempts(Attempts::Exactly(attempts)).exported()
}
