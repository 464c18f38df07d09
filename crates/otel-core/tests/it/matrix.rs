//! The delivery matrix: what becomes of a request, for everything a destination can do to it.
//!
//! Each case is a real pipeline that sends three items (unless it says otherwise) to a receiver with a script, and
//! has one right outcome: how many attempts, what the ledger says, what the operator is told, and that nothing is
//! unaccounted for. What fails in a group is told at once, with the rule that it breaks.

mod answers;
mod case;
mod deadlines;
mod disconnects;
mod grpc_codes;
mod http_statuses;
mod partial_success;
mod runner;
mod size;
mod throttling;
mod tls;
mod unreachable;

use std::collections::HashSet;

use self::case::Case;
use self::runner::run;

#[test]
fn every_grpc_code_has_its_outcome() {
    run(&grpc_codes::cases());
}

#[test]
fn every_http_status_has_its_outcome() {
    run(&http_statuses::cases());
}

#[test]
fn a_destination_that_says_when_is_believed() {
    run(&throttling::cases());
}

#[test]
fn what_a_partial_success_rejects_is_counted_and_not_sent_again() {
    run(&partial_success::cases());
}

#[test]
fn an_answer_that_cannot_be_read_is_still_an_answer() {
    run(&answers::cases());
}

#[test]
fn a_connection_that_breaks_is_tried_again() {
    run(&disconnects::cases());
}

#[test]
fn a_destination_that_is_not_there_is_waited_for() {
    run(&unreachable::cases());
}

#[test]
fn every_deadline_ends_with_a_reason() {
    run(&deadlines::cases());
}

#[test]
fn a_request_that_is_too_large_is_not_lost_in_silence() {
    run(&size::cases());
}

#[test]
fn nothing_is_sent_to_who_cannot_prove_who_it_is() {
    let certificates = tls::Certificates::make();
    run(&tls::cases(&certificates));
}

#[test]
fn the_matrix_is_as_large_as_it_claims() {
    let certificates = tls::Certificates::make();
    let groups = [
        grpc_codes::cases(),
        http_statuses::cases(),
        throttling::cases(),
        partial_success::cases(),
        answers::cases(),
        disconnects::cases(),
        unreachable::cases(),
        deadlines::cases(),
        size::cases(),
        tls::cases(&certificates),
    ];
    let names: Vec<String> = groups.iter().flatten().map(Case::name).collect();
    let distinct: HashSet<&String> = names.iter().collect();
    assert_eq!(distinct.len(), names.len(), "two cases have one name");
    assert!(names.len() >= 120, "{} cases", names.len());
}
