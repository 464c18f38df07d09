//! Destinations that are not there, or do not speak.

use otel_core::ledger::DropReason::{DeadlineExceeded, ExportFailed};
use otel_core::settings::Protocol;
use otel_core::testing::Door;

use super::case::{Attempts, Case, PROTOCOLS, SHORT, Told};

pub(super) fn cases() -> Vec<Case> {
    PROTOCOLS.into_iter().flat_map(of).collect()
}

fn of(protocol: Protocol) -> Vec<Case> {
    let at = |what: &str, why, door| Case::of(protocol, what, why).given(|given| given.door = door);
    let later = |case: Case, told| case.given(|given| given.opens_later = true).told(told);
    let given_up = |case: Case, told| {
        case.given(|given| (given.retry_for, given.attempt_timeout) = (2 * SHORT, SHORT))
            .dropped(ExportFailed)
            .attempts(Attempts::Exactly(0))
            .told(told)
    };
    let ended = |case: Case, told| {
        case.given(|given| given.shutdown = SHORT)
            .dropped(DeadlineExceeded)
            .attempts(Attempts::Exactly(0))
            .told(told)
    };
    let patient = "a connection that fails is retryable";
    let spent = "when the time for all attempts is over, what is left is dropped";
    let over = "a shutdown waits until its deadline, and no longer";
    vec![
        later(at("refused, then there", patient, Door::Closed), Told::UnreachableThenWell),
        later(at("closed at once, then there", patient, Door::Slammed), Told::TroubleThenWell),
        given_up(at("always refused", spent, Door::Closed), Told::Unreachable),
        given_up(at("always closed at once", spent, Door::Slammed), Told::Trouble),
        given_up(at("connected and never spoken to", spent, Door::Unattended), Told::Trouble),
        ended(at("refused until the end", over, Door::Closed), Told::Unreachable),
        ended(at("closed at once until the end", over, Door::Slammed), Told::Trouble),
    ]
}
