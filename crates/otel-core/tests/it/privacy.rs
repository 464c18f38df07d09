//! What must be hidden: found in free text, and hidden.

mod alarms;
mod corpus;
mod detectors;
mod everywhere;
mod guard;
mod key_ring;
mod natures;
mod pipeline;
mod planted;
mod query;
mod secrets;
mod strict;
mod url;

use otel_core::privacy::{self, Kind};

/// The kinds and the texts of what is found.
fn found(text: &str) -> Vec<(Kind, &str)> {
    privacy::find(text).into_iter().map(|finding| (finding.kind, &text[finding.range])).collect()
}

#[track_caller]
fn check(text: &str, expected: &[(Kind, &str)]) {
    assert_eq!(found(text), expected, "{text:?}");
    assert!(expected.is_empty() || privacy::suspects(text), "nothing suspects {text:?}");
}
