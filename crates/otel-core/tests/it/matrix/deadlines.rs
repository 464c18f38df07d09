//! Deadlines: of one attempt, of all attempts together, and of a shutdown.

use std::time::Duration;

use otel_core::ledger::DropReason::{DeadlineExceeded, ExportFailed};
use otel_core::ledger::Stream;
use otel_core::settings::Protocol;
use otel_core::testing::{Answer, GrpcCode, GrpcStatus};

use super::case::{Attempts, Case, PROTOCOLS, SHORT, Told};

pub(super) fn cases() -> Vec<Case> {
    PROTOCOLS.into_iter().flat_map(of).collect()
}

fn of(protocol: Protocol) -> Vec<Case> {
    let spent = "when the time for all attempts is over, what is left is dropped";
    let over = "a shutdown waits until its deadline, and no longer";
    let failing = Stream::ALL.map(|stream| {
        Case::of(protocol, "always unavailable", spent)
            .stream(stream)
            .always(Answer::Unavailable)
            .given(|given| given.retry_for = 2 * SHORT)
            .dropped(ExportFailed)
            .attempts(Attempts::AtLeast(2))
    });
    let ended = Stream::ALL.map(|stream| {
        Case::of(protocol, "unavailable until the end", over)
            .stream(stream)
            .always(Answer::Unavailable)
            .given(|given| given.shutdown = 2 * SHORT)
            .dropped(DeadlineExceeded)
            .attempts(Attempts::AtLeast(2))
    });
    let silent = Case::of(protocol, "never an answer", spent)
        .always(Answer::Silent)
        .given(|given| (given.retry_for, given.attempt_timeout) = (4 * SHORT, SHORT))
        .dropped(ExportFailed)
        .told(Told::Trouble);
    let stalled = Case::of(protocol, "never read", spent)
        .large()
        .always(Answer::Stalled { after: 0 })
        .given(|given| (given.retry_for, given.attempt_timeout) = (4 * SHORT, SHORT))
        .dropped(ExportFailed)
        .attempts(Attempts::AtLeast(2))
        .told(Told::Trouble);
    let unanswered = Case::of(protocol, "no answer until the end", over)
        .always(Answer::Silent)
        .given(|given| given.shutdown = 2 * SHORT)
        .dropped(DeadlineExceeded)
        .delivered(1)
        .told(Told::Nothing);
    let told_to_wait = Case::of(protocol, "told to wait beyond the end", over)
        .always(GrpcStatus::new(GrpcCode::Unavailable).retry_after(Duration::from_secs(30)))
        .given(|given| given.shutdown = 2 * SHORT)
        .dropped(DeadlineExceeded);
    let silent = silent.attempts(Attempts::AtLeast(2)).delivered_each_time();
    failing.into_iter().chain(ended).chain([silent, stalled, unanswered, told_to_wait]).collect()
}
